"""Planned against done, and the measured values of a unit."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiannuo.kernel.months import month_of, next_month
from jiannuo.kernel.tables import writers
from jiannuo.kernel.tables.exports import filename
from jiannuo.office.accounts.access import permission_required
from jiannuo.operations.maintenance import measured, queries
from jiannuo.operations.maintenance.figures import Figures, Row, figures
from jiannuo.registry.installedbase.models import InstalledUnit

MOST_LATE = 100


@permission_required("maintenance.view")
@require_safe
def planned_and_done(request: HttpRequest) -> HttpResponseBase:
    """A month: jobs by customer and product, the year up to it, patrols, and what is overdue now."""
    today = timezone.localdate()
    month = month_of(request.GET.get("month", ""), today)
    found = figures(request.user, month, today)
    late = list(queries.late_jobs(request.user, today)[: MOST_LATE + 1])
    if request.GET.get("export") == "xlsx":
        return _workbook(request, found, today)
    context = {
        "title": _("Planned and done"),
        "figures": found,
        "month": month,
        "before": (month - timedelta(days=1)).replace(day=1),
        "after": next_month(month),
        "late": late[:MOST_LATE],
        "more_late": len(late) > MOST_LATE,
        "may_export": request.user.has_perm("tables.export"),
    }
    return render(request, "maintenance/figures.html", context)


def _workbook(request: HttpRequest, found: Figures, today: date) -> FileResponse:
    """Sheets by month, customer and product, and the list of what is overdue."""
    if not request.user.has_perm("tables.export"):
        raise PermissionDenied("tables.export")
    title = f"{_('Planned and done')} {found.month:%Y-%m}"
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    with writers.new_workbook(file) as workbook:
        for name, rows in (
            (_("By month"), found.by_month),
            (_("By customer"), found.by_customer),
            (_("By product"), found.by_product),
        ):
            sheet = writers.Sheet(workbook, name, [name, *_headings()])
            for row in rows:
                sheet.add(_cells(row))
        header = [_("Due"), _("Plan"), _("Customer"), _("Serial number"), _("Work order"), _("Organisation")]
        sheet = writers.Sheet(workbook, _("Past due"), header)
        for job in queries.late_jobs(request.user, today)[: writers.MOST_SHEET_ROWS].iterator():
            sheet.add(
                [
                    job.due_on,
                    job.plan.title,
                    str(job.customer),
                    job.unit.serial if job.unit is not None else "",
                    job.order.number if job.order is not None else "",
                    str(job.organization),
                ]
            )
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=filename(title, "xlsx"), content_type=writers.CONTENT_TYPES["xlsx"]
    )


def _headings() -> list[str]:
    return [
        _("Planned jobs"),
        _("Done"),
        _("In time"),
        _("Left out"),
        _("Past due"),
        _("Done (%)"),
        _("In time (%)"),
    ]


def _cells(row: Row) -> list[Any]:
    rates = ["" if rate is None else rate for rate in (row.rate, row.in_time_rate)]
    return [row.name, row.planned, row.done, row.in_time, row.skipped, row.late, *rates]


@permission_required("maintenance.view")
@require_safe
def unit_values(request: HttpRequest, pk: int) -> HttpResponse:
    """The measured values of a unit over time, those that need attention first."""
    unit = (
        InstalledUnit.objects.visible_to(request.user)
        .select_related("model", "customer")
        .filter(pk=pk)
        .first()
    )
    if unit is None:
        raise Http404(_("There is no such unit, or you may not see it."))
    context = {
        "title": _("Measured values of %(serial)s") % {"serial": unit.serial},
        "subtitle": f"{unit.model} · {unit.customer or ''}",
        "back": unit.get_absolute_url(),
        "back_label": unit.serial,
        "measures": measured.of_unit(unit),
    }
    return render(request, "maintenance/values.html", context)
