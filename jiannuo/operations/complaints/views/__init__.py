"""The pages of the complaint desk."""

from __future__ import annotations

from jiannuo.operations.complaints.views.complaints import (
    ComplaintList,
    ComplaintPage,
    SpecialCaseList,
    register,
)
from jiannuo.operations.complaints.views.inspections import (
    InspectionList,
    InspectionPage,
    inspection_follow,
    inspection_new,
    inspection_score,
    score_form_edit,
    score_form_new,
    score_form_version,
    score_forms,
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
    slip,
    suggestion_new,
)

__all__ = [
    "ComplaintList",
    "ComplaintPage",
    "InspectionList",
    "InspectionPage",
    "PayoutList",
    "PayoutPage",
    "SheetList",
    "SheetPage",
    "SpecialCaseList",
    "SuggestionList",
    "SuggestionPage",
    "inspection_follow",
    "inspection_new",
    "inspection_score",
    "line_collect",
    "line_edit",
    "month",
    "month_export",
    "month_print",
    "register",
    "score_form_edit",
    "score_form_new",
    "score_form_version",
    "score_forms",
    "setting_edit",
    "setting_new",
    "settings",
    "sheet_new",
    "slip",
    "suggestion_new",
    "volumes",
]
