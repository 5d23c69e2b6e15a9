"""Which clauses can never count where another one applies.

Most promises about the same thing differ in one figure only. Of these it is known beforehand which is the more
favourable, whatever the case: "within two hours" always comes before "within four". What is not certain is not claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from jiannuo.rules.case import Applicable
from jiannuo.rules.civil import DAYS_IN, MONTHS_IN
from jiannuo.rules.clauses import (
    AnyClause,
    ChargeClause,
    CoverageClause,
    Period,
    RecurringClause,
    RemedyClause,
    TimeClause,
)
from jiannuo.rules.deadlines import span

_ELAPSED = ("minutes", "hours")
_Compared = Applicable[Any]


def without_outdone(options: Sequence[Applicable[Any]], *, among_exclusive: bool) -> list[Applicable[Any]]:
    """Those of the clauses about one subject that can count; all of them apply to the case."""
    return [
        one
        for one in options
        if not any(
            other is not one and outdoes(other, one, among_exclusive=among_exclusive) for other in options
        )
    ]


def outdoes(better: _Compared, other: _Compared, *, among_exclusive: bool) -> bool:
    """Whether a clause is always chosen before another about the same subject, when both apply.

    ``among_exclusive`` says that an exclusive commitment may speak and silence one of them.
    """
    if among_exclusive and (other.is_exclusive or (other.is_heard and not better.is_heard)):
        return False
    judge = _JUDGES.get(type(other.clause))
    return judge is not None and better.calendar is other.calendar and judge(better, other)


def _time(better: Applicable[TimeClause], other: Applicable[TimeClause]) -> bool:
    a, b = better.clause, other.clause
    if (a.metric, a.start, a.before, a.keeps) != (b.metric, b.start, b.before, b.keeps):
        return False
    if a.before or a.keeps:
        return (a.limit, a.opens) == (b.limit, b.opens) and better.order < other.order
    if a.limit.unit in _ELAPSED and b.limit.unit in _ELAPSED:
        mine, theirs = span(a.limit.amount, a.limit.unit), span(b.limit.amount, b.limit.unit)
        return mine < theirs or (mine == theirs and better.order < other.order)
    return a.limit == b.limit and better.order < other.order


def _remedy(better: Applicable[RemedyClause], other: Applicable[RemedyClause]) -> bool:
    a, b = better.clause, other.clause
    same = a.while_covered == b.while_covered and a.price == b.price and a.bearer == b.bearer
    return same and a.window == b.window and set(b.offers) <= set(a.offers) and better.order < other.order


def _coverage(better: Applicable[CoverageClause], other: Applicable[CoverageClause]) -> bool:
    a, b = better.clause, other.clause
    if a.begins != b.begins or set(a.excluded_causes) != set(b.excluded_causes):
        return False
    if a.term == b.term:
        return better.order < other.order
    mine, theirs = _length(a), _length(b)
    if mine is None or theirs is None or mine[0] != theirs[0] or a.term.roll_forward or b.term.roll_forward:
        return False
    rest = [(t.counts_start_day, t.repair_extends, t.replacement) for t in (a.term, b.term)]
    return rest[0] == rest[1] and mine[1] > theirs[1]


def _length(clause: CoverageClause) -> tuple[str, int] | None:
    """The length of a term of one period in days or months; ``None`` where other things end it too."""
    term = clause.term
    return _in_one_unit(term.periods[0]) if len(term.periods) == 1 and not term.meters else None


def _in_one_unit(period: Period) -> tuple[str, int]:
    if period.unit in DAYS_IN:
        return "days", period.amount * DAYS_IN[period.unit]
    return "months", period.amount * MONTHS_IN[period.unit]


def _charge(better: Applicable[ChargeClause], other: Applicable[ChargeClause]) -> bool:
    a, b = better.clause, other.clause
    is_nothing = a.basis == "free" or a.payer != "customer"
    if is_nothing and not (b.basis == "free" or b.payer != "customer"):
        return True
    same = [
        (c.basis, c.rate, c.amount, c.per, c.free_up_to, c.free_is_threshold, c.cap, c.payer) for c in (a, b)
    ]
    return (is_nothing or same[0] == same[1]) and better.order < other.order


def _recurring(better: Applicable[RecurringClause], other: Applicable[RecurringClause]) -> bool:
    mine, theirs = rhythm_of(better.clause), rhythm_of(other.clause)
    if mine == theirs:
        return better.order < other.order
    return (
        is_endless(better.clause)
        and is_endless(other.clause)
        and mine[:2] == theirs[:2]
        and (better.often > other.often)
    )


def is_endless(clause: RecurringClause) -> bool:
    """Whether something comes again for ever, once its event is known."""
    return clause.every is not None and not (clause.lasts or clause.while_covered or clause.count)


def rhythm_of(clause: RecurringClause) -> tuple[object, ...]:
    """Everything that says when something comes again."""
    return (
        clause.action,
        clause.begins,
        clause.every,
        clause.times,
        clause.seasons,
        clause.offsets,
        clause.by_calendar,
        clause.first_within,
        clause.lasts,
        clause.while_covered,
        clause.count,
        clause.tolerance,
        clause.roll_forward,
    )


_JUDGES: dict[type[AnyClause], Callable[[Any, Any], bool]] = {
    TimeClause: _time,
    RemedyClause: _remedy,
    CoverageClause: _coverage,
    ChargeClause: _charge,
    RecurringClause: _recurring,
}
