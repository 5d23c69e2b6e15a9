"""What an installation of a product needs: the table that managers edit. A project copies it when it begins."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE, Role
from jiannuo.registry.products.models import ProductModel


def deciding_roles() -> list[tuple[str, Any]]:
    """The roles that decide approvals."""
    return [
        (role, Role(role).label) for role, held in PERMISSIONS_BY_ROLE.items() if "approvals.decide" in held
    ]


class TrialRule(models.TextChoices):
    """What an interruption does to a trial run."""

    EXTEND = "extend", _("the time lost is added")
    RESTART = "restart", _("it begins anew")


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def for_model(self, model: ProductModel) -> Procedure | None:
        """The table of the model itself, else of the nearest category above it, else the one for everything."""
        names = model.category.code_path.split("/")
        paths = ["/".join(names[:depth]) for depth in range(1, len(names) + 1)]
        rows = self.filter(is_active=True).filter(
            Q(model=model)
            | Q(model__isnull=True, category__code_path__in=paths)
            | Q(model__isnull=True, category__isnull=True)
        )
        found = list(rows.select_related("category"))
        found.sort(key=lambda row: (row.model_id is not None, row.category.code_path if row.category else ""))
        return found[-1] if found else None

    def with_lines(self) -> Self:
        return self.prefetch_related("items")


class Procedure(models.Model):
    """The stages that an installation of a model or category needs, and how long its trial run lasts."""

    name = models.CharField(_("name"), max_length=80)
    category = models.ForeignKey(
        "products.Category",
        verbose_name=_("product category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("With everything below it. Without category and model the table is for all products."),
    )
    model = models.ForeignKey(
        "products.ProductModel",
        verbose_name=_("model"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    needs_delivery = models.BooleanField(_("delivery is agreed and recorded"), default=True)
    needs_unpacking = models.BooleanField(_("unpacking check"), default=True)
    needs_installation = models.BooleanField(_("installation by work order"), default=True)
    needs_commissioning = models.BooleanField(_("commissioning"), default=True)
    needs_trial = models.BooleanField(_("trial run"), default=True)
    needs_documents = models.BooleanField(_("documents handed over"), default=True)
    needs_training = models.BooleanField(_("training"), default=True)
    trial_hours = models.DecimalField(
        _("trial run (hours)"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    trial_rule = models.CharField(
        _("after an interruption"), max_length=8, choices=TrialRule, default=TrialRule.EXTEND
    )
    correction_role = models.CharField(
        _("who agrees that a signed acceptance is corrected"),
        max_length=30,
        choices=deciding_roles,
        default=Role.DEPARTMENT_MANAGER,
        help_text=_("Where a clause of a commitment names somebody, that one is asked."),
    )
    source = models.CharField(
        _("source"), max_length=120, blank=True, help_text=_("The contract or document that says so.")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = _("installation procedure")
        verbose_name_plural = _("installation procedures")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["model"], condition=Q(is_active=True, model__isnull=False), name="procedure_model"
            ),
            models.UniqueConstraint(
                fields=["category"],
                condition=Q(is_active=True, model__isnull=True, category__isnull=False),
                name="procedure_category",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def needed(self) -> list[str]:
        """The names of the stages that are needed."""
        names = (
            "delivery",
            "unpacking",
            "installation",
            "commissioning",
            "trial",
            "documents",
            "training",
        )
        return [name for name in names if getattr(self, f"needs_{name}")]


class ProcedureItem(models.Model):
    """One line: a thing in the crates, a value to measure, a paper to hand over, a topic to teach, a skill to test."""

    class Kind(models.TextChoices):
        PACKING = "packing", _("packing list")
        VALUE = "value", _("commissioning value")
        PAPER = "paper", _("document to hand over")
        TOPIC = "topic", _("training topic")
        SKILL = "skill", _("what a trainee must know or can do")

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    position = models.PositiveSmallIntegerField(_("sequence"), default=0)
    text = models.CharField(pgettext_lazy("procedure", "what"), max_length=160)
    quantity = models.PositiveIntegerField(_("quantity for each unit"), default=1)
    option = models.CharField(
        _("only with this configuration"),
        max_length=80,
        blank=True,
        help_text=_("Such as 远程监控=有, as the file of the unit has it."),
    )
    unit = models.CharField(_("unit of measure"), max_length=20, blank=True)
    minimum = models.DecimalField(_("minimum"), max_digits=12, decimal_places=3, null=True, blank=True)
    maximum = models.DecimalField(_("maximum"), max_digits=12, decimal_places=3, null=True, blank=True)
    hours = models.DecimalField(
        _("hours"), max_digits=6, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(0)]
    )
    required = models.BooleanField(_("required"), default=True)

    class Meta:
        verbose_name = _("line of an installation procedure")
        ordering = ["kind", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum__isnull=True) | Q(maximum__isnull=True) | Q(maximum__gte=F("minimum")),
                name="procedure_limits",
                violation_error_message=_("The maximum is below the minimum."),
            ),
            models.CheckConstraint(condition=Q(hours__gte=0), name="procedure_hours"),
        ]

    def __str__(self) -> str:
        return self.text

    def applies_to(self, configuration: dict[str, Any]) -> bool:
        """Whether a unit with this configuration has the line."""
        name, _sign, value = self.option.partition("=")
        return not name.strip() or str(configuration.get(name.strip(), "")) == value.strip()
