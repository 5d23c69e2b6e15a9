"""The book of clauses: who asks which, and one that is read from end to end. An index is :mod:`.bookindex`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.case import ALWAYS, Applicable, Case, Kind, subject_of, with_always
from jiannuo.rules.clauses import AnyClause, CommitmentInForce
from jiannuo.rules.facts import Path
from jiannuo.rules.matching import verdict
from jiannuo.rules.nearness import Near, near_by_item
from jiannuo.rules.reasons import Note

Listed = TypeVar("Listed")


class Row:
    """One clause of the book: where it stands, and what may keep it out beside its conditions."""

    __slots__ = ("calendar_name", "conditions", "has_dates", "later", "needs_a_look", "what", "zones")

    def __init__(
        self,
        commitment: CommitmentInForce,
        clause: AnyClause,
        calendars: Mapping[str, Calendar],
        later: Sequence[CommitmentInForce],
    ) -> None:
        name = getattr(clause, "calendar", ALWAYS)
        calendar = calendars.get(name)
        self.calendar_name = "" if calendar is not None else name
        self.what: Applicable[Any] = Applicable(commitment, clause, calendar or calendars[ALWAYS])
        self.conditions = (*commitment.scope, *clause.when)
        self.zones = commitment.zones
        self.later = later
        has_dates = commitment.valid_from is not None or commitment.valid_to is not None
        self.needs_a_look = bool(self.calendar_name or clause.verify or has_dates or later)

    def hindrance(self, case: Case) -> Note | None:
        """Why the clause does not count although its conditions hold."""
        what = self.what
        if self.calendar_name:
            return what.note("lost.calendar_missing", calendar=self.calendar_name)
        commitment = what.commitment
        day = case.decisive_day(what.clause, what.calendar)
        if not commitment.is_valid_on(day):
            return what.note("lost.not_in_force", day=day)
        if self.later and any(other.is_valid_on(day) for other in self.later):
            return what.note("lost.newer_version", day=day, version=commitment.version)
        return what.note("lost.unverified") if what.clause.verify else None


def rows_of(commitments: Sequence[CommitmentInForce], calendars: Mapping[str, Calendar]) -> list[Row]:
    """The clauses of all commitments, by code, version and their own order."""
    known = with_always(calendars)
    ordered = sorted(commitments, key=lambda one: (one.code, one.version))
    rows = []
    for commitment in ordered:
        later = [one for one in ordered if one.code == commitment.code and one.version > commitment.version]
        rows += [Row(commitment, clause, known, later) for clause in commitment.clauses]
    return rows


class PlainBook:
    """Reads every clause for every case."""

    def __init__(self, commitments: Sequence[CommitmentInForce], calendars: Mapping[str, Calendar]) -> None:
        self._rows = rows_of(commitments, calendars)

    def applicable(self, kind: type[Kind], case: Case) -> Sequence[Applicable[Kind]]:
        """The clauses of a kind that apply, in the order of the book; notes on others go to ``case.losers``."""
        found: list[Applicable[Any]] = []
        for row in self._rows:
            if not isinstance(row.what.clause, kind):
                continue
            result, fact = verdict(row.conditions, case.facts, row.zones, case.in_warranty)
            if result == "no":
                continue
            if result == "unknown":
                case.losers.append(row.what.note("lost.fact_missing", fact=fact))
                continue
            hindrance = row.hindrance(case)
            if hindrance is None:
                found.append(row.what)
            else:
                case.losers.append(hindrance)
        return found

    def has_any(self, kind: type[Kind], case: Case) -> bool:
        """Whether any clause of a kind applies."""
        return bool(case.clauses(kind))

    def by_subject(self, kind: type[Kind], case: Case) -> Iterable[tuple[Any, Sequence[Applicable[Kind]]]]:
        """The clauses of a kind that apply, those about one subject together, in the order of the subjects."""
        return sorted_by_subject(case.clauses(kind), lambda what: what.clause)

    def near(self, kind: type[Kind], component: Path, side: str, case: Case) -> Near:
        """For each item the clauses of a kind that speak for a component, see :func:`near_by_item`."""
        return near_by_item(case.clauses(kind), component, side)


def sorted_by_subject(
    several: Iterable[Listed], clause_of: Callable[[Listed], AnyClause]
) -> list[tuple[Any, list[Listed]]]:
    """Things sorted by what their clauses are about."""
    found: dict[Any, list[Listed]] = {}
    for one in several:
        found.setdefault(subject_of(clause_of(one)), []).append(one)
    return sorted(found.items(), key=lambda pair: pair[0])
