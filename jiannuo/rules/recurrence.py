"""What comes again: visits, calls, inspections, training, each occurrence with its instants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.case import Applicable, Case, events_of
from jiannuo.rules.clauses import CommitmentInForce, Limit, RecurringClause
from jiannuo.rules.coverage import Cover
from jiannuo.rules.deadlines import ObligationPlan, planned
from jiannuo.rules.outcomes import maker, outcome
from jiannuo.rules.reasons import Reasons, Untold
from jiannuo.rules.rhythm import Numbered, Occurrence, Span, beat_on, instants, last_of, owed
from jiannuo.rules.selection import Choice, Option, choose

_ONE_DAY = timedelta(days=1)
_NO_DAYS = timedelta()
_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_A_MINUTE = 60_000_000


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


_made = maker(RecurrenceOutcome)


class _Running(NamedTuple):
    """A clause that goes on, with its next occurrence."""

    what: Applicable[RecurringClause]
    begins: date
    end: date | None
    number: int
    span: Span


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
    can_stop = not case.argues and True not in [what.is_exclusive for what in clauses]
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
            first = min([one.what for one in running], key=lambda what: what.order)
            options.append((first, running))
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
    soon = min(instants(one.what.clause, one.span, one.begins, one.what.calendar)[1] for one in group)
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
    end = last_of(clause, begins, calendar, covered_until)
    coming = _coming(what, begins, end, case)
    if coming is not None:
        return _Running(what, begins, end, *coming)
    if case.argues:
        case.notes.append(what.note("recurring.ended", action=clause.action, until=end))
    return None


def _coming(what: Applicable[RecurringClause], begins: date, end: date | None, case: Case) -> Numbered | None:
    """The first occurrence that is due after the instant of the decision."""
    clause, calendar, beat = what.clause, what.calendar, what.beat
    today = case.date_of_decision(calendar)
    if beat is not None and beat.times == 1 and clause.first_within is None and not clause.roll_forward:
        number, span = beat_on(beat, begins, clause, today)
        if (end is not None and span.last > end) or (clause.count is not None and number > clause.count):
            return None
        return number, span
    for number, span in owed(clause, begins, end, calendar, today):
        if span.due >= today and (span.parts == 1 or instants(clause, span, begins, calendar)[1] > case.now):
            return number, span
    return None


def _outcome(one: _Running, case: Case, choice: Choice[list[_Running]]) -> RecurrenceOutcome:
    what, clause = one.what, one.what.clause
    opens_at, due_at = instants(clause, one.span, one.begins, what.calendar)
    limit = _as_limit(due_at - opens_at)
    return _made(
        action=clause.action,
        begins=one.begins,
        last=one.end,
        next=planned(
            clause, what.commitment, what.calendar, clause.action, limit, opens_at, one.number, due_at
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
