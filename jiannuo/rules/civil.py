"""Periods counted in civil days, months and years, and the end of the same day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.instants import minutes_long, to_utc, wall_instant
from jiannuo.rules.timeline import LONGEST_CLOSURE_DAYS

CivilUnit = Literal["days", "weeks", "months", "quarters", "years"]
CIVIL_UNITS: tuple[CivilUnit, ...] = ("days", "weeks", "months", "quarters", "years")
DAYS_IN = {"days": 1, "weeks": 7}
MONTHS_IN = {"months": 1, "quarters": 3, "years": 12}
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

    The start day is not counted; with ``counts_start_day`` it is day 1. Months and years end on the day of
    the same number, or on the last of a shorter month. ``roll_forward`` moves an end on a statutory holiday,
    or on any rest day, to the first working day after. Source: Civil Code, art. 201-203. Raises
    ``ValueError`` for a negative amount.
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
    if unit in DAYS_IN:
        return first + timedelta(days=amount * DAYS_IN[unit] - counts_start_day)
    if unit not in MONTHS_IN:
        raise ValueError(f"unknown unit {unit!r}: use one of {', '.join(CIVIL_UNITS)}")
    months = amount * MONTHS_IN[unit]
    if not counts_start_day:
        return add_months(first, months)
    if first.day == 1:
        return add_months(first, months) - timedelta(days=1)
    return add_months(first, months, first.day - 1)


def add_months(day: date, months: int, number: int = 0) -> date:
    """The day of the same number (or of ``number``) so many months later, or the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    wanted = number or day.day
    return date(year, month, wanted if wanted <= 28 else min(wanted, monthrange(year, month)[1]))


def same_day_end(start: datetime, calendar: Calendar, at: DayEnd = "midnight") -> datetime:
    """When the day of ``start`` ends: at 24:00, or at its last closing.

    A start after the last closing, or on a rest day, counts from the next opening, so the day that ends is
    that one's.
    """
    begin = to_utc(start)
    day = local_date(start, calendar)
    if at == "midnight":
        return end_of_day(day, calendar)
    candidate = day - timedelta(days=1)
    for _ in range(LONGEST_CLOSURE_DAYS + 2):
        closing = last_closing(candidate, calendar)
        if (
            closing is not None
            and begin < closing
            and (candidate >= day or _is_inside(candidate, begin, calendar))
        ):
            return closing
        candidate += timedelta(days=1)
    raise calendar.timeline.never_opens(begin)


def last_closing(day: date, calendar: Calendar) -> datetime | None:
    """The last closing of the windows that open on a date; ``None`` on a day without work."""
    closes = max((window.closes for window in calendar.hours_on(day)), default=None)
    return None if closes is None else wall_instant(day.toordinal(), minutes_long(closes), calendar.zone)


def end_of_day(day: date, calendar: Calendar) -> datetime:
    """24:00 of a date in the zone of the calendar, as a UTC instant."""
    return _midnight(day.toordinal() + 1, calendar.zone)


def start_of_day(day: date, calendar: Calendar) -> datetime:
    """00:00 of a date in the zone of the calendar, as a UTC instant."""
    return _midnight(day.toordinal(), calendar.zone)


@lru_cache(maxsize=65_536)
def _midnight(day: int, zone: ZoneInfo) -> datetime:
    """The midnight that begins a date; asked for again and again."""
    return wall_instant(day, timedelta(), zone)


def local_date(moment: date | datetime, calendar: Calendar) -> date:
    """The date of an instant in the zone of the calendar; a plain date is itself."""
    if isinstance(moment, datetime):
        return to_utc(moment).astimezone(calendar.zone).date()
    return moment


def _is_inside(day: date, begin: datetime, calendar: Calendar) -> bool:
    """Whether an instant lies inside a window that opened on ``day``."""
    return any(
        wall_instant(day.toordinal(), minutes_long(window.opens), calendar.zone)
        <= begin
        < wall_instant(day.toordinal(), minutes_long(window.closes), calendar.zone)
        for window in calendar.hours_on(day)
    )


def rolled_forward(day: date, roll_forward: RollForward, calendar: Calendar) -> date:
    """The first working day from ``day`` on, if ``day`` is one that may not end a period."""
    if not (calendar.is_holiday(day) or (roll_forward == "rest_day" and not calendar.is_working_date(day))):
        return day
    for _ in range(LONGEST_CLOSURE_DAYS):
        day += timedelta(days=1)
        if calendar.is_working_date(day) and not calendar.is_holiday(day):
            return day
    raise calendar.timeline.never_opens(start_of_day(day, calendar))
