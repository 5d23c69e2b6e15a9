"""Shifts and absences."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.operations.workforce.models import Absence, Shift, Technician
from jiannuo.operations.workforce.services.people import require_edit

MOST_DAYS = 92
LONGEST_SHIFT = timedelta(hours=16)
LONGEST_ABSENCE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class ShiftPlan:
    """The same shift on chosen days of the week (Monday is 0) of a span of dates, both included.

    A shift that ends at or before its beginning runs into the next day.
    """

    first: date
    last: date
    weekdays: Collection[int]
    begins: time
    ends: time
    standby: bool = False

    def spans(self, zone: Any) -> list[tuple[datetime, datetime]]:
        """Beginning and end of each shift."""
        days = (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))
        found = []
        for day in days:
            if day.weekday() in self.weekdays:
                end_day = day if self.ends > self.begins else day + timedelta(days=1)
                found.append(
                    (datetime.combine(day, self.begins, zone), datetime.combine(end_day, self.ends, zone))
                )
        return found


@transaction.atomic
def add_shifts(technician: Technician, plan: ShiftPlan, *, by: Any) -> int:
    """Add the shifts of a plan, all or none; how many.

    Raises PermissionDenied; ValidationError for a plan without days, too long, or overlapping a shift there is.
    """
    require_edit(technician, by)
    technician = Technician.objects.select_for_update().select_related("organization").get(pk=technician.pk)
    if plan.last < plan.first:
        raise ValidationError({"last": _("The last day lies before the first.")})
    if (plan.last - plan.first).days >= MOST_DAYS:
        raise ValidationError({"last": _("Plan at most %(days)s days at once.") % {"days": MOST_DAYS}})
    spans = plan.spans(ZoneInfo(technician.organization.time_zone))
    if not spans:
        raise ValidationError(
            {"weekdays": _("None of the chosen days of the week lies between these dates.")}
        )
    if spans[0][1] - spans[0][0] > LONGEST_SHIFT:
        raise ValidationError({"ends": _("A shift lasts 16 hours at most. Check beginning and end.")})
    _refuse_overlap(technician, spans)
    Shift.objects.bulk_create(
        Shift(technician=technician, starts_at=begins, ends_at=ends, standby=plan.standby)
        for begins, ends in spans
    )
    return len(spans)


def _refuse_overlap(technician: Technician, spans: list[tuple[datetime, datetime]]) -> None:
    present = list(
        technician.shifts.filter(starts_at__lt=spans[-1][1], ends_at__gt=spans[0][0]).values_list(
            "starts_at", "ends_at"
        )
    )
    taken = sorted([*present, *spans])
    for (begins, ends), (following, _end) in itertools.pairwise(taken):
        if following < ends:
            text = _(
                "The shift overlaps another one on %(day)s. Remove that one first, or leave the day out."
            )
            day = timezone.localtime(max(begins, following)).date()
            raise ValidationError({"__all__": text % {"day": day.isoformat()}})


@transaction.atomic
def remove_shift(shift: Shift, *, by: Any) -> None:
    """Take a shift out of the plan."""
    require_edit(shift.technician, by)
    shift.delete()


@transaction.atomic
def add_absence(
    technician: Technician, starts_at: datetime, ends_at: datetime, reason: str, *, by: Any
) -> Absence:
    """Record leave, illness or training. Raises PermissionDenied or ValidationError (order, length, overlap)."""
    require_edit(technician, by)
    technician = Technician.objects.select_for_update().get(pk=technician.pk)
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": _("The absence must end after it begins.")})
    if ends_at - starts_at > LONGEST_ABSENCE:
        raise ValidationError({"ends_at": _("An absence lasts a year at most. Check the dates.")})
    if technician.absences.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise ValidationError({"starts_at": _("Another absence is recorded for this time.")})
    absence = Absence(technician=technician, starts_at=starts_at, ends_at=ends_at, reason=reason)
    absence.full_clean()
    absence.save()
    return absence


@transaction.atomic
def remove_absence(absence: Absence, *, by: Any) -> None:
    """Take an absence back."""
    require_edit(absence.technician, by)
    absence.delete()
