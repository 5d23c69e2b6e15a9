"""Loaners (备机): the pool, the grades by which they are of the same class, and each loan with its slip."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from auditlog.registry import auditlog
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.links import path_of
from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.office.organizations.scope import ScopedQuerySet

FORMS = "jiannuo.operations.bench.actionforms."
GRADES = (MinValueValidator(1), MaxValueValidator(9))


class EquipmentQuerySet(ScopedQuerySet):
    pass


class LoanEquipment(models.Model):
    """One piece of the pool. ``grade`` 1 to 9, more is better; ``value`` in CNY is what a lost piece costs."""

    VIEW_PERMISSION = "bench.view"

    class State(models.TextChoices):
        POOL = "pool", pgettext_lazy("loaner", "in the pool")
        LENT = "lent", pgettext_lazy("loaner", "lent")
        REPAIR = "repair", pgettext_lazy("loaner", "under repair")
        LOST = "lost", pgettext_lazy("loaner", "lost")
        RETIRED = "retired", pgettext_lazy("loaner", "taken out of the pool")

    STATE_STYLES: ClassVar[dict[str, str]] = {
        "pool": "success",
        "lent": "info",
        "repair": "warning",
        "lost": "danger",
        "retired": "secondary",
    }

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    model = models.ForeignKey(
        "products.ProductModel", verbose_name=_("model"), on_delete=models.PROTECT, related_name="+"
    )
    serial = models.CharField(_("serial number"), max_length=60)
    grade = models.PositiveSmallIntegerField(
        _("grade"), default=5, validators=[*GRADES], help_text=_("1 to 9, more is better.")
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.POOL)
    accessories = models.CharField(_("accessories"), max_length=300, blank=True)
    condition = models.CharField(_("condition"), max_length=300, blank=True)
    value = models.DecimalField(
        _("value"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("What is asked when it is lost (CNY)."),
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = EquipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("loaner")
        verbose_name_plural = _("loaners")
        constraints = [
            models.UniqueConstraint(
                fields=["model", "serial"],
                name="loan_equipment_once",
                violation_error_message=_("This piece is in the pool already."),
            ),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=9), name="loan_equipment_grade"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="loan_equipment_value"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="loan_equipment_org"),
            models.Index(fields=["state", "-id"], name="loan_equipment_state"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.serial}"

    def get_absolute_url(self) -> str:
        return path_of("bench:equipment", self.pk)

    @property
    def state_label(self) -> str:
        return str(self.get_state_display())

    @property
    def state_style(self) -> str:
        """The look of the state."""
        return self.STATE_STYLES.get(self.state, "secondary")


class ModelGrade(models.Model):
    """Of which grade customers' machines of a model are, so that a loaner of the same grade can be found."""

    model = models.OneToOneField(
        "products.ProductModel", verbose_name=_("model"), on_delete=models.CASCADE, related_name="loan_grade"
    )
    grade = models.PositiveSmallIntegerField(
        _("grade"), validators=[*GRADES], help_text=_("1 to 9, more is better.")
    )

    class Meta:
        verbose_name = _("grade of a model")
        ordering = ["model__code"]
        constraints = [
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=9), name="model_grade_range")
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.grade}"


class LoanQuerySet(DocumentQuerySet):
    pass


def damage_is_open(loan: Loan, _user: Any) -> bool:
    """Whether a damage is charged and not waived."""
    return loan.damage_state == Loan.Damage.CHARGED


class Loan(Document):
    """A piece lent to a customer: how it went out, when it is due, how it came back. ``is_out`` while it is there."""

    class State(models.TextChoices):
        OUT = "out", pgettext_lazy("loan", "with the customer")
        RETURNED = "returned", pgettext_lazy("loan", "back")
        LOST = "lost", pgettext_lazy("loan", "lost")

    class Damage(models.TextChoices):
        NONE = "", pgettext_lazy("damage", "none")
        CHARGED = "charged", pgettext_lazy("damage", "charged")
        WAIVED = "waived", pgettext_lazy("damage", "waived")

    PREFIX = "LN"
    URL_NAME = "bench:loan"
    SERVICE = "jiannuo.operations.bench.services.do_loan"
    VIEW_PERMISSION = "bench.view"
    INITIAL_STATE = "out"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {"out": "info", "returned": "success", "lost": "danger"}

    equipment = models.ForeignKey(
        LoanEquipment, verbose_name=_("loaner"), on_delete=models.PROTECT, related_name="loans"
    )
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), on_delete=models.PROTECT, related_name="loans"
    )
    order = models.ForeignKey(
        "workorders.WorkOrder",
        verbose_name=_("work order"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="loans",
    )
    carry_in = models.ForeignKey(
        "bench.CarryIn",
        verbose_name=_("receipt"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="loans",
    )
    is_out = models.BooleanField(default=True, editable=False)
    was_owed = models.BooleanField(_("owed by a promise"), default=False)
    reason = models.CharField(_("why it is lent"), max_length=300)
    grade_note = models.CharField(_("why of a lower grade"), max_length=200, blank=True)
    lent_at = models.DateTimeField(_("lent at"), default=timezone.now)
    due_back_at = models.DateTimeField(_("due back"))
    meter_out = models.DecimalField(
        _("meter when lent"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    condition_out = models.CharField(_("condition when lent"), max_length=300)
    accessories = models.CharField(_("accessories"), max_length=300, blank=True)
    signed_by = models.CharField(_("signed by"), max_length=60)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    signature = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reminders = models.PositiveSmallIntegerField(_("reminders sent"), default=0, editable=False)
    next_reminder_at = models.DateTimeField(null=True, blank=True, editable=False)

    returned_at = models.DateTimeField(_("back at"), null=True, blank=True)
    returned_by = models.CharField(_("brought back by"), max_length=60, blank=True)
    meter_back = models.DecimalField(
        _("meter when it came back"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    condition_back = models.CharField(_("condition when it came back"), max_length=300, blank=True)
    damage = models.CharField(_("damage or what is missing"), max_length=300, blank=True)
    damage_amount = models.DecimalField(_("damage charged"), max_digits=12, decimal_places=2, default=0)
    damage_state = models.CharField(_("damage"), max_length=8, choices=Damage, blank=True, default="")
    waive_reason = models.CharField(_("why it was waived"), max_length=200, blank=True)
    charge_line = models.ForeignKey(
        "workorders.OrderLine",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        constraints = [
            models.UniqueConstraint(
                fields=["equipment"],
                condition=Q(is_out=True),
                name="loan_out_once",
                violation_error_message=_("This loaner is with another customer."),
            ),
            models.CheckConstraint(condition=Q(damage_amount__gte=0), name="loan_damage_not_negative"),
            models.CheckConstraint(
                condition=Q(meter_back__isnull=True)
                | Q(meter_out__isnull=True)
                | Q(meter_back__gte=F("meter_out")),
                name="loan_meter_runs_on",
            ),
        ]
        indexes = [
            models.Index(fields=["due_back_at", "document_ptr"], name="loan_due_back"),
            models.Index(fields=["customer", "-document_ptr"], name="loan_customer"),
            models.Index(fields=["equipment", "-document_ptr"], name="loan_equipment_history"),
            models.Index(fields=["carry_in"], condition=Q(is_out=True), name="loan_out_of_receipt"),
            models.Index(
                fields=["next_reminder_at"],
                condition=Q(next_reminder_at__isnull=False),
                name="loan_remind",
            ),
        ]

    @property
    def is_late(self) -> bool:
        """Whether it should be back by now."""
        return self.is_out and self.due_back_at < timezone.now()

    @action(
        source="out",
        target=None,
        label=_("Lend for longer"),
        permission="loans.lend",
        form=FORMS + "ExtendForm",
        order=30,
    )
    def extend(self, *, by: Any, at: datetime, due_back_at: datetime, reason: str = "") -> None:
        self.due_back_at = due_back_at

    @action(
        source="out",
        target="returned",
        label=pgettext_lazy("loan", "Take back"),
        permission="loans.lend",
        hidden=True,
    )
    def take_back(self, *, by: Any, at: datetime, **back: Any) -> None:
        for name, value in back.items():
            setattr(self, name, value)
        self.returned_at, self.is_out, self.next_reminder_at = at, False, None

    @action(
        source="out",
        target="lost",
        label=_("It is lost"),
        permission="loans.lend",
        form=FORMS + "LostForm",
        style="danger",
        order=80,
    )
    def lose(self, *, by: Any, at: datetime, reason: str, amount: Decimal) -> None:
        self.is_out, self.next_reminder_at = False, None
        self.damage, self.damage_amount = reason, amount
        self.damage_state = self.Damage.CHARGED if amount else self.Damage.NONE

    @action(
        source=["returned", "lost"],
        target=None,
        label=_("Waive the damage"),
        permission="loans.lend",
        condition=damage_is_open,
        form="jiannuo.office.documents.forms.ReasonForm",
        order=50,
    )
    def waive_damage(self, *, by: Any, at: datetime, reason: str, **_agreed: Any) -> None:
        self.damage_state, self.waive_reason = self.Damage.WAIVED, reason


auditlog.register(LoanEquipment)
auditlog.register(ModelGrade)
