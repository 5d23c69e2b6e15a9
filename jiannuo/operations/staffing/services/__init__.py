"""Every write about leave and standby."""

from __future__ import annotations

from jiannuo.operations.staffing.services.leave import (
    ask_leave,
    check_leave,
    do,
    remove_step,
    save_step,
    stand_in,
    steps_for,
)
from jiannuo.operations.staffing.services.standby import Rota, plan_rota, remove_duty

__all__ = [
    "Rota",
    "ask_leave",
    "check_leave",
    "do",
    "plan_rota",
    "remove_duty",
    "remove_step",
    "save_step",
    "stand_in",
    "steps_for",
]
