"""What is asked for parts, labour, travel and the like: one outcome for each component and item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from jiannuo.rules.case import Applicable, Case
from jiannuo.rules.clauses import CHARGE_BASES, ITEMS, ChargeClause
from jiannuo.rules.coverage import Cover, CoverageOutcome, components_of
from jiannuo.rules.facts import Facts, Path
from jiannuo.rules.money import ONE, known_amount, quantity, rounded
from jiannuo.rules.outcomes import maker, outcome
from jiannuo.rules.reasons import Reasons, Untold
from jiannuo.rules.selection import Choice, Option, choose

_ORDER = {basis: place for place, basis in enumerate(CHARGE_BASES)}
_FIGURE = {"list": "list", "discount": "list", "cost": "cost", "actual": "actual"}
"""Which known amount of an item a basis starts from: ``parts_list``, ``travel_actual`` …"""
_NOTHING = Decimal(0)


@outcome
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
    reasons: Reasons = ()


_made = maker(ChargeOutcome)


_Noted = tuple[str, dict[str, object]]


class _Asked(NamedTuple):
    """What one clause asks for an item: the sum, and how it came about."""

    total: Decimal | None
    notes: tuple[_Noted, ...] = ()


def decide_charges(case: Case, cover: Cover) -> tuple[ChargeOutcome, ...]:
    """What is asked for every item that charge clauses speak of.

    Nothing is asked for what a cover pays. Else the clause counts that stands on the right side of the warranty and
    asks least: the smallest sum where all are known, else free before cost before actual … before the list price, but
    never one whose sum is larger than another that is known, and nothing asks less than a sum known to be nothing.
    """
    outcomes: list[ChargeOutcome] = []
    for component in _components(case, cover):
        side = "in_warranty" if cover.is_on(component) else "out_of_warranty"
        near = case.book.near(ChargeClause, component, side, case)
        items = [item for item in ITEMS if item in near]
        covered = cover.paying(component, items)
        for item in items:
            if item in covered:
                outcomes.append(covered_charge(covered[item]))
            elif near[item]:
                outcomes.append(_outcome(near[item], component, item, case))
    return tuple(outcomes)


def _components(case: Case, cover: Cover) -> tuple[Path, ...]:
    """The components to decide on; those that the cover tells apart stand for the whole product."""
    named = components_of(ChargeClause, case)
    if () not in named or not cover.components or () in cover.components:
        return named
    return tuple(dict.fromkeys((*cover.components, *(component for component in named if component))))


def covered_charge(cover: CoverageOutcome) -> ChargeOutcome:
    """Nothing is asked for what a cover pays."""
    return _made(
        component=cover.component,
        item=cover.item,
        basis="free",
        total=_NOTHING,
        payer=cover.payer,
        clause=cover.clause,
        commitment=cover.commitment,
        version=cover.version,
        reasons=cover.reasons,
    )


def _outcome(
    near: Sequence[Applicable[ChargeClause]], component: Path, item: str, case: Case
) -> ChargeOutcome:
    options = [(what, _asked(what, item, case.facts)) for what in near]
    choice = choose(options, _rank_of(options), (component, item))
    if case.argues:
        case.losers += choice.lost()
    what, best = choice.what, choice.value
    clause = what.clause
    is_fixed = clause.basis == "fixed"
    return _made(
        component=component,
        item=item,
        basis=clause.basis,
        amount=clause.amount if is_fixed else best.total,
        per=clause.per if is_fixed else "",
        rate=clause.rate,
        total=best.total,
        payer=clause.payer,
        supplied_by=clause.supplied_by,
        clause=clause.id,
        commitment=what.key[0],
        version=what.key[1],
        reasons=case.tell(("charge", component, item), _why, choice, component, item, case),
    )


def _rank_of(
    options: Sequence[Option[_Asked]],
) -> Callable[[Applicable[ChargeClause], _Asked], tuple[float, ...]]:
    """How to compare: by sum where those of all that speak are known; one alone needs no comparison."""
    if len(options) == 1:
        return _by_sum
    is_silencing = True in [what.is_exclusive for what, _ in options]
    heard = [one for one in options if one[0].is_heard] if is_silencing else options
    if None not in [asked.total for _, asked in heard]:
        return _by_sum
    least = min((_by_sum(what, asked) for what, asked in heard if asked.total is not None), default=None)

    def by_basis(what: Applicable[ChargeClause], asked: _Asked) -> tuple[float, ...]:
        if asked.total == 0:
            return (0.0, 0.0, float(_burden(what.clause)), 0.0)
        is_dearer = least is not None and asked.total is not None and _by_sum(what, asked) > least
        return (float(is_dearer), *_by_basis(what, asked))

    return by_basis


def _why(choice: Choice[_Asked], component: Path, item: str, case: Case) -> Iterable[Untold]:
    what = choice.what
    yield what.note("charge.decided", component=component, item=item, basis=what.clause.basis)
    for code, params in choice.value.notes:
        yield what.note(code, item=item, **params)
    yield case.grounds(what)
    yield choice.why()


def _asked(what: Applicable[ChargeClause], item: str, facts: Facts) -> _Asked:
    """The sum of one clause; where no amounts are known, it is the same for every case."""
    if facts.amounts:
        return _worked_out(what.clause, item, facts)
    found: _Asked | None = what.unpriced.get(item)
    if found is None:
        found = what.unpriced[item] = _worked_out(what.clause, item, facts)
    return found


def _worked_out(clause: ChargeClause, item: str, facts: Facts) -> _Asked:
    """The sum of one clause, with its free part and its cap."""
    if clause.basis == "free":
        return _Asked(_NOTHING)
    total, fact = _before_limits(clause, item, facts)
    if total is None:
        return _Asked(None, (("charge.amount_unknown", {"fact": f"amounts.{fact}"}),))
    notes: tuple[_Noted, ...] = ()
    free = clause.free_up_to
    if free is not None:
        asked = _NOTHING if total <= free else total if clause.free_is_threshold else total - free
        notes = (("charge.free_part", {"sum": rounded(total), "free": free, "charged": rounded(asked)}),)
        total = asked
    if clause.cap is not None and total > clause.cap:
        notes = (*notes, ("charge.capped", {"sum": rounded(total), "cap": clause.cap}))
        total = clause.cap
    return _Asked(rounded(total), notes)


def _before_limits(clause: ChargeClause, item: str, facts: Facts) -> tuple[Decimal | None, str]:
    """The sum before what is free and before the cap, and the name of the amount that it rests on."""
    if clause.basis == "fixed":
        count = quantity(facts, clause.per)
        return (None if count is None else (clause.amount or _NOTHING) * count), clause.per
    name = f"{item}_{_FIGURE[clause.basis]}"
    figure = known_amount(facts, name, item)
    return (figure if figure is None or clause.rate is None else figure * clause.rate), name


def _by_sum(what: Applicable[ChargeClause], asked: _Asked) -> tuple[float, ...]:
    """What somebody else pays is free to the customer; then the smallest sum, where every sum is known."""
    basis = _burden(what.clause)
    return (float(asked.total or 0), basis, 0.0) if basis else (0.0, 0.0, 0.0)


def _by_basis(what: Applicable[ChargeClause], _asked: _Asked) -> tuple[float, ...]:
    """What somebody else pays is free to the customer; then by basis and figure, where a sum is not known."""
    clause, basis = what.clause, _burden(what.clause)
    if not basis:
        return (0.0, 0.0, 0.0)
    figure = clause.amount if clause.basis == "fixed" else clause.rate
    return (float(basis), float(ONE if figure is None else figure), -float(clause.free_up_to or 0))


def _burden(clause: ChargeClause) -> int:
    """How much a basis asks of the customer, 0 for nothing."""
    return 0 if clause.payer != "customer" else _ORDER[clause.basis]
