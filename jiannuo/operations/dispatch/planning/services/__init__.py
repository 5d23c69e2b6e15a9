"""Every write of planning."""

from __future__ import annotations

from jiannuo.operations.dispatch.planning.services.editing import (
    change_lock,
    discard,
    leave_out,
    stop_improving,
    take_back,
)
from jiannuo.operations.dispatch.planning.services.proposing import improve_more, propose
from jiannuo.operations.dispatch.planning.services.publishing import (
    Conflict,
    PlanChanged,
    mark_overtaken,
    publish,
)
from jiannuo.operations.dispatch.planning.services.settings import remove_row, save_row

__all__ = [
    "Conflict",
    "PlanChanged",
    "change_lock",
    "discard",
    "improve_more",
    "leave_out",
    "mark_overtaken",
    "propose",
    "publish",
    "remove_row",
    "save_row",
    "stop_improving",
    "take_back",
]
