"""What work orders announce."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class WorkOrderEvent(Event):
    """Something that happened to an order.

    A job that was divided among several orders is completed, signed, closed or given up when its last part is; then
    it is announced for each of them. ``leads`` is false for all but one: what is owed, asked or told once for the
    whole job follows from the one that leads.
    """

    order_id: int
    number: str
    at: datetime
    leads: bool = True


@dataclass(frozen=True)
class RemedyChosen(Event):
    """The customer chose a remedy for a request or an order; ``turn`` tells this choice from others for it."""

    document_id: int
    turn: int
    remedy: str
    amount: Decimal | None
    at: datetime
    text: str = ""


@dataclass(frozen=True)
class LoanerGiven(WorkOrderEvent):
    """The customer of an order has a loaner; ``loan_id`` is the slip, ``by_id`` who lent it."""

    loan_id: int = 0
    loan_number: str = ""
    by_id: int | None = None


@dataclass(frozen=True)
class WorkOrderCreated(WorkOrderEvent):
    """An order was made, for the requests that it serves."""


@dataclass(frozen=True)
class CustomerAbsent(WorkOrderEvent):
    """A technician came and nobody was there."""


@dataclass(frozen=True)
class WorkOrderAssigned(WorkOrderEvent):
    """A technician was named, perhaps in place of another."""


@dataclass(frozen=True)
class WorkOrderDeclined(WorkOrderEvent):
    """Who was named will not do it; the order waits for another."""

    by_id: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class WorkOrderArrived(WorkOrderEvent):
    """The technician is on site."""


@dataclass(frozen=True)
class WorkOrderCompleted(WorkOrderEvent):
    """The work is done and tested."""


@dataclass(frozen=True)
class ShareCompleted(WorkOrderEvent):
    """The work of an order is done and tested, while other parts of the divided job are still to do."""


@dataclass(frozen=True)
class JobDivided(WorkOrderEvent):
    """An order was divided into several, this one the first; the customer is to be told of the times."""


@dataclass(frozen=True)
class WorkOrderSigned(WorkOrderEvent):
    """The customer has signed."""


@dataclass(frozen=True)
class WorkOrderClosed(WorkOrderEvent):
    """Reviewed and closed: what it serves may be resolved, the customer may read the record."""


@dataclass(frozen=True)
class WorkOrderCancelled(WorkOrderEvent):
    """Given up with a reason; what the customer was promised stays owed by the requests.

    ``was_assigned``: somebody had been named to do it.
    """

    by_id: int | None = None
    reason: str = ""
    was_assigned: bool = False
