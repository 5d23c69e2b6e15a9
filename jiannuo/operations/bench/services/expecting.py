"""When goods should be ready: read off the promises of the order and of the requests that it serves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jiannuo.operations.bench.models import CarryIn
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.models import Obligation

#: what customers wait for when their machine is in the house
READY_METRICS = ("repair", "restore")


def promised(order: Any) -> tuple[datetime | None, str]:
    """The soonest due instant of a repair that is still owed, and the clause that says so. Two queries."""
    keys = [order.pk, *obligations.served_by(order)]
    owed = (
        Obligation.objects.open()
        .filter(document__in=keys, metric__in=READY_METRICS, due_at__isnull=False)
        .filter(abandoned_at__isnull=True)
        .order_by("due_at")
        .first()
    )
    return (owed.due_at, owed.text[:300]) if owed is not None else (None, "")


def renew_expected(receipt: CarryIn) -> None:
    """Let the receipt show the promise as it stands now: a clock that stood still ends later."""
    due, why = promised(receipt.order)
    if due is None or (due, why) == (receipt.expected_at, receipt.expected_why):
        return
    receipt.expected_at, receipt.expected_why = due, why
    CarryIn.objects.filter(pk=receipt.pk).update(expected_at=due, expected_why=why)
