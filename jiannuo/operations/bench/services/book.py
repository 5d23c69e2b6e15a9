"""Writing the goods book."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jiannuo.operations.bench.models import CarryIn, GoodsMove, Loan

IN_REASONS = (GoodsMove.Reason.TAKEN_IN, GoodsMove.Reason.CAME_BACK, GoodsMove.Reason.LOAN_BACK)


def book_goods(
    document: CarryIn | Loan, reason: str, *, by: Any, at: datetime, party: str = "", note: str = ""
) -> GoodsMove:
    """Write one line: a piece in or out against its receipt or slip."""
    if isinstance(document, CarryIn):
        against: dict[str, Any] = {
            "carry_in": document,
            "what": document.what,
            "serial": document.serial,
        }
    else:
        piece = document.equipment
        against = {"loan": document, "what": str(piece.model), "serial": piece.serial}
    direction = GoodsMove.Direction.IN if reason in IN_REASONS else GoodsMove.Direction.OUT
    return GoodsMove.objects.create(
        organization=document.organization,
        direction=direction,
        reason=reason,
        by=by if getattr(by, "pk", None) else None,
        at=at,
        party=party[:80],
        note=note[:300],
        **against,
    )
