"""Is it covered, until when, and who pays: one outcome for each component and item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.case import Applicable, Case, events_of
from jiannuo.rules.civil import end_of_day, last_day, rolled_forward
from jiannuo.rules.clauses import ITEMS, REST, ChargeClause, CoverageClause, Term
from jiannuo.rules.facts import Facts, Path
from jiannuo.rules.reasons import Note, Reasons, Told, Untold
from jiannuo.rules.selection import Candidate, candidate, choose

Named = TypeVar("Named", CoverageClause, ChargeClause)
ALWAYS_SHOWN = ("parts", "labour", "travel")
_NO_END = 1e15


@dataclass(frozen=True, slots=True, kw_only=True)
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
        self._clauses = case.clauses(CoverageClause)
        self._assessed: dict[int, Assessment] = {}
        self._near: dict[Path, list[tuple[Applicable[CoverageClause], int]]] = {}
        self._outcomes: dict[tuple[Path, str], CoverageOutcome] = {}
        self.components = components_of([what.clause.components for what in self._clauses], case.facts)

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
            included = {item for what, _ in self._nearby(component) for item in what.clause.includes}
            included.update(ALWAYS_SHOWN)
            found += [self.outcome(component, item) for item in ITEMS if item in included]
        return tuple(found)

    def paying(self, component: Path, item: str) -> CoverageOutcome | None:
        """The cover that pays for an item; none where there is none, or the facts say that it does not hold."""
        if not self._clauses or self._case.facts.in_warranty is False:
            return None
        outcome = self.outcome(component, item)
        return outcome if outcome.in_warranty else None

    def is_on(self, component: Path) -> bool:
        """Whether parts of a component are in warranty; what the facts say of it goes first."""
        if self._case.facts.in_warranty is not None:
            return self._case.facts.in_warranty
        return bool(self._clauses) and self.outcome(component, "parts").in_warranty

    def standing(self) -> Standing:
        """How things stand for the whole product, or for the component in the facts."""
        judged = {component: self.outcome(component, "parts") for component in self.components}
        answers = {outcome.in_warranty for outcome in judged.values()}
        known = answers.pop() if len(answers) == 1 else None
        if self._case.facts.in_warranty is not None:
            known = self._case.facts.in_warranty
        whole = next((judged[name] for name in ((), REST) if name in judged), None)
        ends = [outcome.until for outcome in judged.values() if outcome.until is not None]
        return Standing(known, whole.until if whole else min(ends, default=None))

    def _nearby(self, component: Path) -> list[tuple[Applicable[CoverageClause], int]]:
        """The clauses that are about a component, and how closely each names it."""
        found = self._near.get(component)
        if found is None:
            depths = [(what, depth_in(what.clause, component)) for what in self._clauses]
            found = self._near[component] = [(what, depth) for what, depth in depths if depth >= 0]
        return found

    def _judge(self, component: Path, item: str) -> CoverageOutcome:
        near = [(what, depth) for what, depth in self._nearby(component) if item in what.clause.includes]
        if not near:
            why = Note("coverage.item_excluded", None, {"component": component, "item": item})
            return CoverageOutcome(
                component=component, item=item, in_warranty=False, payer="customer", reasons=Told((why,))
            )
        candidates: list[Candidate[Assessment]] = []
        for what in closest(near):
            judged = self._assessed.get(id(what))
            if judged is None:
                judged = self._assessed[id(what)] = assess(what, self._case)
            candidates.append(candidate(_rank(judged), what, judged))
        choice = choose(candidates, (component, item))
        if len(candidates) > 1:
            self._case.losers.append(choice)
        what, judged = choice.winner.what, choice.winner.value
        notes: list[Untold] = [
            what.note(code, component=component, **params) for code, params in judged.notes
        ]
        if judged.in_warranty:
            covered = what.note(
                "coverage.covered", component=component, item=item, begins=judged.begins, until=judged.last
            )
            notes.insert(0, covered)
        notes.append(choice.why())
        return CoverageOutcome(
            component=component,
            item=item,
            in_warranty=judged.in_warranty,
            payer=judged.payer,
            until=judged.until,
            begins=judged.begins,
            clause=what.clause.id,
            commitment=what.key[0],
            version=what.key[1],
            reasons=Told(notes),
        )


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


def components_of(named: Sequence[tuple[Path, ...]], facts: Facts) -> tuple[Path, ...]:
    """The components to decide on: the one in the facts, else all that clauses name.

    ``named`` holds the components of each clause. The whole product, ``()``, is one of them where a clause names
    none; ``rest`` comes last.
    """
    if not named:
        return ()
    if facts.component:
        return (facts.component,)
    every = {component for components in named for component in components}
    whole = ((),) if not all(named) and REST not in every else ()
    return (*whole, *sorted(every - {REST}), *((REST,) if REST in every else ()))


def _last_day(term: Term, begins: date, days_under_repair: int, calendar: Calendar) -> date | None:
    """The last day of the earliest period, moved on by the days under repair where the clause says so."""
    if not term.periods:
        return None
    last = min(
        last_day(
            begins, period.amount, period.unit, counts_start_day=term.counts_start_day, calendar=calendar
        )
        for period in term.periods
    )
    if term.repair_extends:
        last += timedelta(days=days_under_repair)
    return last if term.roll_forward is None else rolled_forward(last, term.roll_forward, calendar)


def closest(near: Sequence[tuple[Applicable[Named], int]]) -> Iterable[Applicable[Named]]:
    """For each commitment, those of the clauses that name the component most closely.

    Within one commitment the closer clause speaks alone, so that "wearing parts six months" is no gift of the
    two years that the whole product has.
    """
    if len(near) == 1:
        return (near[0][0],)
    best: dict[tuple[str, int], int] = {}
    for what, depth in near:
        if depth > best.get(what.key, -1):
            best[what.key] = depth
    return [what for what, depth in near if depth == best[what.key]]


def depth_in(clause: CoverageClause | ChargeClause, component: Path) -> int:
    """How closely a clause names a component; ``rest`` leaves out what clauses that are switched off name."""
    depth = depth_of(clause.components, component)
    if depth == 1 and isinstance(clause, CoverageClause):
        return -1 if any(component[: len(path)] == path for path in clause.besides) else depth
    return depth


def depth_of(components: tuple[Path, ...], component: Path) -> int:
    """How closely components name one: -1 not, 0 whole product, 1 ``rest``, then by length of path."""
    if not components:
        return 0
    depth = -1
    for path in components:
        if path == REST:
            depth = max(depth, 1 if component else -1)
        elif component[: len(path)] == path:
            depth = max(depth, 2 * len(path))
    return depth


def _rank(judged: Assessment) -> tuple[float]:
    """Covered before not covered, then the later end; a cover that only a meter limits has no end."""
    end = judged.until.timestamp() if judged.until else (_NO_END if judged.in_warranty else 0.0)
    return (-end if judged.in_warranty else _NO_END - end,)
