"""The tables that managers edit: seasons, checklists, settings."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.maintenance.forms import (
    ChecklistForm,
    ChecklistLineForm,
    SeasonForm,
    SettingsForm,
)
from jiannuo.operations.maintenance.models import (
    Checklist,
    ChecklistLine,
    MaintenanceSettings,
    Season,
)
from jiannuo.operations.maintenance.services import tables

RULES = tables.RULES


@permission_required(RULES)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All tables on one page."""
    lists = Checklist.objects.usable_by(request.user).select_related("organization").prefetch_related("lines")
    context = {
        "title": _("Rules of maintenance"),
        "seasons": list(Season.objects.all()),
        "checklists": list(lists),
        "settings": MaintenanceSettings.present(),
    }
    return render(request, "maintenance/settings.html", context)


def _edit(request: HttpRequest, form: Any, save: Any, title: str, back: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save(form.instance, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        except PermissionDenied:
            form.add_error(None, _("You do not keep the checklists of this organisation."))
        else:
            return redirect(back)
    context = {"form": form, "title": title, "cancel_url": back}
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


@permission_required(RULES)
def values(request: HttpRequest) -> HttpResponse:
    """How trends warn, how usage is forecast, how long a hand-over may wait."""
    form = SettingsForm(request.POST or None, instance=MaintenanceSettings.present())
    return _edit(
        request, form, tables.save_settings, _("Settings of maintenance"), reverse("maintenance:settings")
    )


@permission_required(RULES)
def season_new(request: HttpRequest) -> HttpResponse:
    """A new season."""
    form = SeasonForm(request.POST or None)
    return _edit(request, form, tables.save_season, _("New season"), reverse("maintenance:settings"))


@permission_required(RULES)
def season_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other days for a season."""
    season = Season.objects.filter(pk=pk).first()
    if season is None:
        raise Http404(_("There is no such season."))
    form = SeasonForm(request.POST or None, instance=season)
    return _edit(request, form, tables.save_season, season.name, reverse("maintenance:settings"))


def _checklist(request: HttpRequest, pk: int) -> Checklist:
    found = Checklist.objects.usable_by(request.user).select_related("organization").filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such checklist, or you may not see it."))
    checklist: Checklist = found
    return checklist


def _own(request: HttpRequest, pk: int) -> Checklist:
    """A checklist that the person may change."""
    checklist = _checklist(request, pk)
    if not request.user.has_perm(RULES, checklist):
        raise PermissionDenied(RULES)
    return checklist


@permission_required(RULES)
def checklist_new(request: HttpRequest) -> HttpResponse:
    """A new checklist; its lines follow."""
    form = ChecklistForm(request.POST or None, user=request.user)
    return _edit(request, form, tables.save_checklist, _("New checklist"), reverse("maintenance:settings"))


@permission_required(RULES)
@require_safe
def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """One checklist with its lines."""
    found = _checklist(request, pk)
    context = {
        "title": found.name,
        "checklist": found,
        "lines": list(found.lines.all()),
        "may_change": request.user.has_perm(RULES, found),
    }
    return render(request, "maintenance/checklist.html", context)


@permission_required(RULES)
def checklist_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, source, in use."""
    found = _own(request, pk)
    form = ChecklistForm(request.POST or None, instance=found, user=request.user)
    return _edit(request, form, tables.save_checklist, found.name, _page(found.pk))


@permission_required(RULES)
def line_new(request: HttpRequest, pk: int) -> HttpResponse:
    """One more line."""
    found = _own(request, pk)
    last = found.lines.order_by("-position").values_list("position", flat=True).first() or 0
    line = ChecklistLine(checklist=found, position=last + 1)
    form = ChecklistLineForm(request.POST or None, instance=line)
    return _edit(request, form, tables.save_line, _("New check"), _page(found.pk))


def _line(request: HttpRequest, pk: int) -> ChecklistLine:
    line = ChecklistLine.objects.select_related("checklist").filter(pk=pk).first()
    if line is None:
        raise Http404(_("There is no such line."))
    _own(request, line.checklist_id)
    return line


@permission_required(RULES)
def line_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a line."""
    line = _line(request, pk)
    form = ChecklistLineForm(request.POST or None, instance=line)
    return _edit(request, form, tables.save_line, line.text, _page(line.checklist_id))


@permission_required(RULES)
@require_POST
def line_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a line off."""
    line = _line(request, pk)
    tables.remove_line(line, by=request.user)
    return redirect(_page(line.checklist_id))


def _page(pk: int) -> str:
    return reverse("maintenance:checklist", args=[pk])
