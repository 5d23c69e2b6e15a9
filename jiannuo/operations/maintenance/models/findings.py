"""Findings (隐患) until they are solved, and the inspection report (F24)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet

FORMS = "jiannuo.operations.maintenance.actionforms."


class Finding(Document):
    """Something wrong that a patrol or an inspection found. It has an owner and is open until it is solved."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("finding", "open")
        IN_HAND = "in_hand", pgettext_lazy("finding", "in hand")
        SOLVED = "solved", pgettext_lazy("finding", "solved")
        DROPPED = "dropped", pgettext_lazy("finding", "dropped")
        REFUSED = "refused", pgettext_lazy("finding", "refused by the customer")

    class Severity(models.TextChoices):
        MINOR = "minor", _("minor")
        NORMAL = "normal", _("normal")
        MAJOR = "major", _("major")
        CRITICAL = "critical", _("critical")

    PREFIX = "FD"
    URL_NAME = "maintenance:finding"
    SERVICE = "jiannuo.operations.maintenance.services.do_finding"
    VIEW_PERMISSION = "maintenance.view"
    INITIAL_STATE = "open"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "open": "warning",
        "in_hand": "primary",
        "solved": "success",
        "dropped": "secondary",
        "refused": "danger",
    }
    OPEN_STATES = ("open", "in_hand")

    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), on_delete=models.PROTECT, related_name="findings"
    )
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="findings",
    )
    place = models.CharField(_("spot"), max_length=200, blank=True)
    text = models.TextField(_("what was found"), max_length=2000)
    check_text = models.CharField(_("check"), max_length=160, blank=True)
    value = models.CharField(_("measured"), max_length=120, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.NORMAL)
    found_in = models.ForeignKey(
        Document,
        verbose_name=_("found in"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="findings_in",
    )
    found_at = models.DateTimeField(_("found"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="findings",
    )
    estimate = models.DecimalField(
        _("estimate (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    result = models.TextField(_("result"), blank=True)
    solved_at = models.DateTimeField(_("solved"), null=True, blank=True)
    refused_by = models.CharField(_("refused by"), max_length=60, blank=True, editable=False)
    refused_at = models.DateTimeField(_("refused"), null=True, blank=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("hidden dangers")
        indexes = [
            models.Index(fields=["unit", "-document_ptr"], name="finding_unit"),
            models.Index(fields=["customer", "-document_ptr"], name="finding_customer"),
            models.Index(fields=["owner", "-document_ptr"], name="finding_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(estimate__isnull=True) | Q(estimate__gte=0), name="finding_estimate"
            )
        ]

    @property
    def request_kind(self) -> str:
        """What clauses are asked for: a finding wants a repair."""
        return "repair"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES

    @action(
        source=["open", "in_hand"],
        target=None,
        label=_("Name the owner"),
        permission="findings.handle",
        form=FORMS + "OwnerForm",
        order=30,
    )
    def entrust(self, *, by: Any, at: datetime, owner: Any) -> None:
        self.owner = owner

    @action(
        source="open",
        target="in_hand",
        label=_("Make a work order"),
        permission="orders.dispatch",
        form=FORMS + "OrderFromFindingForm",
        style="primary",
        order=10,
    )
    def order_repair(self, *, by: Any, at: datetime, work: str = "") -> None:
        self.owner = self.owner or by

    @action(
        source="open",
        target="in_hand",
        label=_("Ask the customer"),
        permission="findings.handle",
        form=FORMS + "AskCustomerForm",
        order=20,
    )
    def ask_customer(self, *, by: Any, at: datetime, text: str, estimate: Any = None) -> None:
        self.owner, self.estimate = self.owner or by, estimate

    @action(source="open", target="in_hand", label=_("Quoted"), permission="findings.handle", hidden=True)
    def quote(self, *, by: Any, at: datetime, number: str) -> None:
        self.owner = self.owner or by

    @action(
        source="in_hand",
        target="refused",
        label=_("Refused by the customer"),
        permission="findings.handle",
        hidden=True,
    )
    def refuse(self, *, by: Any, at: datetime, name: str, result: str) -> None:
        self.refused_by, self.refused_at, self.result = name, at, result

    @action(
        source=["in_hand", "refused"],
        target="open",
        label=_("Take back"),
        permission="findings.handle",
        form=FORMS + "ReasonForm",
        order=70,
    )
    def reopen(self, *, by: Any, at: datetime, reason: str) -> None:
        if self.refused_at is not None:
            self.refused_by, self.refused_at, self.result = "", None, ""

    @action(
        source=["open", "in_hand"],
        target="solved",
        label=_("Danger removed"),
        permission="findings.handle",
        form=FORMS + "SolveForm",
        style="success",
        order=40,
    )
    def solve(self, *, by: Any, at: datetime, result: str) -> None:
        self.result, self.solved_at = result, at

    @action(
        source=["open", "in_hand"],
        target="dropped",
        label=_("Drop the finding"),
        permission="findings.drop",
        form=FORMS + "ReasonForm",
        style="danger",
        order=90,
    )
    def drop(self, *, by: Any, at: datetime, reason: str) -> None:
        self.result = reason


class InspectionReport(Document):
    """What the customer is told after an inspection. It serves the orders that it reports on."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ISSUED = "issued", pgettext_lazy("report", "issued")

    PREFIX = "IR"
    URL_NAME = "maintenance:report"
    SERVICE = "jiannuo.operations.maintenance.services.do_report"
    VIEW_PERMISSION = "maintenance.view"
    INITIAL_STATE = "draft"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {"draft": "warning", "issued": "success"}

    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), on_delete=models.PROTECT, related_name="+"
    )
    inspected_on = models.DateField(_("inspected on"))
    inspectors = models.CharField(_("inspected by"), max_length=120, blank=True)
    with_whom = models.CharField(_("customer's engineer"), max_length=60, blank=True)
    summary = models.TextField(_("state of the equipment"), max_length=4000)
    done = models.TextField(_("adjusted and remedied"), max_length=4000, blank=True)
    advice = models.TextField(_("advice"), max_length=4000, blank=True)
    next_on = models.DateField(_("next inspection"), null=True, blank=True)
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection report")
        verbose_name_plural = _("inspection reports")
        indexes = [models.Index(fields=["customer", "-document_ptr"], name="report_customer")]

    @action(
        source="draft",
        target="issued",
        label=pgettext_lazy("report", "Issue"),
        permission="maintenance.report",
        style="primary",
        order=10,
        confirm=_("The report goes to the customer and cannot be changed any more."),
    )
    def issue(self, *, by: Any, at: datetime) -> None:
        self.issued_at, self.issued_by = at, by
