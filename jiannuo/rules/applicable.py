"""Which clauses of a kind apply to a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.civil import local_date
from jiannuo.rules.clauses import (
    AnyClause,
    Beginning,
    CommitmentInForce,
    CoverageClause,
    RecurringClause,
    RemedyClause,
    SettlementClause,
    TimeClause,
)
from jiannuo.rules.facts import Facts
from jiannuo.rules.matching import facts_used
from jiannuo.rules.reasons import Reason, reason
from jiannuo.rules.selection import barrier

ALWAYS = "24x7"
Kind = TypeVar("Kind", bound=AnyClause, covariant=True)


@dataclass(frozen=True, slots=True)
class Applicable(Generic[Kind]):
    """A clause whose conditions the facts meet, with its commitment and its calendar."""

    commitment: CommitmentInForce
    clause: Kind
    calendar: Calendar

    def because(self, code: str, **params: object) -> Reason:
        """A reason that cites the clause."""
        return reason(code, self.commitment, self.clause, **params)

    def grounds(self, facts: Facts) -> tuple[Reason, ...]:
        """The facts for which the clause applies; nothing when it asks for none."""
        used = facts_used((*self.commitment.scope, *self.clause.when), facts)
        return (self.because("clause.applies", facts=used),) if used else ()


@dataclass(frozen=True, slots=True)
class Case:
    """What a decision is taken on."""

    commitments: Sequence[CommitmentInForce]
    facts: Facts
    calendars: Mapping[str, Calendar]
    now: datetime

    @property
    def at(self) -> datetime:
        """The instant on which cover, charges and remedies are judged: the request's if that is known."""
        return self.facts.instant("requested") or self.now


def applicable(kind: type[Kind], case: Case, losers: list[Reason]) -> list[Applicable[Kind]]:
    """The clauses of a kind that apply to the case, in order; to ``losers`` go the others that came close."""
    found: list[Applicable[Kind]] = []
    for commitment in case.commitments:
        for clause in commitment.clauses:
            if not isinstance(clause, kind):
                continue
            name = getattr(clause, "calendar", ALWAYS)
            calendar = case.calendars.get(name)
            if calendar is None:
                losers.append(reason("lost.calendar_missing", commitment, clause, calendar=name))
                continue
            day = decisive_day(clause, case, calendar)
            hindrance = barrier(commitment, clause, case.facts, day, case.commitments)
            if not hindrance:
                found.append(Applicable(commitment, clause, calendar))
            elif isinstance(hindrance, Reason):
                losers.append(hindrance)
    return found


def decisive_day(clause: AnyClause, case: Case, calendar: Calendar) -> date:
    """The date on which the version of a clause had to be in force: its start event's, else the case's."""
    facts = case.facts
    if isinstance(clause, TimeClause | SettlementClause):
        return local_date(facts.dates.get(clause.start, case.now), calendar)
    begins = clause.begins if isinstance(clause, CoverageClause | RecurringClause) else None
    if isinstance(clause, RemedyClause) and clause.window is not None:
        begins = clause.window.begins
    if begins is not None:
        return beginning(begins, facts, calendar) or local_date(case.now, calendar)
    return local_date(case.at, calendar)


def beginning(rule: Beginning, facts: Facts, calendar: Calendar) -> date | None:
    """The date a period runs from: first or last known of its events, else the first known fall-back."""
    known = [local_date(facts.dates[event], calendar) for event in rule.events if event in facts.dates]
    if known:
        return min(known) if rule.pick == "first" else max(known)
    for event in rule.fallbacks:
        if event in facts.dates:
            return local_date(facts.dates[event], calendar)
    return None


def events_of(rule: Beginning) -> str:
    """The events that a beginning looks for, as a list in words."""
    return ", ".join((*rule.events, *rule.fallbacks))
