"""The tables that managers edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.dispatch.planning.forms import SettingsForm, SpeedZoneForm, UsualTimeForm
from jiannuo.operations.dispatch.planning.models import PlanningSettings, SpeedZone, UsualTime
from jiannuo.operations.dispatch.planning.osrm import road_matrix
from jiannuo.operations.dispatch.planning.services import remove_row, save_row

PERMISSION = "planning.settings"


@dataclass(frozen=True, slots=True)
class Setting:
    """One table: its rows, the form of a row, and what a new row is called."""

    model: type[Any]
    form: type[Any]
    new: Any


TABLES = {
    "costs": Setting(PlanningSettings, SettingsForm, _("Settings for an organisation")),
    "speeds": Setting(SpeedZone, SpeedZoneForm, _("New zone of speed")),
    "times": Setting(UsualTime, UsualTimeForm, _("New usual time")),
}


@permission_required(PERMISSION)
def settings(request: HttpRequest) -> HttpResponse:
    """All tables on one page."""
    scoped = {
        name: one.model.objects.visible_to(request.user).select_related("organization")
        for name, one in TABLES.items()
    }
    costs = list(scoped["costs"].order_by("organization__path"))
    wanted = any(row.journeys == PlanningSettings.Journeys.ROADS for row in costs)
    context = {
        "title": _t("Settings of planning"),
        "costs": costs,
        "lacks_service": wanted and road_matrix() is None,
        "defaults": PlanningSettings(),
        "speeds": list(scoped["speeds"]),
        "times": list(scoped["times"].select_related("organization", "category", "labour")),
    }
    return render(request, "planning/settings.html", context)


def _setting(table: str) -> Setting:
    if table not in TABLES:
        raise Http404(_t("There is no such table."))
    return TABLES[table]


def _row(request: HttpRequest, setting: Setting, pk: int) -> Any:
    found = setting.model.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404(_t("There is no such row."))
    return found


@permission_required(PERMISSION)
def setting_new(request: HttpRequest, table: str) -> HttpResponse:
    """A new row."""
    setting = _setting(table)
    return _edit(request, table, setting.model(), str(setting.new))


@permission_required(PERMISSION)
def setting_edit(request: HttpRequest, table: str, row: int) -> HttpResponse:
    """Change a row."""
    found = _row(request, _setting(table), row)
    return _edit(request, table, found, str(found))


def _edit(request: HttpRequest, table: str, row: Any, title: str) -> HttpResponse:
    form = TABLES[table].form(request.POST or None, instance=row, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            save_row(form.instance, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        except PermissionDenied:
            form.add_error("organization", _t("You may not change the settings of this organisation."))
        else:
            return redirect("planning:settings")
    remove = reverse("planning:setting_remove", args=[table, row.pk]) if row.pk else ""
    context = {"form": form, "title": title, "cancel_url": reverse("planning:settings"), "remove_url": remove}
    status = 422 if request.method == "POST" else 200
    return render(request, "planning/setting.html", context, status=status)


@permission_required(PERMISSION)
@require_POST
def setting_remove(request: HttpRequest, table: str, row: int) -> HttpResponse:
    """Remove a row."""
    remove_row(_row(request, _setting(table), row), by=request.user)
    return redirect("planning:settings")
