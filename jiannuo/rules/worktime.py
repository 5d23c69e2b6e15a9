"""Working-time arithmetic: when a limit is due, and how much working time has passed.

Instants go in aware, in any zone, and come out in UTC. Limits and results are exact to the microsecond. Pauses are
pairs of instants; one without an end is still open. The rules are those of ``Time arithmetic`` in the design:
windows are half-open and belong to the date they open on, a limit used up at closing is due at closing, and days are
counted as in the Civil Code, art. 201-203, unless a clause keeps the clock time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, overload

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.instants import (
    EPOCH,
    MINUTE,
    SECOND,
    NaiveInstantError,
    duration_micros,
    from_micros,
    to_micros,
    wall_instant,
)
from jiannuo.rules.timeline import LONGEST_CLOSURE, Snapshot

DayReading = Literal["civil", "elapsed"]
DAY_READINGS: tuple[DayReading, ...] = ("civil", "elapsed")


class Pause(NamedTuple):
    """A span in which the clock of an obligation stands still, half-open; open while ``end`` is ``None``."""

    begin: datetime
    end: datetime | None = None


Pauses = Sequence[tuple[datetime, datetime | None]]


@overload
def due(calendar: Calendar, start: datetime, minutes: int | timedelta) -> datetime: ...
@overload
def due(calendar: Calendar, start: datetime, minutes: int | timedelta, pauses: Pauses) -> datetime | None: ...
def due(
    calendar: Calendar, start: datetime, minutes: int | timedelta, pauses: Pauses = ()
) -> datetime | None:
    """The earliest instant by which ``minutes`` of working time have passed since ``start``, pauses left out.

    ``minutes`` are whole minutes or a duration. Returns ``None`` while a pause that began before the due instant is
    still open. Raises ``ValueError`` for a negative limit, :class:`NaiveInstantError` for an instant without zone and
    :class:`~jiannuo.rules.timeline.NeverOpensError` when the calendar stays shut for 400 days on the way.
    """
    try:
        delta = start - EPOCH
    except TypeError:
        raise NaiveInstantError(f"{start!r} has no time zone: give an aware instant, best in UTC") from None
    begin = (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds
    amount = minutes * MINUTE if minutes.__class__ is int else duration_micros(minutes)
    if amount <= 0:
        if amount:
            raise ValueError(f"a limit cannot be negative: {minutes}")
        return from_micros(begin)
    timeline = calendar.timeline
    snapshot = timeline.covering(begin)
    index = bisect_right(snapshot.opens, begin) - 1
    if index < 0:
        target: int = amount
    elif begin < snapshot.closes[index]:
        target = snapshot.before[index] + begin - snapshot.opens[index] + amount
    else:
        target = snapshot.until[index] + amount
    if pauses:
        return _due_with_pauses(calendar, snapshot, begin, target, pauses)
    found = bisect_left(snapshot.until, target)
    if found == len(snapshot.until) or snapshot.closures or index < 0:
        snapshot, found = _search(calendar, snapshot, begin, target)
    return EPOCH + timedelta(0, 0, snapshot.opens[found] + target - snapshot.before[found])


def due_days(
    calendar: Calendar, start: datetime, days: int, reading: DayReading = "civil", pauses: Pauses = ()
) -> datetime | None:
    """The due instant of a limit of ``days`` working days.

    ``civil``: the start date is not counted and the limit ends with the last closing of the last day (Civil Code, art.
    201-203). ``elapsed``: the clock time of the start is kept, moved forward to the next opening of that date or back
    to its last closing; a start in the spill of a night window belongs to the date the window opened on. Working time
    paused before the due is added after it. Zero days are due at the start. Returns ``None`` and raises as :func:`due`.
    """
    if reading not in DAY_READINGS:
        raise ValueError(f"unknown reading of working days {reading!r}: use one of {', '.join(DAY_READINGS)}")
    begin = to_micros(start)
    if days <= 0:
        if days:
            raise ValueError(f"a limit cannot be negative: {days} days")
        return from_micros(begin)
    snapshot = calendar.timeline.covering(begin)
    wall = from_micros(begin).astimezone(calendar.zone)
    day = wall.toordinal()
    minute = timedelta(
        hours=wall.hour, minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond
    )
    if reading == "elapsed" and _in_spill(snapshot, day, begin):
        day, minute = day - 1, minute + timedelta(days=1)
    snapshot, place = _nth_day_after(calendar, snapshot, begin, day, days)
    spans = snapshot.spans[place]
    if reading == "civil":
        end = spans[-1][1]
    else:
        end = _clamped(spans, _wall_time(calendar, snapshot.days[place], minute))
    if snapshot.closures or not _opens_soon(snapshot, begin):
        calendar.timeline.refuse_long_closure(snapshot, begin, end)
    return prolonged(calendar, start, from_micros(end), pauses)


def prolonged(calendar: Calendar, start: datetime, end: datetime, pauses: Pauses) -> datetime | None:
    """``end``, moved on by the working time that was paused between ``start`` and ``end``.

    Pauses that fall into the added time stop it too. ``None`` while a pause begun before ``end`` is still open.
    """
    if not pauses:
        return end
    closed, still_open = _sorted(pauses)
    last = to_micros(end)
    if still_open is not None and still_open < last:
        return None
    begin = to_micros(start)
    snapshot = _reaching(calendar, calendar.timeline.covering(begin), last)
    owed = _paused(snapshot, begin, last, closed)
    return due(calendar, end, timedelta(microseconds=owed), pauses) if owed else end


def elapsed(calendar: Calendar, since: datetime, until: datetime, pauses: Pauses = ()) -> timedelta:
    """Working time in ``[since, until)`` without the pauses: the exact inverse of :func:`due`.

    An open pause lasts at least until ``until``. Raises ``ValueError`` when ``until`` lies before ``since``.
    """
    begin, end = to_micros(since), to_micros(until)
    if end < begin:
        raise ValueError(f"cannot count working time backwards from {since} to {until}")
    snapshot = _reaching(calendar, calendar.timeline.covering(begin), end)
    first = _worked(snapshot, begin)
    total = _worked(snapshot, end) - first
    if pauses and total:
        closed, still_open = _sorted(pauses)
        if still_open is not None and still_open < end:
            closed.append((still_open, end))
            closed.sort()
        total -= _paused(snapshot, begin, end, closed)
    return timedelta(microseconds=total)


def is_open(calendar: Calendar, instant: datetime) -> bool:
    """Whether working time runs at the instant."""
    micros = to_micros(instant)
    snapshot = calendar.timeline.covering(micros)
    index = bisect_right(snapshot.opens, micros) - 1
    return index >= 0 and micros < snapshot.closes[index]


def next_opening(calendar: Calendar, instant: datetime) -> datetime:
    """The first instant, not before ``instant``, at which working time runs. Raises as :func:`due`."""
    micros = to_micros(instant)
    snapshot = calendar.timeline.covering(micros)
    index = bisect_right(snapshot.opens, micros) - 1
    if index >= 0 and micros < snapshot.closes[index]:
        return from_micros(micros)
    while index + 1 == len(snapshot.opens):
        snapshot = calendar.timeline.further(snapshot, micros)
    opening = snapshot.opens[index + 1]
    if opening - micros > LONGEST_CLOSURE:
        raise calendar.timeline.never_opens(micros)
    return from_micros(opening)


def calendar_years_without_holidays(calendar: Calendar, since: datetime, until: datetime) -> tuple[int, ...]:
    """Years between two instants whose official holidays the calendar observes but does not know."""
    if not calendar.observes_holidays:
        return ()
    first, last = (instant.astimezone(calendar.zone).year for instant in (since, until))
    return tuple(year for year in range(first, last + 1) if year not in calendar.holidays.years)


def _search(calendar: Calendar, snapshot: Snapshot, begin: int, target: int) -> tuple[Snapshot, int]:
    """Find the interval in which the cumulative working time reaches ``target``, however far ahead."""
    found = bisect_left(snapshot.until, target)
    while found == len(snapshot.until):
        snapshot = calendar.timeline.further(snapshot, begin)
        found = bisect_left(snapshot.until, target)
    calendar.timeline.refuse_long_closure(snapshot, begin, snapshot.opens[found])
    return snapshot, found


def _reaching(calendar: Calendar, snapshot: Snapshot, instant: int) -> Snapshot:
    """The snapshot, or a longer one with the same beginning, that knows ``instant``."""
    while snapshot.end <= instant:
        snapshot = calendar.timeline.longer(snapshot)
    return snapshot


def _worked(snapshot: Snapshot, instant: int) -> int:
    """Working time from the beginning of the snapshot up to an instant it covers."""
    index = bisect_right(snapshot.opens, instant) - 1
    if index < 0:
        return 0
    if instant < snapshot.closes[index]:
        return snapshot.before[index] + instant - snapshot.opens[index]
    return snapshot.until[index]


def _sorted(pauses: Pauses) -> tuple[list[tuple[int, int]], int | None]:
    """Closed pauses in order, and the earliest beginning of an open one."""
    closed: list[tuple[int, int]] = []
    still_open: int | None = None
    for begin, end in pauses:
        first = to_micros(begin)
        if end is None:
            if still_open is None or first < still_open:
                still_open = first
            continue
        last = to_micros(end)
        if last < first:
            raise ValueError(f"a pause cannot end before it begins: {begin} to {end}")
        closed.append((first, last))
    closed.sort()
    return closed, still_open


def _due_with_pauses(
    calendar: Calendar, snapshot: Snapshot, begin: int, target: int, pauses: Pauses
) -> datetime | None:
    """Move the target behind every pause that begins before it, then find its instant."""
    closed, still_open = _sorted(pauses)
    reached = begin
    for first, last in closed:
        if last <= reached:
            continue
        first = max(first, reached)
        snapshot = _reaching(calendar, snapshot, first)
        stopped_at = _worked(snapshot, first)
        if stopped_at >= target:
            break
        snapshot = _reaching(calendar, snapshot, last)
        target += _worked(snapshot, last) - stopped_at
        reached = last
    snapshot, found = _search(calendar, snapshot, begin, target)
    end = snapshot.opens[found] + target - snapshot.before[found]
    return None if still_open is not None and still_open < end else from_micros(end)


def _paused(snapshot: Snapshot, begin: int, end: int, closed: list[tuple[int, int]]) -> int:
    """Working time inside the union of closed pauses, within ``[begin, end)``."""
    total, reached = 0, begin
    for first, last in closed:
        first, last = max(first, reached), min(last, end)
        if first < last:
            total += _worked(snapshot, last) - _worked(snapshot, first)
            reached = last
    return total


def _in_spill(snapshot: Snapshot, day: int, begin: int) -> bool:
    """Whether an instant of date ``day`` lies in a window that opened on the date before."""
    place = bisect_left(snapshot.days, day - 1)
    if place == len(snapshot.days) or snapshot.days[place] != day - 1:
        return False
    return any(opening <= begin < closing for opening, closing in snapshot.spans[place])


def _nth_day_after(
    calendar: Calendar, snapshot: Snapshot, begin: int, day: int, count: int
) -> tuple[Snapshot, int]:
    """Index in ``days`` of the ``count``-th working date after the date ``day``."""
    place = bisect_right(snapshot.days, day) + count - 1
    while place >= len(snapshot.days):
        snapshot = calendar.timeline.further(snapshot, begin)
    return snapshot, place


def _opens_soon(snapshot: Snapshot, begin: int) -> bool:
    """Whether the first opening of the snapshot is no later than its own beginning allows."""
    return snapshot.opens[0] <= begin


def _wall_time(calendar: Calendar, day: int, minute: timedelta) -> int:
    whole, rest = divmod(minute, timedelta(minutes=1))
    return wall_instant(day, whole, calendar.zone) + duration_micros(rest)


def _clamped(spans: tuple[tuple[int, int], ...], instant: int) -> int:
    """The instant itself if open, else the next opening of the date, else its last closing."""
    for opening, closing in spans:
        if instant < opening:
            return opening
        if instant < closing:
            return instant
    return spans[-1][1]


__all__ = [
    "DAY_READINGS",
    "DayReading",
    "Pause",
    "Pauses",
    "calendar_years_without_holidays",
    "due",
    "due_days",
    "elapsed",
    "is_open",
    "next_opening",
    "prolonged",
]
