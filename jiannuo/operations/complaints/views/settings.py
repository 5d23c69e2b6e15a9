"""The tables that managers edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.complaints.models import HoldPeriod, Matter, PenaltyRule, UpgradeRule
from jiannuo.operations.complaints.services import save_row
from jiannuo.operations.complaints.tableforms import (
    HoldPeriodForm,
    MatterForm,
    PenaltyRuleForm,
    UpgradeRuleForm,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One table: its rows, the form of a row, and what a new row is called."""

    model: type[Any]
    form: type[Any]
    new: Any


TABLES = {
    "upgrades": Setting(UpgradeRule, UpgradeRuleForm, _("New rule of upgrading")),
    "matters": Setting(Matter, MatterForm, _("New matter")),
    "penalties": Setting(PenaltyRule, PenaltyRuleForm, _("New penalty rule")),
    "holds": Setting(HoldPeriod, HoldPeriodForm, _("New period without penalties")),
}


@permission_required("complaints.rules")
def settings(request: HttpRequest) -> HttpResponse:
    """All tables on one page."""
    context = {
        "title": _t("Rules of complaints"),
        "upgrades": list(UpgradeRule.objects.all()),
        "matters": list(Matter.objects.all()),
        "penalties": list(PenaltyRule.objects.all()),
        "holds": list(HoldPeriod.objects.all()),
    }
    return render(request, "complaints/settings.html", context)


def _setting(table: str) -> Setting:
    if table not in TABLES:
        raise Http404(_t("There is no such table."))
    return TABLES[table]


@permission_required("complaints.rules")
def setting_new(request: HttpRequest, table: str) -> HttpResponse:
    """A new row."""
    setting = _setting(table)
    return _edit(request, setting, setting.model(), str(setting.new))


@permission_required("complaints.rules")
def setting_edit(request: HttpRequest, table: str, pk: int) -> HttpResponse:
    """Change a row."""
    setting = _setting(table)
    row = setting.model.objects.filter(pk=pk).first()
    if row is None:
        raise Http404(_t("There is no such row."))
    return _edit(request, setting, row, str(row))


def _edit(request: HttpRequest, setting: Setting, row: Any, title: str) -> HttpResponse:
    form = setting.form(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_row(form.instance, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("complaints:settings")
    context = {"form": form, "title": title, "cancel_url": reverse("complaints:settings")}
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)
