"""Whose van a part of an order comes from, and what is in it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jiannuo.operations.parts.queries import in_van
from jiannuo.operations.workorders.models import WorkOrder, is_assigned

#: a source: the van where it has the part, else elsewhere
AUTO = "auto"
#: states in which parts are taken from the van: the technician is, or was, there
AT_HAND = ("on_site", "bench", "waiting", "completed")


def driver_for(order: WorkOrder, by: Any) -> Any:
    """Whose van counts when ``by`` records: the own one of the technician, else that of whoever has the order."""
    return by if is_assigned(order, by) else order.technician


def at_hand(order: WorkOrder, by: Any) -> dict[int, Decimal]:
    """Good parts in that van by the key of the part. One query for an order in memory.

    The technician sees the own van at any time, others none before the work: what the office plans is not drawn.
    """
    driver = driver_for(order, by)
    if driver is None or (driver != by and order.state not in AT_HAND):
        return {}
    kept: dict[int, dict[int, Decimal]] = order.__dict__.setdefault("_at_hand", {})
    if driver.pk not in kept:
        kept[driver.pk] = in_van(driver)
    return kept[driver.pk]
