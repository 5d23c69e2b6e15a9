"""Work orders (工单): one job for a unit or a site, its visits, lines, checks and signature."""

from __future__ import annotations

from jiannuo.operations.workorders.models.check import OrderCheck
from jiannuo.operations.workorders.models.line import ChargedLine, OrderLine
from jiannuo.operations.workorders.models.moves import is_assigned
from jiannuo.operations.workorders.models.order import WorkOrder
from jiannuo.operations.workorders.models.replay import DoneStep
from jiannuo.operations.workorders.models.scope import FIELD_ROLES, WorkOrderQuerySet
from jiannuo.operations.workorders.models.share import OrderShare
from jiannuo.operations.workorders.models.visit import Visit
from jiannuo.operations.workorders.models.wait import OrderWait

__all__ = [
    "FIELD_ROLES",
    "ChargedLine",
    "DoneStep",
    "OrderCheck",
    "OrderLine",
    "OrderShare",
    "OrderWait",
    "Visit",
    "WorkOrder",
    "WorkOrderQuerySet",
    "is_assigned",
]
