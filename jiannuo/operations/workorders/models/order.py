"""The work order (工单) itself: its states, its actions, what was recorded and signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.regions.services import full_name
from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document
from jiannuo.operations.workorders.models.scope import WorkOrderQuerySet

FORMS = "jiannuo.operations.workorders.forms."


#: states in which the order may still change
RUNNING = (
    "draft",
    "ready",
    "dispatched",
    "accepted",
    "travelling",
    "on_site",
    "waiting",
    "bench",
    "completed",
    "signed",
)


def is_assigned(order: Any, user: Any) -> bool:
    """Whether ``user`` is the technician of the order."""
    return order.technician_id is not None and order.technician_id == user.pk


class WorkOrder(Document):
    """A job. Timestamps of the field work live on the visits."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        READY = "ready", _("waiting for dispatch")
        DISPATCHED = "dispatched", _("dispatched")
        ACCEPTED = "accepted", pgettext_lazy("work order", "accepted")
        TRAVELLING = "travelling", _("on the way")
        ON_SITE = "on_site", _("on site")
        WAITING = "waiting", _("waiting")
        BENCH = "bench", _("brought in, on the bench")
        COMPLETED = "completed", pgettext_lazy("work order", "completed")
        SIGNED = "signed", _("signed by the customer")
        REVIEWED = "reviewed", _("reviewed")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    class Kind(models.TextChoices):
        REPAIR = "repair", _("repair")
        INSTALLATION = "installation", _("installation")
        MAINTENANCE = "maintenance", _("maintenance")
        INSPECTION = "inspection", _("inspection")

    class Waiting(models.TextChoices):
        CUSTOMER = "waiting_customer", _("waiting for the customer")
        PARTS = "waiting_parts", _("waiting for parts")
        APPROVAL = "waiting_approval", _("waiting for approval")

    PREFIX = "WO"
    URL_NAME = "workorders:detail"
    SERVICE = "jiannuo.operations.workorders.services.do"
    VIEW_PERMISSION = "orders.view"
    INITIAL_STATE = "draft"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "draft": "secondary",
        "ready": "warning",
        "dispatched": "info",
        "accepted": "info",
        "travelling": "primary",
        "on_site": "primary",
        "waiting": "warning",
        "bench": "warning",
        "completed": "success",
        "signed": "success",
        "reviewed": "success",
        "closed": "secondary",
        "cancelled": "danger",
    }
    UNDER_WAY = ("dispatched", "accepted", "travelling", "on_site", "waiting", "bench")

    job = models.CharField(_("kind of job"), max_length=14, choices=Kind, default=Kind.REPAIR)
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), on_delete=models.PROTECT, related_name="work_orders"
    )
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=20, blank=True)
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="work_orders",
    )
    category = models.ForeignKey(
        "products.Category", verbose_name=_("category"), null=True, blank=True, on_delete=models.PROTECT
    )
    division = models.ForeignKey(
        "regions.Division", verbose_name=_("division"), null=True, blank=True, on_delete=models.PROTECT
    )
    address = models.CharField(_("address"), max_length=220, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    fault = models.TextField(_("fault reported"), blank=True)
    severity = models.CharField(_("severity"), max_length=12, blank=True)
    technician = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("technician"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="work_orders",
    )
    waiting_for = models.CharField(_("waiting for"), max_length=20, choices=Waiting, blank=True)
    decision = models.JSONField(default=dict, blank=True, help_text="the Decision of rules, frozen at intake")
    free_because = models.CharField(_("free of charge because"), max_length=200, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)

    symptom = models.ForeignKey(
        "products.FaultCode",
        verbose_name=_("symptom"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    cause = models.ForeignKey(
        "products.FaultCode",
        verbose_name=_("cause"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    measure = models.ForeignKey(
        "products.FaultCode",
        verbose_name=_("measure"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    work_done = models.TextField(_("work done"), blank=True)
    test_result = models.CharField(_("test result"), max_length=200, blank=True)
    test_passed = models.BooleanField(_("test passed"), null=True, blank=True)
    test_agreed = models.BooleanField(
        _("customer agrees with the test result"), default=False, help_text=_("Given with the signature.")
    )
    meter_reading = models.DecimalField(
        _("meter reading"), max_digits=14, decimal_places=2, null=True, blank=True
    )

    signed_by = models.CharField(_("signed by"), max_length=60, blank=True)
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    opinion = models.CharField(_("customer's opinion"), max_length=300, blank=True)
    rating = models.PositiveSmallIntegerField(_("rating (1–5)"), null=True, blank=True)
    signature = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancel_reason = models.CharField(_("reason of cancelling"), max_length=200, blank=True)

    objects = WorkOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("work order")
        verbose_name_plural = _("work orders")
        indexes = [
            models.Index(fields=["technician", "-document_ptr"], name="workorder_technician"),
            models.Index(fields=["customer", "-document_ptr"], name="workorder_customer"),
            models.Index(fields=["unit", "-document_ptr"], name="workorder_unit"),
            models.Index(fields=["due_at", "document_ptr"], name="workorder_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5),
                name="workorder_rating_range",
            )
        ]

    @property
    def place(self) -> str:
        """Where the work is: province, city and district before the street, as a driver needs it (one query)."""
        return f"{full_name(self.division_id)}{self.address}"

    @property
    def severity_label(self) -> str:
        """The severity in the reader's language."""
        labels = {"minor": _("minor"), "normal": _("normal"), "major": _("major"), "critical": _("critical")}
        return str(labels.get(self.severity, self.severity))

    # Actions: one declaration each. They change the order; services.py does what follows from it.

    @action(
        source="draft",
        target="ready",
        label=_("Release"),
        permission="orders.dispatch",
        style="primary",
        order=10,
    )
    def release(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source=["ready", "dispatched", "accepted"],
        target="dispatched",
        label=_("Assign"),
        permission="orders.dispatch",
        form=FORMS + "AssignForm",
        style="primary",
        order=10,
    )
    def assign(self, *, by: Any, at: datetime, technician: Any, **_appointment: Any) -> None:
        self.technician = technician
        self.waiting_for = ""

    @action(
        source="dispatched",
        target="accepted",
        label=_("Accept"),
        permission="orders.work",
        condition=is_assigned,
        style="primary",
        order=10,
    )
    def accept(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source=["dispatched", "accepted"],
        target="ready",
        label=_("Decline"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "ReasonForm",
        style="danger",
        order=80,
    )
    def decline(self, *, by: Any, at: datetime, reason: str) -> None:
        self.technician = None

    @action(
        source=["dispatched", "accepted"],
        target="ready",
        label=_("Take back"),
        permission="orders.dispatch",
        form=FORMS + "ReasonForm",
        order=75,
    )
    def take_back(self, *, by: Any, at: datetime, reason: str) -> None:
        self.technician = None

    @action(
        source="accepted",
        target="travelling",
        label=_("Set out"),
        permission="orders.work",
        condition=is_assigned,
        style="primary",
        order=10,
    )
    def set_out(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source=["accepted", "travelling"],
        target="on_site",
        label=_("Arrived"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "ArriveForm",
        style="primary",
        order=10,
    )
    def arrive(self, *, by: Any, at: datetime, **_place: Any) -> None:
        pass

    @action(
        source=["accepted", "travelling", "on_site", "bench"],
        target="waiting",
        label=_("Pause"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "PauseForm",
        order=60,
    )
    def pause(self, *, by: Any, at: datetime, waiting_for: str, reason: str = "") -> None:
        self.waiting_for = waiting_for

    @action(
        source="waiting",
        target="accepted",
        label=_("Resume"),
        permission="orders.work",
        condition=is_assigned,
        style="primary",
        order=10,
    )
    def resume(self, *, by: Any, at: datetime) -> None:
        self.waiting_for = ""

    @action(
        source="on_site",
        target="bench",
        label=_("Bring in for repair"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "ReasonForm",
        order=65,
    )
    def bring_in(self, *, by: Any, at: datetime, reason: str) -> None:
        pass

    @action(
        source=["draft", "ready", "dispatched", "accepted"],
        target="bench",
        label=_("Take onto the bench"),
        permission="bench.handle",
        hidden=True,
    )
    def take_in(self, *, by: Any, at: datetime, reason: str = "") -> None:
        self.waiting_for = ""

    @action(
        source=["bench", "waiting", "accepted"],
        target=None,
        label=_("Who works on it"),
        permission="bench.assign",
        hidden=True,
    )
    def entrust(self, *, by: Any, at: datetime, technician: Any) -> None:
        self.technician = technician

    @action(
        source=["bench", "waiting", "accepted"],
        target="completed",
        label=_("Give back unrepaired"),
        permission="bench.work",
        hidden=True,
    )
    def give_back(self, *, by: Any, at: datetime, reason: str) -> None:
        self.waiting_for, self.test_passed = "", None
        self.work_done, self.test_result = reason, ""

    @action(
        source=["on_site", "waiting"],
        target="ready",
        label=_("Second visit needed"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "ReasonForm",
        order=70,
    )
    def need_second_visit(self, *, by: Any, at: datetime, reason: str) -> None:
        self.technician, self.waiting_for = None, ""

    @action(
        source=["travelling", "on_site"],
        target="ready",
        label=_("Customer absent"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "ReasonForm",
        order=75,
    )
    def customer_absent(self, *, by: Any, at: datetime, reason: str) -> None:
        self.technician, self.waiting_for = None, self.Waiting.CUSTOMER

    @action(
        source=["on_site", "bench"],
        target="completed",
        label=_("Complete"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "CompleteForm",
        style="success",
        order=10,
    )
    def complete(self, *, by: Any, at: datetime, **data: Any) -> None:
        for field in (
            "symptom",
            "cause",
            "measure",
            "work_done",
            "test_result",
            "test_passed",
            "meter_reading",
        ):
            if field in data:
                setattr(self, field, data[field])

    @action(
        source="completed",
        target="signed",
        label=_("Customer signs"),
        permission="orders.work",
        condition=is_assigned,
        form=FORMS + "SignForm",
        style="success",
        order=10,
    )
    def sign(
        self,
        *,
        by: Any,
        at: datetime,
        signed_by: str = "",
        signature: Any = None,
        opinion: str = "",
        rating: int | None = None,
        test_agreed: bool = True,
        **_shown: Any,
    ) -> None:
        self.signed_by, self.signed_at, self.signature = signed_by, at, signature
        self.opinion, self.rating, self.test_agreed = opinion, rating, test_agreed

    @action(
        source="signed",
        target="reviewed",
        label=_("Review"),
        permission="orders.review",
        form=FORMS + "ReviewForm",
        style="primary",
        order=10,
    )
    def review(self, *, by: Any, at: datetime, remark: str = "") -> None:
        pass

    @action(
        source=["completed", "signed"],
        target="on_site",
        label=_("Send back to the technician"),
        permission="orders.review",
        form=FORMS + "ReasonForm",
        order=70,
    )
    def send_back(self, *, by: Any, at: datetime, reason: str) -> None:
        self.signature, self.signed_by, self.signed_at, self.test_agreed = None, "", None, False

    @action(
        source=[*RUNNING],
        target=None,
        label=_("Customer's choice"),
        permission="orders.dispatch",
        hidden=True,
    )
    def choose_remedy(self, *, by: Any, at: datetime, remedy: str, **_agreed: Any) -> None:
        pass

    @action(
        source=[*RUNNING],
        target=None,
        label=_("Change who pays"),
        permission="orders.charge",
        hidden=True,
    )
    def override(self, *, by: Any, at: datetime, **_charge: Any) -> None:
        pass

    @action(
        source="reviewed",
        target="closed",
        label=_("Close"),
        permission="orders.review",
        style="primary",
        order=10,
    )
    def close(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source=["draft", "ready", "dispatched", "accepted", "travelling", "waiting", "bench"],
        target="cancelled",
        label=_("Cancel"),
        permission="orders.dispatch",
        form=FORMS + "ReasonForm",
        style="danger",
        order=90,
    )
    def cancel(self, *, by: Any, at: datetime, reason: str) -> None:
        self.cancel_reason, self.waiting_for = reason, ""
