"""What comes again: visits, calls, inspections, training, each occurrence with its instants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from jiannuo.rules.applicable import Applicable, Case, applicable, beginning, events_of
from jiannuo.rules.calendar import Calendar
from jiannuo.rules.civil import (
    DAYS_IN,
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
from jiannuo.rules.reasons import Reason
from jiannuo.rules.selection import Candidate, choose

_ONE_DAY = timedelta(days=1)
_DAYS_A_YEAR = 365.2425


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time that something is owed: from ``opens_at`` on, by ``due_at``. ``name`` is that of its season."""

    index: int
    opens_at: datetime
    due_at: datetime
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
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
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Span:
    """Days in which one occurrence lies, both included; ``part`` of ``parts`` of that time."""

    first: date
    last: date
    name: str = ""
    part: int = 0
    parts: int = 1


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
    for occurrence in _every(clause, begins, end, calendar):
        if until is not None and occurrence.due_at > until:
            break
        if since is None or occurrence.due_at > since:
            found.append(occurrence)
            if len(found) == count:
                break
    return tuple(found)


def occurrence_plan(
    clause: RecurringClause, commitment: CommitmentInForce, calendar: Calendar, occurrence: Occurrence
) -> ObligationPlan:
    """The obligation that one occurrence is, with warning and ladder; a pause moves its end."""
    length = occurrence.due_at - occurrence.opens_at
    minutes = Decimal(length // timedelta(microseconds=1)) / 60_000_000
    limit = Limit(amount=minutes, unit="minutes")
    return planned(clause, commitment, calendar, clause.action, limit, occurrence.opens_at, occurrence.index)


def decide_recurrences(
    case: Case, cover: Cover
) -> tuple[tuple[RecurrenceOutcome, ...], tuple[Reason, ...], tuple[Reason, ...]]:
    """What is owed again and again, next after ``case.now``; why some is not; and what lost.

    The clauses of one commitment about an action go together (a small service each quarter, a large one each year).
    Of several commitments the one that promises the action most often counts.
    """
    notes: list[Reason] = []
    losers: list[Reason] = []
    running: dict[
        tuple[str, bool], dict[tuple[str, int], list[tuple[RecurrenceOutcome, Applicable[RecurringClause]]]]
    ]
    running = {}
    for what in applicable(RecurringClause, case, losers):
        outcome = _outcome(what, case, cover)
        if isinstance(outcome, Reason):
            (losers if outcome.code.startswith("lost.") else notes).append(outcome)
            continue
        subject = (what.clause.action, bool(what.clause.offsets))
        own = (what.commitment.code, what.commitment.version)
        running.setdefault(subject, {}).setdefault(own, []).append((outcome, what))
    chosen: list[RecurrenceOutcome] = []
    for (action, _), groups in sorted(running.items()):
        candidates = [_candidate(group) for group in groups.values()]
        choice = choose(candidates, action)
        losers.extend(choice.losers)
        chosen.extend(
            replace(outcome, reasons=(*outcome.reasons, choice.why)) for outcome, _what in choice.winner.value
        )
    return tuple(chosen), tuple(notes), tuple(losers)


def _candidate(
    group: Sequence[tuple[RecurrenceOutcome, Applicable[RecurringClause]]],
) -> Candidate[Sequence[tuple[RecurrenceOutcome, Applicable[RecurringClause]]]]:
    """The clauses of one commitment about an action, ranked by how often it comes, then by how soon."""
    often = sum(_a_year(what.clause) for _outcome, what in group)
    soon = min(outcome.next.due_at.timestamp() for outcome, _what in group if outcome.next.due_at)
    what = group[0][1]
    return Candidate(what.commitment, what.clause, (-often, soon), group)


def _a_year(clause: RecurringClause) -> float:
    """How many times a year it comes; what follows an event counts its times."""
    if clause.every is None:
        return float(clause.times * (len(clause.seasons) or len(clause.offsets)))
    amount, unit = clause.every.amount, clause.every.unit
    if unit in DAYS_IN:
        return clause.times * _DAYS_A_YEAR / (amount * DAYS_IN[unit])
    return clause.times * 12 / (amount * MONTHS_IN[unit])


def _outcome(what: Applicable[RecurringClause], case: Case, cover: Cover) -> RecurrenceOutcome | Reason:
    """The next occurrence of a clause, or why there is none."""
    clause, calendar = what.clause, what.calendar
    begins = beginning(clause.begins, case.facts, calendar)
    if begins is None:
        return what.because("recurring.not_started", action=clause.action, events=events_of(clause.begins))
    covered_until = None
    if clause.while_covered:
        standing = cover.standing()
        covered_until = standing.until
        if standing.in_warranty is None and covered_until is None:
            return what.because("lost.fact_missing", fact="in_warranty")
        if not standing.in_warranty and covered_until is None:
            return what.because("recurring.not_covered", action=clause.action)
    end = _end(clause, begins, calendar, covered_until)
    coming = next((one for one in _every(clause, begins, end, calendar) if one.due_at > case.now), None)
    if coming is None:
        return what.because("recurring.ended", action=clause.action, until=end or "")
    chosen = what.because("recurring.chosen", action=clause.action, due=coming.due_at.isoformat())
    return RecurrenceOutcome(
        action=clause.action,
        begins=begins,
        last=end,
        next=occurrence_plan(clause, what.commitment, calendar, coming),
        clause=clause.id,
        commitment=what.commitment.code,
        version=what.commitment.version,
        reasons=(chosen, *what.grounds(case.facts)),
    )


def _end(
    clause: RecurringClause, begins: date, calendar: Calendar, covered_until: datetime | None
) -> date | None:
    """The last day on which something can be owed."""
    ends: list[date] = []
    if clause.lasts is not None:
        ends.append(last_day(begins, clause.lasts.amount, clause.lasts.unit, calendar=calendar))
    if clause.while_covered and covered_until is not None:
        ends.append(local_date(covered_until, calendar) - _ONE_DAY)
    return min(ends, default=None)


def _every(
    clause: RecurringClause, begins: date, end: date | None, calendar: Calendar
) -> Iterator[Occurrence]:
    """All occurrences in order, until the clause ends; perhaps without end."""
    index, before = 0, None
    for span in _first_within(clause, _spans(clause, begins), begins, calendar):
        if (end is not None and span.last > end) or (clause.count is not None and index >= clause.count):
            return
        opens_at, due_at = _instants(clause, span, begins, calendar)
        if due_at == before:
            continue
        index, before = index + 1, due_at
        yield Occurrence(index=index, opens_at=opens_at, due_at=due_at, name=span.name)


def _instants(
    clause: RecurringClause, span: _Span, begins: date, calendar: Calendar
) -> tuple[datetime, datetime]:
    """When an occurrence opens and when it is due, moved over rest days where the clause says so."""
    last = rolled_forward(span.last, "rest_day", calendar) if clause.roll_forward else span.last
    if span.parts > 1:
        start, end = start_of_day(span.first, calendar), end_of_day(last, calendar)
        return (
            start + (end - start) * span.part / span.parts,
            start + (end - start) * (span.part + 1) / span.parts,
        )
    first = max(span.first - timedelta(days=clause.tolerance), begins)
    return start_of_day(first, calendar), end_of_day(last, calendar)


def _first_within(
    clause: RecurringClause, spans: Iterator[_Span], begins: date, calendar: Calendar
) -> Iterator[_Span]:
    """The first occurrence is due within a period of its own; the rhythm goes on after it."""
    if clause.first_within is None:
        yield from spans
        return
    first = last_day(begins, clause.first_within.amount, clause.first_within.unit, calendar=calendar)
    own = next(spans, None)
    if own is None:
        return
    yield _Span(begins, first, own.name)
    yield from (span for span in spans if span.last > first)


def _spans(clause: RecurringClause, begins: date) -> Iterator[_Span]:
    if clause.offsets:
        windows = (
            (begins + timedelta(days=offset.from_day), begins + timedelta(days=offset.to_day), "")
            for offset in sorted(clause.offsets, key=lambda offset: (offset.to_day, offset.from_day))
        )
        return _divided(windows, clause.times)
    if clause.every is None:
        return _divided(_seasons(clause.seasons, begins), clause.times)
    return _periods(clause.every, clause.times, begins, by_calendar=clause.by_calendar)


def _divided(windows: Iterator[tuple[date, date, str]], times: int) -> Iterator[_Span]:
    """Windows cut into ``times`` parts of equal length."""
    for first, last, name in windows:
        days = (last - first).days + 1
        if days < times:
            yield from (_Span(first, last, name, part, times) for part in range(times))
            continue
        for part in range(times):
            opens = first + timedelta(days=days * part // times)
            yield _Span(opens, first + timedelta(days=days * (part + 1) // times - 1), name)


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
    month, number = int(day[:2]), int(day[3:])
    return add_months(date(year, 1, 1), month - 1, number)


def _periods(every: Period, times: int, begins: date, *, by_calendar: bool) -> Iterator[_Span]:
    """Periods from the event or of the calendar, each cut into ``times`` parts, every edge from the anchor."""
    anchor = _calendar_start(every, begins) if by_calendar else begins
    first, before = begins, begins - _ONE_DAY if by_calendar else begins
    period = 0
    while True:
        length = (_edge(every, anchor, period + 1, 1) - _edge(every, anchor, period, 1)).days
        if length < times:
            last = _edge(every, anchor, period + 1, 1) - timedelta(days=int(by_calendar))
            if last > before:
                yield from (_Span(before + _ONE_DAY, last, "", part, times) for part in range(times))
                first, before = last + _ONE_DAY, last
        else:
            for part in range(1, times + 1):
                last = _edge(every, anchor, period, times, part) - timedelta(days=int(by_calendar))
                if last > before:
                    yield _Span(first, last)
                    first, before = last + _ONE_DAY, last
        period += 1


def _edge(every: Period, anchor: date, period: int, times: int, part: int = 0) -> date:
    """The day after so many periods and ``part`` of the ``times`` parts of another, counted from the anchor."""
    if every.unit in DAYS_IN:
        days = every.amount * DAYS_IN[every.unit]
        return anchor + timedelta(days=period * days + days * part // times)
    months = every.amount * MONTHS_IN[every.unit]
    if months * part % times == 0:
        return add_months(anchor, period * months + months * part // times)
    start, end = add_months(anchor, period * months), add_months(anchor, (period + 1) * months)
    return start + timedelta(days=(end - start).days * part // times)


def _calendar_start(every: Period, begins: date) -> date:
    """The first day of the calendar week, month, quarter, half-year or year in which the event lies."""
    if every.unit == "days":
        return begins
    if every.unit == "weeks":
        return begins - timedelta(days=begins.weekday())
    months = every.amount * MONTHS_IN[every.unit]
    block = months if 12 % months == 0 else MONTHS_IN[every.unit]
    return date(begins.year, (begins.month - 1) // block * block + 1, 1)
