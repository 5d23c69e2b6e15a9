"""Whether a loaner is owed to a customer, and why: the promises of the ledger first, then the cover of the case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jiannuo.operations.workorders.services.charging import decision_of
from jiannuo.promises.commitments.reading import Reader
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.queries import for_document

LOANER = "loaner"


@dataclass(frozen=True, slots=True)
class Owed:
    """What the promises say about a loaner: owed now, only allowed, or neither."""

    is_owed: bool
    is_covered: bool
    text: str
    obligations: tuple[Obligation, ...] = ()


def why_owed(order: Any) -> Owed:
    """Whether the customer of an order may have a loaner, and the words of the clause. At most two queries.

    An open or missed obligation of the ledger owes it; a cover or a remedy of the decision allows it free of charge.
    """
    own = tuple(one for one in for_document(order) if one.metric == LOANER)
    waiting = [one for one in own if one.state in (Obligation.State.OPEN, Obligation.State.MISSED)]
    if waiting:
        return Owed(True, True, waiting[0].text, own)
    decision = decision_of(order)
    if decision is None:
        return Owed(False, False, "", own)
    reader = Reader()
    cover = decision.cover(LOANER)
    if cover is not None and cover.in_warranty:
        words = [reader.reason(one).text for one in cover.reasons]
        return Owed(False, True, "；".join(words)[:300], own)
    remedy = decision.remedy(LOANER)
    if remedy is not None:
        words = [reader.reason(one).text for one in remedy.reasons]
        return Owed(False, True, "；".join(words)[:300], own)
    return Owed(False, False, "", own)
