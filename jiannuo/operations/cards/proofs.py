"""What the cards prove about a unit, for the clauses of coverage, remedies and settlement."""

from __future__ import annotations

from typing import Any

from jiannuo.operations.cards.models import UnitStanding
from jiannuo.promises.commitments.facts import Proof, proves

#: Document and flags as packs name them.
CARD, IN_TIME, OVERDUE = "registration_card", "registration_card_in_time", "registration_card_overdue"

State = UnitStanding.State
_FLAGS: dict[str, str] = {
    State.IN_TIME: IN_TIME,
    State.EXCUSED: IN_TIME,
    State.LATE: OVERDUE,
    State.OVERDUE: OVERDUE,
    State.REFUSED: OVERDUE,
}


@proves
def registration(unit: Any) -> Proof:
    """The card as a document, and whether it came in time; one query."""
    row: Any = UnitStanding.objects.filter(unit=unit.pk).values_list("state", "card_id").first()
    if row is None:
        return Proof()
    state, card = row
    flag = _FLAGS.get(state)
    return Proof(
        flags=frozenset({flag}) if flag else frozenset(),
        documents=frozenset({CARD}) if card is not None else frozenset(),
    )
