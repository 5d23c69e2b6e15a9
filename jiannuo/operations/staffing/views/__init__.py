"""Pages about leave, standby and workload."""

from __future__ import annotations

from jiannuo.operations.staffing.views.leave import LeaveList, LeavePage, leave_new, mine, step_remove, steps
from jiannuo.operations.staffing.views.plan import (
    DutyList,
    duty_new,
    duty_remove,
    standby_now,
    workload_page,
)

__all__ = [
    "DutyList",
    "LeaveList",
    "LeavePage",
    "duty_new",
    "duty_remove",
    "leave_new",
    "mine",
    "standby_now",
    "step_remove",
    "steps",
    "workload_page",
]
