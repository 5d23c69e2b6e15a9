"""Pages of work orders."""

from __future__ import annotations

from jiannuo.operations.workorders.views.editing import create, edit
from jiannuo.operations.workorders.views.lines import line_edit, line_new, line_payer, line_remove
from jiannuo.operations.workorders.views.pages import WorkOrderList, WorkOrderPage

__all__ = [
    "WorkOrderList",
    "WorkOrderPage",
    "create",
    "edit",
    "line_edit",
    "line_new",
    "line_payer",
    "line_remove",
]
