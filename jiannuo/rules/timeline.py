"""The opening hours of one calendar laid out on the UTC axis, with cumulative working time.

Everything that asks for working time is one or two binary searches in a :class:`Snapshot`. Snapshots never change;
a timeline replaces its snapshot by a longer one when a question reaches beyond it, so readers in other threads are safe.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from jiannuo.rules.instants import DAY, EPOCH_ORDINAL, MINUTE, SECOND, from_micros, wall_instant

LONGEST_CLOSURE_DAYS = 400
LONGEST_CLOSURE = LONGEST_CLOSURE_DAYS * DAY
_FIRST_REACH = 190
_LONGEST_STEP = 3000
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


class Snapshot(NamedTuple):
    """Openings from the date ``first_day`` up to, not including, ``end_day`` (ordinals).

    ``start`` and ``end`` bound the instants it can answer for. Interval *k* is ``[opens[k], closes[k])``;
    ``before[k]`` and ``until[k]`` are the working microseconds up to its two ends. ``days`` are the ordinals of the
    dates with hours and ``spans`` their own windows. ``closures`` are the intervals that follow a gap of over 400 days.
    """

    first_day: int
    end_day: int
    start: int
    end: int
    opens: list[int]
    closes: list[int]
    before: list[int]
    until: list[int]
    days: list[int]
    spans: list[tuple[tuple[int, int], ...]]
    closures: list[int]


_NOTHING = Snapshot(0, 0, 0, 0, [], [], [], [], [], [], [])


class Timeline:
    """Grows snapshots of one calendar on demand."""

    __slots__ = ("_snapshot", "_source", "_zone")

    def __init__(self, source: HoursSource, zone: ZoneInfo) -> None:
        self._source = source
        self._zone = zone
        self._snapshot = _NOTHING

    def covering(self, instant: int) -> Snapshot:
        """A snapshot that knows the hours around ``instant`` (microseconds since the epoch)."""
        snapshot = self._snapshot
        if snapshot.start <= instant < snapshot.end:
            return snapshot
        day = EPOCH_ORDINAL + instant // DAY
        if not snapshot.end_day:
            first, last = day - 8, day + _FIRST_REACH
        else:
            length = min(snapshot.end_day - snapshot.first_day, _LONGEST_STEP)
            first = (
                snapshot.first_day if instant >= snapshot.start else min(day - 8, snapshot.first_day - length)
            )
            last = snapshot.end_day if instant < snapshot.end else max(day + 8, snapshot.end_day + length)
        first, last = max(first, _EARLIEST), min(last, _LATEST)
        if first == snapshot.first_day and snapshot.end_day:
            snapshot = self._extended(snapshot, last)
        else:
            snapshot = self._extended(self._empty(first), last)
        self._snapshot = snapshot
        if not snapshot.start <= instant < snapshot.end:
            raise BeyondTimeError(
                f"calendar {self._source.name!r} cannot count time near {from_micros(instant):%Y-%m-%d}"
            )
        return snapshot

    def further(self, snapshot: Snapshot, after: int) -> Snapshot:
        """A longer snapshot with the same beginning, for a search that found nothing since ``after``.

        Raises :class:`NeverOpensError` when there was no working time for 400 days after ``after`` or after the last
        closing, whichever is later.
        """
        if snapshot.closes:
            after = max(after, snapshot.closes[-1])
        if snapshot.end - after > LONGEST_CLOSURE:
            raise self.never_opens(after)
        return self.longer(snapshot)

    def longer(self, snapshot: Snapshot) -> Snapshot:
        """A longer snapshot with the same beginning. Raises :class:`BeyondTimeError` at the end of the calendar."""
        if snapshot.end_day >= _LATEST:
            raise BeyondTimeError(f"calendar {self._source.name!r}: the limit ends after the year 9999")
        length = min(max(snapshot.end_day - snapshot.first_day, _FIRST_REACH), _LONGEST_STEP)
        longer = self._extended(snapshot, min(snapshot.end_day + length, _LATEST))
        if longer.first_day <= self._snapshot.first_day or not self._snapshot.end_day:
            self._snapshot = longer
        return longer

    def refuse_long_closure(self, snapshot: Snapshot, start: int, until: int) -> None:
        """Raise :class:`NeverOpensError` if the way from ``start`` to ``until`` crosses 400 days without work."""
        opens, closes = snapshot.opens, snapshot.closes
        first = bisect_right(opens, start)
        for index in (first, *snapshot.closures):
            if first <= index < len(opens) and opens[index] <= until:
                since = max(start, closes[index - 1]) if index else start
                if opens[index] - since > LONGEST_CLOSURE:
                    raise self.never_opens(since)

    def never_opens(self, since: int) -> NeverOpensError:
        """The error that names the calendar."""
        return NeverOpensError(
            f"calendar {self._source.name!r} has no working time in the {LONGEST_CLOSURE_DAYS} days after "
            f"{from_micros(since).astimezone(self._zone):%Y-%m-%d}: give it weekly hours or extra open dates"
        )

    def _empty(self, first_day: int) -> Snapshot:
        start = wall_instant(first_day + 2, 0, self._zone)
        return Snapshot(first_day, first_day, start, start, [], [], [], [], [], [], [])

    def _extended(self, old: Snapshot, end_day: int) -> Snapshot:
        opens, closes = old.opens.copy(), old.closes.copy()
        before, until = old.before.copy(), old.until.copy()
        days, spans, closures = old.days.copy(), old.spans.copy(), old.closures.copy()
        for day in range(old.end_day, end_day):
            own = self._spans_of(day)
            if not own:
                continue
            days.append(day)
            spans.append(own)
            for opening, closing in own:
                if closes and opening <= closes[-1]:
                    if closing > closes[-1]:
                        until[-1] += closing - closes[-1]
                        closes[-1] = closing
                    continue
                if closes and opening - closes[-1] > LONGEST_CLOSURE:
                    closures.append(len(opens))
                worked = until[-1] if until else 0
                opens.append(opening)
                closes.append(closing)
                before.append(worked)
                until.append(worked + closing - opening)
        end = wall_instant(end_day, 0, self._zone)
        return Snapshot(
            old.first_day, end_day, old.start, end, opens, closes, before, until, days, spans, closures
        )

    def _spans_of(self, day: int) -> tuple[tuple[int, int], ...]:
        """The windows of one date as UTC spans, merged where they overlap or touch."""
        windows = sorted(
            (window.opens, window.closes) for window in self._source.hours_on(date.fromordinal(day))
        )
        if not windows:
            return ()
        base = self._plain_midnight(day)
        merged: list[tuple[int, int]] = []
        for opens, closes in windows:
            if base is None:
                opening, closing = wall_instant(day, opens, self._zone), wall_instant(day, closes, self._zone)
            else:
                opening, closing = base + opens * MINUTE, base + closes * MINUTE
            if merged and opening <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], closing))
            elif opening < closing:
                merged.append((opening, closing))
        return tuple(merged)

    def _plain_midnight(self, day: int) -> int | None:
        """The midnight that begins the date, or ``None`` when clocks change during it or the day after."""
        midnight = (day - EPOCH_ORDINAL) * DAY
        offset = from_micros(midnight - DAY).astimezone(self._zone).utcoffset() or timedelta()
        if offset != from_micros(midnight + 3 * DAY).astimezone(self._zone).utcoffset():
            return None
        return midnight - (offset.days * 86_400 + offset.seconds) * SECOND
