"""The pages of the complaint desk."""

from __future__ import annotations

from jiannuo.operations.complaints.views.complaints import (
    ComplaintList,
    ComplaintPage,
    SpecialCaseList,
    register,
)
from jiannuo.operations.complaints.views.months import month, month_export, month_print, volumes
from jiannuo.operations.complaints.views.penalties import (
    SheetList,
    SheetPage,
    line_collect,
    line_edit,
    sheet_new,
)
from jiannuo.operations.complaints.views.settings import setting_edit, setting_new, settings
from jiannuo.operations.complaints.views.suggestions import (
    PayoutList,
    PayoutPage,
    SuggestionList,
    SuggestionPage,
    suggestion_new,
)

__all__ = [
    "ComplaintList",
    "ComplaintPage",
    "PayoutList",
    "PayoutPage",
    "SheetList",
    "SheetPage",
    "SpecialCaseList",
    "SuggestionList",
    "SuggestionPage",
    "line_collect",
    "line_edit",
    "month",
    "month_export",
    "month_print",
    "register",
    "setting_edit",
    "setting_new",
    "settings",
    "sheet_new",
    "suggestion_new",
    "volumes",
]
