"""Every write of business trips."""

from __future__ import annotations

from jiannuo.operations.trips.services.doing import do
from jiannuo.operations.trips.services.expenses import Expense, add_expense, remove_expense, write_feedback
from jiannuo.operations.trips.services.planning import TripPlan, change_trip, plan_trip
from jiannuo.operations.trips.services.reminding import remind_due
from jiannuo.operations.trips.services.tables import remove_row, save_cause, save_row

__all__ = [
    "Expense",
    "TripPlan",
    "add_expense",
    "change_trip",
    "do",
    "plan_trip",
    "remind_due",
    "remove_expense",
    "remove_row",
    "save_cause",
    "save_row",
    "write_feedback",
]
