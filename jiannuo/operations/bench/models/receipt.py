"""The carry-in receipt (收据) with the accessories taken in, and the estimates put to the customer."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet

FORMS = "jiannuo.operations.bench.actionforms."
REASON = "jiannuo.office.documents.forms.ReasonForm"
ON_BENCH = ("bench", "waiting", "accepted")


def nonce() -> str:
    """What makes the customer's link unguessable."""
    return secrets.token_urlsafe(12)


def is_on_bench(receipt: CarryIn, _user: Any) -> bool:
    """Whether its order is being worked on, or waits."""
    return receipt.order.state in ON_BENCH


def may_pause(receipt: CarryIn, _user: Any) -> bool:
    return receipt.order.state == "bench" and receipt.order.technician_id is not None


def may_resume(receipt: CarryIn, _user: Any) -> bool:
    return receipt.order.state in ("waiting", "accepted")


def may_take_on(receipt: CarryIn, user: Any) -> bool:
    return is_on_bench(receipt, user) and receipt.order.technician_id != getattr(user, "pk", None)


class CarryInQuerySet(DocumentQuerySet):
    def present(self) -> Any:
        """Whose goods the firm answers for: in the house, or sent away by it."""
        return self.filter(is_live=True)


class CarryIn(Document):
    """Goods taken in for repair against a receipt. ``organization`` is the house that took them in.

    ``is_live`` until they are collected; ``expected_at`` is when they should be ready; ``serial_matches`` says whether
    the plate agrees with the unit's file.
    """

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("goods", "in the house")
        ASKED = "asked", pgettext_lazy("goods", "customer decides")
        AWAY = "away", pgettext_lazy("goods", "sent away")
        READY = "ready", pgettext_lazy("goods", "ready to collect")
        COLLECTED = "collected", pgettext_lazy("goods", "collected")

    class Way(models.TextChoices):
        CUSTOMER = "customer", _("brought by the customer")
        TECHNICIAN = "technician", _("brought in by the technician")
        CARRIER = "carrier", _("came by carrier")

    class Outcome(models.TextChoices):
        REPAIRED = "repaired", pgettext_lazy("goods", "repaired")
        UNREPAIRED = "unrepaired", pgettext_lazy("goods", "not repaired")

    class Proof(models.TextChoices):
        RECEIPT = "receipt", _("receipt shown")
        IDENTITY = "identity", _("identity checked")

    PREFIX = "CR"
    URL_NAME = "bench:detail"
    SERVICE = "jiannuo.operations.bench.services.do"
    VIEW_PERMISSION = "bench.view"
    INITIAL_STATE = "received"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "received": "primary",
        "asked": "warning",
        "away": "warning",
        "ready": "success",
        "collected": "secondary",
    }

    order = models.ForeignKey(
        "workorders.WorkOrder",
        verbose_name=_("work order"),
        on_delete=models.PROTECT,
        related_name="carry_ins",
    )
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), on_delete=models.PROTECT, related_name="carry_ins"
    )
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="carry_ins",
    )
    what = models.CharField(_("goods"), max_length=120)
    serial = models.CharField(_("serial number"), max_length=60, blank=True)
    serial_matches = models.BooleanField(_("serial number agrees with the file"), null=True, blank=True)
    serial_note = models.CharField(_("why the serial number differs"), max_length=200, blank=True)
    way = models.CharField(
        pgettext_lazy("carry-in", "how it came"), max_length=10, choices=Way, default=Way.CUSTOMER
    )
    brought_name = models.CharField(_("brought by"), max_length=60)
    brought_phone = models.CharField(_("phone"), max_length=20, blank=True)
    condition = models.TextField(_("condition when taken in"), max_length=1000)
    meter_reading = models.DecimalField(
        _("meter reading"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    taken_at = models.DateTimeField(_("taken in at"), default=timezone.now)
    expected_at = models.DateTimeField(_("expected ready"), null=True, blank=True)
    expected_why = models.CharField(_("why then"), max_length=300, blank=True)
    storage_text = models.CharField(_("storage rule"), max_length=300, blank=True)
    signature = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    link_nonce = models.CharField(max_length=24, default=nonce, editable=False)
    is_live = models.BooleanField(default=True, editable=False)

    away_with = models.CharField(_("sent to"), max_length=80, blank=True)
    refused = models.BooleanField(_("repair refused"), default=False, editable=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    outcome_note = models.CharField(_("why it was not repaired"), max_length=200, blank=True)
    ready_at = models.DateTimeField(_("ready since"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(_("reminders sent"), default=0, editable=False)
    next_reminder_at = models.DateTimeField(null=True, blank=True, editable=False)

    collected_at = models.DateTimeField(_("collected at"), null=True, blank=True)
    collected_by = models.CharField(_("collected by"), max_length=60, blank=True)
    collected_phone = models.CharField(_("collector's phone"), max_length=20, blank=True)
    by_somebody_else = models.BooleanField(_("somebody else collected"), default=False)
    proof = models.CharField(_("proof"), max_length=8, choices=Proof, blank=True)
    proof_note = models.CharField(_("identity paper and reason"), max_length=200, blank=True)
    missing_note = models.CharField(_("what was missing"), max_length=300, blank=True)
    loan_note = models.CharField(_("why the loaner stays out"), max_length=200, blank=True)
    charged = models.DecimalField(_("charged"), max_digits=12, decimal_places=2, null=True, blank=True)
    collect_signature = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CarryInQuerySet.as_manager()

    class Meta:
        verbose_name = _("carry-in receipt")
        verbose_name_plural = _("carry-in receipts")
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(is_live=True, unit__isnull=False),
                name="carry_in_unit_once",
                violation_error_message=_("This unit is in the house already."),
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(is_live=True),
                name="carry_in_order_once",
                violation_error_message=_("There is a receipt for this order already."),
            ),
        ]
        indexes = [
            models.Index(fields=["expected_at", "document_ptr"], name="carry_in_expected"),
            models.Index(fields=["customer", "-document_ptr"], name="carry_in_customer"),
            models.Index(fields=["serial"], name="carry_in_serial"),
            models.Index(
                fields=["next_reminder_at"],
                condition=Q(next_reminder_at__isnull=False),
                name="carry_in_remind",
            ),
            models.Index(fields=["ready_at", "document_ptr"], name="carry_in_ready"),
        ]

    @property
    def is_in_house(self) -> bool:
        """Whether the piece lies here: neither collected nor sent away."""
        return self.state in (self.State.RECEIVED, self.State.ASKED, self.State.READY)

    # Actions: they change the receipt only; services/doing.py does what follows.

    @action(
        source=["received", "asked", "away"],
        target=None,
        label=_("Take on"),
        permission="orders.work",
        condition=may_take_on,
        style="primary",
        order=10,
    )
    def take_on(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source=["received", "asked", "away"],
        target=None,
        label=_("Who works on it"),
        permission="bench.assign",
        condition=is_on_bench,
        form=FORMS + "WorkerForm",
        order=20,
    )
    def entrust(self, *, by: Any, at: datetime, technician: Any) -> None:
        pass

    @action(
        source="received",
        target=None,
        label=pgettext_lazy("bench", "Pause"),
        permission="bench.work",
        condition=may_pause,
        form="jiannuo.operations.workorders.forms.PauseForm",
        order=60,
    )
    def pause(self, *, by: Any, at: datetime, waiting_for: str, reason: str = "") -> None:
        pass

    @action(
        source="received",
        target=None,
        label=pgettext_lazy("bench", "Go on"),
        permission="bench.work",
        condition=may_resume,
        style="primary",
        order=10,
    )
    def resume(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source="received",
        target="asked",
        label=_("Send an estimate"),
        permission="bench.handle",
        condition=is_on_bench,
        form=FORMS + "EstimateForm",
        order=30,
    )
    def ask_customer(self, *, by: Any, at: datetime, note: str = "") -> None:
        self.refused = False

    @action(
        source="asked",
        target="received",
        label=_("Customer has answered"),
        permission="bench.handle",
        form=FORMS + "AnswerForm",
        style="primary",
        order=10,
    )
    def note_answer(self, *, by: Any, at: datetime, accepted: bool, name: str, **_answer: Any) -> None:
        self.refused = not accepted

    @action(
        source="asked",
        target="received",
        label=_("Take the estimate back"),
        permission="bench.handle",
        form=REASON,
        order=70,
    )
    def withdraw_estimate(self, *, by: Any, at: datetime, reason: str) -> None:
        pass

    @action(
        source="received",
        target="away",
        label=_("Send away for repair"),
        permission="bench.handle",
        form=FORMS + "AwayForm",
        condition=is_on_bench,
        order=65,
    )
    def send_away(self, *, by: Any, at: datetime, to: str, reason: str = "") -> None:
        self.away_with = to

    @action(
        source="away",
        target="received",
        label=_("It is back"),
        permission="bench.handle",
        form=FORMS + "BackForm",
        style="primary",
        order=10,
    )
    def come_back(self, *, by: Any, at: datetime, remark: str = "") -> None:
        self.away_with = ""

    @action(
        source="received",
        target="ready",
        label=_("Give back unrepaired"),
        permission="bench.work",
        condition=is_on_bench,
        form=FORMS + "UnrepairedForm",
        style="warning",
        order=75,
    )
    def give_back(self, *, by: Any, at: datetime, reason: str, with_fee: bool = False) -> None:
        self.outcome, self.outcome_note, self.ready_at = self.Outcome.UNREPAIRED, reason, at

    @action(
        source=["received", "asked"],
        target="ready",
        label=_("Ready to collect"),
        permission="bench.work",
        hidden=True,
    )
    def make_ready(self, *, by: Any, at: datetime) -> None:
        self.outcome, self.ready_at = self.Outcome.REPAIRED, at

    @action(
        source="ready",
        target=None,
        label=_("Remind the customer"),
        permission="bench.handle",
        order=40,
        confirm=_("The customer is told again that the goods are ready."),
    )
    def remind(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source="ready",
        target="collected",
        label=pgettext_lazy("carry-in", "Hand over"),
        permission="bench.handle",
        hidden=True,
    )
    def collect(self, *, by: Any, at: datetime, **taken: Any) -> None:
        for name, value in taken.items():
            setattr(self, name, value)
        self.collected_at, self.is_live, self.next_reminder_at = at, False, None


class Accessory(models.Model):
    """Something taken in with the machine, listed on the receipt; ticked when it is handed over."""

    carry_in = models.ForeignKey(CarryIn, on_delete=models.CASCADE, related_name="accessories")
    name = models.CharField(_("accessory"), max_length=80)
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    returned = models.BooleanField(_("handed over"), null=True, blank=True)

    class Meta:
        verbose_name = _("accessory")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="carry_in_accessory_quantity")
        ]

    def __str__(self) -> str:
        return self.name if self.quantity == 1 else f"{self.name} × {self.quantity}"


class Estimate(models.Model):
    """What the repair would cost, as put to the customer; ``lines`` hold what the order's lines said then."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("estimate", "waiting for the answer")
        ACCEPTED = "accepted", pgettext_lazy("estimate", "accepted")
        REFUSED = "refused", pgettext_lazy("estimate", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("estimate", "taken back")

    class Way(models.TextChoices):
        LINK = "link", pgettext_lazy("estimate", "on the link")
        PHONE = "phone", pgettext_lazy("estimate", "by phone")
        COUNTER = "counter", pgettext_lazy("estimate", "at the counter")

    STATE_STYLES: ClassVar[dict[str, str]] = {
        "open": "warning",
        "accepted": "success",
        "refused": "danger",
        "withdrawn": "secondary",
    }

    carry_in = models.ForeignKey(CarryIn, on_delete=models.CASCADE, related_name="estimates")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    lines = models.JSONField(default=list)
    total = models.DecimalField(_("all together"), max_digits=12, decimal_places=2)
    customer_total = models.DecimalField(_("the customer pays"), max_digits=12, decimal_places=2)
    fee = models.DecimalField(_("inspection fee if refused"), max_digits=12, decimal_places=2, default=0)
    note = models.CharField(_("note"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    valid_until = models.DateTimeField(_("good until"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.CharField(_("answered by"), max_length=60, blank=True)
    way = models.CharField(_("how it was answered"), max_length=8, choices=Way, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("estimate")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["carry_in"], condition=Q(state="open"), name="estimate_open_once"
            ),
            models.CheckConstraint(condition=Q(customer_total__gte=0), name="estimate_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.carry_in} {self.customer_total}"

    @property
    def state_style(self) -> str:
        """The look of the state."""
        return self.STATE_STYLES.get(self.state, "secondary")

    @property
    def is_expired(self) -> bool:
        """Whether it can no longer be accepted."""
        return self.state == self.State.OPEN and self.valid_until <= timezone.now()
