"""The hours that are left of a shift: without absences and other work, with the pauses that are still due.

Every time is in minutes since the beginning of the problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiannuo.operations.dispatch.planner import Break, Shift

Span = tuple[int, int]
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Lunch:
    """So many minutes between two times of the day (minutes since midnight); none where ``minutes`` is nought."""

    begins: int
    ends: int
    minutes: int


def left_of(
    shift: Span, now: int, away: Sequence[Span], pause: Span | Lunch, pinned: Sequence[Span] = ()
) -> Shift | None:
    """The shift from ``now`` on, without absences at its ends; nothing when none of it is left.

    ``pause`` is the break that the roster names, else the lunch of the settings, which gives way to ``pinned`` work.
    """
    spans = sorted(away if isinstance(pause, Lunch) else [*away, pause])
    whole = _cut(*shift, spans)
    begins, ends = _cut(max(whole[0], now), whole[1], spans)
    if begins >= ends:
        return None
    breaks = [Break(start, end, end - start) for start, end in _merged(spans, begins, ends)]
    if isinstance(pause, Lunch):
        taken = _merged(sorted([*spans, *pinned]), begins, ends)
        if _lunch(whole, begins, taken, pause):
            breaks += _lunch(whole, begins, _merged(spans, begins, ends), pause)
    return Shift(begins, ends, tuple(breaks))


def _cut(begins: int, ends: int, spans: Sequence[Span]) -> Span:
    """The bounds without the spans that lie over them."""
    for start, end in spans:
        if end <= begins or start >= ends:
            continue
        if start <= begins:
            begins = end
        elif end >= ends:
            ends = start
    return begins, ends


def _lunch(whole: Span, now: int, busy: Sequence[Span], lunch: Lunch) -> list[Break]:
    """Lunch of the day of a shift that spans it, from ``now`` on, where being busy leaves room for it."""
    day = whole[0] - whole[0] % DAY
    start, end = day + lunch.begins, day + lunch.ends
    if not lunch.minutes or whole[0] > start or whole[1] < end:
        return []
    free_from = max(start, now)
    for begins, ends in [*busy, (end, end)]:
        until = min(begins, end)
        if until - free_from >= lunch.minutes:
            return [Break(free_from, until, lunch.minutes)]
        free_from = max(free_from, ends)
    return []


def _merged(spans: Sequence[Span], begins: int, ends: int) -> list[Span]:
    """Spans within the bounds that do not overlap."""
    found: list[Span] = []
    for start, end in spans:
        start, end = max(start, begins), min(end, ends)
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
