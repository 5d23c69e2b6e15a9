"""What managers decide about trips: causes, who approves, what an expense may come to, when the form is due."""

from __future__ import annotations

from typing import Any

from auditlog.registry import auditlog
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE, Role
from jiannuo.office.organizations.scope import ScopedQuerySet, paths_upwards

#: roles that may stand in the chain of an approval
APPROVERS = [(role, role.label) for role in Role if "approvals.decide" in PERMISSIONS_BY_ROLE[role]]


class Payer(models.TextChoices):
    """Who bears what the trip costs."""

    COMPANY = "company", _("our company")
    CUSTOMER = "customer", _("the customer")
    SUPPLIER = "supplier", _("the supplier")


class TripCause(models.Model):
    """Why people travel; the yearly statistics (F71) count by it."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    usual_payer = models.CharField(_("who usually pays"), max_length=10, choices=Payer, default=Payer.COMPANY)
    position = models.PositiveSmallIntegerField(_("position"), default=50)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("cause of trips")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class ExpenseKind(models.TextChoices):
    """What money is spent on."""

    TRANSPORT = "transport", _("transport")
    LODGING = "lodging", _("lodging")
    MEALS = "meals", _("meals")
    OTHER = "other", pgettext_lazy("expense", "other")


class ExpenseLimit(models.Model):
    """What a kind of expense may come to for one person (CNY); more needs a reason. No row, no limit."""

    class Per(models.TextChoices):
        DAY = "day", pgettext_lazy("limit", "day")
        TRIP = "trip", pgettext_lazy("limit", "trip")

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="expense_limits",
    )
    kind = models.CharField(_("kind of expense"), max_length=10, choices=ExpenseKind)
    per = models.CharField(_("for each"), max_length=4, choices=Per, default=Per.DAY)
    amount = models.DecimalField(_("at most (CNY)"), max_digits=12, decimal_places=2)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("limit of an expense")
        ordering = ["organization__path", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind"],
                name="expense_limit_once",
                violation_error_message=_("There is a limit of this kind for this organisation already."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="expense_limit_positive",
                violation_error_message=_("Enter an amount above zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.get_kind_display()}"

    @classmethod
    def of(cls, organization: Any, kind: str) -> ExpenseLimit | None:
        """The limit of the nearest organisation upwards; ``None`` where nobody wrote any. One query."""
        rows = cls.objects.filter(organization__path__in=paths_upwards(organization), kind=kind)
        return rows.order_by("-organization__path").first()


class TripStep(models.Model):
    """Who approves a trip, or its settlement, from which amount on (CNY)."""

    class What(models.TextChoices):
        TRIP = "trip", _("the trip before it begins")
        SETTLEMENT = "settlement", _("the settlement of the expenses")

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="trip_steps",
    )
    what = models.CharField(_("what is approved"), max_length=10, choices=What, default=What.TRIP)
    from_amount = models.DecimalField(
        _("from which amount on (CNY)"), max_digits=12, decimal_places=2, default=0
    )
    role = models.CharField(_("approves"), max_length=30, choices=APPROVERS)
    position = models.PositiveSmallIntegerField(_("turn"), default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of approval")
        ordering = ["what", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "what", "role"],
                name="trip_step_once",
                violation_error_message=_("This role approves that there already."),
            ),
            models.CheckConstraint(condition=Q(from_amount__gte=0), name="trip_step_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.role}"


class TripRules(models.Model):
    """When the feedback form is due, and whether money waits for it; the nearest organisation upwards counts."""

    organization = models.OneToOneField(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="trip_rules",
    )
    feedback_days = models.PositiveSmallIntegerField(
        _("the feedback form is due after the end of the trip (days)"), default=1
    )
    remind_days = models.PositiveSmallIntegerField(
        _("a missing form is reminded every (days)"), default=2, validators=[MinValueValidator(1)]
    )
    feedback_first = models.BooleanField(_("expenses are settled only with the feedback form"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("rules of trips")
        verbose_name_plural = _("rules of trips")
        ordering = ["organization__path"]
        constraints = [
            models.CheckConstraint(condition=Q(remind_days__gte=1), name="trip_rules_remind"),
        ]

    def __str__(self) -> str:
        return str(self.organization)

    @classmethod
    def of(cls, organization: Any) -> TripRules:
        """The rules of the nearest organisation upwards; the usual ones where nobody wrote any. One query."""
        rows = cls.objects.filter(organization__path__in=paths_upwards(organization))
        return rows.order_by("-organization__path").first() or cls(organization=organization)


for _model in (TripCause, ExpenseLimit, TripStep, TripRules):
    auditlog.register(_model)
