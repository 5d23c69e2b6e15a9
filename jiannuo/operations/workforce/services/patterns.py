"""Patterns of weeks, and the shifts that are made from them ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.calendars.services import preview, rules_calendar
from jiannuo.operations.workforce.models import (
    PatternAssignment,
    PatternDay,
    Shift,
    ShiftException,
    ShiftPattern,
    Technician,
)
from jiannuo.operations.workforce.services.people import require_edit
from jiannuo.operations.workforce.services.times import LONGEST_SHIFT

#: sorts of days of a calendar on which nobody of the pattern works
CLOSED = ("holiday", "closed")
#: sorts of days on which people work although their week says otherwise
WORKED = ("make_up", "open")


@dataclass(frozen=True, slots=True)
class PatternDayPlan:
    """One day of the week (Monday is 0); ``rest`` is lunch or none."""

    weekday: int
    begins: time
    ends: time
    rest: tuple[time, time] | None = None


@transaction.atomic
def save_pattern(
    pattern: ShiftPattern, values: dict[str, Any], days: Sequence[PatternDayPlan], *, by: Any
) -> ShiftPattern:
    """Make or change a pattern; shifts still to come of those who work it are made anew.

    Raises PermissionDenied for another's organisation; ValidationError for a week without days, a day twice, a shift
    that is too long or a lunch outside it.
    """
    if pattern.pk:
        _require(pattern, by)
    for name in ("organization", "name", "calendar", "days_ahead", "active"):
        if name in values:
            setattr(pattern, name, values[name])
    _require(pattern, by)
    _check_days(days)
    pattern.full_clean()
    pattern.save()
    pattern.days.all().delete()
    PatternDay.objects.bulk_create(
        PatternDay(
            pattern=pattern,
            weekday=day.weekday,
            begins=day.begins,
            ends=day.ends,
            break_begins=day.rest[0] if day.rest else None,
            break_ends=day.rest[1] if day.rest else None,
        )
        for day in days
    )
    for assignment in pattern.assignments.all():
        _anew(assignment)
    return pattern


def _require(pattern: ShiftPattern, by: Any) -> None:
    if not by.has_perm("workforce.edit", pattern):
        raise PermissionDenied("workforce.edit")


def _check_days(days: Sequence[PatternDayPlan]) -> None:
    if not days:
        raise ValidationError(_("The pattern has no days. Enter the beginning and the end of at least one."))
    if len({day.weekday for day in days}) < len(days):
        raise ValidationError(_("A day of the week stands twice in the pattern."))
    sample = date(2024, 1, 1)
    week = sorted(
        _span(sample + timedelta(days=day.weekday), day.begins, day.ends, ZoneInfo("UTC")) for day in days
    )
    for begins, ends in week:
        if ends - begins > LONGEST_SHIFT:
            raise ValidationError(_("A shift lasts 16 hours at most. Check beginning and end."))
    following = [*week[1:], (week[0][0] + timedelta(days=7), week[0][1])]
    if any(nxt[0] < one[1] for one, nxt in zip(week, following, strict=True)):
        raise ValidationError(_("Two shifts of the pattern overlap. Check the night shifts."))
    for day in days:
        if day.rest is not None and _break(sample, day.begins, day.ends, day.rest, ZoneInfo("UTC")) is None:
            raise ValidationError(_("Lunch must lie within the shift, and end after it begins."))


def _span(day: date, begins: time, ends: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    last = day if ends > begins else day + timedelta(days=1)
    return datetime.combine(day, begins, zone), datetime.combine(last, ends, zone)


def _break(
    day: date, begins: time, ends: time, rest: tuple[time, time], zone: ZoneInfo
) -> tuple[datetime, datetime] | None:
    """The break of a shift, after midnight for a night shift; nothing when it does not lie within."""
    first, last = _span(day, begins, ends, zone)
    for base in (day, day + timedelta(days=1)):
        start, end = _span(base, rest[0], rest[1], zone)
        if first <= start < end <= last:
            return start, end
    return None


@transaction.atomic
def assign_pattern(
    technician: Technician, pattern: ShiftPattern, *, first: date, last: date | None = None, by: Any
) -> PatternAssignment:
    """Let a technician work a pattern from ``first`` on; what they worked before ends the day before.

    Raises PermissionDenied; ValidationError for a span that ends before it begins, or a pattern of another
    organisation's tree.
    """
    require_edit(technician, by)
    technician = Technician.objects.select_for_update().get(pk=technician.pk)
    if last is not None and last < first:
        raise ValidationError({"last": _("The last day lies before the first.")})
    if not ShiftPattern.objects.visible_to(by).filter(pk=pattern.pk, active=True).exists():
        raise ValidationError({"pattern": _("This pattern is not in use here. Choose another one.")})
    later = technician.pattern_assignments.filter(first__gte=first)
    if last is not None:
        later = later.filter(first__lte=last)
    if later.exists():
        raise ValidationError(
            {"first": _("Another pattern begins in this time. End that one first, or choose other days.")}
        )
    before = technician.pattern_assignments.filter(first__lt=first).filter(
        Q(last__isnull=True) | Q(last__gte=first)
    )
    for one in before:
        end_assignment(one, on=first - timedelta(days=1), by=by)
    made = PatternAssignment.objects.create(technician=technician, pattern=pattern, first=first, last=last)
    _make(made, timezone.now())
    return made


@transaction.atomic
def end_assignment(assignment: PatternAssignment, *, on: date, by: Any) -> None:
    """Let the pattern end with a day; shifts made for later days go, unless they have begun."""
    require_edit(assignment.technician, by)
    if on < assignment.first:
        _future(assignment).delete()
        assignment.delete()
        return
    assignment.last = on
    assignment.save(update_fields=["last"])
    after = datetime.combine(on + timedelta(days=1), time.min, _zone(assignment.technician))
    _future(assignment).filter(starts_at__gte=after).delete()


@transaction.atomic
def save_exception(
    technician: Technician,
    day: date,
    *,
    reason: str,
    begins: time | None = None,
    ends: time | None = None,
    by: Any,
) -> ShiftException:
    """Let a technician work otherwise on one day: at another time, or not at all without times.

    Raises PermissionDenied; ValidationError for a day that is over, half a time, or times that overlap another shift.
    """
    require_edit(technician, by)
    technician = Technician.objects.select_for_update().select_related("organization").get(pk=technician.pk)
    zone = _zone(technician)
    if day < timezone.localdate(timezone=zone):
        raise ValidationError({"day": _("This day is over.")})
    if (begins is None) != (ends is None):
        raise ValidationError({"ends": _("Enter both beginning and end, or neither for a day off.")})
    found = ShiftException.objects.filter(technician=technician, day=day).first()
    one = found or ShiftException(technician=technician, day=day)
    one.begins, one.ends, one.reason = begins, ends, reason.strip()
    one.full_clean()
    midnight = datetime.combine(day, time.min, zone)
    technician.shifts.filter(
        starts_at__gte=midnight, starts_at__lt=midnight + timedelta(days=1), standby=False
    ).delete()
    if begins is not None and ends is not None:
        start, end = _span(day, begins, ends, zone)
        if end - start > LONGEST_SHIFT:
            raise ValidationError({"ends": _("A shift lasts 16 hours at most. Check beginning and end.")})
        if technician.shifts.filter(starts_at__lt=end, ends_at__gt=start).exists():
            raise ValidationError({"begins": _("The shift overlaps another one. Remove that one first.")})
        Shift.objects.create(technician=technician, starts_at=start, ends_at=end)
    one.save()
    return one


def make_shifts(now: datetime | None = None) -> int:
    """Make the shifts of every pattern up to as many days ahead as it says; how many. Safe to run twice."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    due = PatternAssignment.objects.filter(pattern__active=True, technician__active=True).filter(
        Q(last__isnull=True) | Q(last__gte=today)
    )
    due = due.exclude(last__isnull=False, made_until__gte=F("last"))
    return sum(_locked(pk, now) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _locked(pk: int, now: datetime) -> int:
    assignment = (
        PatternAssignment.objects.select_for_update(of=("self",))
        .select_related("pattern__calendar", "technician__organization")
        .filter(pk=pk)
        .first()
    )
    return _make(assignment, now) if assignment is not None else 0


def _zone(technician: Technician) -> ZoneInfo:
    return ZoneInfo(technician.organization.time_zone)


def _future(assignment: PatternAssignment) -> Any:
    return assignment.shifts.filter(starts_at__gt=timezone.now())


def _anew(assignment: PatternAssignment) -> None:
    """Throw away what is still to come and make it once more."""
    _future(assignment).delete()
    assignment.made_until = None
    assignment.save(update_fields=["made_until"])
    _make(assignment, timezone.now())


def _make(assignment: PatternAssignment, now: datetime) -> int:
    """The shifts of one technician from the first day not yet made to the horizon; present shifts stay as they are."""
    pattern, technician = assignment.pattern, assignment.technician
    if not pattern.active:
        return 0
    zone = _zone(technician)
    today = timezone.localdate(now, zone)
    made = assignment.made_until
    first = max(assignment.first, today if made is None else made + timedelta(days=1))
    last = min(today + timedelta(days=pattern.days_ahead), assignment.last or date.max)
    if last < first:
        return 0
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    fresh = _without_overlap(technician, _shifts_of(assignment, days, zone, now))
    Shift.objects.bulk_create(fresh)
    assignment.made_until = last
    assignment.save(update_fields=["made_until"])
    return len(fresh)


def _shifts_of(
    assignment: PatternAssignment, days: Sequence[date], zone: ZoneInfo, now: datetime
) -> list[Shift]:
    plan = {day.weekday: day for day in assignment.pattern.days.all()}
    sorts = _sorts(assignment.pattern, days)
    technician = assignment.technician
    exceptions = set(technician.shift_exceptions.filter(day__in=days).values_list("day", flat=True))
    found = []
    for day in days:
        sort = sorts.get(day, "")
        own = plan.get(day.weekday())
        if own is None and sort in WORKED:
            own = plan[min(plan)]
        if own is None or sort in CLOSED or day in exceptions:
            continue
        begins, ends = _span(day, own.begins, own.ends, zone)
        if begins <= now:
            continue
        rest = None
        if own.break_begins is not None and own.break_ends is not None:
            rest = _break(day, own.begins, own.ends, (own.break_begins, own.break_ends), zone)
        start, end = rest or (None, None)
        found.append(
            Shift(
                technician=technician,
                starts_at=begins,
                ends_at=ends,
                break_from=start,
                break_to=end,
                assignment=assignment,
            )
        )
    return found


def _sorts(pattern: ShiftPattern, days: Sequence[date]) -> dict[date, str]:
    """What sort of day each is by the calendar of the pattern."""
    if pattern.calendar is None:
        return {}
    shown = preview(rules_calendar(pattern.calendar.code), start=days[0], days=len(days))
    return {one.day: one.kind for one in shown}


def _without_overlap(technician: Technician, shifts: list[Shift]) -> list[Shift]:
    if not shifts:
        return []
    present = list(
        technician.shifts.filter(
            starts_at__lt=max(one.ends_at for one in shifts), ends_at__gt=shifts[0].starts_at
        ).values_list("starts_at", "ends_at")
    )
    return [
        one
        for one in shifts
        if not any(begins < one.ends_at and one.starts_at < ends for begins, ends in present)
    ]
