"""The opening hours of one calendar laid out on the UTC axis, with cumulative working time.

Everything that asks for working time is one or two binary searches in a :class:`Snapshot`. Snapshots never
change; a timeline replaces its snapshot by a longer one when a question reaches beyond it, so readers in
other threads are safe. Instants and durations stay what Python has: its own are faster than turning them into
numbers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from jiannuo.rules.instants import midnight_utc, minutes_long, wall_instant

LONGEST_CLOSURE_DAYS = 400
LONGEST_CLOSURE = timedelta(days=LONGEST_CLOSURE_DAYS)
_ONE_DAY = timedelta(days=1)
_FIRST_REACH = 190
_LONGEST_STEP = 3000
_LONGEST_TABLE = 366 * 50
_LONGEST_REACH = 366 * 150
_NEAR = timedelta(days=366 * 10)
_EARLIEST = date(1, 1, 5).toordinal()
_LATEST = date(9999, 12, 26).toordinal()


class NeverOpensError(ValueError):
    """The calendar has no working time for the next 400 days."""


class BeyondTimeError(ValueError):
    """The answer lies outside the years that dates can express."""


class HoursOfWindow(Protocol):
    """A window as minutes after midnight."""

    @property
    def opens(self) -> int: ...

    @property
    def closes(self) -> int: ...


class HoursSource(Protocol):
    """What a timeline needs of a calendar."""

    @property
    def name(self) -> str: ...

    def hours_on(self, day: date) -> Iterable[HoursOfWindow]: ...


Spans = tuple[tuple[datetime, datetime], ...]


class Snapshot(NamedTuple):
    """Openings from the date ``first_day`` up to, not including, ``end_day`` (ordinals), all in UTC.

    ``start`` and ``end`` bound the instants it can answer for. Interval *k* is ``[opens[k], closes[k])``;
    ``before[k]`` and ``until[k]`` are the working time up to its two ends. ``days`` are the ordinals of the
    dates with hours, ``midnights`` the instants at which they begin and ``spans`` their own windows.
    ``closures`` are the intervals that follow a gap of over 400 days, ``shifts`` the dates on or right after
    which clocks change.
    """

    first_day: int
    end_day: int
    start: datetime
    end: datetime
    opens: list[datetime]
    closes: list[datetime]
    before: list[timedelta]
    until: list[timedelta]
    days: list[int]
    midnights: list[datetime]
    spans: list[Spans]
    closures: list[int]
    shifts: set[int]


def _empty(first_day: int, start: datetime) -> Snapshot:
    return Snapshot(first_day, first_day, start, start, [], [], [], [], [], [], [], [], set())


class Timeline:
    """Grows snapshots of one calendar on demand."""

    __slots__ = ("_source", "_zone", "snapshot")

    def __init__(self, source: HoursSource, zone: ZoneInfo) -> None:
        self._source = source
        self._zone = zone
        self.snapshot = _empty(0, datetime(1000, 1, 1, tzinfo=UTC))

    def covering(self, instant: datetime) -> Snapshot:
        """A snapshot that knows the hours around ``instant``, which is in UTC."""
        snapshot = self.snapshot
        if snapshot.start <= instant < snapshot.end:
            return snapshot
        day = instant.toordinal()
        if (
            not snapshot.start - _NEAR <= instant < snapshot.end + _NEAR
            or len(snapshot.days) > _LONGEST_TABLE
        ):
            first, last, old = day - 8, day + _FIRST_REACH, None
        else:
            length = min(snapshot.end_day - snapshot.first_day, _LONGEST_STEP)
            first = (
                snapshot.first_day if instant >= snapshot.start else min(day, snapshot.first_day - length) - 8
            )
            last = snapshot.end_day if instant < snapshot.end else max(day, snapshot.end_day + length) + 8
            old = snapshot if first == snapshot.first_day else None
        first, last = max(first, _EARLIEST), min(last, _LATEST)
        if not first + 2 <= day <= last - 2:
            raise BeyondTimeError(f"calendar {self._source.name!r} cannot count time near {instant:%Y-%m-%d}")
        found = self._extended(old or _empty(first, wall_instant(first + 2, timedelta(), self._zone)), last)
        if last - first >= snapshot.end_day - snapshot.first_day:
            self.snapshot = found
        return found

    def further(self, snapshot: Snapshot, after: datetime) -> Snapshot:
        """A longer snapshot with the same beginning, for a search that found nothing since ``after``.

        Raises :class:`NeverOpensError` when there was no working time for 400 days after ``after`` or after
        the last closing, whichever is later.
        """
        if snapshot.closes:
            after = max(after, snapshot.closes[-1])
        if snapshot.end - after > LONGEST_CLOSURE:
            raise self.never_opens(after)
        return self.longer(snapshot)

    def longer(self, snapshot: Snapshot) -> Snapshot:
        """A longer snapshot with the same beginning. Raises :class:`BeyondTimeError` after a century."""
        if snapshot.end_day >= _LATEST or snapshot.end_day - snapshot.first_day > _LONGEST_REACH:
            raise BeyondTimeError(f"calendar {self._source.name!r}: cannot count more than a century ahead")
        length = min(max(snapshot.end_day - snapshot.first_day, _FIRST_REACH), _LONGEST_STEP)
        longer = self._extended(snapshot, min(snapshot.end_day + length, _LATEST))
        if longer.first_day == self.snapshot.first_day:
            self.snapshot = longer
        return longer

    def refuse_long_closure(self, snapshot: Snapshot, start: datetime, until: datetime) -> None:
        """Raise :class:`NeverOpensError` if 400 days without work lie between ``start`` and ``until``."""
        opens, closes = snapshot.opens, snapshot.closes
        first = bisect_right(opens, start)
        for index in (first, *snapshot.closures):
            if first <= index < len(opens) and opens[index] <= until:
                since = max(start, closes[index - 1]) if index else start
                if opens[index] - since > LONGEST_CLOSURE:
                    raise self.never_opens(since)

    def never_opens(self, since: datetime) -> NeverOpensError:
        """The error that names the calendar."""
        return NeverOpensError(
            f"calendar {self._source.name!r} has no working time in the {LONGEST_CLOSURE_DAYS} days after "
            f"{since.astimezone(self._zone):%Y-%m-%d}: give it weekly hours or extra open dates"
        )

    def _extended(self, old: Snapshot, end_day: int) -> Snapshot:
        opens, closes = old.opens.copy(), old.closes.copy()
        before, until = old.before.copy(), old.until.copy()
        days, midnights = old.days.copy(), old.midnights.copy()
        spans, closures, shifts = old.spans.copy(), old.closures.copy(), old.shifts.copy()
        for day in range(old.end_day, end_day):
            own, midnight, is_plain = self._spans_of(day)
            if not own:
                continue
            if not is_plain:
                shifts.add(day)
            days.append(day)
            midnights.append(midnight)
            spans.append(own)
            for opening, closing in own:
                if closes and opening <= closes[-1]:
                    if closing > closes[-1]:
                        until[-1] += closing - closes[-1]
                        closes[-1] = closing
                    continue
                if closes and opening - closes[-1] > LONGEST_CLOSURE:
                    closures.append(len(opens))
                worked = until[-1] if until else timedelta()
                opens.append(opening)
                closes.append(closing)
                before.append(worked)
                until.append(worked + closing - opening)
        end = wall_instant(end_day, timedelta(), self._zone)
        return Snapshot(
            old.first_day,
            end_day,
            old.start,
            end,
            opens,
            closes,
            before,
            until,
            days,
            midnights,
            spans,
            closures,
            shifts,
        )

    def _spans_of(self, day: int) -> tuple[Spans, datetime, bool]:
        """The windows of one date, merged where they overlap, and what :meth:`_midnight` says of it."""
        windows = sorted(
            (window.opens, window.closes) for window in self._source.hours_on(date.fromordinal(day))
        )
        midnight, is_plain = self._midnight(day)
        merged: list[tuple[datetime, datetime]] = []
        for opens, closes in windows:
            if is_plain:
                opening, closing = midnight + minutes_long(opens), midnight + minutes_long(closes)
            else:
                opening = wall_instant(day, minutes_long(opens), self._zone)
                closing = wall_instant(day, minutes_long(closes), self._zone)
            if merged and opening <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], closing))
            elif opening < closing:
                merged.append((opening, closing))
        return tuple(merged), midnight, is_plain

    def _midnight(self, day: int) -> tuple[datetime, bool]:
        """The midnight that begins the date, and whether clocks stay as they are on it and the day after."""
        midnight = midnight_utc(day)
        offset = (midnight - _ONE_DAY).astimezone(self._zone).utcoffset() or timedelta()
        if offset == (midnight + 3 * _ONE_DAY).astimezone(self._zone).utcoffset():
            return midnight - offset, True
        return wall_instant(day, timedelta(), self._zone), False
