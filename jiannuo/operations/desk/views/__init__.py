"""Pages of the service desk."""

from __future__ import annotations

from jiannuo.operations.desk.views.intake import customer, intake, lookup, models, promise, suggest
from jiannuo.operations.desk.views.pages import ServiceRequestList, ServiceRequestPage
from jiannuo.operations.desk.views.registers import service_register
from jiannuo.operations.desk.views.solved import solved

__all__ = [
    "ServiceRequestList",
    "ServiceRequestPage",
    "customer",
    "intake",
    "lookup",
    "models",
    "promise",
    "service_register",
    "solved",
    "suggest",
]
