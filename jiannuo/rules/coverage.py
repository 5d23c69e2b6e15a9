"""Is it covered, until when, and who pays: one outcome for each component and item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from jiannuo.rules.applicable import Applicable, beginning, events_of
from jiannuo.rules.calendar import Calendar
from jiannuo.rules.civil import end_of_day, last_day, local_date, rolled_forward
from jiannuo.rules.clauses import ITEMS, REST, ChargeClause, CoverageClause, Term
from jiannuo.rules.facts import Facts, Path
from jiannuo.rules.reasons import Reason, reason
from jiannuo.rules.selection import Candidate, choose

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
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """What one coverage clause says about one component at one instant."""

    in_warranty: bool
    payer: str = "customer"
    begins: date | None = None
    last: date | None = None
    until: datetime | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the product as a whole is in warranty (``None``: not known), and when that ends or ended."""

    in_warranty: bool | None
    until: datetime | None = None


class Cover:
    """The cover of a case, judged once for each component and item.

    It is judged at the instant of the request if that is known, else at the instant of the decision.
    """

    def __init__(self, clauses: Sequence[Applicable[CoverageClause]], facts: Facts, at: datetime) -> None:
        self._clauses = clauses
        self._facts = facts
        self._at = at
        self._outcomes: dict[tuple[Path, str], tuple[CoverageOutcome, tuple[Reason, ...]]] = {}
        self.components = components_of([what.clause.components for what in clauses], facts)

    def outcome(self, component: Path, item: str) -> CoverageOutcome:
        """Whether an item of a component is covered."""
        return self._judged(component, item)[0]

    def outcomes(self) -> tuple[tuple[CoverageOutcome, ...], tuple[Reason, ...]]:
        """The outcomes for the component in the facts, or for each that clauses name; and what lost."""
        outcomes: list[CoverageOutcome] = []
        losers: list[Reason] = []
        for component in self.components:
            for item in _items(self._clauses, component):
                outcome, lost = self._judged(component, item)
                outcomes.append(outcome)
                losers.extend(loss for loss in lost if loss not in losers)
        return tuple(outcomes), tuple(losers)

    def paying(self, component: Path, item: str) -> CoverageOutcome | None:
        """The cover that pays for an item; none where there is none, or the facts say that it does not hold."""
        outcome = self.outcome(component, item)
        return outcome if outcome.in_warranty and self._facts.in_warranty is not False else None

    def is_on(self, component: Path) -> bool:
        """Whether parts of a component are in warranty; what the facts say of it goes first."""
        if self._facts.in_warranty is not None:
            return self._facts.in_warranty
        return bool(self._clauses) and self.outcome(component, "parts").in_warranty

    def standing(self) -> Standing:
        """How things stand for the whole product, or for the component in the facts."""
        judged = {component: self.outcome(component, "parts") for component in self.components}
        answers = {outcome.in_warranty for outcome in judged.values()}
        known = answers.pop() if len(answers) == 1 else None
        if self._facts.in_warranty is not None:
            known = self._facts.in_warranty
        whole = next((judged[name] for name in ((), REST) if name in judged), None)
        ends = [outcome.until for outcome in judged.values() if outcome.until is not None]
        return Standing(known, whole.until if whole else min(ends, default=None))

    def _judged(self, component: Path, item: str) -> tuple[CoverageOutcome, tuple[Reason, ...]]:
        key = (component, item)
        if key not in self._outcomes:
            self._outcomes[key] = _outcome(self._clauses, component, item, self._facts, self._at)
        return self._outcomes[key]


def assess(what: Applicable[CoverageClause], component: Path, facts: Facts, at: datetime) -> Assessment:
    """Judge one clause: has its period begun, is it still running, and is the cause one it answers for?"""
    clause, calendar = what.clause, what.calendar

    def because(code: str, **params: object) -> Reason:
        return what.because(code, component=name_of(component), **params)

    begins = beginning(clause.begins, facts, calendar)
    if begins is None:
        why = because("coverage.no_start", events=events_of(clause.begins))
        return Assessment(in_warranty=False, reasons=(why,))
    term = clause.term
    notes: list[Reason] = []
    replaced = facts.dates.get("component_replaced")
    if term.replacement == "restarts" and replaced is not None and local_date(replaced, calendar) > begins:
        begins = local_date(replaced, calendar)
        notes.append(because("coverage.restarted", begins=begins))
    if term.repair_extends and facts.days_under_repair:
        notes.append(because("coverage.extended_by_repair", days=facts.days_under_repair))
    last = _last_day(term, begins, facts.days_under_repair or 0, calendar)
    until = None if last is None else end_of_day(last, calendar)
    if term.roll_forward and last is not None and last.year not in calendar.holidays.years:
        notes.append(because("calendar.holidays_unknown", years=last.year))
    for meter, limit in term.meters.items():
        if meter not in facts.meters:
            notes.append(because("coverage.meter_unknown", meter=meter, limit=limit))
    against = _objection(clause, facts, local_date(at, calendar), begins, last)
    if against is not None:
        notes.append(because(against[0], **against[1]))
    return Assessment(against is None, clause.payer, begins, last, until, tuple(notes))


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


def _outcome(
    applicable: Sequence[Applicable[CoverageClause]], component: Path, item: str, facts: Facts, at: datetime
) -> tuple[CoverageOutcome, tuple[Reason, ...]]:
    candidates: list[Candidate[Assessment]] = []
    including = [what for what in applicable if item in what.clause.includes]
    for what in closest(including, component):
        judged = assess(what, component, facts, at)
        candidates.append(Candidate(what.commitment, what.clause, _rank(judged), judged))
    if not candidates:
        why = Reason(code="coverage.item_excluded", params={"component": name_of(component), "item": item})
        return CoverageOutcome(
            component=component, item=item, in_warranty=False, payer="customer", reasons=(why,)
        ), ()
    choice = choose(candidates, f"{name_of(component)}: {item}")
    winner, judged = choice.winner, choice.winner.value
    reasons = [*judged.reasons, choice.why]
    if judged.in_warranty:
        params = {
            "component": name_of(component),
            "item": item,
            "begins": judged.begins,
            "until": judged.last or "",
        }
        reasons.insert(0, reason("coverage.covered", winner.commitment, winner.clause, **params))
    outcome = CoverageOutcome(
        component=component,
        item=item,
        in_warranty=judged.in_warranty,
        payer=judged.payer if judged.in_warranty else "customer",
        until=judged.until,
        begins=judged.begins,
        clause=winner.clause.id,
        commitment=winner.commitment.code,
        version=winner.commitment.version,
        reasons=tuple(reasons),
    )
    return outcome, choice.losers


def closest(clauses: Sequence[Applicable[Named]], component: Path) -> list[Applicable[Named]]:
    """For each commitment, those of the clauses that name the component most closely.

    Within one commitment the closer clause speaks alone, so that "wearing parts six months" is no gift of the
    two years that the whole product has.
    """
    best: dict[tuple[str, int], int] = {}
    depths = [_depth(what.clause, component) for what in clauses]
    for what, depth in zip(clauses, depths, strict=True):
        key = (what.commitment.code, what.commitment.version)
        best[key] = max(depth, best.get(key, 0))
    return [
        what
        for what, depth in zip(clauses, depths, strict=True)
        if depth == best[what.commitment.code, what.commitment.version]
    ]


def _depth(clause: CoverageClause | ChargeClause, component: Path) -> int:
    """How closely a clause names a component; ``rest`` leaves out what clauses that are switched off name."""
    depth = depth_of(clause.components, component)
    if depth == 1 and isinstance(clause, CoverageClause):
        return -1 if any(component[: len(path)] == path for path in clause.besides) else depth
    return depth


def depth_of(components: tuple[Path, ...], component: Path) -> int:
    """How closely components name one: -1 not, 0 whole product, 1 ``rest``, then by length of path."""
    if not components:
        return 0
    named = [2 * len(path) for path in components if path != REST and component[: len(path)] == path]
    return max(named, default=1 if REST in components and component else -1)


def _items(applicable: Sequence[Applicable[CoverageClause]], component: Path) -> tuple[str, ...]:
    """Parts, labour and travel always; a loaner only where some clause speaks of one."""
    included = {
        item
        for what in applicable
        if depth_of(what.clause.components, component) >= 0
        for item in what.clause.includes
    }
    return tuple(item for item in ITEMS if item in ALWAYS_SHOWN or item in included)


def _rank(judged: Assessment) -> tuple[float]:
    """Covered before not covered, then the later end; a cover that only a meter limits has no end."""
    end = judged.until.timestamp() if judged.until else (_NO_END if judged.in_warranty else 0.0)
    return (-end if judged.in_warranty else _NO_END - end,)


def name_of(component: Path) -> str:
    """A component as reasons name it."""
    return "/".join(component) or "whole product"
