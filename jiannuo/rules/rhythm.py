"""When something comes again: the days of each occurrence, from the event and the rhythm of a clause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.case import Beat, beat_of, beginning
from jiannuo.rules.civil import (
    MONTHS_IN,
    add_months,
    end_of_day,
    last_day,
    local_date,
    rolled_forward,
    start_of_day,
)
from jiannuo.rules.clauses import Offset, Period, RecurringClause, Season
from jiannuo.rules.facts import Facts
from jiannuo.rules.outcomes import outcome

_ONE_DAY = timedelta(days=1)
_NO_DAYS = timedelta()


@outcome
class Occurrence:
    """One time that something is owed: from ``opens_at`` on, by ``due_at``. ``name`` is that of its season."""

    index: int
    opens_at: datetime
    due_at: datetime
    name: str = ""


class Span(NamedTuple):
    """Days in which one occurrence lies, both included; ``part`` of ``parts`` of that time.

    ``due`` is the last day, moved over rest days where the clause says so.
    """

    first: date
    last: date
    due: date
    name: str = ""
    part: int = 0
    parts: int = 1


Numbered = tuple[int, Span]


def occurrences(
    clause: RecurringClause,
    facts: Facts,
    calendar: Calendar,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    count: int | None = None,
    covered_until: datetime | None = None,
) -> tuple[Occurrence, ...]:
    """The occurrences due after ``since`` and up to ``until``, at most ``count``; none if the event is not known.

    ``index`` counts from 1 at the event. Each is worked out from the event itself, so that nothing drifts.
    ``covered_until`` ends a clause that lasts ``while_covered``. Raises ``ValueError`` when nothing bounds them.
    """
    begins = beginning(clause.begins, facts, calendar)
    if begins is None:
        return ()
    end = last_of(clause, begins, calendar, covered_until)
    if until is None and count is None and end is None and clause.count is None and not clause.offsets:
        raise ValueError(f"{clause.id} never ends: ask for its occurrences until an instant, or for a number")
    found: list[Occurrence] = []
    day = None if since is None else local_date(since, calendar)
    for index, span in owed(clause, begins, end, calendar, day):
        opens_at, due_at = instants(clause, span, begins, calendar)
        if until is not None and due_at > until:
            break
        if since is None or due_at > since:
            found.append(Occurrence(index=index, opens_at=opens_at, due_at=due_at, name=span.name))
            if len(found) == count:
                break
    return tuple(found)


def last_of(
    clause: RecurringClause, begins: date, calendar: Calendar, covered_until: datetime | None
) -> date | None:
    """The last day on which something can be owed."""
    if clause.lasts is None and not clause.while_covered:
        return None
    end: date | None = None
    if clause.lasts is not None:
        end = last_day(begins, clause.lasts.amount, clause.lasts.unit, calendar=calendar)
    if clause.while_covered and covered_until is not None:
        covered = local_date(covered_until, calendar) - _ONE_DAY
        end = covered if end is None else min(end, covered)
    return end


def owed(
    clause: RecurringClause, begins: date, end: date | None, calendar: Calendar, since: date | None
) -> Iterator[Numbered]:
    """The numbered occurrences in order until the clause ends, perhaps without end.

    With ``since`` those long before that day are left out; some before it may still come.
    """
    if clause.roll_forward:
        numbered = _rolled(clause, begins, calendar)
    elif clause.first_within is not None:
        numbered = _with_first(clause, begins, calendar, since)
    else:
        numbered = _spans(clause, begins, since)
    for index, span in numbered:
        if (end is not None and _last_of(span) > end) or (clause.count is not None and index > clause.count):
            return
        yield index, span


def _rolled(clause: RecurringClause, begins: date, calendar: Calendar) -> Iterator[Numbered]:
    """Occurrences that are not due on a rest day; those that fall together are one.

    Where days are cut by hours, what would be due on a rest day falls together with the hours of the next working day.
    """
    index, before = 0, date.min
    for _, span in _with_first(clause, begins, calendar, None):
        last = _last_of(span)
        due = rolled_forward(last, "rest_day", calendar)
        if span.parts > 1:
            if due != last or due <= before:
                continue
        elif due == before:
            continue
        else:
            before, span = due, span._replace(due=due)
        index += 1
        yield index, span


def _last_of(span: Span) -> date:
    """The day on which an occurrence is due, before any rest day moves it."""
    days = (span.last - span.first).days + 1
    return span.first + timedelta(days=-(-days * (span.part + 1) // span.parts) - 1)


def _with_first(
    clause: RecurringClause, begins: date, calendar: Calendar, since: date | None
) -> Iterator[Numbered]:
    """The first occurrence is due within a period of its own where there is one; the rhythm goes on after it."""
    if clause.first_within is None:
        yield from _spans(clause, begins, since)
        return
    first = last_day(begins, clause.first_within.amount, clause.first_within.unit, calendar=calendar)
    early = -1
    for _, span in _spans(clause, begins, None):
        if early < 0:
            yield 1, Span(begins, first, first, span.name)
        elif _is_after(span, first):
            break
        early += 1
    for number, span in _spans(clause, begins, since):
        if number > 1 and _is_after(span, first):
            yield number - early, span


def _is_after(span: Span, first: date) -> bool:
    """Whether an occurrence is due after the first one, all its hours where days are cut by hours."""
    return (span.first if span.parts > 1 else span.last) > first


def instants(
    clause: RecurringClause, span: Span, begins: date, calendar: Calendar
) -> tuple[datetime, datetime]:
    """When an occurrence opens and when it is due."""
    if span.parts > 1:
        start, end = start_of_day(span.first, calendar), end_of_day(span.due, calendar)
        return (
            start + (end - start) * span.part / span.parts,
            start + (end - start) * (span.part + 1) / span.parts,
        )
    first = span.first - timedelta(days=clause.tolerance) if clause.tolerance else span.first
    if first < begins <= span.first:
        first = begins
    return start_of_day(first, calendar), end_of_day(span.due, calendar)


def _spans(clause: RecurringClause, begins: date, since: date | None) -> Iterator[Numbered]:
    beat = beat_of(clause)
    if clause.every is not None and beat is not None:
        return _periods(beat, clause.every, begins, clause.by_calendar, since)
    if clause.offsets:
        spans = _divided(_windows(clause.offsets, begins), clause.times)
        return enumerate(sorted(spans, key=lambda span: (span.last, span.first, span.part)), 1)
    return enumerate(_divided(_seasons(clause.seasons, begins), clause.times), 1)


def _windows(offsets: Sequence[Offset], begins: date) -> Iterator[tuple[date, date, str]]:
    """The days after the event, or before it, in the order in which they end."""
    days = [(-one.from_day, -one.to_day) if one.before else (one.to_day, one.from_day) for one in offsets]
    for last, first in sorted(days):
        yield begins + timedelta(days=first), begins + timedelta(days=last), ""


def _divided(windows: Iterator[tuple[date, date, str]], times: int) -> Iterator[Span]:
    """Windows cut into ``times`` parts of equal length."""
    for first, last, name in windows:
        days = (last - first).days + 1
        if days < times:
            yield from (Span(first, last, last, name, part, times) for part in range(times))
            continue
        for part in range(times):
            opens = first + timedelta(days=days * part // times)
            closes = first + timedelta(days=days * (part + 1) // times - 1)
            yield Span(opens, closes, closes, name)


def _seasons(seasons: Sequence[Season], begins: date) -> Iterator[tuple[date, date, str]]:
    """The seasons of every year from the event on, those over New Year in the year in which they end."""
    for year in range(begins.year, date.max.year):
        ending = sorted(
            (
                _of_year(season.ends, year),
                _of_year(season.begins, year - (season.begins > season.ends)),
                season.name,
            )
            for season in seasons
        )
        yield from ((max(first, begins), last, name) for last, first, name in ending if last >= begins)


def _of_year(day: str, year: int) -> date:
    """``MM-DD`` in a year; 29 February is the 28th where there is none."""
    return add_months(date(year, 1, 1), int(day[:2]) - 1, int(day[3:]))


def _periods(
    beat: Beat, every: Period, begins: date, by_calendar: bool, since: date | None
) -> Iterator[Numbered]:
    """Periods from the event or of the calendar, each cut into ``times`` parts, every edge from the anchor.

    Begins at most a period or two before ``since``.
    """
    anchor = _calendar_start(every, begins) if by_calendar else begins
    shift = _ONE_DAY if by_calendar else _NO_DAYS
    before = begins - shift
    first = begins
    period = 0 if since is None else max(_beats_between(beat, anchor, since) - 1, 0)
    number = period * beat.times
    if by_calendar:
        whole = _beats_between(beat, anchor, begins)
        period = max(period, whole)
        number = (period - whole) * beat.times
        if period > whole:
            number -= sum(last <= before for last in _lasts(beat, anchor, whole, shift))
    if number > 0:
        before = _edge(beat, anchor, period) - shift
        first = before + _ONE_DAY
    while True:
        lasts = _lasts(beat, anchor, period, shift)
        is_cut_by_hours = beat.times > 1 and lasts[0] == lasts[-1]
        for part, last in enumerate(lasts):
            if last > before:
                number += 1
                if is_cut_by_hours:
                    yield number, Span(before + _ONE_DAY, last, last, "", part, beat.times)
                else:
                    yield number, Span(first, last, last)
                    first, before = last + _ONE_DAY, last
        if is_cut_by_hours:
            first, before = lasts[-1] + _ONE_DAY, max(lasts[-1], before)
        period += 1


def _lasts(beat: Beat, anchor: date, period: int, shift: timedelta) -> Sequence[date]:
    """The last days of the parts of a period; the last day of all, when it has fewer days than parts."""
    end = _edge(beat, anchor, period + 1) - shift
    if beat.times == 1:
        return (end,)
    start = _edge(beat, anchor, period) - shift
    days = (end - start).days
    if days < beat.times:
        return (end,) * beat.times
    return [start + timedelta(days=days * part // beat.times) for part in range(1, beat.times + 1)]


def _edge(beat: Beat, anchor: date, period: int) -> date:
    """The day after so many periods, counted from the anchor."""
    if beat.days:
        return anchor + timedelta(days=period * beat.days)
    return add_months(anchor, period * beat.months)


def _beats_between(beat: Beat, anchor: date, day: date) -> int:
    """How many periods lie between two days; one too many where the second is earlier in its month."""
    if beat.days:
        return (day - anchor).days // beat.days
    return ((day.year - anchor.year) * 12 + day.month - anchor.month) // beat.months


def _calendar_start(every: Period, begins: date) -> date:
    """The first day of the calendar week, month, quarter, half-year or year in which the event lies."""
    if every.unit == "days":
        return begins
    if every.unit == "weeks":
        return begins - timedelta(days=begins.weekday())
    months = every.amount * MONTHS_IN[every.unit]
    block = months if 12 % months == 0 else MONTHS_IN[every.unit]
    return date(begins.year, (begins.month - 1) // block * block + 1, 1)


def beat_on(beat: Beat, begins: date, clause: RecurringClause, today: date) -> Numbered:
    """The occurrence within which a day lies, or the first where the event is still to come."""
    anchor, shift = begins, _NO_DAYS
    if clause.by_calendar and clause.every is not None:
        anchor, shift = _calendar_start(clause.every, begins), _ONE_DAY
    day = today if today > begins else begins + _ONE_DAY - shift
    number = max(_beats_between(beat, anchor, day), 0)
    before = _edge(beat, anchor, number) - shift
    if number and before >= day:
        number, last = number - 1, before
        before = _edge(beat, anchor, number) - shift
    else:
        last = _edge(beat, anchor, number + 1) - shift
    number += 1 - (_beats_between(beat, anchor, begins) if clause.by_calendar else 0)
    return number, Span(begins if number == 1 else before + _ONE_DAY, last, last)
