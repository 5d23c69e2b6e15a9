"""Pages of work orders."""

from __future__ import annotations

from jiannuo.operations.workorders.views.cases import write_case
from jiannuo.operations.workorders.views.editing import create, edit
from jiannuo.operations.workorders.views.lines import line_edit, line_new, line_payer, line_remove
from jiannuo.operations.workorders.views.pages import WorkOrderList, WorkOrderPage, parts
from jiannuo.operations.workorders.views.remedies import choose as choose_remedy

__all__ = [
    "WorkOrderList",
    "WorkOrderPage",
    "choose_remedy",
    "create",
    "edit",
    "line_edit",
    "line_new",
    "line_payer",
    "line_remove",
    "parts",
    "write_case",
]
