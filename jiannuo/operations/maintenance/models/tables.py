"""The tables that managers edit: seasons, checklists, how trends warn and how long a hand-over may wait."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.models import Organization
from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.operations.maintenance.models.measures import Measure

MONTH_DAY = RegexValidator(
    r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", _("Write month and day, such as 07-01.")
)


class Season(models.Model):
    """Days of every year: typhoon season, rainy season, winter."""

    name = models.CharField(_("season"), max_length=40, unique=True)
    begins = models.CharField(_("first day"), max_length=5, validators=[MONTH_DAY], help_text="MM-DD")
    ends = models.CharField(_("last day"), max_length=5, validators=[MONTH_DAY], help_text="MM-DD")
    over_new_year = models.BooleanField(
        _("runs over New Year"),
        default=False,
        help_text=_("Tick it for a winter that begins in December and ends in February."),
    )

    class Meta:
        verbose_name = _("season")
        ordering = ["begins", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(over_new_year=True, begins__gt=models.F("ends"))
                | Q(over_new_year=False, begins__lte=models.F("ends")),
                name="season_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.begins}–{self.ends}"

    def clean(self) -> None:
        for field in ("begins", "ends"):
            try:
                date.fromisoformat(f"2028-{getattr(self, field)}")
            except ValueError as error:
                raise ValidationError({field: _t("There is no such day.")}) from error
        if self.begins > self.ends and not self.over_new_year:
            raise ValidationError(
                {"ends": _t("The season ends before it begins. If it runs over New Year, say so.")}
            )
        if self.begins <= self.ends and self.over_new_year:
            raise ValidationError({"over_new_year": _t("These days do not run over New Year.")})

    def window(self, year: int) -> tuple[date, date]:
        """First and last day of the season that begins in ``year``."""
        return _day(year, self.begins), _day(year + (1 if self.over_new_year else 0), self.ends)


def _day(year: int, month_day: str) -> date:
    month, day = int(month_day[:2]), int(month_day[3:])
    if (month, day) == (2, 29) and not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
        day = 28
    return date(year, month, day)


class ChecklistQuerySet(ScopedQuerySet):
    def usable_by(self, user: Any) -> Self:
        """Those of the own organisations, of the ones above them and of the ones below."""
        step = Organization.steplen
        reach = Q(pk__in=())
        for path in user.paths_where("maintenance.view"):
            above = [path[:end] for end in range(step, len(path) + 1, step)]
            reach |= Q(organization__path__in=above) | Q(organization__path__startswith=path)
        return self.filter(reach)


class Checklist(models.Model):
    """What is checked at one kind of maintenance, inspection or patrol point."""

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="checklists",
    )
    name = models.CharField(_("check sheet"), max_length=80)
    source = models.CharField(_("after which document"), max_length=120, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = _("check sheet")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="checklist_once")]

    def __str__(self) -> str:
        return self.name


class ChecklistLine(Measure):
    """One line of a checklist."""

    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="lines")

    class Meta(Measure.Meta):
        abstract = False
        verbose_name = _("line of a checklist")
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum__isnull=True)
                | Q(maximum__isnull=True)
                | Q(minimum__lte=models.F("maximum")),
                name="checklist_line_limits",
                violation_error_message=_("The minimum is above the maximum."),
            ),
            models.UniqueConstraint(
                fields=["checklist", "text"],
                name="checklist_line_once",
                violation_error_message=_("The checklist asks this already."),
            ),
        ]


class MaintenanceSettings(models.Model):
    """What managers decide for all plans, trends and logs; one row."""

    trend_points = models.PositiveSmallIntegerField(
        _("values that a trend needs"), default=4, validators=[MinValueValidator(3), MaxValueValidator(50)]
    )
    trend_days = models.PositiveSmallIntegerField(
        _("warn so many days before a value reaches its limit"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
    )
    usage_days = models.PositiveSmallIntegerField(
        _("days of readings from which usage is forecast"),
        default=180,
        validators=[MinValueValidator(7), MaxValueValidator(1000)],
    )
    handover_minutes = models.PositiveSmallIntegerField(
        _("minutes that a hand-over may wait"), default=30, validators=[MinValueValidator(1)]
    )

    late_entry_hours = models.PositiveSmallIntegerField(
        _("hours in which a shift handed over may still be added to"),
        default=12,
        validators=[MaxValueValidator(1000)],
        help_text=_("For entries that were written without network; each needs a reason. 0: never."),
    )

    class Meta:
        verbose_name = _("settings of maintenance")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="maintenance_settings_one_row")]

    def __str__(self) -> str:
        return str(_("settings of maintenance"))

    @classmethod
    def present(cls) -> MaintenanceSettings:
        """The settings in force."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
