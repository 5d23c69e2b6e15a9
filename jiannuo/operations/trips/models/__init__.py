"""Business trips: why, who, what it cost, what was learnt, and the tables that managers keep."""

from __future__ import annotations

from jiannuo.operations.trips.models.lines import TripAdvance, TripExpense, TripFeedback, TripPerson
from jiannuo.operations.trips.models.tables import ExpenseLimit, Payer, TripCause, TripRules, TripStep
from jiannuo.operations.trips.models.trip import BusinessTrip

__all__ = [
    "BusinessTrip",
    "ExpenseLimit",
    "Payer",
    "TripAdvance",
    "TripCause",
    "TripExpense",
    "TripFeedback",
    "TripPerson",
    "TripRules",
    "TripStep",
]
