"""The figures of a month, and the registers F54 and F55."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.months import instants_of, month_of, next_month
from jiannuo.kernel.printing.registers import Register
from jiannuo.kernel.tables import writers
from jiannuo.kernel.tables.exports import filename
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import phone_for
from jiannuo.operations.followups.figures import Month, month_figures
from jiannuo.operations.followups.queries import calls_between, letters_between


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


CALLS = Register("F54", _("Follow-up call register"), "followups/print/calls.html")
LETTERS = Register("F55", _("Follow-up letter register"), "followups/print/letters_register.html")


@permission_required("followups.handle")
def call_register(request: HttpRequest) -> HttpResponse:
    """F54: every follow-up call of a month, with what the customer said."""
    first = month_of(request.GET.get("month", ""))

    def lines(limit: int) -> list[Any]:
        rows: list[Any] = list(calls_between(request.user, *instants_of(first))[:limit])
        for row in rows:
            row.shown_phone = phone_for(request.user, row.main_phone or "", row)
        return rows

    return CALLS.print(request, first, lines)


@permission_required("followups.handle")
def letter_register(request: HttpRequest) -> HttpResponse:
    """F55: every letter sent in a month."""
    first = month_of(request.GET.get("month", ""))
    rows = letters_between(request.user, first, next_month(first))
    return LETTERS.print(request, first, lambda limit: list(rows[:limit]))
