"""The printed forms: F61 complaint file, F62 monthly penalty summary, F63 suggestion slip."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing import PrintForm, register
from jiannuo.operations.complaints.models import Complaint, Inspection, PenaltySheet, Suggestion
from jiannuo.operations.complaints.queries import asked, holds_in, ranking_shown, scored_lines
from jiannuo.promises.obligations.queries import for_document


def _complaints(user: Any) -> Any:
    return Complaint.objects.visible_to(user).select_related(
        "organization",
        "customer",
        "unit__model",
        "matter",
        "officer",
        "accused_person",
        "responsible_organization",
        "responsible_person",
        "created_by",
    )


def complaint_file(complaint: Complaint) -> dict[str, Any]:
    """What F61 shows: who complained of what, what was found, decided and answered, and who called back when."""
    return {
        "complaint": complaint,
        "changes": list(complaint.changes.select_related("by")),
        "asked": asked(complaint),
        "obligations": for_document(complaint),
    }


def penalty_summary(sheet: PenaltySheet) -> dict[str, Any]:
    """What F62 shows: the lines of a month with their sum, and whether they are executed."""
    lines = list(sheet.lines.select_related("organization", "person", "complaint"))
    return {
        "sheet": sheet,
        "lines": lines,
        "total": sum(line.amount or 0 for line in lines if not line.struck),
        "ranking": ranking_shown(sheet),
        "holds": holds_in(sheet.month, sheet.last_day),
    }


register(
    PrintForm(
        id="F61",
        title=_("Complaint file"),
        template="complaints/print/complaint.html",
        model=Complaint,
        rows=_complaints,
        context=complaint_file,
        permission="complaints.handle",
    )
)
register(
    PrintForm(
        id="MI",
        title=_("Record of a mystery inspection"),
        template="complaints/print/inspection.html",
        model=Inspection,
        rows=lambda user: Inspection.objects.visible_to(user).select_related(
            "organization", "form", "inspector"
        ),
        context=lambda inspection: {"inspection": inspection, "lines": scored_lines(inspection)},
        permission="inspections.view",
    )
)
register(
    PrintForm(
        id="F62",
        title=_("Monthly penalty summary of the complaint desk"),
        template="complaints/print/penalties.html",
        model=PenaltySheet,
        rows=lambda user: PenaltySheet.objects.visible_to(user).select_related("organization", "signed_by"),
        context=penalty_summary,
        permission="penalties.view",
    )
)
register(
    PrintForm(
        id="F63",
        title=_("Suggestion slip"),
        template="complaints/print/suggestion.html",
        model=Suggestion,
        rows=lambda user: Suggestion.objects.visible_to(user).select_related(
            "organization", "customer", "department"
        ),
        context=lambda suggestion: {"suggestion": suggestion},
        permission="suggestions.handle",
    )
)
