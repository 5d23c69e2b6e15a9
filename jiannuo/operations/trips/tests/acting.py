"""Trips for tests: planned, and led to a state by the people who do that."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from jiannuo.office.documents import approvals
from jiannuo.office.documents.models import ApprovalStep
from jiannuo.operations.trips.models import BusinessTrip, TripCause
from jiannuo.operations.trips.services import Expense, TripPlan, add_expense, do, plan_trip, write_feedback

TEXTS = {"visited": "王主任", "found": "输出电压偏低", "done": "更换电源板", "opinion": "满意，希望更快"}


def photo(name: str = "receipt.png") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(file, "PNG")
    return SimpleUploadedFile(name, file.getvalue(), content_type="image/png")


def plan(firm: Any, *, by: Any = None, **changes: Any) -> BusinessTrip:
    """A trip of the technician, planned by the dispatcher, of yesterday."""
    day = timezone.localdate() - timedelta(days=1)
    values = {
        "organization": firm.dealer,
        "cause": TripCause.objects.get(code="service"),
        "people": (firm.technician,),
        "place": "苏州工业园区",
        "starts_on": day,
        "ends_on": day,
        "purpose": "更换电源板",
        **changes,
    }
    return plan_trip(TripPlan(**values), by=by or firm.dispatcher)


def decide(trip: BusinessTrip, by: Any, answer: Any = approvals.approve, **data: Any) -> BusinessTrip:
    answer(ApprovalStep.objects.get(approval__document=trip.pk, state="pending"), by=by, **data)
    return BusinessTrip.objects.get(pk=trip.pk)


def spend(firm: Any, trip: BusinessTrip, amount: str = "120.00", **changes: Any) -> Any:
    values = {
        "person": firm.technician,
        "kind": "transport",
        "spent_on": trip.starts_on,
        "amount": Decimal(amount),
        "text": "高铁票",
        "receipt": photo(),
        **changes,
    }
    return add_expense(trip, Expense(**values), by=changes.pop("by", None) or firm.technician)


def trip_in(firm: Any, state: str, **changes: Any) -> BusinessTrip:
    """A trip led to ``state``; the feedback form is written when it returned."""
    trip = plan(firm, **changes)
    if state == "planned":
        return trip
    trip = do(trip, "submit", by=firm.dispatcher)
    if state == "asked":
        return trip
    trip = decide(trip, firm.manager)
    if state == "approved":
        return trip
    trip = do(trip, "set_out", by=firm.technician, data={"starts_on": trip.starts_on})
    if state == "under_way":
        return trip
    trip = do(trip, "come_back", by=firm.technician, data={"ends_on": trip.ends_on})
    if state == "returned":
        return trip
    write_feedback(trip, by=firm.technician, **TEXTS)
    trip = do(trip, "hand_in", by=firm.technician)
    if state == "claimed":
        return trip
    trip = decide(trip, firm.manager)
    return trip if state == "granted" else do(trip, "settle", by=firm.finance)
