"""What a manager decides about planning: costs, priorities, lunch, speeds, usual times. Each row counts for an
organisation and for everything below it, until one below has a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Any, TypeVar

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.models import area_prefix
from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.operations.workorders.models import WorkOrder

Row = TypeVar("Row", bound=Any)


class SettingsQuerySet(ScopedQuerySet):
    pass


def _whole(label: Any, default: int, low: int, high: int, help_text: Any = "") -> Any:
    """A whole number between two bounds."""
    bounds = [MinValueValidator(low), MaxValueValidator(high)]
    return models.PositiveIntegerField(label, default=default, validators=bounds, help_text=help_text)


class AreaRule(models.TextChoices):
    """What planning makes of a job outside the areas of a technician."""

    FREE = "free", _("may be left at no cost")
    COSTS = "costs", _("may be left for a cost")
    NEVER = "never", _("are never left")


class PlanningSettings(models.Model):
    """The figures of planning for an organisation and those below it."""

    class Journeys(models.TextChoices):
        SPEEDS = "speeds", _("table of speeds")
        ROADS = "roads", _("road service")

    organization = models.OneToOneField(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="planning_settings",
    )
    usual_minutes = _whole(
        _("usual time of a job (minutes)"),
        60,
        5,
        1440,
        _("Where neither the order nor a standard plan nor the table of usual times says it."),
    )
    latitude = models.FloatField(
        _("latitude of the starting place"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.FloatField(
        _("longitude of the starting place"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("Where technicians without a place of their own set out."),
    )
    journeys = models.CharField(
        _("journeys by"),
        max_length=6,
        choices=Journeys,
        default=Journeys.SPEEDS,
        help_text=_(
            "The road service is asked while plans are improved; the table of speeds counts where it says nothing."
        ),
    )
    speed = _whole(_("speed (km/h)"), 35, 3, 150, _("Where no zone of the table of speeds says another."))
    handling_minutes = _whole(
        _("each journey besides driving (minutes)"), 5, 0, 120, _("Parking, gate, finding the way.")
    )
    detour_percent = _whole(
        _("road against straight line (per cent)"), 130, 100, 300, _("130: the road is 1.3 times as long.")
    )
    lunch_minutes = _whole(_("lunch (minutes)"), 45, 0, 180, _("0: none is kept free."))
    lunch_from = models.TimeField(_("lunch from"), default=time(11, 30))
    lunch_to = models.TimeField(_("lunch until"), default=time(13, 30))
    cost_per_kilometre = _whole(_("a kilometre costs"), 2, 0, 1000)
    cost_per_hour = _whole(_("an hour on the way costs"), 60, 0, 10_000)
    late_per_minute = _whole(
        _("a minute late costs"),
        5,
        0,
        10_000,
        _("Against the due instant of the promise; times the weight of the severity."),
    )
    left_out = _whole(_("a job left out costs"), 5000, 1, 1_000_000, _("Times the weight of the severity."))
    changed = _whole(_("another technician than now costs"), 20, 0, 100_000)
    told_changed = _whole(
        _("another technician than the customer was told costs"),
        1500,
        0,
        1_000_000,
        _("The time that was told is kept in any case."),
    )
    area_rule = models.CharField(
        _("areas of technicians"),
        max_length=7,
        choices=AreaRule,
        default=AreaRule.COSTS,
        help_text=_("Those of the technician, else those of his or her organisation."),
    )
    outside_area = _whole(
        _("a job outside the technician's areas costs"),
        300,
        0,
        1_000_000,
        _("Where it is allowed for a cost."),
    )
    weight_minor = _whole(_("weight of minor"), 1, 1, 100)
    weight_normal = _whole(_("weight of normal"), 2, 1, 100)
    weight_major = _whole(_("weight of major"), 4, 1, 100)
    weight_critical = _whole(_("weight of critical"), 8, 1, 100)
    improve_seconds = _whole(_("improve a proposal for (seconds)"), 60, 5, 900)

    objects = SettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("settings of planning")
        verbose_name_plural = _("settings of planning")
        constraints = [
            models.CheckConstraint(
                condition=Q(lunch_to__gt=F("lunch_from")),
                name="planning_lunch_order",
                violation_error_message=_("Lunch must end after it begins."),
            )
        ]

    def __str__(self) -> str:
        return str(self.organization)

    def clean(self) -> None:
        """Refuse half a place, and a lunch that does not fit its span."""
        if (self.latitude is None) != (self.longitude is None):
            raise ValidationError({"longitude": _t("Give both latitude and longitude, or neither.")})
        if None not in (self.lunch_from, self.lunch_to, self.lunch_minutes):
            span = (self.lunch_to.hour - self.lunch_from.hour) * 60 + self.lunch_to.minute
            if self.lunch_minutes > span - self.lunch_from.minute:
                raise ValidationError({"lunch_minutes": _t("Lunch does not fit between its bounds.")})

    def weight(self, severity: str) -> int:
        """How many times lateness of a severity counts; one without severity counts as normal."""
        return int(getattr(self, f"weight_{severity}", self.weight_normal))


class SpeedZone(models.Model):
    """How fast one gets along in some administrative divisions."""

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="speed_zones",
    )
    name = models.CharField(_("zone"), max_length=40)
    divisions = models.JSONField(
        _("administrative divisions"), default=list, help_text=_("Codes, e.g. 330106; all below them belong.")
    )
    speed = _whole(_("speed (km/h)"), 25, 3, 150)
    handling_minutes = _whole(_("each journey besides driving (minutes)"), 5, 0, 120)

    objects = SettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("zone of speed")
        verbose_name_plural = _("table of speeds")
        ordering = ["organization", "name"]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="speed_zone_once")]

    def __str__(self) -> str:
        return self.name

    def holds(self, division: str) -> int:
        """How many signs of the division's code a code of the zone matches; 0 for a division outside."""
        found = (area_prefix(str(code)) for code in self.divisions)
        return max((len(code) for code in found if code and division.startswith(code)), default=0)


TWICE = _("There is a usual time for this kind of job and category already. Change that one.")


class UsualTime(models.Model):
    """How long a kind of job usually takes for a category: a figure, or that of a labour item."""

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="usual_times",
    )
    job = models.CharField(
        _("kind of job"),
        max_length=14,
        choices=WorkOrder.Kind,
        blank=True,
        help_text=_("Empty: every kind of job."),
    )
    category = models.ForeignKey(
        "products.Category",
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Empty: every category."),
    )
    labour = models.ForeignKey(
        "products.LabourItem",
        verbose_name=_("labour item"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Its usual time counts."),
    )
    minutes = models.PositiveIntegerField(
        _("minutes"), null=True, blank=True, validators=[MinValueValidator(5), MaxValueValidator(1440)]
    )

    objects = SettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("usual time")
        verbose_name_plural = _("usual times")
        ordering = ["category__path", "job", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "job", "category"],
                name="usual_time_once",
                violation_error_message=TWICE,
            ),
            models.UniqueConstraint(
                fields=["organization", "job"],
                condition=Q(category__isnull=True),
                name="usual_time_once_every_category",
                violation_error_message=TWICE,
            ),
            models.CheckConstraint(
                condition=Q(labour__isnull=True, minutes__isnull=False)
                | Q(labour__isnull=False, minutes__isnull=True),
                name="usual_time_one_source",
                violation_error_message=_("Give either minutes or a labour item."),
            ),
        ]

    def __str__(self) -> str:
        job = self.get_job_display() or str(_("every kind of job"))
        category = str(self.category) if self.category is not None else str(_("every category"))
        return f"{category} · {job}"

    @property
    def length(self) -> int:
        """Minutes, from the labour item where one is named."""
        return self.labour.minutes if self.labour is not None else int(self.minutes or 0)


def nearest(rows: Iterable[Row], path: str) -> Row | None:
    """Of rows with an ``organization``, the one of the nearest organisation at or above the tree path."""
    above = [row for row in rows if path.startswith(row.organization.path)]
    return max(above, key=lambda row: len(row.organization.path), default=None)


auditlog.register(PlanningSettings)
auditlog.register(SpeedZone)
auditlog.register(UsualTime)
