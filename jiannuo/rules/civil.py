"""Periods counted in civil days, months and years, and the end of the same day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.instants import from_micros, to_micros, wall_instant
from jiannuo.rules.timeline import LONGEST_CLOSURE_DAYS

CivilUnit = Literal["days", "months", "years"]
CIVIL_UNITS: tuple[CivilUnit, ...] = ("days", "months", "years")
RollForward = Literal["holiday", "rest_day"]
DayEnd = Literal["midnight", "closing"]


def period_end(
    start: date | datetime,
    amount: int,
    unit: CivilUnit,
    *,
    counts_start_day: bool = False,
    roll_forward: RollForward | None = None,
    calendar: Calendar,
) -> datetime:
    """The instant (24:00 of its last day, in UTC) at which a civil period ends.

    The start day is not counted; with ``counts_start_day`` it is day 1. Months and years end on the day of the same
    number, or on the last of a shorter month. ``roll_forward`` moves an end on a statutory holiday, or on any rest day,
    to the first working day after. Source: Civil Code, art. 201-203. Raises ``ValueError`` for a negative amount.
    """
    last = last_day(start, amount, unit, counts_start_day=counts_start_day, calendar=calendar)
    if roll_forward is not None:
        last = rolled_forward(last, roll_forward, calendar)
    return end_of_day(last, calendar)


def last_day(
    start: date | datetime,
    amount: int,
    unit: CivilUnit,
    *,
    counts_start_day: bool = False,
    calendar: Calendar,
) -> date:
    """The last date of a civil period before any roll forward."""
    if amount < 0:
        raise ValueError(f"a period cannot be negative: {amount} {unit}")
    first = local_date(start, calendar)
    if unit == "days":
        return first + timedelta(days=amount - counts_start_day)
    if unit not in CIVIL_UNITS:
        raise ValueError(f"unknown unit {unit!r}: use one of {', '.join(CIVIL_UNITS)}")
    months = amount * 12 if unit == "years" else amount
    if not counts_start_day:
        return first + relativedelta(months=months)
    if first.day == 1:
        return first + relativedelta(months=months) - timedelta(days=1)
    return first + relativedelta(months=months, day=first.day - 1)


def same_day_end(start: datetime, calendar: Calendar, at: DayEnd = "midnight") -> datetime:
    """When the day of ``start`` ends: at 24:00, or at its last closing.

    A start after the last closing, or on a rest day, counts from the next opening, so the day that ends is that one's.
    """
    begin = to_micros(start)
    day = local_date(start, calendar)
    if at == "midnight":
        return end_of_day(day, calendar)
    candidate = day - timedelta(days=1)
    for _ in range(LONGEST_CLOSURE_DAYS + 2):
        closing = last_closing(candidate, calendar)
        if (
            closing is not None
            and begin < closing
            and (candidate >= day or _has_opened(candidate, begin, calendar))
        ):
            return from_micros(closing)
        candidate += timedelta(days=1)
    raise calendar.timeline.never_opens(begin)


def last_closing(day: date, calendar: Calendar) -> int | None:
    """The last closing of the windows that open on a date, in microseconds since the epoch."""
    closings = [
        wall_instant(day.toordinal(), window.closes, calendar.zone) for window in calendar.hours_on(day)
    ]
    return max(closings, default=None)


def end_of_day(day: date, calendar: Calendar) -> datetime:
    """24:00 of a date in the zone of the calendar, as a UTC instant."""
    return from_micros(wall_instant(day.toordinal() + 1, 0, calendar.zone))


def start_of_day(day: date, calendar: Calendar) -> datetime:
    """00:00 of a date in the zone of the calendar, as a UTC instant."""
    return from_micros(wall_instant(day.toordinal(), 0, calendar.zone))


def local_date(moment: date | datetime, calendar: Calendar) -> date:
    """The date of an instant in the zone of the calendar; a plain date is itself."""
    if isinstance(moment, datetime):
        return from_micros(to_micros(moment)).astimezone(calendar.zone).date()
    return moment


def _has_opened(day: date, begin: int, calendar: Calendar) -> bool:
    """Whether an instant lies inside a window that opened on ``day``."""
    spans = (
        (
            wall_instant(day.toordinal(), w.opens, calendar.zone),
            wall_instant(day.toordinal(), w.closes, calendar.zone),
        )
        for w in calendar.hours_on(day)
    )
    return any(opening <= begin < closing for opening, closing in spans)


def rolled_forward(day: date, roll_forward: RollForward, calendar: Calendar) -> date:
    """The first working day from ``day`` on, if ``day`` is one that may not end a period."""
    if not (calendar.is_holiday(day) or (roll_forward == "rest_day" and not calendar.is_working_date(day))):
        return day
    for _ in range(LONGEST_CLOSURE_DAYS):
        day += timedelta(days=1)
        if calendar.is_working_date(day) and not calendar.is_holiday(day):
            return day
    raise calendar.timeline.never_opens(to_micros(start_of_day(day, calendar)))
