"""A book of clauses with an index: it says the same as the plain one, much sooner.

The index is what makes decisions fast. For each set of words that clauses ask for (product, kind of request, severity
…) it remembers once which clauses can apply, and which of these can count at all, so that a decision looks only at
those, and of these only at what words do not settle: numbers, divisions, flags, validity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import count
from operator import attrgetter
from typing import Any, NamedTuple

from jiannuo.rules.books import Row, rows_of, sorted_by_subject
from jiannuo.rules.calendar import Calendar
from jiannuo.rules.case import Applicable, Case, Kind
from jiannuo.rules.clauses import (
    CLAUSE_KINDS,
    CommitmentInForce,
    Condition,
    RecurringClause,
    RemedyClause,
    TimeClause,
)
from jiannuo.rules.dominance import outdoes, without_outdone
from jiannuo.rules.facts import Facts, Path, path
from jiannuo.rules.matching import TREE_FACTS, WORD_FACTS, answer, test_of
from jiannuo.rules.nearness import Near, near_by_item

_MOST_PAGES = 4096
"""How many sets of words the index remembers before it begins anew."""
_MOST_ANSWERS = 256
"""How many sets of answers it remembers for each set of words before it begins anew."""
_OPEN_WORDS = ("model", "dealer", "contract")
"""Words of which there are so many that the index does not remember them."""


class Check(NamedTuple):
    """A condition that words do not settle, with its place among the conditions of its clause."""

    place: int
    fact: str
    test: Callable[[Facts], bool | None]


class Open(NamedTuple):
    """A clause that can apply, as far as words say: what is still to check, and a word that is not known.

    ``is_sure`` says that it applies to every case with these words, ``asks`` is everything that it asks beside them:
    clauses that ask the same apply together.
    """

    row: Row
    checks: tuple[Check, ...]
    missing: tuple[int, str] | None
    is_sure: bool
    asks: int

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

    def applies(self, case: Case) -> bool:
        """Whether the clause applies, without saying why not; the case keeps the answer for all that ask the same."""
        facts = case.facts
        found = self.missing is None
        for check in self.checks:
            if not check.test(facts):
                found = False
                break
        if found and self.row.needs_a_look:
            found = self.row.hindrance(case) is None
        case.looked_at[self.asks] = found
        return found


Answers = tuple[bool, ...]


class Applying(NamedTuple):
    """The clauses of one kind that apply and can change the outcome; also by subject, and near a component."""

    clauses: list[Applicable[Any]]
    by_subject: list[tuple[Any, list[Applicable[Any]]]]
    near: dict[tuple[Path, str], Near]


class Leaf(NamedTuple):
    """The clauses of one kind that can apply to one set of words.

    ``contenders`` are those that can change the outcome, ``asked`` one of each that ask the same; which apply is
    remembered for each set of answers. Where words settle everything, ``all_sure`` holds the clauses themselves.
    """

    kind: type[Any]
    opens: list[Open]
    contenders: list[Open]
    asked: list[Open]
    by_answers: dict[Answers, Applying]
    all_sure: list[Applicable[Any]] | None


class IndexedBook:
    """Remembers which clauses can apply to which words, and which of them can count.

    For an argument (``case.argues``) it gives every clause that applies and notes the others, as the plain book does;
    else only those that can change the outcome.
    """

    def __init__(self, commitments: Sequence[CommitmentInForce], calendars: Mapping[str, Calendar]) -> None:
        self._by_kind: dict[type, list[Row]] = {cls: [] for cls in CLAUSE_KINDS.values()}
        rows = rows_of(commitments, calendars)
        for row in rows:
            self._by_kind[type(row.what.clause)].append(row)
        self._read, self._sort = _words_asked(rows)
        # Numbers are given out by one step that threads cannot share: two that ask for the same get two at worst.
        self._asks: dict[Hashable, int] = defaultdict(count().__next__)
        self._pages: dict[Hashable, Page] = {}
        self._sorted: dict[Hashable, Page] = {}

    def applicable(self, kind: type[Kind], case: Case) -> Sequence[Applicable[Kind]]:
        """The clauses of a kind that apply; see the class on what is left out."""
        leaf = self._leaf(kind, case)
        if case.argues:
            return _argued(leaf, case)
        return _applying(leaf, case).clauses

    def has_any(self, kind: type[Kind], case: Case) -> bool:
        """Whether any clause of a kind applies."""
        if case.argues:
            return bool(case.clauses(kind))
        return bool(_applying(self._leaf(kind, case), case).clauses)

    def by_subject(self, kind: type[Kind], case: Case) -> Iterable[tuple[Any, Sequence[Applicable[Kind]]]]:
        """The clauses of a kind that apply, those about one subject together, in the order of the subjects."""
        if case.argues:
            return sorted_by_subject(case.clauses(kind), lambda what: what.clause)
        return _applying(self._leaf(kind, case), case).by_subject

    def near(self, kind: type[Kind], component: Path, side: str, case: Case) -> Near:
        """For each item the clauses of a kind that speak for a component, see :func:`near_by_item`.

        They are worked out once for each component and each set of clauses that apply.
        """
        if case.argues:
            return near_by_item(case.clauses(kind), component, side)
        applying = _applying(self._leaf(kind, case), case)
        found = applying.near.get((component, side))
        if found is None:
            found = applying.near[component, side] = _counting(applying.clauses, component, side)
        return found

    def _leaf(self, kind: type[Any], case: Case) -> Leaf:
        page = case.page
        if page is None or case.page_warranty is not case.in_warranty:
            page = case.page = self._page(case)
            case.page_warranty = case.in_warranty
        leaf: Leaf | None = page.get(kind)
        if leaf is None:
            leaf = page[kind] = self._open(kind, case)
        return leaf

    def _page(self, case: Case) -> Page:
        """The page for the words of a case; words that no clause tells apart share one."""
        words = (self._read(case.facts), case.in_warranty)
        page = self._pages.get(words)
        if page is None:
            if len(self._pages) >= _MOST_PAGES:
                self._pages.clear()
                self._sorted.clear()
            page = self._sorted.setdefault((self._sort(words[0]), words[1]), {})
            self._pages[words] = page
        return page

    def _open(self, kind: type[Any], case: Case) -> Leaf:
        """Work out the clauses of a kind for the words of a case."""
        opens = [
            found for row in self._by_kind[kind] if (found := _settled(row, case, self._asks)) is not None
        ]
        sure = [one.row.what for one in opens if one.is_sure]
        contenders = [one for one in opens if one.missing is None and not _is_outdone(kind, one, opens)]
        return Leaf(
            kind=kind,
            opens=opens,
            contenders=contenders,
            asked=list({one.asks: one for one in contenders if not one.is_sure}.values()),
            by_answers={},
            all_sure=sure if len(sure) == len(opens) else None,
        )


Page = dict[type[Any], Leaf]


def _argued(leaf: Leaf, case: Case) -> Sequence[Applicable[Any]]:
    """The clauses that apply, with notes on those that came close."""
    if leaf.all_sure is not None:
        return leaf.all_sure
    found: list[Applicable[Any]] = []
    for one in leaf.opens:
        what = one.row.what
        fact = one.unknown(case.facts)
        if fact is None:
            continue
        if fact:
            case.losers.append(what.note("lost.fact_missing", fact=fact))
            continue
        hindrance = one.row.hindrance(case) if one.row.needs_a_look else None
        if hindrance is None:
            found.append(what)
        else:
            case.losers.append(hindrance)
    return found


def _settled(row: Row, case: Case, known: dict[Hashable, int]) -> Open | None:
    """What words leave open of a clause; ``None`` when they keep it out."""
    checks: list[Check] = []
    asks: list[Hashable] = []
    missing: tuple[int, str] | None = None
    for place, condition in enumerate(row.conditions):
        if not _is_settled_by_words(condition):
            checks.append(Check(place, condition.fact, test_of(condition, row.zones)))
            asks.append(
                (condition, tuple(row.zones.get(one, ()) for one in (*condition.any_of, *condition.none_of)))
            )
            continue
        result = answer(condition, case.facts, row.zones, case.in_warranty)
        if result == "no":
            return None
        if result == "unknown" and missing is None:
            missing = (place, condition.fact)
    is_sure = not (checks or missing or row.needs_a_look)
    asked = (frozenset(asks), missing, row if row.needs_a_look else None)
    return Open(row, tuple(checks), missing, is_sure, known[asked])


def _applying(leaf: Leaf, case: Case) -> Applying:
    """The clauses that apply to a case and can count, worked out once for all cases with the same answers."""
    looked_at = case.looked_at
    answers = (
        tuple(
            [one.applies(case) if (known := looked_at.get(one.asks)) is None else known for one in leaf.asked]
        )
        if leaf.asked
        else ()
    )
    found = leaf.by_answers.get(answers)
    if found is None:
        if len(leaf.by_answers) >= _MOST_ANSWERS:
            leaf.by_answers.clear()
        sure = [one._replace(is_sure=True) for one in leaf.contenders if one.is_sure or looked_at[one.asks]]
        clauses = [one.row.what for one in sure if not _is_outdone(leaf.kind, one, sure)]
        by_subject = sorted_by_subject(clauses, lambda what: what.clause)
        found = leaf.by_answers[answers] = Applying(clauses, by_subject, {})
    return found


def _counting(clauses: Sequence[Applicable[Any]], component: Path, side: str) -> Near:
    """For each item the clauses that speak for a component and can count.

    The same clauses are one list for all items for which they speak, so that they are judged once.
    """
    lists: dict[tuple[int, ...], list[Applicable[Any]]] = {}
    found: Near = {}
    for item, several in near_by_item(clauses, component, side).items():
        among = any(what.is_exclusive for what in several)
        counting = without_outdone(several, among_exclusive=among)
        found[item] = lists.setdefault(tuple(map(id, counting)), counting)
    return found


def _is_outdone(kind: type[Any], other: Open, opens: Sequence[Open]) -> bool:
    """Whether a clause can never count, because another one applies whenever it does and is always chosen before it.

    Cover and charges are sorted by component first. What recurs goes by commitment, all clauses about an action
    together, so that only a clause that is alone there can outdo and be outdone.
    """
    is_recurring = kind is RecurringClause
    if kind not in (TimeClause, RemedyClause, RecurringClause):
        return False
    if is_recurring and not _is_alone(other.row.what, opens):
        return False
    among = _has_exclusive(opens)
    return any(
        one is not other
        and one.missing is None
        and (one.is_sure or one.asks == other.asks)
        and outdoes(one.row.what, other.row.what, among_exclusive=among)
        and (not is_recurring or _is_alone(one.row.what, opens))
        for one in opens
    )


def _has_exclusive(opens: Sequence[Open]) -> bool:
    return any(one.row.what.is_exclusive for one in opens)


def _is_alone(what: Applicable[RecurringClause], opens: Sequence[Open]) -> bool:
    """Whether a commitment has no other clause about an action."""
    mine = (what.key, what.clause.action, bool(what.clause.offsets))
    others = (one.row.what for one in opens)
    return sum((one.key, one.clause.action, bool(one.clause.offsets)) == mine for one in others) == 1


def _is_settled_by_words(condition: Condition) -> bool:
    fact = condition.fact
    return (fact in TREE_FACTS or fact in WORD_FACTS) and fact not in _OPEN_WORDS


def _words_asked(rows: Iterable[Row]) -> tuple[Callable[[Facts], Any], Callable[[Any], Hashable]]:
    """What reads the words that clauses ask for, and what sorts them: those that no clause tells apart become one."""
    asked: dict[str, set[str]] = {}
    for row in rows:
        for condition in row.conditions:
            if _is_settled_by_words(condition) and condition.fact != "in_warranty":
                asked.setdefault(condition.fact, set()).update((*condition.any_of, *condition.none_of))
    names = sorted(asked)
    sorters = [_sorter(name, asked[name]) for name in names]
    if not names:
        return lambda facts: None, lambda words: None
    if len(names) == 1:
        return attrgetter(names[0]), sorters[0]
    return attrgetter(*names), lambda words: tuple(
        sort(word) for sort, word in zip(sorters, words, strict=True)
    )


def _sorter(fact: str, asked: set[str]) -> Callable[[Any], Hashable]:
    """What sorts the values of one fact; a value that is not known is a sort of its own."""
    if fact in TREE_FACTS:
        prefixes = [path(text) for text in asked]
        return lambda held: tuple(p for p in prefixes if held[: len(p)] == p) if held else None
    return lambda word: word if word in asked or not word else "another word"
