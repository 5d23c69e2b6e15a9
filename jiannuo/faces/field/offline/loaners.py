"""The loaners that the phone takes along: those that may be lent, and those that are with customers."""

from __future__ import annotations

from typing import Any

from jiannuo.office.organizations.scope import organization_ids
from jiannuo.operations.bench.models import Loan
from jiannuo.operations.bench.queries import free_pieces, loans_for

LEND = "loans.lend"
#: pieces and loans that the phone takes along at most
MOST = 120


def loan_greeting(user: Any) -> dict[str, Any]:
    """What the server's greeting says of loaners: those that may be lent, and those that are out (two queries)."""
    if not user.has_perm(LEND):
        return {}
    pool = [
        {
            "id": piece.pk,
            "name": str(piece.model),
            "serial": piece.serial,
            "grade": piece.grade,
            "accessories": piece.accessories,
            "condition": piece.condition,
        }
        for piece in free_pieces(user)[:MOST]
    ]
    rows = loans_for(user).filter(is_out=True)
    ids = organization_ids(user, LEND)
    if ids is not None:
        rows = rows.filter(organization__in=ids)
    out = [_out(loan) for loan in rows.order_by("due_back_at", "pk")[:MOST]]
    return {"loans": {"pool": pool, "out": out}}


def _out(loan: Loan) -> dict[str, Any]:
    return {
        "number": loan.number,
        "piece": loan.equipment_id,
        "name": str(loan.equipment),
        "customer": str(loan.customer),
        "order": loan.order.number if loan.order is not None else "",
        "signed_by": loan.signed_by,
        "lent_at": loan.lent_at.isoformat(),
        "due_back_at": loan.due_back_at.isoformat(),
        "meter": f"{loan.meter_out.normalize():f}" if loan.meter_out is not None else None,
        "accessories": loan.accessories,
        "condition": loan.condition_out,
    }
