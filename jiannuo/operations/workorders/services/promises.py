"""The promises that an order works for: its own and those of the documents that it serves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.models import Obligation

#: what an action proves, by metric of the clauses
BY_APPOINTMENT = ("response", "contact", "arrangement")
BY_ARRIVAL = ("response", "contact", "arrangement", "arrival")
BY_COMPLETION = ("diagnosis", "repair", "restore")
#: what a finished order proves of the duties of its unit that recur, by kind of job
BY_JOB: dict[str, tuple[str, ...]] = {
    WorkOrder.Kind.INSTALLATION: ("installation",),
    WorkOrder.Kind.MAINTENANCE: ("maintenance", "upkeep", "visit"),
    WorkOrder.Kind.INSPECTION: ("inspection", "patrol", "visit"),
}


def fulfil(order: WorkOrder, metrics: tuple[str, ...], *, at: datetime, by: Any) -> None:
    """Meet what is owed under ``metrics``, with the order as evidence."""
    obligations.fulfil(order, metrics, at=at, evidence=order, by=by)


def finished(order: WorkOrder, *, at: datetime, by: Any) -> None:
    """Meet what a finished order proves: what was promised about the fault, and the duties of the unit."""
    fulfil(order, BY_COMPLETION, at=at, by=by)
    if done := BY_JOB.get(order.job):
        obligations.fulfil(order, done, at=at, unit=order.unit, evidence=order, by=by)


def pause(order: WorkOrder, reason: str, *, at: datetime, by: Any) -> None:
    """Stop the clocks whose clause allows it for ``reason``."""
    obligations.pause(order, reason, at=at, by=by)


def resume(order: WorkOrder, *, at: datetime, by: Any) -> None:
    """Let stopped clocks run on."""
    obligations.resume(order, at=at, by=by)


def assign(order: WorkOrder, person: Any, *, by: Any) -> None:
    """Make ``person`` (or nobody) answerable for what is done in the field."""
    obligations.assign(order, person, by=by)


def cancel(order: WorkOrder, *, at: datetime, by: Any, reason: str) -> None:
    """Cancel what the order itself owes; what its requests owe stays owed."""
    obligations.cancel(order, at=at, by=by, reason=reason)


def refresh_due(order: WorkOrder) -> None:
    """Let the order show the due instant of what is owed next."""
    due_at = nearest_due([order.pk, *obligations.served_by(order)])
    if due_at != order.due_at:
        order.due_at = due_at
        WorkOrder.objects.filter(pk=order.pk).update(due_at=due_at)


def nearest_due(document_ids: Sequence[int]) -> datetime | None:
    """The due instant of what the documents still owe that comes first; it may have passed."""
    return (
        Obligation.objects.open()
        .filter(document__in=document_ids, abandoned_at__isnull=True, due_at__isnull=False)
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )
