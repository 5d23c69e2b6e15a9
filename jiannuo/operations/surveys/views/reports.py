"""Statistics that were handed in: list, page, handing in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.months import month_of
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.kernel.tables.pages import TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.surveys.filters import ReportFilter
from jiannuo.operations.surveys.forms import HandInForm
from jiannuo.operations.surveys.models import Questionnaire, SurveyReport
from jiannuo.operations.surveys.queries import frozen_figures, reports_for
from jiannuo.operations.surveys.services import hand_in
from jiannuo.operations.surveys.services.reporting import REPORT
from jiannuo.operations.surveys.tables import ReportTable
from jiannuo.promises.obligations.models import Obligation


class ReportList(TablePage):
    """Statistics handed in, in scope."""

    name = "survey_reports"
    title = _("Statistics handed in")
    subtitle = _("Frozen as they stood; they keep the promise to survey")
    permission = "surveys.view"
    table_class = ReportTable
    filterset_class = ReportFilter
    orderings = (NEWEST,)
    default_ordering = "-id"
    create_url_name = "surveys:report_new"
    create_label = _("Hand in statistics")
    create_permission = REPORT
    empty_text = _("Nothing was handed in yet.")

    def rows(self) -> QuerySet[Any]:
        return reports_for(self.request.user)


class ReportPage(DocumentPage):
    """What was handed in, and which promises it kept."""

    model = SurveyReport
    permission = "surveys.view"
    template_name = "surveys/report.html"
    select_related = ("questionnaire",)

    def get_context_data(self, document: Any) -> dict[str, Any]:
        rows = Obligation.objects.visible_to(self.request.user).filter(evidence=document.pk)
        kept = list(rows.select_related("organization", "document", "unit").order_by("pk")[:20])
        return {
            **super().get_context_data(document),
            **frozen_figures(document),
            "report": document,
            "kept": kept,
        }


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the address of the statistics asks for; else this month of the own organisation."""
    user: Any = request.user
    code = request.GET.get("questionnaire", "")
    chosen = Questionnaire.objects.usable_by(user).filter(code=code).first()
    key = request.GET.get("organization", "")
    return {
        "organization": key if key.isdigit() else user.organization_id,
        "questionnaire": chosen,
        "first": month_of(request.GET.get("from", "")),
        "last": month_of(request.GET.get("to", "")),
    }


@permission_required(REPORT)
def report_new(request: HttpRequest) -> HttpResponse:
    """Hand in the statistics of some months."""
    user: Any = request.user
    form = HandInForm(request.POST or None, user=user, initial=_initial(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                report = hand_in(by=user, **form.cleaned_data)
            except ValidationError as error:
                add_errors(form, error)
            else:
                return redirect(report.get_absolute_url())
    context = {
        "title": gettext("Hand in statistics"),
        "form": form,
        "form_action": request.get_full_path(),
        "cancel_url": reverse("surveys:statistics"),
        "submit_label": gettext("Hand in statistics"),
    }
    return render(request, "pages/form.html", context, status=status)
