"""What is asked for parts, labour, travel and the like: one outcome for each component and item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jiannuo.rules.applicable import Applicable, Case, applicable
from jiannuo.rules.clauses import CHARGE_BASES, ITEMS, ChargeClause
from jiannuo.rules.coverage import Cover, CoverageOutcome, closest, components_of, depth_of, name_of
from jiannuo.rules.facts import Facts, Path
from jiannuo.rules.money import ONE, known_amount, quantity, rounded
from jiannuo.rules.reasons import Reason
from jiannuo.rules.selection import Candidate, choose

_ORDER = {basis: place for place, basis in enumerate(CHARGE_BASES)}
_FIGURE = {"list": "list", "discount": "list", "cost": "cost", "actual": "actual"}
"""Which known amount of an item a basis starts from: ``parts_list``, ``travel_actual`` …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeOutcome:
    """What is asked for one item of one component, and of whom.

    ``amount`` is the fixed figure for each ``per``, or else the sum where the facts know enough; ``total`` is the sum
    in either case, in yuan. ``supplied_by`` brings the parts or material.
    """

    component: Path
    item: str
    basis: str
    amount: Decimal | None = None
    per: str = ""
    rate: Decimal | None = None
    total: Decimal | None = None
    payer: str = "customer"
    supplied_by: str = "provider"
    clause: str = ""
    commitment: str = ""
    version: int = 0
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one clause asks for an item: the sum, and how it came about."""

    what: Applicable[ChargeClause]
    total: Decimal | None
    notes: tuple[Reason, ...]


def decide_charges(case: Case, cover: Cover) -> tuple[tuple[ChargeOutcome, ...], tuple[Reason, ...]]:
    """What is asked for every item that charge clauses speak of; and what lost.

    Nothing is asked for what a cover pays. Else the clause counts that stands on the right side of the warranty and
    asks least: free before cost before actual … before the list price, or the smallest sum where all are known.
    """
    losers: list[Reason] = []
    clauses = applicable(ChargeClause, case, losers)
    outcomes: list[ChargeOutcome] = []
    for component in _components(clauses, case.facts, cover):
        near = [what for what in clauses if depth_of(what.clause.components, component) >= 0]
        named = {item for what in near for item in what.clause.items}
        for item in ITEMS:
            if item in named:
                outcome, lost = _outcome(near, component, item, case.facts, cover)
                outcomes.extend([outcome] if outcome else [])
                losers.extend(lost)
    return tuple(outcomes), tuple(losers)


def _components(
    clauses: Sequence[Applicable[ChargeClause]], facts: Facts, cover: Cover
) -> tuple[Path, ...]:
    """The components to decide on; those that the cover tells apart stand for the whole product."""
    named = components_of([what.clause.components for what in clauses], facts)
    if () not in named or not cover.components or () in cover.components:
        return named
    return tuple(dict.fromkeys((*cover.components, *(component for component in named if component))))


def covered_charge(cover: CoverageOutcome) -> ChargeOutcome:
    """Nothing is asked for what a cover pays."""
    return ChargeOutcome(
        component=cover.component,
        item=cover.item,
        basis="free",
        total=Decimal(0),
        payer=cover.payer,
        clause=cover.clause,
        commitment=cover.commitment,
        version=cover.version,
        reasons=cover.reasons,
    )


def _outcome(
    clauses: Sequence[Applicable[ChargeClause]], component: Path, item: str, facts: Facts, cover: Cover
) -> tuple[ChargeOutcome | None, tuple[Reason, ...]]:
    covered = cover.paying(component, item)
    if covered is not None:
        return covered_charge(covered), ()
    side = ("always", "in_warranty" if cover.is_on(component) else "out_of_warranty")
    own = [what for what in clauses if item in what.clause.items and what.clause.applies in side]
    asked = [_asked(what, item, facts) for what in closest(own, component)]
    if not asked:
        return None, ()
    all_known = all(one.total is not None for one in asked)
    choice = choose(
        [Candidate(one.what.commitment, one.what.clause, _rank(one, all_known), one) for one in asked],
        f"{name_of(component)}: {item}",
    )
    best = choice.winner.value
    what, clause = best.what, best.what.clause
    decided = what.because("charge.decided", component=name_of(component), item=item, basis=clause.basis)
    outcome = ChargeOutcome(
        component=component,
        item=item,
        basis=clause.basis,
        amount=clause.amount if clause.basis == "fixed" else best.total,
        per=clause.per if clause.basis == "fixed" else "",
        rate=clause.rate,
        total=best.total,
        payer=clause.payer,
        supplied_by=clause.supplied_by,
        clause=clause.id,
        commitment=what.commitment.code,
        version=what.commitment.version,
        reasons=(decided, *best.notes, *what.grounds(facts), choice.why),
    )
    return outcome, choice.losers


def _asked(what: Applicable[ChargeClause], item: str, facts: Facts) -> _Asked:
    """The sum of one clause, with its free part and its cap."""
    clause = what.clause
    if clause.basis == "free":
        return _Asked(what, Decimal(0), ())
    total, fact = _before_limits(clause, item, facts)
    if total is None:
        return _Asked(what, None, (what.because("charge.amount_unknown", item=item, fact=f"amounts.{fact}"),))
    notes: list[Reason] = []
    free = clause.free_up_to
    if free is not None:
        charged = Decimal(0) if total <= free else total if clause.free_is_threshold else total - free
        notes.append(
            what.because(
                "charge.free_part", item=item, sum=rounded(total), free=free, charged=rounded(charged)
            )
        )
        total = charged
    if clause.cap is not None and total > clause.cap:
        notes.append(what.because("charge.capped", item=item, sum=rounded(total), cap=clause.cap))
        total = clause.cap
    return _Asked(what, rounded(total), tuple(notes))


def _before_limits(clause: ChargeClause, item: str, facts: Facts) -> tuple[Decimal | None, str]:
    """The sum before what is free and before the cap, and the name of the amount that it rests on."""
    if clause.basis == "fixed":
        count = quantity(facts, clause.per)
        return (None if count is None else (clause.amount or Decimal(0)) * count), clause.per
    name = f"{item}_{_FIGURE[clause.basis]}"
    figure = known_amount(facts, name, item)
    return (None if figure is None else figure * (ONE if clause.rate is None else clause.rate)), name


def _rank(asked: _Asked, all_known: bool) -> tuple[float, ...]:
    """What somebody else pays is free to the customer; then by sum where every sum is known, else by basis."""
    clause = asked.what.clause
    basis = 0 if clause.payer != "customer" else _ORDER[clause.basis]
    if basis == 0:
        return (0.0, 0.0, 0.0)
    if all_known:
        return (float(asked.total or 0), basis, 0.0)
    figure = clause.amount if clause.basis == "fixed" else clause.rate
    return (float(basis), float(ONE if figure is None else figure), -float(clause.free_up_to or 0))
