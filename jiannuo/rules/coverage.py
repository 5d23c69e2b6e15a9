"""Is it covered, until when, and who pays: one outcome for each component and item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.civil import end_of_day, last_day, local_date, rolled_forward
from jiannuo.rules.clauses import ITEMS, REST, CommitmentInForce, CoverageClause, Term
from jiannuo.rules.facts import Facts, Path
from jiannuo.rules.reasons import Reason, reason
from jiannuo.rules.selection import Candidate, barrier, choose

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
class Applicable:
    """A coverage clause whose conditions the facts meet."""

    commitment: CommitmentInForce
    clause: CoverageClause
    calendar: Calendar


def decide_coverage(
    applicable: Sequence[Applicable], facts: Facts, now: datetime
) -> tuple[tuple[CoverageOutcome, ...], tuple[Reason, ...]]:
    """The outcomes for the component in the facts, or for every component that clauses name; and what lost.

    The cover is judged at the instant of the request if that is known, else at ``now``.
    """
    at = facts.instant("requested") or now
    outcomes: list[CoverageOutcome] = []
    losers: list[Reason] = []
    for component in components_of(applicable, facts):
        for item in _items(applicable, component):
            outcome, lost = _outcome(applicable, component, item, facts, at)
            outcomes.append(outcome)
            losers.extend(loss for loss in lost if loss not in losers)
    return tuple(outcomes), tuple(losers)


def applicable_clauses(
    commitments: Sequence[CommitmentInForce], facts: Facts, calendars: Mapping[str, Calendar], now: datetime
) -> tuple[list[Applicable], list[Reason]]:
    """Coverage clauses whose conditions hold and that were in force when the cover began; and the others."""
    found: list[Applicable] = []
    losers: list[Reason] = []
    for commitment in commitments:
        for clause in commitment.clauses:
            if not isinstance(clause, CoverageClause):
                continue
            calendar = calendars.get(clause.calendar)
            if calendar is None:
                losers.append(reason("lost.calendar_missing", commitment, clause, calendar=clause.calendar))
                continue
            day = beginning(clause, facts, calendar) or local_date(now, calendar)
            hindrance = barrier(commitment, clause, facts, day, commitments)
            if not hindrance:
                found.append(Applicable(commitment, clause, calendar))
            elif isinstance(hindrance, Reason):
                losers.append(hindrance)
    return found, losers


def assess(what: Applicable, component: Path, facts: Facts, at: datetime) -> Assessment:
    """Judge one clause: has its period begun, is it still running, and is the cause one it answers for?"""
    commitment, clause, calendar = what.commitment, what.clause, what.calendar

    def because(code: str, **params: object) -> Reason:
        return reason(code, commitment, clause, component=_name(component), **params)

    begins = beginning(clause, facts, calendar)
    if begins is None:
        events = ", ".join((*clause.begins.events, *clause.begins.fallbacks))
        return Assessment(in_warranty=False, reasons=(because("coverage.no_start", events=events),))
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


def beginning(clause: CoverageClause, facts: Facts, calendar: Calendar) -> date | None:
    """The date a cover runs from: first or last known of its events, else the first known fall-back."""
    rule = clause.begins
    known = [local_date(facts.dates[event], calendar) for event in rule.events if event in facts.dates]
    if known:
        return min(known) if rule.pick == "first" else max(known)
    for event in rule.fallbacks:
        if event in facts.dates:
            return local_date(facts.dates[event], calendar)
    return None


def components_of(applicable: Sequence[Applicable], facts: Facts) -> tuple[Path, ...]:
    """The components to decide on: the one in the facts, else all that are named, else the whole product."""
    if not applicable:
        return ()
    if facts.component:
        return (facts.component,)
    named = {component for what in applicable for component in what.clause.components}
    return tuple(sorted(named - {REST})) + ((REST,) if REST in named else ()) if named else ((),)


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
    applicable: Sequence[Applicable], component: Path, item: str, facts: Facts, at: datetime
) -> tuple[CoverageOutcome, tuple[Reason, ...]]:
    candidates: list[Candidate[Assessment]] = []
    for what in _closest(applicable, component, item):
        judged = assess(what, component, facts, at)
        candidates.append(Candidate(what.commitment, what.clause, _rank(judged), judged))
    if not candidates:
        why = Reason(code="coverage.item_excluded", params={"component": _name(component), "item": item})
        return CoverageOutcome(
            component=component, item=item, in_warranty=False, payer="customer", reasons=(why,)
        ), ()
    choice = choose(candidates, f"{_name(component)}: {item}")
    winner, judged = choice.winner, choice.winner.value
    reasons = [*judged.reasons, choice.why]
    if judged.in_warranty:
        params = {
            "component": _name(component),
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


def _closest(applicable: Sequence[Applicable], component: Path, item: str) -> list[Applicable]:
    """For each commitment the clauses about an item that name the component most closely.

    Within one commitment the closer clause speaks alone, so that "wearing parts six months" is no gift of the
    two years that the whole product has.
    """
    closest: list[Applicable] = []
    for code in dict.fromkeys((what.commitment.code, what.commitment.version) for what in applicable):
        own = [
            w
            for w in applicable
            if (w.commitment.code, w.commitment.version) == code and item in w.clause.includes
        ]
        depths = [(_depth(what.clause, component), what) for what in own]
        best = max((depth for depth, _ in depths), default=-1)
        if best >= 0:
            closest.extend(what for depth, what in depths if depth == best)
    return closest


def _depth(clause: CoverageClause, component: Path) -> int:
    """How closely a clause names a component: -1 not, 0 whole product, 1 ``rest``, then by length of path."""
    if not clause.components:
        return 0
    named = [2 * len(path) for path in clause.components if path != REST and component[: len(path)] == path]
    return max(named, default=1 if REST in clause.components and component else -1)


def _items(applicable: Sequence[Applicable], component: Path) -> tuple[str, ...]:
    """Parts, labour and travel always; a loaner only where some clause speaks of one."""
    included = {
        item for what in applicable if _depth(what.clause, component) >= 0 for item in what.clause.includes
    }
    return tuple(item for item in ITEMS if item in ALWAYS_SHOWN or item in included)


def _rank(judged: Assessment) -> float:
    """Covered before not covered, then the later end; a cover that only a meter limits has no end."""
    end = judged.until.timestamp() if judged.until else (_NO_END if judged.in_warranty else 0.0)
    return -end if judged.in_warranty else _NO_END - end


def _name(component: Path) -> str:
    return "/".join(component) or "whole product"
