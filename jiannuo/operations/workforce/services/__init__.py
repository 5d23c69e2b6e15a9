"""Every write about technicians."""

from __future__ import annotations

from jiannuo.operations.workforce.services.people import remove_skill, save_technician, set_skill
from jiannuo.operations.workforce.services.times import (
    ShiftPlan,
    add_absence,
    add_shifts,
    remove_absence,
    remove_shift,
)

__all__ = [
    "ShiftPlan",
    "add_absence",
    "add_shifts",
    "remove_absence",
    "remove_shift",
    "remove_skill",
    "save_technician",
    "set_skill",
]
