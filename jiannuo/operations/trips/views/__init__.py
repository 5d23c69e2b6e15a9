"""Pages of business trips."""

from __future__ import annotations

from jiannuo.operations.trips.views.figures import figures_page, figures_pdf
from jiannuo.operations.trips.views.tables import row_edit, row_new, row_remove, tables_page
from jiannuo.operations.trips.views.trips import (
    ExpenseList,
    MyTrips,
    TripList,
    TripPage,
    expense_new,
    expense_remove,
    feedback_edit,
    trip_edit,
    trip_new,
)

__all__ = [
    "ExpenseList",
    "MyTrips",
    "TripList",
    "TripPage",
    "expense_new",
    "expense_remove",
    "feedback_edit",
    "figures_page",
    "figures_pdf",
    "row_edit",
    "row_new",
    "row_remove",
    "tables_page",
    "trip_edit",
    "trip_new",
]
