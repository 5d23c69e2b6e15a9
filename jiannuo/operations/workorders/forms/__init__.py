"""What actions and lines of an order ask for."""

from __future__ import annotations

from jiannuo.office.documents.forms import ReasonForm
from jiannuo.operations.workorders.forms.actions import (
    ArriveForm,
    AssignForm,
    CompleteForm,
    FindingForm,
    PauseForm,
    ReviewForm,
    SignForm,
    TestForm,
)
from jiannuo.operations.workorders.forms.lines import (
    AddedItemForm,
    LabourForm,
    LineForm,
    OverrideForm,
    PartForm,
)
from jiannuo.operations.workorders.forms.orders import OrderForm

__all__ = [
    "AddedItemForm",
    "ArriveForm",
    "AssignForm",
    "CompleteForm",
    "FindingForm",
    "LabourForm",
    "LineForm",
    "OrderForm",
    "OverrideForm",
    "PartForm",
    "PauseForm",
    "ReasonForm",
    "ReviewForm",
    "SignForm",
    "TestForm",
]
