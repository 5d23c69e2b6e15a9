"""Inspection reports: which are owed, drafting, changing, issuing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.services import StaleDocument
from jiannuo.office.documents.views import add_errors, respond_conflict
from jiannuo.operations.maintenance import queries, services
from jiannuo.operations.maintenance.filters import ReportFilter
from jiannuo.operations.maintenance.forms import ReportForm
from jiannuo.operations.maintenance.models import InspectionReport
from jiannuo.operations.maintenance.tables import ReportTable

REPORT = "maintenance.report"
MOST = 100


class ReportList(TablePage):
    """All inspection reports in scope."""

    name = "inspection-reports"
    title = _("Inspection reports")
    subtitle = _("Owed to the customer within the time that the clause says")
    permission = "maintenance.view"
    table_class = ReportTable
    filterset_class = ReportFilter
    orderings = (NEWEST,)
    presets = (Preset(_("Drafts"), "state=draft"), Preset(_("Issued"), "state=issued"))
    create_url_name = "maintenance:report_new"
    create_label = _("Write a report")
    create_permission = REPORT
    empty_text = _("No reports yet. Write one from finished inspections.")

    def rows(self) -> QuerySet[Any]:
        return queries.reports_for(self.request.user)


class ReportPage(DocumentPage):
    """One report with what the orders measured."""

    model = InspectionReport
    permission = "maintenance.view"
    template_name = "maintenance/report.html"
    select_related = ("customer", "issued_by")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        draft = document.state == InspectionReport.State.DRAFT
        return {
            **super().get_context_data(document),
            "report": document,
            "orders": queries.orders_of(document),
            "may_edit": draft and user.has_perm(REPORT, document),
            "prints": forms_for(InspectionReport, user),
        }


@permission_required(REPORT)
def report_new(request: HttpRequest) -> HttpResponse:
    """Choose finished inspections of one customer; the draft says what they recorded."""
    rows = queries.orders_to_report(request.user)
    problem = ""
    if request.method == "POST":
        keys = [key for key in request.POST.getlist("order") if key.isdecimal() and len(key) < 19]
        try:
            made = services.draft_report(list(rows.filter(pk__in=keys).order_by("pk")), by=request.user)
        except ValidationError as error:
            problem = " ".join(error.messages)
        except PermissionDenied:
            problem = gettext("You may not write reports for this organisation.")
        else:
            return redirect("maintenance:report_edit", made.number)
    context = {
        "title": gettext("Write a report"),
        "subtitle": gettext("Choose the finished inspections of one customer"),
        "orders": list(rows.order_by(F("report_due").asc(nulls_last=True), "-pk")[:MOST]),
        "problem": problem,
    }
    return render(request, "maintenance/report_new.html", context, status=422 if problem else 200)


@permission_required(REPORT)
def report_edit(request: HttpRequest, number: str) -> HttpResponse:
    """The words of a draft."""
    report = queries.reports_for(request.user).filter(number=number).first()
    if report is None:
        raise Http404(gettext("There is no such report, or you may not see it."))
    if not request.user.has_perm(REPORT, report):
        raise PermissionDenied(REPORT)
    if report.state != InspectionReport.State.DRAFT:
        text = gettext("The report was issued and cannot be changed any more.")
        return respond_conflict(request, report, report.number, text)
    form = ReportForm(request.POST or None, instance=report, initial={"version": report.version})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        fresh = queries.reports_for(request.user).get(pk=report.pk)
        try:
            services.change_report(fresh, by=request.user, version=version, **values)
        except ValidationError as error:
            add_errors(form, error)
        except StaleDocument as error:
            return respond_conflict(request, report, report.number, str(error))
        else:
            return redirect(report.get_absolute_url())
    context = {"form": form, "title": report.title, "cancel_url": report.get_absolute_url()}
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)
