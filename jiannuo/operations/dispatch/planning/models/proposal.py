"""A proposal (排程方案): who would do which order when, before anybody is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.scope import ScopedQuerySet


class ProposalQuerySet(ScopedQuerySet):
    pass


class Proposal(models.Model):
    """Days of an organisation as planning would have them. Nothing of it counts until it is published."""

    class State(models.TextChoices):
        COMPUTING = "computing", _("being worked out")
        IMPROVING = "improving", _("being improved")
        READY = "ready", _("to be checked")
        PUBLISHED = "published", _("published")
        STALE = "stale", _("overtaken by changes")
        DISCARDED = "discarded", _("discarded")

    class Journeys(models.TextChoices):
        SPEEDS = "speeds", _("by the table of speeds")
        ROADS = "roads", _("by road")
        ASKING = "asking", _("by the table of speeds for now: the road service is being asked")
        PARTLY = "partly", _("by road; by the table of speeds where the road service knows no way")
        SILENT = "silent", _("by the table of speeds: the road service did not answer")
        NOT_ASKED = (
            "not_asked",
            _("by the table of speeds: the road service was not asked for all places yet"),
        )
        NO_SERVICE = "no_service", _("by the table of speeds: no road service is set up")

    VIEW_PERMISSION: ClassVar[str] = "planning.propose"
    STYLES: ClassVar[dict[str, str]] = {
        "computing": "primary",
        "improving": "primary",
        "ready": "info",
        "published": "success",
        "stale": "warning",
        "discarded": "secondary",
    }
    #: states in which a person may still change and publish it
    OPEN = (State.READY, State.STALE)

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    first_day = models.DateField(_("first day"))
    days = models.PositiveSmallIntegerField(_("days"), default=1)
    technicians = models.ManyToManyField(
        "workforce.Technician", verbose_name=_("technicians"), related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.COMPUTING)
    progress = models.PositiveSmallIntegerField(default=0, help_text="per cent of the improvement under way")
    touched_at = models.DateTimeField(default=timezone.now, help_text="last sign of life of the worker")
    message = models.CharField(max_length=400, blank=True)
    journeys = models.CharField(
        _("journeys"),
        max_length=10,
        choices=Journeys,
        default=Journeys.SPEEDS,
        help_text="how the lengths of journeys were found",
    )
    score = models.JSONField(default=dict, blank=True, help_text="what the proposal comes to")
    first_score = models.JSONField(default=dict, blank=True, help_text="what the first answer came to")
    present_score = models.JSONField(default=dict, blank=True, help_text="what the present plan comes to")
    busy = models.JSONField(default=list, blank=True, help_text="other visits that were planned around")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes = [
            models.Index(fields=["organization", "-id"], name="proposal_org"),
            models.Index(
                fields=["touched_at"],
                condition=Q(state__in=["computing", "improving"]),
                name="proposal_busy",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=7), name="proposal_days"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="proposal_progress"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.span}"

    def get_absolute_url(self) -> str:
        return reverse("planning:detail", args=[self.pk])

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=self.days - 1)

    @property
    def span(self) -> str:
        """The days as people write them."""
        first = f"{self.first_day:%Y-%m-%d}"
        return first if self.days == 1 else f"{first} – {self.last_day:%m-%d}"

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.COMPUTING, self.State.IMPROVING)

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def state_label(self) -> str:
        return str(self.get_state_display())

    @property
    def state_style(self) -> str:
        return self.STYLES[self.state]


class ProposalItem(models.Model):
    """An order in a proposal: how it stood when the proposal was made, and what is proposed for it."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="items")
    order = models.ForeignKey("workorders.WorkOrder", on_delete=models.CASCADE, related_name="+")
    order_version = models.PositiveIntegerField()
    visit_mark = models.CharField(
        max_length=200, blank=True, help_text="the open visit as it stood: key, technician, times, lock"
    )
    minutes = models.PositiveIntegerField(_("minutes"))
    minutes_source = models.CharField(max_length=10)
    approximate = models.BooleanField(
        default=False, help_text="the place is the centre of the division, not the address"
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    present_technician = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    present_from = models.DateTimeField(null=True, blank=True)
    told_from = models.DateTimeField(null=True, blank=True)
    told_to = models.DateTimeField(null=True, blank=True)
    technician = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("technician"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    travel_minutes = models.PositiveIntegerField(default=0)
    metres = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=20, blank=True, help_text="why nobody does it")
    lacking = models.JSONField(
        default=list, blank=True, help_text="names of the certificates for want of which nobody does it"
    )
    locked = models.BooleanField(_("locked"), default=False, help_text="kept when the proposal is improved")
    dropped = models.BooleanField(default=False, help_text="the person left it out")

    class Meta:
        verbose_name = _("order in a proposal")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "order"], name="proposal_item_once"),
            models.CheckConstraint(
                condition=Q(technician__isnull=True, starts_at__isnull=True, ends_at__isnull=True)
                | Q(technician__isnull=False, starts_at__isnull=False, ends_at__gt=F("starts_at")),
                name="proposal_item_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal} {self.order_id}"

    @property
    def is_told(self) -> bool:
        """Whether the customer knows when, and therefore who comes."""
        return self.told_from is not None and self.present_technician_id is not None

    @property
    def changes_person(self) -> bool:
        """Whether another than the present technician would do it."""
        present, proposed = self.present_technician_id, self.technician_id
        return present is not None and proposed is not None and present != proposed

    @property
    def is_late(self) -> bool:
        return self.due_at is not None and self.starts_at is not None and self.starts_at > self.due_at

    @property
    def keeps_promise(self) -> bool:
        """Whether work begins before the promise is due."""
        return self.due_at is not None and self.starts_at is not None and self.starts_at <= self.due_at


def as_json(score: Any) -> dict[str, Any]:
    """The figures of a score as they are kept."""
    names = ("cost", "metres", "travel_minutes", "work_minutes", "late_minutes", "late_jobs", "left_out")
    return {name: getattr(score, name) for name in (*names, "changed", "told_changed", "outside_area")}


auditlog.register(
    Proposal, exclude_fields=["progress", "touched_at", "score", "first_score", "present_score", "busy"]
)
