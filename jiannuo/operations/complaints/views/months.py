"""The figures of a month."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.complaints.forms import VolumesForm
from jiannuo.operations.complaints.models import StationVolume
from jiannuo.operations.complaints.queries import month_figures, month_of, next_month, volumes_of
from jiannuo.operations.complaints.services import save_volumes


@permission_required("complaints.all")
def month(request: HttpRequest) -> HttpResponse:
    """Ranking of stations weighted by their quantity, matters, classes, weights."""
    first = month_of(request.GET.get("month", ""))
    context = {
        "title": _t("Complaints of the month"),
        "figures": month_figures(request.user, first),
        "month": first,
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": next_month(first),
        "may_edit": request.user.has_perm("complaints.rules"),
    }
    return render(request, "complaints/month.html", context)


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
    counted = volumes_of(request.user, first)
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
