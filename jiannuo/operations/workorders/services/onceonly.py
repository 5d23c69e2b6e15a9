"""What the customer of a divided job is asked once, however many orders it was divided into."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from jiannuo.operations.workorders.case import Case
from jiannuo.operations.workorders.models import OrderLine
from jiannuo.operations.workorders.services.charging import ASKED_ONCE
from jiannuo.rules import Reason, jsonform


def ask_once(case: Case, lines: Sequence[OrderLine]) -> None:
    """Ask nothing for the lines that another part of the job asks already.

    These are journeys, unless their clause asks for each visit, and what a clause fixes for the order.
    """
    asked = case.asked_elsewhere if lines else []
    for line in lines:
        by_other = next((one for one in asked if _is_same(one, line)), None)
        if by_other is None or line.payer != OrderLine.Payer.CUSTOMER:
            continue
        line.charged = Decimal("0.00")
        because = Reason(code=ASKED_ONCE, params={"number": by_other.order.number})
        line.reasons = [jsonform.to_json(because), *line.reasons]


def _is_same(one: OrderLine, line: OrderLine) -> bool:
    """Whether both ask the same thing: the journey, or the sum that one clause fixes for the order."""
    if line.kind == OrderLine.Kind.TRAVEL:
        return one.kind == OrderLine.Kind.TRAVEL
    return one.basis == line.basis == OrderLine.Basis.FIXED and one.clause == line.clause
