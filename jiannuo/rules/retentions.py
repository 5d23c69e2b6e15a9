"""What has to be kept, and until when: records, recordings, cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from jiannuo.rules.case import Applicable, Case
from jiannuo.rules.civil import start_of_day
from jiannuo.rules.clauses import FOREVER, TimeClause
from jiannuo.rules.deadlines import limit_due
from jiannuo.rules.outcomes import outcome
from jiannuo.rules.reasons import Reasons, Untold
from jiannuo.rules.selection import Choice, Option, choose

_NO_END = 1e15


@outcome
class RetentionOutcome:
    """One thing that is kept since ``since``, until ``until``; without that it is kept forever."""

    keeps: str
    since: date
    until: datetime | None = None
    debtor: str = "provider"
    clause: str = ""
    commitment: str = ""
    version: int = 0
    reasons: Reasons = ()


_Kept = tuple[date, datetime | None]
"""The day since which something is kept, and the instant until which."""


def decide_retentions(case: Case, clauses: Sequence[Applicable[TimeClause]]) -> tuple[RetentionOutcome, ...]:
    """Until when each thing is kept, in the order of their names; notes why the time of some has not begun.

    Of several promises about one thing the longest counts.
    """
    options: dict[str, list[Option[_Kept]]] = {}
    for what in clauses:
        kept = _kept(what, case)
        if kept is not None:
            for thing in what.clause.keeps:
                options.setdefault(thing, []).append((what, kept))
    return tuple(_outcome(thing, options[thing], case) for thing in sorted(options))


def _kept(what: Applicable[TimeClause], case: Case) -> _Kept | None:
    """Since when and until when a clause keeps; notes why its time has not begun."""
    clause, calendar = what.clause, what.calendar
    since = case.day(clause.start, calendar)
    if since is None:
        if case.argues:
            case.notes.append(what.note("time.not_started", metric=clause.metric, event=clause.start))
        return None
    moment = case.facts.instant(clause.start) or start_of_day(since, calendar)
    return since, limit_due(clause.limit, calendar, moment)


def _outcome(thing: str, options: Sequence[Option[_Kept]], case: Case) -> RetentionOutcome:
    choice = choose(options, _longest, thing)
    if case.argues:
        case.losers += choice.lost()
    what, (since, until) = choice.what, choice.value
    return RetentionOutcome(
        keeps=thing,
        since=since,
        until=until,
        debtor=what.clause.debtor,
        clause=what.clause.id,
        commitment=what.key[0],
        version=what.key[1],
        reasons=case.tell(("retention", thing), _why, choice, thing, case),
    )


def _why(choice: Choice[_Kept], thing: str, case: Case) -> Iterable[Untold]:
    what, (since, until) = choice.what, choice.value
    if what.clause.limit.unit == FOREVER:
        yield what.note("retention.forever", keeps=thing)
    else:
        yield what.note("retention.until", keeps=thing, since=since, until=until)
    yield case.grounds(what)
    yield choice.why()


def _longest(_what: Applicable[TimeClause], kept: _Kept) -> tuple[float]:
    """What is kept longer."""
    return (-_NO_END if kept[1] is None else -kept[1].timestamp(),)
