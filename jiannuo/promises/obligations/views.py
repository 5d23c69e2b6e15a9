"""Pages of the ledger: the list, letting go of a promise, how promises were kept."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.queries import document_or_404
from jiannuo.office.organizations.models import Organization
from jiannuo.promises.commitments.words import METRICS
from jiannuo.promises.obligations import queries, services
from jiannuo.promises.obligations.filters import ObligationFilter
from jiannuo.promises.obligations.forms import WaiveForm
from jiannuo.promises.obligations.tables import ObligationTable, WaivableObligationTable


class ObligationList(TablePage):
    """The ledger of what is owed and was owed."""

    name = "obligations"
    title = gettext_lazy("Obligations")
    subtitle = gettext_lazy("Who owes what to whom by when, and whether it was kept")
    permission = "obligations.view"
    template_name = "obligations/list.html"
    filterset_class = ObligationFilter
    orderings = (Ordering("due", gettext_lazy("due"), ("due_at",)), NEWEST)
    default_ordering = "due"
    presets = (
        Preset(gettext_lazy("open"), "state=open"),
        Preset(gettext_lazy("missed"), "state=missed"),
        Preset(gettext_lazy("kept"), "state=met"),
        Preset(gettext_lazy("kept late"), "state=met_late"),
    )
    empty_text = gettext_lazy("Nothing is owed. Obligations come from requests and the commitments in force.")

    @property
    def table_class(self) -> type[ObligationTable]:  # type: ignore[override]
        """With a way to let go of a promise for those who may."""
        return WaivableObligationTable if self.may("obligations.waive") else ObligationTable

    def rows(self) -> QuerySet[Any]:
        return queries.visible_to(self.request.user).select_related(
            "document", "customer", "organization", "person"
        )

    def extra_context(self) -> dict[str, Any]:
        return {"rates_url": reverse("obligations:rates")}


@permission_required("obligations.waive")
@require_http_methods(["GET", "POST"])
def waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Let go of a promise, with a reason."""
    obligation = get_object_or_404(
        queries.visible_to(request.user).select_related("document", "organization", "customer"), pk=pk
    )
    form = WaiveForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.waive(obligation, by=request.user, reason=form.cleaned_data["reason"])
            except ValidationError as error:
                form.add_error("reason", error)
            except services.ObligationNotOpen as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("The promise was let go. The reason is on the timeline."))
                return redirect(obligation.document.get_absolute_url())
    context = {
        "title": _("Waive: %(metric)s") % {"metric": obligation.metric_label},
        "subtitle": f"{obligation.document.number} · {obligation.customer or ''} · {obligation.text}",
        "form": form,
        "submit_label": _("Waive"),
        "cancel_url": obligation.document.get_absolute_url(),
    }
    return render(request, "obligations/waive.html", context, status=status)


@permission_required("obligations.view")
@require_safe
def countdowns(request: HttpRequest, number: str) -> JsonResponse:
    """The countdowns of a document as JSON, for pages that keep themselves fresh."""
    document = document_or_404(number, request.user)
    return JsonResponse(
        {"now": timezone.now(), "obligations": [_as_json(o) for o in queries.for_document(document)]}
    )


def _as_json(obligation: Any) -> dict[str, Any]:
    return {
        "id": obligation.pk,
        "metric": obligation.metric,
        "label": obligation.metric_label,
        "text": obligation.text,
        "state": obligation.state,
        "paused": obligation.is_paused,
        "due_at": obligation.due_at,
        "warn_at": obligation.warn_at,
        "person": str(obligation.person) if obligation.person else "",
        "owed_instead": obligation.owed_instead,
    }


@permission_required("obligations.view")
@require_safe
def rates(request: HttpRequest) -> HttpResponse:
    """How promises that fell due in a month were kept, by organisation and metric."""
    zone = ZoneInfo(settings.TIME_ZONE)
    today = timezone.localdate()
    month, error = _month(request.GET.get("month", ""), today)
    organizations = list(Organization.objects.visible_to(request.user))
    chosen = next((one for one in organizations if str(one.pk) == request.GET.get("organization", "")), None)
    start, end = queries.month_range(month, zone)
    rows = queries.rates(request.user, start, end, chosen)
    context = {
        "title": _("How promises were kept"),
        "subtitle": _("Each promise counts once, in the month in which it fell due"),
        "month": month.strftime("%Y-%m"),
        "error": error,
        "organizations": organizations,
        "organization": chosen,
        "rows": [(METRICS.get(row.metric, row.metric), row) for row in rows],
        "sums": _sums(rows),
    }
    return render(request, "obligations/rates.html", context, status=422 if error else 200)


def _month(text: str, today: date) -> tuple[date, str]:
    """The month that ``2026-11`` names, or this month and what is wrong with the text."""
    if not text:
        return today.replace(day=1), ""
    try:
        return date.fromisoformat(f"{text}-01"), ""
    except ValueError:
        return today.replace(day=1), _("Write the month as 2026-11.")


def _sums(rows: list[queries.Rate]) -> dict[str, Any]:
    sums: dict[str, Any] = {
        name: sum(getattr(row, name) for row in rows)
        for name in ("total", "kept", "late", "missed", "waived", "open")
    }
    sums["share"] = sums["kept"] / sums["total"] if sums["total"] else None
    return sums
