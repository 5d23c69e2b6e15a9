"""Standing still and going on: the clocks of the promises, and the spans that the history of the unit counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jiannuo.operations.workorders.models import OrderWait, WorkOrder
from jiannuo.operations.workorders.services import promises


def begin(order: WorkOrder, waiting_for: str, *, at: datetime, by: Any) -> None:
    """The order waits for something; the clocks whose clause allows it stand still."""
    _end_span(order, at)
    OrderWait.objects.create(order=order, waiting_for=waiting_for, from_at=at)
    promises.pause(order, waiting_for, at=at, by=by)


def end(order: WorkOrder, *, at: datetime, by: Any) -> None:
    """The order goes on, and the clocks with it."""
    _end_span(order, at)
    promises.resume(order, at=at, by=by)


def _end_span(order: WorkOrder, at: datetime) -> None:
    for wait in order.waits.filter(to_at__isnull=True):
        wait.to_at = max(at, wait.from_at)
        wait.save(update_fields=["to_at"])
