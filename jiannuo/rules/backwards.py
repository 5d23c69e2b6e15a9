"""Limits counted back from an event: two weeks before a visit, half a day before a delivery, 30 days before an end.

The mirror of :mod:`jiannuo.rules.worktime` and :mod:`jiannuo.rules.civil`: the day of the event is not counted, a limit
of days is used up with the day that lies so many days before it, and working time is that between the two instants.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.civil import (
    DAYS_IN,
    MONTHS_IN,
    CivilUnit,
    add_months,
    end_of_day,
    last_closing,
    local_date,
    start_of_day,
)
from jiannuo.rules.instants import minutes_long, to_utc, wall_instant
from jiannuo.rules.timeline import LONGEST_CLOSURE, LONGEST_CLOSURE_DAYS
from jiannuo.rules.worktime import DayReading, due, elapsed, next_opening

_ONE_DAY = timedelta(days=1)
_FIRST_REACH = timedelta(days=14)


def due_before(calendar: Calendar, event: datetime, minutes: int | timedelta) -> datetime:
    """The latest instant from which ``minutes`` of working time pass up to ``event``.

    The mirror of :func:`~jiannuo.rules.worktime.due`: a limit that is used up at an opening is due at that opening.
    Raises as it does.
    """
    end = to_utc(event)
    amount = minutes_long(minutes) if isinstance(minutes, int) else minutes
    if amount < timedelta():
        raise ValueError(f"a limit cannot be negative: {amount}")
    if not amount:
        return end
    begin, reach, before = end, max(_FIRST_REACH, 2 * amount), timedelta()
    while True:
        begin -= reach
        worked = elapsed(calendar, begin, end)
        if worked >= amount:
            return next_opening(calendar, due(calendar, begin, worked - amount))
        if worked == before and reach > LONGEST_CLOSURE:
            raise calendar.timeline.never_opens(begin)
        before, reach = worked, 2 * reach


def working_days_before(
    calendar: Calendar, event: date | datetime, days: int, reading: DayReading = "civil"
) -> datetime:
    """When ``days`` working days before an event end: with the last closing of the last of them, counted back.

    The date of the event is not counted. ``elapsed`` keeps the clock time of the event, moved back to the closing
    before it, or forward to the first opening of that date. No days at all are due with the event, or at the end of its
    date. Raises :class:`~jiannuo.rules.timeline.NeverOpensError` when the calendar stays shut for 400 days on the way.
    """
    day = local_date(event, calendar)
    if days <= 0:
        return to_utc(event) if isinstance(event, datetime) else end_of_day(day, calendar)
    shut = 0
    while days:
        day -= _ONE_DAY
        shut += 1
        if calendar.is_working_date(day):
            days, shut = days - 1, 0
        elif shut > LONGEST_CLOSURE_DAYS:
            raise calendar.timeline.never_opens(start_of_day(day, calendar))
    if reading == "elapsed" and isinstance(event, datetime):
        local = event.astimezone(calendar.zone)
        return _at_clock(day, local.replace(tzinfo=None) - datetime.combine(local.date(), time()), calendar)
    return last_closing(day, calendar) or end_of_day(day, calendar)


def last_day_before(
    event: date | datetime,
    amount: int,
    unit: CivilUnit,
    *,
    counts_event_day: bool = False,
    calendar: Calendar,
) -> date:
    """The last date that lies so many days, months or years before an event.

    The day of the event is not counted, with ``counts_event_day`` it is the first; months end on the day of the same
    number, or on the last of a shorter month.
    """
    if amount < 0:
        raise ValueError(f"a period cannot be negative: {amount} {unit}")
    day = local_date(event, calendar)
    if unit in DAYS_IN:
        return day - timedelta(days=amount * DAYS_IN[unit] - counts_event_day)
    return add_months(day, -amount * MONTHS_IN[unit]) + counts_event_day * _ONE_DAY


def _at_clock(day: date, clock: timedelta, calendar: Calendar) -> datetime:
    """A time of a working date: itself if open, else the closing before it, else the first opening."""
    ordinal = day.toordinal()
    instant = wall_instant(ordinal, clock, calendar.zone)
    spans = sorted(
        (
            wall_instant(ordinal, minutes_long(window.opens), calendar.zone),
            wall_instant(ordinal, minutes_long(window.closes), calendar.zone),
        )
        for window in calendar.hours_on(day)
    )
    reached = [min(instant, closes) for opens, closes in spans if opens <= instant]
    return max(reached, default=spans[0][0])
