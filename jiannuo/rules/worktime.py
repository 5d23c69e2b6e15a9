"""Working-time arithmetic: when a limit is due, and how much working time has passed.

Instants go in aware, in any zone, and come out in UTC. Limits and results are exact to the microsecond.
Pauses are pairs of instants; one without an end is still open. The rules are those of ``Time arithmetic`` in
the design: windows are half-open and belong to the date they open on, a limit used up at closing is due at
closing, and days are counted as in the Civil Code, art. 201-203, unless a clause keeps the clock time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Literal, NamedTuple, overload

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.instants import minutes_long, to_utc, wall_instant
from jiannuo.rules.timeline import LONGEST_CLOSURE, Snapshot, Spans

DayReading = Literal["civil", "elapsed"]
_NONE = timedelta()
_ONE_DAY = timedelta(days=1)
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

    ``minutes`` are whole minutes or a duration. Returns ``None`` while a pause that began before the due
    instant is still open. Raises ``ValueError`` for a negative limit, :class:`NaiveInstantError` for an
    instant without zone and :class:`~jiannuo.rules.timeline.NeverOpensError` when the calendar stays shut for
    400 days on the way.
    """
    begin = start if start.tzinfo is UTC else to_utc(start)
    amount = minutes_long(minutes) if isinstance(minutes, int) else minutes
    if amount <= _NONE:
        return _at_start(begin, amount)
    timeline = calendar.timeline
    snapshot = timeline.snapshot
    if not snapshot.start <= begin < snapshot.end:
        snapshot = timeline.covering(begin)
    index = bisect_right(snapshot.opens, begin) - 1
    if index < 0:
        target = amount
    elif begin < snapshot.closes[index]:
        target = snapshot.before[index] + (begin - snapshot.opens[index]) + amount
    else:
        target = snapshot.until[index] + amount
    if pauses:
        return _due_with_pauses(calendar, snapshot, begin, target, pauses)
    found = bisect_left(snapshot.until, target)
    if found == len(snapshot.until) or snapshot.closures or index < 0:
        snapshot, found = _search(calendar, snapshot, begin, target)
    return snapshot.opens[found] + (target - snapshot.before[found])


def due_days(
    calendar: Calendar, start: datetime, days: int, reading: DayReading = "civil", pauses: Pauses = ()
) -> datetime | None:
    """The due instant of a limit of ``days`` working days.

    ``civil``: the start date is not counted and the limit ends with the last closing of the last day (Civil
    Code, art. 201-203). ``elapsed``: the clock time of the start is kept, moved forward to the next opening
    of that date or back to its last closing; a start in the spill of a night window belongs to the date the
    window opened on. Working time paused before the due is added after it. Zero days are due at the start.
    Returns ``None`` and raises as :func:`due`.
    """
    if reading not in DAY_READINGS:
        raise ValueError(f"unknown reading of working days {reading!r}: use one of {', '.join(DAY_READINGS)}")
    begin = to_utc(start)
    if days <= 0:
        return _at_start(begin, timedelta(days=days))
    snapshot = calendar.timeline.covering(begin)
    if reading == "civil":
        snapshot, place = _nth_after(calendar, snapshot, begin, bisect_right(snapshot.midnights, begin), days)
        end = snapshot.spans[place][-1][1]
    else:
        day, clock = _day_and_clock(calendar, snapshot, begin)
        snapshot, place = _nth_after(calendar, snapshot, begin, bisect_right(snapshot.days, day), days)
        end = _clamped(snapshot.spans[place], _at_clock(calendar, snapshot, place, clock))
    if snapshot.closures or snapshot.opens[0] > begin:
        calendar.timeline.refuse_long_closure(snapshot, begin, end)
    return prolonged(calendar, begin, end, pauses) if pauses else end


def prolonged(calendar: Calendar, start: datetime, end: datetime, pauses: Pauses) -> datetime | None:
    """``end``, moved on by the working time that was paused between ``start`` and ``end``.

    Pauses that fall into the added time stop it too. ``None`` while a pause begun before ``end`` is still
    open.
    """
    if not pauses:
        return end
    closed, still_open = _sorted(pauses)
    if still_open is not None and still_open < end:
        return None
    begin = to_utc(start)
    snapshot = _reaching(calendar, calendar.timeline.covering(begin), end)
    return due(calendar, end, _paused(snapshot, begin, end, closed), pauses)


def elapsed(calendar: Calendar, since: datetime, until: datetime, pauses: Pauses = ()) -> timedelta:
    """Working time in ``[since, until)`` without the pauses: the exact inverse of :func:`due`.

    An open pause lasts at least until ``until``. Raises ``ValueError`` when ``until`` lies before ``since``.
    """
    begin, end = to_utc(since), to_utc(until)
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
    return total


def is_open(calendar: Calendar, instant: datetime) -> bool:
    """Whether working time runs at the instant."""
    moment = to_utc(instant)
    snapshot = calendar.timeline.covering(moment)
    index = bisect_right(snapshot.opens, moment) - 1
    return index >= 0 and moment < snapshot.closes[index]


def next_opening(calendar: Calendar, instant: datetime) -> datetime:
    """The first instant, not before ``instant``, at which working time runs. Raises as :func:`due`."""
    moment = to_utc(instant)
    snapshot = calendar.timeline.covering(moment)
    index = bisect_right(snapshot.opens, moment) - 1
    if index >= 0 and moment < snapshot.closes[index]:
        return moment
    while index + 1 == len(snapshot.opens):
        snapshot = calendar.timeline.further(snapshot, moment)
    opening = snapshot.opens[index + 1]
    if opening - moment > LONGEST_CLOSURE:
        raise calendar.timeline.never_opens(moment)
    return opening


def calendar_years_without_holidays(calendar: Calendar, since: datetime, until: datetime) -> tuple[int, ...]:
    """Years between two instants whose official holidays the calendar observes but does not know."""
    if not calendar.observes_holidays:
        return ()
    first, last = (instant.astimezone(calendar.zone).year for instant in (since, until))
    return tuple(year for year in range(first, last + 1) if year not in calendar.holidays.years)


def _at_start(begin: datetime, amount: timedelta) -> datetime:
    """A limit of nothing is due at once; less than nothing is a mistake."""
    if amount < _NONE:
        raise ValueError(f"a limit cannot be negative: {amount}")
    return begin


def _search(
    calendar: Calendar, snapshot: Snapshot, begin: datetime, target: timedelta
) -> tuple[Snapshot, int]:
    """Find the interval in which the cumulative working time reaches ``target``, however far ahead."""
    found = bisect_left(snapshot.until, target)
    while found == len(snapshot.until):
        snapshot = calendar.timeline.further(snapshot, begin)
        found = bisect_left(snapshot.until, target)
    if snapshot.closures or snapshot.opens[0] > begin:
        calendar.timeline.refuse_long_closure(snapshot, begin, snapshot.opens[found])
    return snapshot, found


def _reaching(calendar: Calendar, snapshot: Snapshot, instant: datetime) -> Snapshot:
    """The snapshot, or a longer one with the same beginning, that knows ``instant``."""
    while snapshot.end <= instant:
        snapshot = calendar.timeline.longer(snapshot)
    return snapshot


def _worked(snapshot: Snapshot, instant: datetime) -> timedelta:
    """Working time from the beginning of the snapshot up to an instant it covers."""
    index = bisect_right(snapshot.opens, instant) - 1
    if index < 0:
        return _NONE
    if instant < snapshot.closes[index]:
        return snapshot.before[index] + (instant - snapshot.opens[index])
    return snapshot.until[index]


def _sorted(pauses: Pauses) -> tuple[list[tuple[datetime, datetime]], datetime | None]:
    """Closed pauses in order, and the earliest beginning of an open one."""
    closed: list[tuple[datetime, datetime]] = []
    still_open: datetime | None = None
    for begin, end in pauses:
        first = begin if begin.tzinfo is UTC else to_utc(begin)
        if end is None:
            if still_open is None or first < still_open:
                still_open = first
            continue
        last = end if end.tzinfo is UTC else to_utc(end)
        if last < first:
            raise ValueError(f"a pause cannot end before it begins: {begin} to {end}")
        closed.append((first, last))
    if len(closed) > 1:
        closed.sort()
    return closed, still_open


def _due_with_pauses(
    calendar: Calendar, snapshot: Snapshot, begin: datetime, target: timedelta, pauses: Pauses
) -> datetime | None:
    """Move the target behind every pause that begins before it, then find its instant."""
    closed, still_open = _sorted(pauses)
    reached = begin
    for first, last in closed:
        if last <= reached:
            continue
        if first < reached:
            first = reached
        while snapshot.end <= first and not (snapshot.closes and _is_due_before(snapshot, target, first)):
            snapshot = calendar.timeline.longer(snapshot)
        if snapshot.end <= first:
            break
        stopped_at = _worked(snapshot, first)
        if stopped_at >= target:
            break
        if snapshot.end <= last:
            snapshot = _reaching(calendar, snapshot, last)
        target += _worked(snapshot, last) - stopped_at
        reached = last
    found = bisect_left(snapshot.until, target)
    if found == len(snapshot.until) or snapshot.closures or snapshot.opens[0] > begin:
        snapshot, found = _search(calendar, snapshot, begin, target)
    end = snapshot.opens[found] + (target - snapshot.before[found])
    return None if still_open is not None and still_open < end else end


def _is_due_before(snapshot: Snapshot, target: timedelta, instant: datetime) -> bool:
    """Whether the snapshot already shows the target reached before an instant beyond its end."""
    return snapshot.until[-1] >= target and snapshot.closes[-1] <= instant


def _paused(
    snapshot: Snapshot, begin: datetime, end: datetime, closed: list[tuple[datetime, datetime]]
) -> timedelta:
    """Working time inside the union of closed pauses, within ``[begin, end)``."""
    total, reached = _NONE, begin
    for first, last in closed:
        first, last = max(first, reached), min(last, end)
        if first < last:
            total += _worked(snapshot, last) - _worked(snapshot, first)
            reached = last
    return total


def _day_and_clock(calendar: Calendar, snapshot: Snapshot, begin: datetime) -> tuple[int, timedelta]:
    """The date (ordinal) a start belongs to, and the time since its midnight that the clock shows."""
    place = bisect_right(snapshot.midnights, begin) - 1
    if place >= 0 and begin - snapshot.midnights[place] < _ONE_DAY and not snapshot.shifts:
        day, clock = snapshot.days[place], begin - snapshot.midnights[place]
    else:
        local = begin.astimezone(calendar.zone)
        day = local.toordinal()
        clock = local.replace(tzinfo=None) - datetime.combine(local.date(), time())
    eve = bisect_left(snapshot.days, day - 1)
    on_eve = snapshot.spans[eve] if eve < len(snapshot.days) and snapshot.days[eve] == day - 1 else ()
    if any(opening <= begin < closing for opening, closing in on_eve):
        return day - 1, clock + _ONE_DAY
    return day, clock


def _at_clock(calendar: Calendar, snapshot: Snapshot, place: int, clock: timedelta) -> datetime:
    """The instant at which the clock shows ``clock`` on a working date."""
    if snapshot.days[place] in snapshot.shifts:
        return wall_instant(snapshot.days[place], clock, calendar.zone)
    return snapshot.midnights[place] + clock


def _nth_after(
    calendar: Calendar, snapshot: Snapshot, begin: datetime, passed: int, count: int
) -> tuple[Snapshot, int]:
    """The place of the ``count``-th working date after the first ``passed`` ones."""
    place = passed + count - 1
    while place >= len(snapshot.days):
        snapshot = calendar.timeline.further(snapshot, begin)
    return snapshot, place


def _clamped(spans: Spans, instant: datetime) -> datetime:
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
