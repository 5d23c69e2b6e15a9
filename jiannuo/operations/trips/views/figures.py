"""The yearly statistics of trips (F71): page, workbook, printed form."""

from __future__ import annotations

import tempfile
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from jiannuo.kernel.printing.services import render_pdf
from jiannuo.kernel.tables import writers
from jiannuo.kernel.tables.exports import filename
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.trips.figures import MONTHS, Figures, Line, figures, year_of
from jiannuo.operations.trips.queries import houses_of

VIEW = "trips.view"


def _asked(request: HttpRequest) -> tuple[Figures, Organization | None, list[Organization]]:
    """The figures of the year and organisation in the address."""
    year = year_of(request.GET.get("year", ""), timezone.localdate())
    houses = list(houses_of(request.user, VIEW).order_by("path"))
    key = request.GET.get("organization", "")
    chosen = next((one for one in houses if str(one.pk) == key), None)
    return figures(request.user, year, organization=chosen), chosen, houses


@permission_required(VIEW)
@require_safe
def figures_page(request: HttpRequest) -> HttpResponseBase:
    """Person-trips and money of a year by cause, month and organisation, with the year before."""
    found, chosen, houses = _asked(request)
    if request.GET.get("export") == "xlsx":
        return _workbook(request, found)
    context = {
        "title": _("Statistics of trips"),
        "figures": found,
        "months": list(MONTHS),
        "before": found.year - 1,
        "after": found.year + 1,
        "houses": houses,
        "chosen": chosen,
        "query": f"&organization={chosen.pk}" if chosen else "",
        "may_export": request.user.has_perm("tables.export"),
    }
    return render(request, "trips/figures.html", context)


@permission_required(VIEW)
@require_safe
def figures_pdf(request: HttpRequest) -> HttpResponse:
    """The statistics as the printed form F71."""
    found, chosen, _houses = _asked(request)
    user: Any = request.user
    context = {
        "title": _("Yearly statistics of trips"),
        "organization": chosen or user.organization,
        "landscape": True,
        "printed_at": timezone.localtime(),
        "figures": found,
        "months": list(MONTHS),
        "before": found.year - 1,
        "by": user,
    }
    response = HttpResponse(render_pdf("trips/print/figures.html", context), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="F71-{found.year}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _workbook(request: HttpRequest, found: Figures) -> FileResponse:
    """A sheet each by cause (with the months), by month and by organisation."""
    if not request.user.has_perm("tables.export"):
        raise PermissionDenied("tables.export")
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    with writers.new_workbook(file) as workbook:
        months = [str(month) for month in MONTHS]
        sheet = writers.Sheet(
            workbook, _("By cause"), [pgettext("trip", "Cause"), *months, *_headings(found.year)]
        )
        for line in (*found.by_cause, found.total):
            sheet.add([line.name or _("Total"), *line.months.values(), *_cells(line)])
        for name, lines in ((_("By month"), found.by_month), (_("By organisation"), found.by_organization)):
            sheet = writers.Sheet(workbook, name, [name, *_headings(found.year)])
            for line in (*lines, found.total):
                sheet.add([line.name or _("Total"), *_cells(line)])
    file.seek(0)
    title = f"{_('Statistics of trips')} {found.year}"
    return FileResponse(
        file, as_attachment=True, filename=filename(title, "xlsx"), content_type=writers.CONTENT_TYPES["xlsx"]
    )


def _headings(year: int) -> list[str]:
    trips, money = _("Person-trips"), _("Expenses (CNY)")
    return [
        f"{trips} {year}",
        f"{trips} {year - 1}",
        _("Change (%)"),
        f"{money} {year}",
        f"{money} {year - 1}",
    ]


def _cells(line: Line) -> list[Any]:
    change = "" if line.change is None else line.change
    return [line.trips, line.before, change, line.money, line.money_before]
