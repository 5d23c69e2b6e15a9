"""Two books of clauses: one that is read from end to end, and one with an index. They say the same.

The index is what makes decisions fast. Of each set of words that clauses ask for (product, kind of request, severity …)
it remembers once which clauses can apply at all, so that a decision looks only at those, and of these only at what is
not settled by words: numbers, divisions, flags, validity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.case import Applicable, Case, Kind, with_always
from jiannuo.rules.clauses import CLAUSE_KINDS, AnyClause, CommitmentInForce, Condition
from jiannuo.rules.facts import Facts
from jiannuo.rules.matching import TREE_FACTS, WORD_FACTS, answer, test_of, verdict
from jiannuo.rules.reasons import Note

_MOST_KEYS = 4096
"""How many sets of words the index remembers before it begins anew."""
_OPEN_WORDS = ("model", "dealer", "contract")
"""Words of which there are so many that the index does not remember them."""


class Row:
    """One clause of the book: where it stands, and what may keep it out beside its conditions."""

    __slots__ = ("calendar_name", "conditions", "later", "needs_a_look", "what", "zones")

    def __init__(
        self,
        commitment: CommitmentInForce,
        clause: AnyClause,
        calendars: Mapping[str, Calendar],
        later: Sequence[CommitmentInForce],
    ) -> None:
        name = getattr(clause, "calendar", "24x7")
        calendar = calendars.get(name)
        self.calendar_name = "" if calendar is not None else name
        self.what = Applicable(commitment, clause, calendar or calendars["24x7"])
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
        if any(other.is_valid_on(day) for other in self.later):
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


class Check(NamedTuple):
    """A condition that words do not settle, with its place among the conditions of its clause."""

    place: int
    fact: str
    test: Callable[[Facts], bool | None]


class Open(NamedTuple):
    """A clause that can apply, as far as words say: what is still to check, and a word that is not known."""

    row: Row
    checks: tuple[Check, ...]
    missing: tuple[int, str] | None

    def unknown(self, facts: Facts) -> str | None:
        """The first fact that is not known, empty when all hold; ``None`` when one of them does not."""
        missing = self.missing
        for check in self.checks:
            held = check.test(facts)
            if held is False:
                return None
            if held is None and (missing is None or check.place < missing[0]):
                missing = (check.place, check.fact)
        return "" if missing is None else missing[1]


class IndexedBook:
    """Remembers which clauses can apply to which words."""

    def __init__(self, commitments: Sequence[CommitmentInForce], calendars: Mapping[str, Calendar]) -> None:
        self._by_kind: dict[type, list[Row]] = {cls: [] for cls in CLAUSE_KINDS.values()}
        for row in rows_of(commitments, calendars):
            self._by_kind[type(row.what.clause)].append(row)
        self._readers = {cls: _reader(rows) for cls, rows in self._by_kind.items()}
        self._pages: dict[type, dict[Any, Sequence[Any] | list[Open]]] = {cls: {} for cls in self._by_kind}
        self._sure: dict[type, dict[Any, list[Applicable[Any]]]] = {cls: {} for cls in self._by_kind}

    def applicable(self, kind: type[Kind], case: Case) -> Sequence[Applicable[Kind]]:
        """The clauses of a kind that apply, in the order of the book; notes on others go to ``case.losers``."""
        facts = case.facts
        key = (self._readers[kind](facts), case.in_warranty)
        sure = self._sure[kind].get(key)
        if sure is not None:
            return sure
        page = self._pages[kind].get(key)
        if page is None:
            page = self._open(kind, key, case)
            sure = self._sure[kind].get(key)
            if sure is not None:
                return sure
        found: list[Applicable[Any]] = []
        for one in page:
            row = one.row
            if one.checks or one.missing:
                fact = one.unknown(facts)
                if fact is None:
                    continue
                if fact:
                    case.losers.append(row.what.note("lost.fact_missing", fact=fact))
                    continue
            if row.needs_a_look:
                hindrance = row.hindrance(case)
                if hindrance is not None:
                    case.losers.append(hindrance)
                    continue
            found.append(row.what)
        return found

    def _open(self, kind: type[Kind], key: Any, case: Case) -> list[Open]:
        """Work out a page of the index, and remember it."""
        pages, sure = self._pages[kind], self._sure[kind]
        if len(pages) + len(sure) >= _MOST_KEYS:
            pages.clear()
            sure.clear()
        page = [found for row in self._by_kind[kind] if (found := _settled(row, case)) is not None]
        if all(not (one.checks or one.missing or one.row.needs_a_look) for one in page):
            sure[key] = [one.row.what for one in page]
        pages[key] = page
        return page


def _settled(row: Row, case: Case) -> Open | None:
    """What words leave open of a clause; ``None`` when they keep it out."""
    checks: list[Check] = []
    missing: tuple[int, str] | None = None
    for place, condition in enumerate(row.conditions):
        if not _is_settled_by_words(condition):
            checks.append(Check(place, condition.fact, test_of(condition, row.zones)))
            continue
        result = answer(condition, case.facts, row.zones, case.in_warranty)
        if result == "no":
            return None
        if result == "unknown" and missing is None:
            missing = (place, condition.fact)
    return Open(row, tuple(checks), missing)


def _is_settled_by_words(condition: Condition) -> bool:
    fact = condition.fact
    return (fact in TREE_FACTS or fact in WORD_FACTS) and fact not in _OPEN_WORDS


def _reader(rows: Iterable[Row]) -> Callable[[Facts], Any]:
    """What reads from facts the words that the clauses ask for."""
    asked = {c.fact for row in rows for c in row.conditions if _is_settled_by_words(c)} - {"in_warranty"}
    return attrgetter(*sorted(asked)) if asked else lambda facts: None
