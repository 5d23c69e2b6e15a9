"""What the ledger announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiannuo.kernel.events import Event
from jiannuo.rules import Consequence


@dataclass(frozen=True)
class ObligationOpened(Event):
    """Something is owed from now on."""

    obligation_id: int
    metric: str
    event: str
    at: datetime
    document_id: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True)
class ObligationMissed(Event):
    """The due instant passed. ``consequences`` are what the clause owes instead: code, text, amount, share, per.

    Subscribers turn each into work; ``obligation_id`` makes that idempotent.
    """

    obligation_id: int
    document_id: int | None
    metric: str
    at: datetime
    consequences: tuple[Consequence, ...] = ()
    unit_id: int | None = None
    organization_id: int | None = None
    customer_id: int | None = None
    clause: str = ""
    debtor: str = "provider"
    creditor: str = "customer"


@dataclass(frozen=True)
class ObligationSettled(Event):
    """An obligation was kept, late or not, or waived."""

    obligation_id: int
    document_id: int | None
    metric: str
    state: str
    at: datetime
    unit_id: int | None = None
