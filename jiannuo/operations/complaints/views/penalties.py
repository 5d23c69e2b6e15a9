"""Penalty tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.complaints.filters import SheetFilter
from jiannuo.operations.complaints.forms import CollectForm, LineForm, SheetForm
from jiannuo.operations.complaints.models import PenaltyLine, PenaltySheet
from jiannuo.operations.complaints.queries import holds_in, ranking_shown, sheets_for
from jiannuo.operations.complaints.services import collect_line, draw_up, set_line
from jiannuo.operations.complaints.tables import SheetTable


class SheetList(TablePage):
    """Penalty tables: one's own while they are drawn up, everybody's once they are published."""

    name = "penalties"
    title = _("Penalty tables")
    subtitle = _("Drawn up each month, signed, published, handed over to finance")
    permission = "penalties.view"
    table_class = SheetTable
    filterset_class = SheetFilter
    orderings = (NEWEST,)
    default_ordering = "-id"
    presets = (Preset(_("To be signed"), "state=draft"), Preset(_("Published"), "state=published"))
    create_url_name = "complaints:sheet_new"
    create_label = _("Draw up a table")
    create_permission = "penalties.prepare"
    empty_text = _("No penalty table has been published.")

    def rows(self) -> QuerySet[Any]:
        return sheets_for(self.request.user)


class SheetPage(DocumentPage):
    """One table with its lines."""

    model = PenaltySheet
    permission = "penalties.view"
    template_name = "complaints/sheet.html"
    select_related = ("signed_by",)

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        lines = list(lines_of(document))
        return {
            **super().get_context_data(document),
            "sheet": document,
            "lines": lines,
            "total": sum(line.amount or 0 for line in lines if not line.struck),
            "ranking": ranking_shown(document),
            "holds": holds_in(document.month, document.last_day),
            "sees_complaints": user.has_perm("complaints.all"),
            "may_edit": document.state == "draft" and user.has_perm("penalties.prepare", document),
            "may_collect": document.state == "handed_over" and user.has_perm("penalties.collect", document),
            "prints": forms_for(PenaltySheet, user),
        }


def lines_of(sheet: PenaltySheet) -> QuerySet[PenaltyLine]:
    """The lines with whom they concern. One query."""
    return sheet.lines.select_related("organization", "person", "complaint")


@permission_required("penalties.prepare")
def sheet_new(request: HttpRequest) -> HttpResponse:
    """Draw up the table of a month."""
    form = SheetForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        first = date.fromisoformat(f"{form.cleaned_data['month']}-01")
        try:
            sheet = draw_up(first, organization=form.cleaned_data["organization"], by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(sheet.get_absolute_url())
    context = {
        "form": form,
        "title": _t("Draw up a table"),
        "cancel_url": reverse("complaints:sheets"),
        "submit_label": _t("Draw up"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


def _line(request: HttpRequest, pk: int, permission: str) -> PenaltyLine:
    rows = PenaltyLine.objects.select_related("sheet__organization", "organization", "person")
    line = rows.filter(pk=pk, sheet__in=PenaltySheet.objects.visible_to(request.user)).first()
    user: Any = request.user
    if line is None:
        raise Http404(_t("There is no such line, or you may not see it."))
    if not user.has_perm(permission, line.sheet):
        raise PermissionDenied(permission)
    return line


@permission_required("penalties.prepare")
def line_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a line, or strike it out."""
    line = _line(request, pk, "penalties.prepare")
    form = LineForm(request.POST or None, user=request.user, line=line)
    if request.method == "POST" and form.is_valid():
        try:
            set_line(line, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(line.sheet.get_absolute_url())
    return _show(request, form, line, _t("Change the line"))


@permission_required("penalties.collect")
def line_collect(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a penalty was collected."""
    line = _line(request, pk, "penalties.collect")
    form = CollectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            collect_line(line, by=request.user, on=form.cleaned_data["collected_on"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(line.sheet.get_absolute_url())
    return _show(request, form, line, _t("Collected"))


def _show(request: HttpRequest, form: Any, line: PenaltyLine, title: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "subtitle": f"{line.sheet.number} · {line.organization} · {line.get_grade_display()}",
        "cancel_url": line.sheet.get_absolute_url(),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)
