"""What comes again: visits, calls, inspections, training, each occurrence with its instants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.case import Applicable, Beat, Case, beat_of, beginning, events_of
from jiannuo.rules.civil import (
    MONTHS_IN,
    add_months,
    end_of_day,
    last_day,
    local_date,
    rolled_forward,
    start_of_day,
)
from jiannuo.rules.clauses import CommitmentInForce, Limit, Period, RecurringClause, Season
from jiannuo.rules.coverage import Cover
from jiannuo.rules.deadlines import ObligationPlan, planned
from jiannuo.rules.facts import Facts
from jiannuo.rules.outcomes import outcome
from jiannuo.rules.reasons import Reasons, Untold
from jiannuo.rules.selection import Choice, Option, choose

_ONE_DAY = timedelta(days=1)
_NO_DAYS = timedelta()
_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_A_MINUTE = 60_000_000


@outcome
class Occurrence:
    """One time that something is owed: from ``opens_at`` on, by ``due_at``. ``name`` is that of its season."""

    index: int
    opens_at: datetime
    due_at: datetime
    name: str = ""


@outcome
class RecurrenceOutcome:
    """Something owed again and again since ``begins``: the next occurrence as an obligation.

    ``last`` is the last day on which it can be owed; ``None`` when nothing ends it.
    """

    action: str
    begins: date
    last: date | None = None
    next: ObligationPlan
    clause: str = ""
    commitment: str = ""
    version: int = 0
    reasons: Reasons = ()


class _Span(NamedTuple):
    """Days in which one occurrence lies, both included; ``part`` of ``parts`` of that time.

    ``due`` is the last day, moved over rest days where the clause says so.
    """

    first: date
    last: date
    due: date
    name: str = ""
    part: int = 0
    parts: int = 1


_Numbered = tuple[int, _Span]


class _Running(NamedTuple):
    """A clause that goes on, with its next occurrence."""

    what: Applicable[RecurringClause]
    begins: date
    end: date | None
    number: int
    span: _Span


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
    end = _end(clause, begins, calendar, covered_until)
    if until is None and count is None and end is None and clause.count is None and not clause.offsets:
        raise ValueError(f"{clause.id} never ends: ask for its occurrences until an instant, or for a number")
    found: list[Occurrence] = []
    day = None if since is None else local_date(since, calendar)
    for index, span in _owed(clause, begins, end, calendar, day):
        opens_at, due_at = _instants(clause, span, begins, calendar)
        if until is not None and due_at > until:
            break
        if since is None or due_at > since:
            found.append(Occurrence(index=index, opens_at=opens_at, due_at=due_at, name=span.name))
            if len(found) == count:
                break
    return tuple(found)


def occurrence_plan(
    clause: RecurringClause, commitment: CommitmentInForce, calendar: Calendar, occurrence: Occurrence
) -> ObligationPlan:
    """The obligation that one occurrence is, with warning and ladder; a pause moves its end."""
    opens_at, due_at = occurrence.opens_at, occurrence.due_at
    limit = _as_limit(due_at - opens_at)
    return planned(
        clause, commitment, calendar, clause.action, limit, opens_at, occurrence.index, due_at=due_at
    )


@lru_cache(maxsize=4096)
def _as_limit(length: timedelta) -> Limit:
    """A length of time as a limit on the clock on the wall."""
    return Limit(amount=Decimal(length // _MICROSECOND) / _MICROSECONDS_A_MINUTE, unit="minutes")


def decide_recurrences(case: Case, cover: Cover) -> tuple[RecurrenceOutcome, ...]:
    """What is owed again and again, next after ``case.now``; notes why some is not.

    The clauses of one commitment about an action go together (a small service each quarter, a large one each year).
    Of several commitments the one that promises the action most often counts.
    """
    chosen: list[RecurrenceOutcome] = []
    for (action, _), clauses in case.book.by_subject(RecurringClause, case):
        options = _options(clauses, case, cover)
        if options:
            choice = choose(options, _oftenest, action)
            if case.argues:
                case.losers += choice.lost()
            chosen += [_outcome(one, case, choice) for one in choice.value]
    return tuple(chosen)


def _options(
    clauses: Sequence[Applicable[RecurringClause]], case: Case, cover: Cover
) -> list[Option[list[_Running]]]:
    """The commitments that owe an action, each with its clauses that go on.

    Where only the outcome is wanted, those that promise less often than one that goes on are left out.
    """
    if len(clauses) == 1:
        one = _running(clauses[0], case, cover)
        return [] if one is None else [(one.what, [one])]
    can_stop = not case.argues and not any(what.is_exclusive for what in clauses)
    groups: dict[tuple[str, int], list[Applicable[RecurringClause]]] = {}
    for what in clauses:
        groups.setdefault(what.key, []).append(what)
    options: list[Option[list[_Running]]] = []
    often = 0.0
    for group in sorted(groups.values(), key=_at_most, reverse=True):
        if can_stop and _at_most(group) < often:
            break
        running = [one for what in group if (one := _running(what, case, cover)) is not None]
        if running:
            options.append((running[0].what, running))
            often = max(often, _often(running))
    return options


def _at_most(group: list[Applicable[RecurringClause]]) -> float:
    """How many times a year the clauses of one commitment can come."""
    return sum([what.often for what in group])


def _often(running: list[_Running]) -> float:
    """How many times a year those of the clauses come that go on."""
    return sum([one.what.often for one in running])


def _oftenest(_what: Applicable[RecurringClause], group: list[_Running]) -> tuple[float, float]:
    """How often it comes, then how soon."""
    soon = min(_instants(one.what.clause, one.span, one.begins, one.what.calendar)[1] for one in group)
    return (-_often(group), soon.timestamp())


def _running(what: Applicable[RecurringClause], case: Case, cover: Cover) -> _Running | None:
    """The next occurrence of a clause; notes why there is none."""
    clause, calendar = what.clause, what.calendar
    begins = case.beginning(clause.begins, calendar)
    if begins is None:
        if case.argues:
            events = events_of(clause.begins)
            case.notes.append(what.note("recurring.not_started", action=clause.action, events=events))
        return None
    covered_until = None
    if clause.while_covered:
        standing = cover.standing()
        covered_until = standing.until
        if covered_until is None and not standing.in_warranty:
            if case.argues and standing.in_warranty is None:
                case.losers.append(what.note("lost.fact_missing", fact="in_warranty"))
            elif case.argues:
                case.notes.append(what.note("recurring.not_covered", action=clause.action))
            return None
    end = _end(clause, begins, calendar, covered_until)
    coming = _coming(what, begins, end, case)
    if coming is not None:
        return _Running(what, begins, end, *coming)
    if case.argues:
        case.notes.append(what.note("recurring.ended", action=clause.action, until=end))
    return None


def _coming(
    what: Applicable[RecurringClause], begins: date, end: date | None, case: Case
) -> _Numbered | None:
    """The first occurrence that is due after the instant of the decision."""
    clause, calendar, beat = what.clause, what.calendar, what.beat
    today = case.date_of_decision(calendar)
    if beat is not None and beat.times == 1 and clause.first_within is None and not clause.roll_forward:
        number, span = _beat_on(beat, begins, clause, today)
        if (end is not None and span.last > end) or (clause.count is not None and number > clause.count):
            return None
        return number, span
    for number, span in _owed(clause, begins, end, calendar, today):
        if span.due >= today and (span.parts == 1 or _instants(clause, span, begins, calendar)[1] > case.now):
            return number, span
    return None


def _beat_on(beat: Beat, begins: date, clause: RecurringClause, today: date) -> _Numbered:
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
    return number, _Span(begins if number == 1 else before + _ONE_DAY, last, last)


def _outcome(one: _Running, case: Case, choice: Choice[list[_Running]]) -> RecurrenceOutcome:
    what, clause = one.what, one.what.clause
    opens_at, due_at = _instants(clause, one.span, one.begins, what.calendar)
    return RecurrenceOutcome(
        action=clause.action,
        begins=one.begins,
        last=one.end,
        next=planned(
            clause,
            what.commitment,
            what.calendar,
            clause.action,
            _as_limit(due_at - opens_at),
            opens_at,
            one.number,
            due_at=due_at,
        ),
        clause=clause.id,
        commitment=what.key[0],
        version=what.key[1],
        reasons=case.tell(("recurring", what.key, clause.id), _why, what, due_at, choice, case),
    )


def _why(
    what: Applicable[RecurringClause], due_at: datetime, choice: Choice[list[_Running]], case: Case
) -> Iterable[Untold]:
    yield what.note("recurring.chosen", action=what.clause.action, due=due_at)
    yield case.grounds(what)
    yield choice.why()


def _end(
    clause: RecurringClause, begins: date, calendar: Calendar, covered_until: datetime | None
) -> date | None:
    """The last day on which something can be owed."""
    end: date | None = None
    if clause.lasts is not None:
        end = last_day(begins, clause.lasts.amount, clause.lasts.unit, calendar=calendar)
    if clause.while_covered and covered_until is not None:
        covered = local_date(covered_until, calendar) - _ONE_DAY
        end = covered if end is None else min(end, covered)
    return end


def _owed(
    clause: RecurringClause, begins: date, end: date | None, calendar: Calendar, since: date | None
) -> Iterator[_Numbered]:
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
        if (end is not None and span.last > end) or (clause.count is not None and index > clause.count):
            return
        yield index, span


def _rolled(clause: RecurringClause, begins: date, calendar: Calendar) -> Iterator[_Numbered]:
    """Occurrences that are not due on a rest day; those that fall together are one."""
    index, before = 0, None
    for _, span in _with_first(clause, begins, calendar, None):
        due = rolled_forward(span.last, "rest_day", calendar)
        if (due, span.part) != before:
            index, before = index + 1, (due, span.part)
            yield index, span._replace(due=due)


def _with_first(
    clause: RecurringClause, begins: date, calendar: Calendar, since: date | None
) -> Iterator[_Numbered]:
    """The first occurrence is due within a period of its own where there is one; the rhythm goes on after it."""
    if clause.first_within is None:
        yield from _spans(clause, begins, since)
        return
    first = last_day(begins, clause.first_within.amount, clause.first_within.unit, calendar=calendar)
    early = -1
    for _, span in _spans(clause, begins, None):
        if early < 0:
            yield 1, _Span(begins, first, first, span.name)
        elif _is_after(span, first):
            break
        early += 1
    for number, span in _spans(clause, begins, since):
        if number > 1 and _is_after(span, first):
            yield number - early, span


def _is_after(span: _Span, first: date) -> bool:
    """Whether an occurrence is due after the first one, all its hours where days are cut by hours."""
    return (span.first if span.parts > 1 else span.last) > first


def _instants(
    clause: RecurringClause, span: _Span, begins: date, calendar: Calendar
) -> tuple[datetime, datetime]:
    """When an occurrence opens and when it is due."""
    if span.parts > 1:
        start, end = start_of_day(span.first, calendar), end_of_day(span.due, calendar)
        return (
            start + (end - start) * span.part / span.parts,
            start + (end - start) * (span.part + 1) / span.parts,
        )
    first = max(span.first - timedelta(days=clause.tolerance), begins) if clause.tolerance else span.first
    return start_of_day(first, calendar), end_of_day(span.due, calendar)


def _spans(clause: RecurringClause, begins: date, since: date | None) -> Iterator[_Numbered]:
    beat = beat_of(clause)
    if clause.every is not None and beat is not None:
        return _periods(beat, clause.every, begins, clause.by_calendar, since)
    if clause.offsets:
        windows = (
            (begins + timedelta(days=offset.from_day), begins + timedelta(days=offset.to_day), "")
            for offset in sorted(clause.offsets, key=lambda offset: (offset.to_day, offset.from_day))
        )
        return enumerate(_divided(windows, clause.times), 1)
    return enumerate(_divided(_seasons(clause.seasons, begins), clause.times), 1)


def _divided(windows: Iterator[tuple[date, date, str]], times: int) -> Iterator[_Span]:
    """Windows cut into ``times`` parts of equal length."""
    for first, last, name in windows:
        days = (last - first).days + 1
        if days < times:
            yield from (_Span(first, last, last, name, part, times) for part in range(times))
            continue
        for part in range(times):
            opens = first + timedelta(days=days * part // times)
            closes = first + timedelta(days=days * (part + 1) // times - 1)
            yield _Span(opens, closes, closes, name)


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
) -> Iterator[_Numbered]:
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
                    yield number, _Span(before + _ONE_DAY, last, last, "", part, beat.times)
                else:
                    yield number, _Span(first, last, last)
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
