"""Patrols: routes with their points, and each round as it was walked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.links import path_of
from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.operations.maintenance.models.measures import Answer
from jiannuo.operations.maintenance.models.plans import WEEKDAYS

FORMS = "jiannuo.operations.maintenance.actionforms."


class PatrolRoute(models.Model):
    """A way that is walked on certain days of the week, point by point, for one customer."""

    VIEW_PERMISSION = "maintenance.view"

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("route"), max_length=80)
    reference = models.CharField(_("document and article"), max_length=160, blank=True)
    weekdays = models.CharField(_("days of the week"), max_length=7)
    starts_on = models.DateField(_("in force from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    checklist = models.ForeignKey(
        "maintenance.Checklist",
        verbose_name=_("check sheet"),
        on_delete=models.PROTECT,
        related_name="routes",
        help_text=_("For points without a checklist of their own."),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who walks it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_active = models.BooleanField(_("in use"), default=True)
    planned_until = models.DateField(null=True, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("patrol route")
        verbose_name_plural = _("patrol routes")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["organization", "-id"], name="route_org")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")), name="route_dates"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_of("maintenance:route", self.pk)

    @property
    def weekday_names(self) -> str:
        """Which days, in words."""
        if len(self.weekdays) == len(WEEKDAYS):
            return str(_("every day"))
        return "、".join(str(name) for key, name in WEEKDAYS if key in self.weekdays)

    def is_walked_on(self, day: date) -> bool:
        """Whether a round is planned for ``day``."""
        return (
            self.is_active
            and str(day.weekday()) in self.weekdays
            and self.starts_on <= day
            and (self.ends_on is None or day <= self.ends_on)
        )


class RoutePoint(models.Model):
    """A unit or a place on a route. One that was taken off stays for the rounds that knew it."""

    route = models.ForeignKey(PatrolRoute, on_delete=models.CASCADE, related_name="points")
    position = models.PositiveSmallIntegerField(_("sequence"), default=0)
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    place = models.CharField(_("spot"), max_length=100, blank=True)
    checklist = models.ForeignKey(
        "maintenance.Checklist",
        verbose_name=_("check sheet"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("point")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(unit__isnull=False) | ~Q(place=""), name="point_is_somewhere")
        ]

    def __str__(self) -> str:
        if self.unit is None:
            return self.place
        return " · ".join(part for part in (self.place, str(self.unit.model), self.unit.serial) if part)


class PatrolRound(Document):
    """One walk along a route: planned for a day, or special for an occasion (typhoon, holiday)."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("round", "planned")
        UNDER_WAY = "under_way", pgettext_lazy("round", "under way")
        FINISHED = "finished", pgettext_lazy("round", "finished")
        INCOMPLETE = "incomplete", pgettext_lazy("round", "incomplete")
        MISSED = "missed", pgettext_lazy("round", "missed")
        CALLED_OFF = "called_off", pgettext_lazy("round", "called off")

    PREFIX = "RD"
    URL_NAME = "maintenance:round"
    SERVICE = "jiannuo.operations.maintenance.services.do_round"
    VIEW_PERMISSION = "maintenance.view"
    INITIAL_STATE = "planned"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "planned": "info",
        "under_way": "primary",
        "finished": "success",
        "incomplete": "danger",
        "missed": "danger",
        "called_off": "secondary",
    }
    OPEN_STATES = ("planned", "under_way")

    route = models.ForeignKey(
        PatrolRoute, verbose_name=_("route"), on_delete=models.PROTECT, related_name="rounds"
    )
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField(_("day"))
    occasion = models.CharField(_("special occasion"), max_length=60, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who walks it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("patrol round")
        verbose_name_plural = _("patrol rounds")
        indexes = [
            models.Index(fields=["day", "document_ptr"], name="round_day"),
            models.Index(fields=["route", "-day"], name="round_route"),
            models.Index(fields=["person", "-day"], name="round_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["route", "day"], condition=Q(occasion=""), name="round_once_a_day"
            )
        ]

    @action(
        source="planned",
        target="under_way",
        label=pgettext_lazy("round", "Start"),
        permission="patrols.record",
        style="primary",
        order=10,
    )
    def start(self, *, by: Any, at: datetime) -> None:
        self.person, self.started_at = by, at

    @action(
        source="under_way",
        target="finished",
        label=pgettext_lazy("round", "Finish"),
        permission="patrols.record",
        form=FORMS + "FinishRoundForm",
        style="success",
        order=20,
    )
    def finish(self, *, by: Any, at: datetime, remark: str = "") -> None:
        self.finished_at, self.remark = at, remark

    @action(
        source="under_way",
        target="incomplete",
        label=_("Break off"),
        permission="patrols.record",
        form=FORMS + "ReasonForm",
        style="danger",
        order=80,
    )
    def break_off(self, *, by: Any, at: datetime, reason: str) -> None:
        self.finished_at, self.remark = at, reason

    @action(
        source="planned",
        target="planned",
        label=_("Give to somebody else"),
        permission="maintenance.plan",
        form=FORMS + "WalkerForm",
        order=70,
    )
    def give(self, *, by: Any, at: datetime, person: Any) -> None:
        self.person = person

    @action(
        source="under_way",
        target="under_way",
        label=pgettext_lazy("round", "Let somebody else go on"),
        permission="maintenance.plan",
        form=FORMS + "WalkerForm",
        order=70,
    )
    def give_on(self, *, by: Any, at: datetime, person: Any) -> None:
        self.person = person

    @action(
        source="planned",
        target="called_off",
        label=_("Call the round off"),
        permission="maintenance.plan",
        form=FORMS + "ReasonForm",
        style="danger",
        order=90,
    )
    def call_off(self, *, by: Any, at: datetime, reason: str) -> None:
        self.finished_at, self.remark = at, reason

    @action(
        source="planned",
        target="missed",
        label=_("Missed"),
        permission="maintenance.plan",
        hidden=True,
    )
    def miss(self, *, by: Any, at: datetime, reason: str = "") -> None:
        self.remark = reason


class RoundPoint(models.Model):
    """A point as one round met it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("point", "open")
        DONE = "done", pgettext_lazy("point", "checked")
        SKIPPED = "skipped", pgettext_lazy("point", "left out")
        REMOVED = "removed", pgettext_lazy("point", "taken off the route")

    STYLES: ClassVar[dict[str, str]] = {
        "open": "warning",
        "done": "success",
        "skipped": "danger",
        "removed": "secondary",
    }

    round = models.ForeignKey(PatrolRound, on_delete=models.CASCADE, related_name="points")
    point = models.ForeignKey(RoutePoint, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("point"), max_length=200)
    unit = models.ForeignKey(
        "installedbase.InstalledUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    recorded_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    key = models.CharField(max_length=64, blank=True, help_text="the phone's own name of this record")
    scanned = models.BooleanField(_("code scanned on the spot"), default=False)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = _("point of a round")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "point"], name="round_point_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def state_label(self) -> str:
        return str(self.get_state_display())

    @property
    def state_style(self) -> str:
        """The look of the state."""
        return self.STYLES.get(self.state, "secondary")


class RoundCheck(Answer):
    """A check at a point of a round."""

    point = models.ForeignKey(RoundPoint, on_delete=models.CASCADE, related_name="checks")

    class Meta(Answer.Meta):
        abstract = False
        verbose_name = _("check of a round")


class WalkStep(models.Model):
    """A step of a round that a person's phone has sent with a key of its own, and that was done."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    round = models.ForeignKey(PatrolRound, on_delete=models.CASCADE, related_name="sent_steps")
    step = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("step of a round")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="walk_step_once")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.step}"
