"""Campaigns: planning, audience, progress, results, letters."""

from __future__ import annotations

import tempfile
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.printing.registers import pdf_response
from jiannuo.kernel.printing.services import render_pdf
from jiannuo.kernel.tables import writers
from jiannuo.kernel.tables.exports import filename
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import address_for
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.followups import services
from jiannuo.operations.followups.filters import CampaignFilter
from jiannuo.operations.followups.forms import CampaignForm, LettersForm, ResultForm
from jiannuo.operations.followups.models import Campaign, CampaignEntry, Letter
from jiannuo.operations.followups.prints import MOST_PRINTED
from jiannuo.operations.followups.queries import campaigns_for
from jiannuo.operations.followups.tables import CampaignTable, EntryTable

MANAGE, HANDLE = "campaigns.manage", "followups.handle"


class CampaignList(TablePage):
    """Campaigns in scope."""

    name = "campaigns"
    title = _("Campaigns")
    subtitle = _("Season checks, technique visits, recalls: announced by phone, then by letter")
    permission = "followups.view"
    table_class = CampaignTable
    filterset_class = CampaignFilter
    orderings = (NEWEST, Ordering("takes_place", _("takes place"), ("takes_place_at",)))
    default_ordering = "-id"
    presets = (Preset(_("Running"), "state=running"), Preset(_("Planned"), "state=planned"))
    create_url_name = "followups:campaign_new"
    create_label = _("Plan a campaign")
    create_permission = MANAGE
    empty_text = _("No campaign has been planned.")

    def rows(self) -> QuerySet[Any]:
        return campaigns_for(self.request.user)


class CampaignPage(DocumentPage):
    """One campaign: progress, results and letters; while it is planned, whom it would invite."""

    model = Campaign
    permission = "followups.view"
    template_name = "followups/campaign.html"
    select_related = ("campaign_kind__letter_template", "campaign_kind__followup_kind")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        rows = document.entries.order_by().values_list("result").annotate(n=Count("pk"))
        counts = dict(rows)
        total = sum(counts.values())
        letters = dict(document.letters.order_by().values_list("state").annotate(n=Count("pk")))
        planned = document.state == "planned"
        return {
            **super().get_context_data(document),
            "campaign": document,
            "results": [(label, counts.get(name, 0)) for name, label in CampaignEntry.Result.choices],
            "total": total,
            "told": total - counts.get("waiting", 0),
            "letters": [(label, letters.get(name, 0)) for name, label in Letter.State.choices],
            "letters_total": sum(letters.values()),
            "letters_open": letters.get("written", 0),
            "drawn": services.draw(document, user) if planned and user.has_perm(MANAGE, document) else None,
            "may_edit": planned and user.has_perm(MANAGE, document),
            "may_write": document.state == "running" and user.has_perm(MANAGE, document),
            "may_print": user.has_perm(HANDLE, document),
            "prints": forms_for(Campaign, user),
        }


class EntryList(TablePage):
    """The customers of one campaign."""

    name = "campaign_entries"
    permission = "followups.view"
    table_class = EntryTable
    orderings = (Ordering("id", _("as drawn")),)
    default_ordering = "id"
    empty_text = _("The list is drawn when the campaign starts.")

    @property
    def campaign(self) -> Campaign:
        return _seen(self.request, self.kwargs["number"])

    @property
    def title(self) -> str:
        return _t("Customers of %(campaign)s") % {"campaign": self.campaign.title}

    def rows(self) -> QuerySet[Any]:
        rows = CampaignEntry.objects.filter(campaign=self.campaign)
        return rows.select_related("customer", "unit__model", "organization", "followup")


def _seen(request: HttpRequest, number: str) -> Campaign:
    rows = Campaign.objects.visible_to(request.user).select_related(
        "organization", "campaign_kind__letter_template", "campaign_kind__followup_kind"
    )
    campaign = rows.filter(number=number).first()
    if campaign is None:
        raise Http404(_t("There is no document %(number)s, or you may not see it.") % {"number": number})
    return campaign


def _managed(request: HttpRequest, number: str, permission: str = MANAGE) -> Campaign:
    campaign = _seen(request, number)
    user: Any = request.user
    if not user.has_perm(permission, campaign):
        raise PermissionDenied(permission)
    return campaign


@permission_required(MANAGE)
def campaign_new(request: HttpRequest) -> HttpResponse:
    """Plan a campaign."""
    return _plan(request, Campaign(), _t("Plan a campaign"), reverse("followups:campaigns"))


@permission_required(MANAGE)
def campaign_edit(request: HttpRequest, number: str) -> HttpResponse:
    """Change what is planned."""
    campaign = _managed(request, number)
    return _plan(request, campaign, campaign.title, campaign.get_absolute_url())


def _plan(request: HttpRequest, campaign: Campaign, title: str, back: str) -> HttpResponse:
    before = campaign.audience
    form = CampaignForm(request.POST or None, instance=campaign, user=request.user)
    if request.method == "POST" and form.is_valid():
        if form.instance.audience != before:
            form.instance.query = ""
        try:
            planned = services.plan_campaign(form.instance, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("followups:audience", number=planned.number)
    context = {"form": form, "title": title, "cancel_url": back, "submit_label": _t("On to the audience")}
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


@permission_required(MANAGE)
def audience(request: HttpRequest, number: str) -> HttpResponse:
    """Choose whom the campaign invites, and see how many that are."""
    campaign = _managed(request, number)
    if campaign.state != Campaign.State.PLANNED:
        return redirect(campaign.get_absolute_url())
    query = request.POST.copy() if request.method == "POST" else None
    if query is not None:
        query.pop("csrfmiddlewaretoken", None)
    chosen = services.filter_of(campaign, request.user, query)
    valid = chosen.is_valid()
    if query is not None and valid:
        kept = query.copy()
        for name in [one for one in kept if not any(kept.getlist(one))]:
            kept.pop(name)
        campaign.query = kept.urlencode()
        try:
            services.plan_campaign(campaign, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("followups:audience", number=campaign.number)
    context = {
        "title": _t("Audience of %(campaign)s") % {"campaign": campaign.title},
        "campaign": campaign,
        "form": chosen.form,
        "drawn": services.draw(campaign, request.user) if valid else None,
    }
    return render(request, "followups/audience.html", context, status=200 if valid else 422)


@permission_required(HANDLE)
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Put down what became of one customer."""
    user: Any = request.user
    rows = CampaignEntry.objects.filter(campaign__in=Campaign.objects.visible_to(user))
    row = rows.select_related("campaign__organization", "customer", "organization").filter(pk=pk).first()
    if row is None:
        raise Http404(_t("There is no such row."))
    form = ResultForm(request.POST or None, initial={"result": row.result, "remark": row.remark})
    back = reverse("followups:entries", args=[row.campaign.number])
    if request.method == "POST" and form.is_valid():
        try:
            services.set_result(row, by=user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(back)
    context = {
        "form": form,
        "title": str(row.customer),
        "subtitle": row.campaign.title,
        "cancel_url": back,
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


@permission_required(MANAGE)
def write(request: HttpRequest, number: str) -> HttpResponse:
    """Have letters written to those with certain results."""
    campaign = _managed(request, number)
    form = LettersForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = services.ask_for_letters(campaign, form.cleaned_data["results"], by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _t("%(count)s letters are being written.") % {"count": count})
            return redirect(campaign.get_absolute_url())
    context = {
        "form": form,
        "title": _t("Write the letters"),
        "subtitle": campaign.title,
        "cancel_url": campaign.get_absolute_url(),
        "submit_label": _t("Write the letters"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


def _open_letters(campaign: Campaign, user: Any) -> QuerySet[Letter]:
    rows = Letter.objects.visible_to(user).open().filter(mailing=campaign)
    return rows.select_related("organization", "customer", "unit__model").order_by("pk")


@permission_required(HANDLE)
def print_letters(request: HttpRequest, number: str) -> HttpResponse:
    """The letters that are still to be sent, in one file for the window envelope."""
    campaign = _managed(request, number, HANDLE)
    letters = list(_open_letters(campaign, request.user)[:MOST_PRINTED])
    if not letters:
        messages.info(request, _t("No letter is waiting to be sent."))
        return redirect(campaign.get_absolute_url())
    context = {"title": campaign.title, "letters": letters, "printed_at": timezone.localtime()}
    return pdf_response(render_pdf("followups/print/letter.html", context), f"{campaign.number}-letters")


@permission_required(HANDLE)
def addresses(request: HttpRequest, number: str) -> FileResponse:
    """The addresses of the letters that are still to be sent, as a workbook for labels."""
    campaign = _managed(request, number, HANDLE)
    user: Any = request.user
    if not user.has_perm("tables.export"):
        raise PermissionDenied("tables.export")
    header = [
        _t("Letter"),
        _t("Recipient"),
        _t("Address"),
        _t("Unit"),
        _t("Serial number"),
        _t("To be sent by"),
    ]
    rows = [
        [
            one.number,
            one.recipient,
            address_for(user, one.address_text, one),
            str(one.unit.model) if one.unit is not None else "",
            one.unit.serial if one.unit is not None else "",
            one.due_on,
        ]
        for one in _open_letters(campaign, user)
    ]
    title = f"{_t('Addresses')} {campaign.title}"
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    writers.write_xlsx(file, _t("Addresses"), header, rows)
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=filename(title, "xlsx"), content_type=writers.CONTENT_TYPES["xlsx"]
    )
