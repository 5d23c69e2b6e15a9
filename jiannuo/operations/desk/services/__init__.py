"""Every write to service requests."""

from __future__ import annotations

from jiannuo.operations.desk.services.deciding import decision_for, owe_from
from jiannuo.operations.desk.services.doing import answer_at_once, do
from jiannuo.operations.desk.services.registering import (
    NewCustomer,
    NewUnit,
    PossibleDuplicate,
    register_request,
)

__all__ = [
    "NewCustomer",
    "NewUnit",
    "PossibleDuplicate",
    "answer_at_once",
    "decision_for",
    "do",
    "owe_from",
    "register_request",
]
