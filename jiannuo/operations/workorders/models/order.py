"""The work order (工单) itself: its states, what was recorded and signed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.regions.services import full_name
from jiannuo.office.documents.models import Document
from jiannuo.operations.workorders.models.moves import OrderMoves
from jiannuo.operations.workorders.models.scope import WorkOrderQuerySet


class WorkOrder(OrderMoves, Document):
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
    waiting_for = models.CharField(_("waiting for"), max_length=20, choices=OrderMoves.Waiting, blank=True)
    decision = models.JSONField(default=dict, blank=True, help_text="the Decision of rules, frozen at intake")
    certificates = models.JSONField(
        _("certificates asked for"),
        default=list,
        blank=True,
        help_text="codes of the kinds that clauses ask of whoever does the job, frozen with the decision",
    )
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
