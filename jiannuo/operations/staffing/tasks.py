"""Periodic work about leave."""

from __future__ import annotations

from datetime import timedelta

from jiannuo.kernel.events import periodic
from jiannuo.operations.staffing.services import stand_in


@periodic(every=timedelta(minutes=5), name="staffing.leave", lease=timedelta(minutes=5))
def let_deputies_act() -> int:
    """Begin and end the standing in for people on leave."""
    return stand_in()
