"""Pages of the bench, the goods book and the loaners."""

from __future__ import annotations

from jiannuo.operations.bench.views.counter import hand_over_page, lend_page, take_back_page, take_in_page
from jiannuo.operations.bench.views.keeping import (
    equipment,
    equipment_edit,
    equipment_new,
    grade_edit,
    grade_new,
    grade_remove,
    rules_edit,
    rules_new,
    settings,
)
from jiannuo.operations.bench.views.pages import (
    BenchList,
    CarryInPage,
    GoodsBook,
    LoanList,
    LoanPage,
    PoolList,
    book_pdf,
    lacking_receipts,
)

__all__ = [
    "BenchList",
    "CarryInPage",
    "GoodsBook",
    "LoanList",
    "LoanPage",
    "PoolList",
    "book_pdf",
    "equipment",
    "equipment_edit",
    "equipment_new",
    "grade_edit",
    "grade_new",
    "grade_remove",
    "hand_over_page",
    "lacking_receipts",
    "lend_page",
    "rules_edit",
    "rules_new",
    "settings",
    "take_back_page",
    "take_in_page",
]
