"""Clauses tried at sample instants, to see what they come to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from jiannuo.promises.commitments.packs.schema import Pack
from jiannuo.promises.commitments.packs.translating import ALWAYS, PackRules
from jiannuo.rules import (
    Calendar,
    Facts,
    ObligationPlan,
    Occurrence,
    Period,
    RecurringClause,
    TimeClause,
    last_day,
    occurrence_plan,
    occurrences,
    plan,
)

SAMPLES = (datetime(2026, 3, 2, 1, 0, tzinfo=UTC), datetime(2026, 3, 6, 9, 30, tzinfo=UTC))
"""A Monday morning and a Friday evening in China."""
_LONG_BEFORE = timedelta(days=1500)
"""How long before its event a clause that is counted back begins in a trial."""
CLOCK = Calendar.always_open(ALWAYS)


def place_of(pack: Pack, clause: str) -> tuple[str | int, ...]:
    """Where a clause stands in its pack."""
    return "clauses", next(index for index, part in enumerate(pack.clauses) if part.id == clause)


def calendar_for(clause: TimeClause | RecurringClause, rules: PackRules) -> Calendar:
    """The calendar of a clause; the wall clock stands in for one that the office keeps."""
    return rules.calendars.get(clause.calendar, CLOCK)


def plans_of(clause: TimeClause | RecurringClause, rules: PackRules) -> list[ObligationPlan]:
    """The obligations that a clause brings about at the sample instants, the first ones of what comes again."""
    calendar = calendar_for(clause, rules)
    if isinstance(clause, TimeClause) and clause.before:
        return [plan(clause, rules.commitment, calendar, event - _LONG_BEFORE, event) for event in SAMPLES]
    if isinstance(clause, TimeClause):
        return [plan(clause, rules.commitment, calendar, start) for start in SAMPLES]
    firsts = [first for start in SAMPLES for first in first_occurrences(clause, rules, start)]
    return [occurrence_plan(clause, rules.commitment, calendar, first) for first in firsts]


def first_occurrences(
    clause: RecurringClause, rules: PackRules, start: datetime, count: int = 1
) -> tuple[Occurrence, ...]:
    """The first occurrences after an event at ``start``."""
    facts = Facts(dates={clause.begins.events[0]: start})
    return occurrences(clause, facts, calendar_for(clause, rules), count=count)


def days_in(period: Period) -> int:
    """How many days a period has that begins with the first sample."""
    begins = SAMPLES[0].date()
    return (last_day(begins, period.amount, period.unit, calendar=CLOCK) - begins) // timedelta(days=1)
