"""Is it covered, until when, and who pays: one outcome for each component and item."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.case import Applicable, Case, events_of
from jiannuo.rules.civil import DAYS_IN, MONTHS_IN, end_of_day, last_day, rolled_forward
from jiannuo.rules.clauses import ITEMS, REST, ChargeClause, CoverageClause, Term
from jiannuo.rules.facts import Facts, Path
from jiannuo.rules.nearness import Near
from jiannuo.rules.outcomes import maker, outcome
from jiannuo.rules.reasons import Note, Reasons, Untold
from jiannuo.rules.selection import Choice, Option, choose

Named = TypeVar("Named", CoverageClause, ChargeClause)
ALWAYS_SHOWN = ("parts", "labour", "travel")
_NO_END = 1e15
_DAYS_A_MONTH = 30.436875


@outcome
class CoverageOutcome:
    """Whether one item (parts, labour, travel, loaner) of one component is covered, and who pays for it.

    ``until`` is the instant at which the cover ends or ended; ``None`` when only a meter limits it or nothing
    covers it.
    """

    component: Path
    item: str
    in_warranty: bool
    payer: str
    until: datetime | None = None
    begins: date | None = None
    clause: str = ""
    commitment: str = ""
    version: int = 0
    reasons: Reasons = ()


_made = maker(CoverageOutcome)


class Assessment(NamedTuple):
    """What one coverage clause says about a component at an instant; ``notes`` are codes with parameters."""

    in_warranty: bool
    payer: str
    begins: date | None = None
    last: date | None = None
    until: datetime | None = None
    notes: tuple[tuple[str, dict[str, object]], ...] = ()


class Standing(NamedTuple):
    """Whether the product as a whole is in warranty (``None``: not known), and when that ends or ended."""

    in_warranty: bool | None
    until: datetime | None = None


class Cover:
    """The cover of a case, judged once for each component and item."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._has_any = case.book.has_any(CoverageClause, case)
        self._assessed: dict[int, Assessment] = {}
        self._standing: Standing | None = None
        self._chosen: dict[int, Choice[Assessment]] = {}
        self._near: dict[Path, Near] = {}
        self._outcomes: dict[tuple[Path, str], CoverageOutcome] = {}
        self.components = components_of(CoverageClause, case) if self._has_any else ()

    def outcome(self, component: Path, item: str) -> CoverageOutcome:
        """Whether an item of a component is covered."""
        key = (component, item)
        found = self._outcomes.get(key)
        if found is None:
            found = self._outcomes[key] = self._judge(component, item)
        return found

    def outcomes(self) -> tuple[CoverageOutcome, ...]:
        """The outcomes for the component in the facts, or for each that clauses name.

        Parts, labour and travel are always among the items, the others where some clause includes them.
        """
        found: list[CoverageOutcome] = []
        for component in self.components:
            included = self._nearby(component)
            found += [
                self.outcome(component, item) for item in ITEMS if item in included or item in ALWAYS_SHOWN
            ]
        return tuple(found)

    def paying(self, component: Path, items: Iterable[str]) -> dict[str, CoverageOutcome]:
        """The covers that pay for items of a component; none where the facts say that it is not in warranty."""
        if not self._has_any or self._case.facts.in_warranty is False:
            return {}
        near = self._nearby(component)
        found = [(item, self.outcome(component, item)) for item in items if near.get(item)]
        return {item: outcome for item, outcome in found if outcome.in_warranty}

    def is_on(self, component: Path) -> bool:
        """Whether parts of a component are in warranty; what the facts say of it goes first."""
        if self._case.facts.in_warranty is not None:
            return self._case.facts.in_warranty
        return self._has_any and self.outcome(component, "parts").in_warranty

    def standing(self) -> Standing:
        """How things stand for the whole product, or for the component in the facts."""
        if self._standing is None:
            self._standing = self._stand()
        return self._standing

    def _stand(self) -> Standing:
        if len(self.components) == 1:  # as in most cases: nothing to compare
            only, said = self.outcome(self.components[0], "parts"), self._case.facts.in_warranty
            return Standing(only.in_warranty if said is None else said, only.until)
        judged = {component: self.outcome(component, "parts") for component in self.components}
        answers = {outcome.in_warranty for outcome in judged.values()}
        known = answers.pop() if len(answers) == 1 else None
        if self._case.facts.in_warranty is not None:
            known = self._case.facts.in_warranty
        whole = next((judged[name] for name in ((), REST) if name in judged), None)
        ends = [outcome.until for outcome in judged.values() if outcome.until is not None]
        return Standing(known, whole.until if whole else min(ends, default=None))

    def _nearby(self, component: Path) -> Near:
        """For each item the clauses that speak for a component."""
        found = self._near.get(component)
        if found is None:
            case = self._case
            found = self._near[component] = case.book.near(CoverageClause, component, "", case)
        return found

    def _judge(self, component: Path, item: str) -> CoverageOutcome:
        near = self._nearby(component).get(item)
        case = self._case
        key = ("coverage", component, item)
        if not near:
            return _made(
                component=component,
                item=item,
                in_warranty=False,
                payer="customer",
                reasons=case.tell(key, _not_included, component, item),
            )
        choice = self._choose(near, component, item)
        what, judged = choice.what, choice.value
        return _made(
            component=component,
            item=item,
            in_warranty=judged.in_warranty,
            payer=judged.payer,
            until=judged.until,
            begins=judged.begins,
            clause=what.clause.id,
            commitment=what.key[0],
            version=what.key[1],
            reasons=case.tell(key, _why, choice, component, item),
        )

    def _choose(
        self, near: list[Applicable[CoverageClause]], component: Path, item: str
    ) -> Choice[Assessment]:
        """The clause that counts; where an engine gives one list for several items, it is looked for once."""
        case = self._case
        known = self._chosen.get(id(near))
        if known is not None and not case.argues:
            return known
        options: list[Option[Assessment]] = []
        for what in near:
            judged = self._assessed.get(id(what))
            if judged is None:
                judged = self._assessed[id(what)] = assess(what, case)
            options.append((what, judged))
        choice = self._chosen[id(near)] = choose(options, _rank, (component, item))
        if case.argues:
            case.losers += choice.lost()
        return choice


def _why(choice: Choice[Assessment], component: Path, item: str) -> Iterable[Untold]:
    what, judged = choice.what, choice.value
    if judged.in_warranty:
        dates = {"begins": judged.begins, "until": judged.last}
        yield what.note("coverage.covered", component=component, item=item, **dates)
    for code, params in judged.notes:
        yield what.note(code, component=component, **params)
    yield choice.why()


def _not_included(component: Path, item: str) -> Iterable[Untold]:
    yield Note("coverage.item_excluded", None, {"component": component, "item": item})


def assess(what: Applicable[CoverageClause], case: Case) -> Assessment:
    """Judge one clause: has its period begun, is it still running, and is the cause one it answers for?"""
    clause, calendar, facts = what.clause, what.calendar, case.facts
    begins = case.beginning(clause.begins, calendar)
    if begins is None:
        params: dict[str, object] = {"events": events_of(clause.begins)}
        return Assessment(in_warranty=False, payer="customer", notes=(("coverage.no_start", params),))
    term = clause.term
    notes: list[tuple[str, dict[str, object]]] = []
    if term.replacement == "restarts":
        replaced = case.day("component_replaced", calendar)
        if replaced is not None and replaced > begins:
            begins = replaced
            notes.append(("coverage.restarted", {"begins": begins}))
    if term.repair_extends and facts.days_under_repair:
        notes.append(("coverage.extended_by_repair", {"days": facts.days_under_repair}))
    last = _last_day(term, begins, facts.days_under_repair or 0, calendar)
    until = None if last is None else end_of_day(last, calendar)
    if term.roll_forward and last is not None and last.year not in calendar.holidays.years:
        notes.append(("calendar.holidays_unknown", {"years": last.year}))
    for meter, limit in term.meters.items():
        if meter not in facts.meters:
            notes.append(("coverage.meter_unknown", {"meter": meter, "limit": limit}))
    against = _objection(clause, facts, case.today(calendar), begins, last)
    if against is not None:
        return Assessment(False, "customer", begins, last, until, (*notes, against))
    return Assessment(True, clause.payer, begins, last, until, tuple(notes))


def _objection(
    clause: CoverageClause, facts: Facts, today: date, begins: date, last: date | None
) -> tuple[str, dict[str, object]] | None:
    """The code and parameters of what speaks against cover on a day, if anything does."""
    if today < begins:
        return "coverage.not_begun", {"begins": begins}
    if last is not None and today > last:
        return "coverage.expired", {"begins": begins, "until": last}
    if facts.cause and facts.cause in clause.excluded_causes:
        return "coverage.cause_excluded", {"cause": facts.cause}
    for meter, limit in clause.term.meters.items():
        if meter in facts.meters and facts.meters[meter] > limit:
            return "coverage.meter_passed", {"meter": meter, "reading": facts.meters[meter], "limit": limit}
    return None


def components_of(kind: type[Named], case: Case) -> tuple[Path, ...]:
    """The components to decide on: the one in the facts, else all that clauses of a kind name.

    The whole product, ``()``, is one of them where a clause names none; ``rest`` comes last.
    """
    if case.facts.component:
        return (case.facts.component,)
    named: list[tuple[Path, ...]] = [what.clause.components for what in case.clauses(kind)]
    every: set[Path] = {component for components in named for component in components}
    whole: tuple[Path, ...] = ((),) if not all(named) and REST not in every else ()
    return (*whole, *sorted(every - {REST}), *((REST,) if REST in every else ()))


def _last_day(term: Term, begins: date, days_under_repair: int, calendar: Calendar) -> date | None:
    """The last day of the earliest period, moved on by the days under repair where the clause says so."""
    if not term.periods:
        return None
    counted = term.counts_start_day
    last = min(
        [
            last_day(begins, period.amount, period.unit, counts_start_day=counted, calendar=calendar)
            for period in term.periods
        ]
    )
    if term.repair_extends:
        last += timedelta(days=days_under_repair)
    return last if term.roll_forward is None else rolled_forward(last, term.roll_forward, calendar)


def _rank(what: Applicable[CoverageClause], judged: Assessment) -> tuple[float, float]:
    """Covered before not covered, then the later end; a cover that only a meter limits has no end.

    Of covers that cannot be dated the longer term counts.
    """
    if judged.begins is None:
        return (_NO_END, -_length(what.clause.term))
    end = judged.until.timestamp() if judged.until else (_NO_END if judged.in_warranty else 0.0)
    return (-end if judged.in_warranty else _NO_END - end, 0.0)


def _length(term: Term) -> float:
    """About how many days a term has."""
    lengths = (
        period.amount * DAYS_IN[period.unit]
        if period.unit in DAYS_IN
        else period.amount * MONTHS_IN[period.unit] * _DAYS_A_MONTH
        for period in term.periods
    )
    return min(lengths, default=_NO_END)
