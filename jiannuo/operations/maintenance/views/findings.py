"""Findings: list, page, and writing one down."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.models import DocumentLink
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.maintenance import queries, services
from jiannuo.operations.maintenance.filters import FindingFilter
from jiannuo.operations.maintenance.forms import FindingForm
from jiannuo.operations.maintenance.models import Finding, Quotation
from jiannuo.operations.maintenance.tables import FindingTable
from jiannuo.registry.installedbase.models import InstalledUnit


class FindingList(TablePage):
    """All findings in scope."""

    name = "findings"
    title = _("Hidden dangers")
    subtitle = _("What patrols and inspections found wrong, until it is solved")
    permission = "maintenance.view"
    table_class = FindingTable
    filterset_class = FindingFilter
    orderings = (NEWEST,)
    presets = (
        Preset(_("Still open"), "state=open"),
        Preset(_("In hand"), "state=in_hand"),
        Preset(_("Mine"), "mine=me&state=open&state=in_hand"),
    )
    create_url_name = "maintenance:finding_new"
    create_label = _("Write down a finding")
    create_permission = "patrols.record"
    empty_text = _("No findings. Checks out of their limits become findings by themselves.")

    def rows(self) -> QuerySet[Any]:
        return queries.findings_for(self.request.user)


class FindingPage(DocumentPage):
    """One finding: what, where, who follows it, and the documents that solve it."""

    model = Finding
    permission = "maintenance.view"
    template_name = "maintenance/finding.html"
    select_related = ("customer", "unit__model", "owner", "found_in")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        links = DocumentLink.objects.filter(target=document.pk).select_related("source")
        quotations = list(document.quotations.order_by("-pk")[:10])
        open_ones = (Quotation.State.DRAFT, Quotation.State.SENT)
        is_free = document.state == Finding.State.OPEN and not any(
            one.state in open_ones for one in quotations
        )
        user: Any = self.request.user
        return {
            **super().get_context_data(document),
            "quotations": quotations,
            "may_quote": is_free and user.has_perm("findings.handle", document),
            "finding": document,
            "serving": [link.source for link in links.order_by("pk")[:10]],
        }


@permission_required("patrols.record")
def finding_new(request: HttpRequest) -> HttpResponse:
    """Write down what was found by the way."""
    form = FindingForm(request.POST or None, user=request.user, initial=_known(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.raise_by_hand(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except PermissionDenied:
            form.add_error("organization", gettext("You do not work for this organisation."))
        else:
            return redirect(made.get_absolute_url())
    context = {
        "form": form,
        "title": gettext("Write down a finding"),
        "cancel_url": reverse("maintenance:findings"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


def _known(request: HttpRequest) -> dict[str, Any]:
    key = request.GET.get("unit", "")
    if key.isdecimal() and len(key) < 19:
        unit = InstalledUnit.objects.visible_to(request.user).filter(pk=int(key)).first()
        if unit is not None:
            return {"serial": unit.serial, "customer": unit.customer_id, "organization": unit.organization_id}
    return {}
