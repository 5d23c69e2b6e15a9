"""Telling customers that somebody comes later than they were told.

How that is done belongs to the room of appointments above this one, which gives its service here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from jiannuo.operations.workorders.models import WorkOrder


class Announce(Protocol):
    """Announces a delay; raises ValidationError where it cannot be announced."""

    def __call__(self, order: WorkOrder, expected_at: datetime, *, by: Any, reason: str = "") -> Any: ...


_announcing: list[Announce] = []


def register(announce: Announce) -> Announce:
    """Use this service to announce delays."""
    _announcing[:] = [announce]
    return announce


def announce(order: WorkOrder, expected_at: datetime, *, by: Any, reason: str = "") -> bool:
    """Announce a delay; False where no room does that. Raises what the service raises."""
    for service in _announcing:
        service(order, expected_at, by=by, reason=reason)
    return bool(_announcing)
