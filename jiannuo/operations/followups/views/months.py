"""The figures of a month, and the registers F54 and F55."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _t

from jiannuo.kernel.months import instants_of, month_of, next_month
from jiannuo.kernel.printing.services import render_pdf
from jiannuo.kernel.tables import writers
from jiannuo.kernel.tables.exports import filename
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import phone_for
from jiannuo.operations.followups.figures import Month, month_figures
from jiannuo.operations.followups.queries import calls_between, letters_between

#: more lines than this are no register that anybody files; the list exports any number
MOST_LINES = 1500


@permission_required("followups.view")
def month(request: HttpRequest) -> HttpResponseBase:
    """Due, done, in time, not reached: by person and kind, against the target of the table."""
    first = month_of(request.GET.get("month", ""))
    figures = month_figures(request.user, first)
    if request.GET.get("export") == "xlsx":
        return _workbook(request, figures, f"{_t('Figures of follow-ups')} {first:%Y-%m}")
    context = {
        "title": _t("Figures of follow-ups"),
        "figures": figures,
        "month": first,
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": next_month(first),
        "may_print": request.user.has_perm("followups.handle"),
    }
    return render(request, "followups/month.html", context)


def _workbook(request: HttpRequest, figures: Month, title: str) -> FileResponse:
    if not request.user.has_perm("tables.export"):
        raise PermissionDenied("tables.export")
    header = [
        _t("Person"),
        _t("Kind"),
        _t("Due"),
        _t("Done"),
        _t("In time"),
        _t("Not reached"),
        _t("Still open"),
        _t("Done (%)"),
        _t("In time (%)"),
        _t("Target (%)"),
    ]
    rows = [
        [
            row.person,
            row.kind,
            row.due,
            row.done,
            row.in_time,
            row.unreached,
            row.open,
            row.share,
            row.in_time_share,
            row.target,
        ]
        for row in figures.rows
    ]
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    writers.write_xlsx(file, title, header, rows)
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=filename(title, "xlsx"), content_type=writers.CONTENT_TYPES["xlsx"]
    )


@permission_required("followups.handle")
def call_register(request: HttpRequest) -> HttpResponse:
    """F54: every follow-up call of a month, with what the customer said."""
    first = month_of(request.GET.get("month", ""))
    begin, end = instants_of(first)
    rows: list[Any] = list(calls_between(request.user, begin, end)[: MOST_LINES + 1])
    for row in rows:
        row.shown_phone = phone_for(request.user, row.main_phone or "", row)
    return _register(request, "F54", _t("Follow-up call register"), first, rows, "followups/print/calls.html")


@permission_required("followups.handle")
def letter_register(request: HttpRequest) -> HttpResponse:
    """F55: every letter sent in a month."""
    first = month_of(request.GET.get("month", ""))
    rows = list(letters_between(request.user, first, next_month(first))[: MOST_LINES + 1])
    title = _t("Follow-up letter register")
    return _register(request, "F55", title, first, rows, "followups/print/letters_register.html")


def _register(
    request: HttpRequest, form_id: str, title: str, month: Any, rows: list[Any], template: str
) -> HttpResponse:
    user: Any = request.user
    if len(rows) > MOST_LINES:
        refused = {
            "title": title,
            "errors": [_t("More than %(most)s lines: export the list instead.") % {"most": MOST_LINES}],
            "back": request.path,
        }
        return render(request, "tables/refused.html", refused, status=422)
    context: dict[str, Any] = {
        "title": title,
        "organization": user.organization,
        "number": f"{form_id}-{month:%Y%m}",
        "month": month,
        "rows": rows,
        "landscape": True,
        "printed_at": timezone.localtime(),
        "printed_by": user,
    }
    return pdf(render_pdf(template, context), f"{form_id}-{month:%Y-%m}")


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF that nobody keeps."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
