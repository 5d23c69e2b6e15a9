"""The figures of a month."""

from __future__ import annotations

import tempfile
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from jiannuo.kernel.months import month_of, next_month
from jiannuo.kernel.printing.services import render_pdf
from jiannuo.kernel.tables.writers import CONTENT_TYPES, Sheet, new_workbook
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.complaints.forms import VolumesForm
from jiannuo.operations.complaints.models import StationVolume
from jiannuo.operations.complaints.queries import (
    Figure,
    MonthFigures,
    inspection_trends,
    month_figures,
    volumes_of,
)
from jiannuo.operations.complaints.services import save_volumes


@permission_required("complaints.all")
def month(request: HttpRequest) -> HttpResponse:
    """Ranking of stations weighted by their quantity, matters, classes, weights."""
    first = month_of(request.GET.get("month", ""))
    months, trends = inspection_trends(request.user, first)
    context = {
        "title": _t("Complaints of the month"),
        "months": months,
        "trends": trends,
        "figures": month_figures(request.user, first),
        "month": first,
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": next_month(first),
        "may_export": request.user.has_perm("tables.export"),
        "may_edit": request.user.has_perm("complaints.rules"),
    }
    return render(request, "complaints/month.html", context)


def _groups(figures: MonthFigures) -> list[tuple[str, list[Figure]]]:
    return [
        (_t("By matter"), figures.matters),
        (_t("By class"), figures.grades),
        (_t("By weight"), figures.weights),
    ]


@permission_required("complaints.all")
@require_safe
def month_print(request: HttpRequest) -> HttpResponse:
    """The page of a month as PDF."""
    first = month_of(request.GET.get("month", ""))
    figures = month_figures(request.user, first)
    months, trends = inspection_trends(request.user, first)
    context = {
        "title": _t("Complaints of the month"),
        "months": months,
        "trends": trends,
        "organization": getattr(request.user, "organization", None),
        "printed_at": timezone.localtime(),
        "figures": figures,
        "month": first,
        "groups": _groups(figures),
    }
    response = HttpResponse(
        render_pdf("complaints/print/month.html", context), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="complaints-{first:%Y-%m}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@permission_required("complaints.all")
@require_safe
def month_export(request: HttpRequest) -> HttpResponseBase:
    """What the page of a month shows as XLSX: the shares of the stations, and the figures beside them."""
    if not request.user.has_perm("tables.export"):
        raise PermissionDenied("tables.export")
    first = month_of(request.GET.get("month", ""))
    figures = month_figures(request.user, first)
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    with new_workbook(file) as workbook:
        header = [_t("Rank"), _t("Organisation"), _t("Complaints"), f"{_t('Share')} (%)", _t("Quantity")]
        header += [_t("Per thousand"), f"{_t('Weighted share')} (%)"]
        shares = Sheet(workbook, _t("Share of the stations"), header)
        for row in figures.ranking:
            cells = (row.rank, row.name, row.complaints, row.share, row.volume, row.rate, row.weighted)
            shares.add(["" if cell is None else cell for cell in cells])
        months, trends = inspection_trends(request.user, first)
        if trends:
            header = [_t("Station"), *(f"{one:%Y-%m}" for one in months)]
            inspected = Sheet(workbook, _t("Mystery inspections"), header)
            for trend in trends:
                inspected.add([trend.station, *("" if one is None else one for one in trend.totals)])
        others = Sheet(workbook, _t("Figures"), [_t("Figure"), "", _t("Number")])
        whole = ((_t("Complaints"), figures.total), (_t("Called back"), figures.called_back))
        for name, count in (*whole, (_t("Closed"), figures.closed)):
            others.add([name, "", count])
        for title, rows in _groups(figures):
            for one in rows:
                others.add([title, one.label, one.count])
    file.seek(0)
    name = f"{_t('Complaints of the month')}-{first:%Y-%m}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPES["xlsx"])


@permission_required("complaints.rules")
def volumes(request: HttpRequest) -> HttpResponse:
    """Enter the quantities of stations, where the number of work orders does not say how much they had to do."""
    first = month_of(request.GET.get("month", ""))
    stations = (
        Organization.objects.visible_to(request.user).active().exclude(kind="supplier").order_by("path")
    )
    rows = StationVolume.objects.visible_to(request.user).filter(month=first)
    entered = dict(rows.values_list("organization", "quantity"))
    form = VolumesForm(request.POST or None, stations=stations, entered=entered)
    counted = volumes_of(Organization.objects.visible_to(request.user), first)
    for station in form.stations:
        if station.pk not in entered and station.pk in counted:
            form.fields[f"q{station.pk}"].widget.attrs["placeholder"] = counted[station.pk]
    back = f"{reverse('complaints:month')}?month={first:%Y-%m}"
    if request.method == "POST" and form.is_valid():
        save_volumes(first, form.quantities(), by=request.user)
        return redirect(back)
    context = {
        "form": form,
        "title": _t("Quantities of %(month)s") % {"month": f"{first:%Y-%m}"},
        "subtitle": _t("Empty: the work orders of the month are counted."),
        "form_action": request.get_full_path(),
        "cancel_url": back,
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)
