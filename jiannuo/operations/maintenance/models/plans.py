"""Maintenance plans (保养计划) and the jobs that they make due."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.promises.obligations.words import metric_label

FORMS = "jiannuo.operations.maintenance.actionforms."
JOBS = [(job.value, job.label) for job in (WorkOrder.Kind.MAINTENANCE, WorkOrder.Kind.INSPECTION)]
WEEKDAYS = (
    ("0", _("Monday")),
    ("1", _("Tuesday")),
    ("2", _("Wednesday")),
    ("3", _("Thursday")),
    ("4", _("Friday")),
    ("5", _("Saturday")),
    ("6", _("Sunday")),
)


class MaintenancePlan(Document):
    """What is done again and again for units or a site of one customer."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", pgettext_lazy("plan", "running")
        PAUSED = "paused", pgettext_lazy("plan", "paused")
        ENDED = "ended", pgettext_lazy("plan", "ended")

    class Source(models.TextChoices):
        CLAUSE = "clause", _("clause of a commitment")
        CONTRACT = "contract", _("contract")
        OTHER = "other", _("other document")

    class Rhythm(models.TextChoices):
        CALENDAR = "calendar", _("every so many days, weeks, months, years")
        SEASON = "season", _("season")
        WEEKDAYS = "weekdays", _("days of the week")
        METER = "meter", _("meter reading")
        CLAUSE = "clause", _("as the clause says")

    class Unit(models.TextChoices):
        DAYS = "days", pgettext_lazy("period", "days")
        WEEKS = "weeks", pgettext_lazy("period", "weeks")
        MONTHS = "months", pgettext_lazy("period", "months")
        YEARS = "years", pgettext_lazy("period", "years")

    class When(models.TextChoices):
        BEFORE = "before", _("before the season")
        DURING = "during", _("in the season")
        AFTER = "after", _("after the season")

    PREFIX = "MP"
    URL_NAME = "maintenance:plan"
    SERVICE = "jiannuo.operations.maintenance.services.do_plan"
    VIEW_PERMISSION = "maintenance.view"
    INITIAL_STATE = "draft"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "draft": "secondary",
        "active": "success",
        "paused": "warning",
        "ended": "secondary",
    }

    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="maintenance_plans",
    )
    address = models.ForeignKey(
        "customers.Address",
        verbose_name=_("site"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    source = models.CharField(_("agreed in"), max_length=10, choices=Source, default=Source.CONTRACT)
    reference = models.CharField(_("document and article"), max_length=160, blank=True)
    commitment = models.ForeignKey(
        "commitments.Commitment",
        verbose_name=_("commitment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    clause = models.CharField(_("clause"), max_length=60, blank=True)
    metric = models.CharField(_("what is owed"), max_length=30, blank=True)
    job = models.CharField(
        _("kind of job"),
        max_length=14,
        choices=JOBS,
        default=WorkOrder.Kind.MAINTENANCE.value,
    )
    work = models.TextField(_("what is to be done"), max_length=2000)
    checklist = models.ForeignKey(
        "maintenance.Checklist",
        verbose_name=_("check sheet"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="plans",
        help_text=_("Empty: the checklist of the product."),
    )
    rhythm = models.CharField(_("rhythm"), max_length=10, choices=Rhythm, default=Rhythm.CALENDAR)
    every_amount = models.PositiveSmallIntegerField(
        _("every"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    every_unit = models.CharField(_("period"), max_length=8, choices=Unit, default=Unit.MONTHS)
    season = models.ForeignKey(
        "maintenance.Season",
        verbose_name=_("season"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    season_when = models.CharField(_("before, in or after"), max_length=8, choices=When, default=When.BEFORE)
    season_days = models.PositiveSmallIntegerField(
        _("days before or after the season"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(180)],
    )
    weekdays = models.CharField(_("days of the week"), max_length=7, blank=True)
    meter_every = models.DecimalField(
        _("every so much on the meter"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    meter_months = models.PositiveSmallIntegerField(
        _("at the latest after so many months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    starts_on = models.DateField(_("counted from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    lead_days = models.PositiveSmallIntegerField(
        _("days ahead that a job appears"), default=14, validators=[MaxValueValidator(366)]
    )
    automatic = models.BooleanField(
        _("make the work orders by itself"),
        default=False,
        help_text=_("Otherwise a dispatcher makes them from the list of due jobs."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person responsible"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    counts_from = models.DateField(null=True, blank=True, editable=False)
    planned_on = models.DateField(null=True, blank=True, editable=False)
    end_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("maintenance plan")
        verbose_name_plural = _("maintenance plans")
        indexes = [models.Index(fields=["customer", "-document_ptr"], name="plan_customer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(every_amount__isnull=True) | Q(every_amount__gt=0), name="plan_interval"
            ),
            models.CheckConstraint(
                condition=Q(meter_every__isnull=True) | Q(meter_every__gt=0), name="plan_meter_interval"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="plan_dates"
            ),
        ]

    @property
    def is_over(self) -> bool:
        return self.state == self.State.ENDED

    @property
    def severity(self) -> str:
        """Clauses ask for a severity; what is planned has none."""
        return ""

    @property
    def metric_label(self) -> str:
        """What is owed, in the reader's language."""
        return metric_label(self.metric) if self.metric else ""

    @action(
        source=["draft", "paused"],
        target="active",
        label=pgettext_lazy("plan", "Start"),
        permission="maintenance.plan",
        style="primary",
        order=10,
    )
    def activate(self, *, by: Any, at: datetime) -> None:
        today = timezone.localdate(at)
        self.counts_from = max(self.starts_on, today) if self.counts_from else self.starts_on
        self.planned_on = None

    @action(
        source="active",
        target="paused",
        label=pgettext_lazy("plan", "Pause"),
        permission="maintenance.plan",
        form=FORMS + "ReasonForm",
        order=60,
    )
    def pause(self, *, by: Any, at: datetime, reason: str) -> None:
        pass

    @action(
        source=["draft", "active", "paused"],
        target="ended",
        label=pgettext_lazy("plan", "End"),
        permission="maintenance.plan",
        form=FORMS + "EndPlanForm",
        style="danger",
        order=90,
    )
    def end(self, *, by: Any, at: datetime, reason: str, cancel_orders: bool = False) -> None:
        self.end_reason = reason
        self.ends_on = max(min(self.ends_on or date.max, timezone.localdate(at)), self.starts_on)


class PlanUnit(models.Model):
    """A unit that a plan is about. ``serviced_at`` is when it was last done: usage counts from there."""

    plan = models.ForeignKey(MaintenancePlan, on_delete=models.CASCADE, related_name="plan_units")
    unit = models.ForeignKey(
        "installedbase.InstalledUnit", on_delete=models.PROTECT, related_name="plan_units"
    )
    serviced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "unit"], name="plan_unit_once")]

    def __str__(self) -> str:
        return f"{self.plan} {self.unit}"


class JobQuerySet(ScopedQuerySet):
    def open(self) -> JobQuerySet:
        """What is still to be done."""
        return self.filter(state__in=PlannedJob.OPEN_STATES)

    def overdue(self, today: date) -> JobQuerySet:
        """What should have been done by yesterday."""
        return self.open().filter(due_on__lt=today)


class PlannedJob(models.Model):
    """One occurrence of a plan for one unit (or the site), once for each ``key``."""

    class State(models.TextChoices):
        DUE = "due", pgettext_lazy("job", "due")
        ORDERED = "ordered", pgettext_lazy("job", "ordered")
        DONE = "done", pgettext_lazy("job", "done")
        SKIPPED = "skipped", pgettext_lazy("job", "left out")

    OPEN_STATES = ("due", "ordered")
    STYLES: ClassVar[dict[str, str]] = {
        "due": "warning",
        "ordered": "primary",
        "done": "success",
        "skipped": "secondary",
    }
    VIEW_PERMISSION = "maintenance.view"

    plan = models.ForeignKey(
        MaintenancePlan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="jobs"
    )
    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="planned_jobs",
    )
    key = models.CharField(max_length=60, unique=True, editable=False)
    opens_on = models.DateField(_("in force from"))
    due_on = models.DateField(_("due"))
    occasion = models.CharField(_("special occasion"), max_length=60, blank=True)
    is_forecast = models.BooleanField(_("forecast"), default=False)
    obligation = models.OneToOneField(
        "obligations.Obligation",
        verbose_name=_("obligation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="planned_job",
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DUE)
    order = models.ForeignKey(
        WorkOrder,
        verbose_name=_("work order"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="planned_jobs",
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    skip_reason = models.CharField(_("reason"), max_length=200, blank=True)
    skipped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    refused_on = models.DateField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned job")
        verbose_name_plural = _("planned jobs")
        indexes = [
            models.Index(fields=["organization", "state", "due_on"], name="job_org_state"),
            models.Index(fields=["state", "due_on"], name="job_state"),
            models.Index(fields=["due_on", "id"], name="job_due"),
            models.Index(fields=["plan", "due_on"], name="job_plan"),
            models.Index(fields=["unit", "due_on"], name="job_unit"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("opens_on")), name="job_window"),
            models.CheckConstraint(condition=~Q(state="done") | Q(done_at__isnull=False), name="job_done"),
            models.CheckConstraint(
                condition=~Q(state="ordered") | Q(order__isnull=False), name="job_ordered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.due_on}"

    @property
    def state_label(self) -> str:
        return str(self.get_state_display())

    @property
    def state_style(self) -> str:
        """The look of the state."""
        return "danger" if self.is_late else self.STYLES.get(self.state, "secondary")

    @property
    def is_late(self) -> bool:
        """Whether it should have been done by yesterday."""
        return self.state in self.OPEN_STATES and self.due_on < timezone.localdate()

    @property
    def was_in_time(self) -> bool:
        """Whether it was done by its day."""
        return self.done_at is not None and timezone.localdate(self.done_at) <= self.due_on
