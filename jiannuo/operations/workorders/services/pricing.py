"""What a line is charged where no cover pays: read off the charge clauses of the case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from jiannuo.operations.workorders.case import Case
from jiannuo.operations.workorders.models import OrderLine, WorkOrder
from jiannuo.operations.workorders.services.charging import BEYOND_COVER, component_of_order
from jiannuo.operations.workorders.services.onceonly import ask_once
from jiannuo.registry.products.models import SparePart
from jiannuo.rules import ChargeOutcome, Decision, jsonform, path
from jiannuo.rules.facts import Path

REST: Path = ("rest",)
FEN = Decimal("0.01")
PER_ORDER, PER_VISIT = "order", "visit"
#: kind of line → items of the charge clauses that may speak of it, the nearest first
ITEMS = {
    "labour": ("labour",),
    "parts": ("parts",),
    "travel": ("travel",),
    "other": ("material", "parts"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A line, with the component that it is about and whether it goes beyond the fault reported."""

    line: OrderLine
    component: Path
    beyond: bool


def price_lines(
    order: WorkOrder, lines: Sequence[OrderLine], case: Case, *, cause: str = "", usual: str | None = None
) -> None:
    """Put basis, sum and payer on the lines that the customer would pay, by the charge clauses of the case.

    A clause is asked once for all lines that it is for: what is free up to a sum, or fixed for the order, is so for
    them together; the sum is shared out by their amounts. Lines that a person has overridden, that are covered or free
    stay. Without a clause the list price counts. What a divided job is asked only once is asked with one of its parts.
    Two queries for the case, none without such lines.
    """
    asked = [line for line in lines if _is_asked(line, order)]
    for line in asked:
        line.basis, line.charged = OrderLine.Basis.LIST, None
    if not asked:
        return
    once = {id(line) for line in asked if line.kind == OrderLine.Kind.TRAVEL}
    follows = path(component_of_order(order) if usual is None else usual)
    pieces = [_piece(line, follows) for line in asked]
    known: dict[tuple[Path, bool], Decision] = {}
    groups: dict[tuple[str, str, str, bool], list[tuple[Piece, str]]] = defaultdict(list)
    for piece in pieces:
        key = (piece.component, piece.beyond)
        if key not in known:
            known[key] = case.decision(**_facts(piece, cause))
        item, outcome = _outcome(known[key], piece)
        if outcome is not None:
            groups[outcome.commitment, outcome.clause, item, piece.beyond].append((piece, item))
    for together in groups.values():
        first, item = together[0]
        own = [piece.line for piece, _item in together]
        decided = case.decision(amounts=_amounts(order, own, item), **_facts(first, cause))
        _item, outcome = _outcome(decided, first)
        if outcome is not None:
            _put(own, outcome)
            if outcome.per == PER_VISIT:
                once.difference_update(map(id, own))
            elif outcome.basis == OrderLine.Basis.FIXED and outcome.per == PER_ORDER:
                once.update(map(id, own))
    ask_once(case, [line for line in asked if id(line) in once])


def _is_asked(line: OrderLine, order: WorkOrder) -> bool:
    return not (
        line.overridden_by_id or line.covered or order.free_because or line.payer != OrderLine.Payer.CUSTOMER
    )


def _piece(line: OrderLine, usual: Path) -> Piece:
    beyond = any(reason.get("code") == BEYOND_COVER for reason in line.reasons)
    return Piece(line, path(line.component.code_path) if line.component else usual, beyond)


def _facts(piece: Piece, cause: str) -> dict[str, Any]:
    """What is known beside the case: the component, the cause, and that no cover reaches beyond the fault."""
    known: dict[str, Any] = {}
    if piece.component:
        known["component"] = piece.component
    if cause:
        known["cause"] = cause
    if piece.beyond:
        known["in_warranty"] = False
    return known


def _outcome(decision: Decision, piece: Piece) -> tuple[str, ChargeOutcome | None]:
    """What is asked for the line, and as which item; nothing where a cover pays or no clause speaks of it."""
    for item in _items(piece.line):
        own = [one for one in decision.charges if one.item == item]
        named = next((one for one in own if one.component == piece.component), None)
        found = named or next((one for one in own if one.component in ((), REST)), None)
        if found is not None and (found.basis != "free" or found.payer == OrderLine.Payer.CUSTOMER):
            return item, found
    return "", None


def _items(line: OrderLine) -> tuple[str, ...]:
    if line.part is not None and line.part.kind == SparePart.Kind.CONSUMABLE:
        return ("material", "parts")
    return ITEMS[line.kind]


def _amounts(order: WorkOrder, lines: Sequence[OrderLine], item: str) -> dict[str, Decimal]:
    """What the clauses reckon with: the list price, the expense, the cost where it is known, and how many there are."""
    listed = sum((line.amount for line in lines), Decimal(0))
    amounts = {f"{item}_list": listed, f"{item}_actual": listed}
    if all(line.part is not None for line in lines):
        amounts[f"{item}_cost"] = sum(
            (line.quantity * line.part.cost for line in lines if line.part is not None), Decimal(0)
        )
    pieces = sum((line.quantity for line in lines), Decimal(0))
    amounts |= {"piece": pieces, "visit": Decimal(max(1, order.visits.count() if order.pk else 1))}
    if item == "travel":
        amounts["km"] = pieces
    if item == "labour":
        amounts["hour"] = sum(map(_hours, lines), Decimal(0))
    return amounts


def _hours(line: OrderLine) -> Decimal:
    return line.quantity * line.labour.minutes / 60 if line.labour is not None else line.quantity


def _put(lines: Sequence[OrderLine], outcome: ChargeOutcome) -> None:
    """Share the sum out among the lines; where it is not known, the list price stays and the reasons say why."""
    said = [reason for reason in outcome.reasons if not reason.code.startswith("chosen.")]
    reasons = [jsonform.to_json(reason) for reason in said]
    for line, share in zip(lines, _shares(lines, outcome.total), strict=True):
        line.basis = outcome.basis if outcome.total is not None else OrderLine.Basis.LIST
        line.charged, line.clause = share, outcome.clause
        line.reasons = [*line.reasons[:1], *reasons]
        if outcome.payer in OrderLine.Payer.values:
            line.payer = outcome.payer


def _shares(lines: Sequence[OrderLine], total: Decimal | None) -> list[Decimal | None]:
    if total is None:
        return [None] * len(lines)
    whole = sum((line.amount for line in lines), Decimal(0))
    shares: list[Decimal] = [
        ((total * line.amount / whole) if whole else total / len(lines)).quantize(FEN, ROUND_HALF_UP)
        for line in lines[:-1]
    ]
    return [*shares, max(total - sum(shares, Decimal(0)), Decimal(0))]
