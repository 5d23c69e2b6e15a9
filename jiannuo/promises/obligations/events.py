"""What the ledger announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class ObligationMissed(Event):
    """The due instant passed. ``consequences`` are the codes of what the clause owes instead."""

    obligation_id: int
    document_id: int
    metric: str
    at: datetime
    consequences: tuple[str, ...] = ()


@dataclass(frozen=True)
class ObligationSettled(Event):
    """An obligation was kept, late or not, or waived."""

    obligation_id: int
    document_id: int
    metric: str
    state: str
    at: datetime
