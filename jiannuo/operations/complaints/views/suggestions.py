"""Suggestions, and what is paid to customers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import phone_for
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.queries import visible_as_kind
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.complaints.filters import PayoutFilter, SuggestionFilter
from jiannuo.operations.complaints.forms import SlipForm, SuggestionForm
from jiannuo.operations.complaints.models import Payout, Suggestion
from jiannuo.operations.complaints.queries import payouts_for, suggestions_for
from jiannuo.operations.complaints.services import register_suggestion, reward_for
from jiannuo.operations.complaints.slips import blank_slip
from jiannuo.operations.complaints.tables import PayoutTable, SuggestionTable


class SuggestionList(TablePage):
    """Suggestions in scope."""

    name = "suggestions"
    template_name = "complaints/suggestions.html"
    title = _("Suggestions")
    subtitle = _("Each is answered; valuable ones are rewarded as promised")
    permission = "suggestions.view"
    table_class = SuggestionTable
    filterset_class = SuggestionFilter
    orderings = (NEWEST,)
    default_ordering = "-id"
    presets = (
        Preset(_("To be assessed"), "state=received"),
        Preset(_("To be answered"), "state=valued&state=noted"),
    )
    create_url_name = "complaints:suggestion_new"
    create_label = _("Take a suggestion")
    create_permission = "suggestions.create"
    empty_text = _("No suggestion yet. Enter the slips from the boxes here.")

    def rows(self) -> QuerySet[Any]:
        return suggestions_for(self.request.user)

    def context(self, page: Any) -> dict[str, Any]:
        return {**super().context(page), "may_print_slips": self.request.user.has_perm("suggestions.create")}


class SuggestionPage(DocumentPage):
    """One suggestion: what is proposed, what we think of it, what it is worth to us."""

    model = Suggestion
    permission = "suggestions.view"
    template_name = "complaints/suggestion.html"
    select_related = ("customer", "department", "source")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        promised = reward_for(document, timezone.now()) if document.state == "received" else (None, "")
        return {
            **super().get_context_data(document),
            "suggestion": document,
            "phone": phone_for(user, document.phone, document),
            "promised": promised[0],
            "payout": document.payouts.first() if document.reward else None,
            "sees_payout": user.has_perm("payouts.view"),
            "prints": forms_for(Suggestion, user),
        }


@permission_required("suggestions.create")
def suggestion_new(request: HttpRequest) -> HttpResponse:
    """Take a suggestion."""
    form = SuggestionForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            suggestion = register_suggestion(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(suggestion.get_absolute_url())
    context = {
        "form": form,
        "title": _t("Take a suggestion"),
        "cancel_url": reverse("complaints:suggestions"),
        "submit_label": _t("Register"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


@permission_required("suggestions.create")
def slip(request: HttpRequest) -> HttpResponse:
    """Print blank slips for a box in a public place."""
    form = SlipForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        organization = form.cleaned_data["organization"]
        if not request.user.has_perm("suggestions.create", organization):
            raise PermissionDenied("suggestions.create")
        pdf = blank_slip(organization, form.cleaned_data["place"].strip())
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = 'inline; filename="F63.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response
    context = {
        "form": form,
        "title": _t("Blank slips"),
        "cancel_url": reverse("complaints:suggestions"),
        "submit_label": _t("Print"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


class PayoutList(TablePage):
    """What is paid to customers."""

    name = "payouts"
    title = _("Payouts to customers")
    subtitle = _("Compensation that was decided, rewards that were promised")
    permission = "payouts.view"
    table_class = PayoutTable
    filterset_class = PayoutFilter
    orderings = (NEWEST,)
    default_ordering = "-id"
    presets = (Preset(_("To be paid"), "state=to_pay"),)
    empty_text = _("Nothing is to be paid.")

    def rows(self) -> QuerySet[Any]:
        return payouts_for(self.request.user)


class PayoutPage(DocumentPage):
    """One payout."""

    model = Payout
    permission = "payouts.view"
    template_name = "complaints/payout.html"
    select_related = ("customer", "source")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        seen = visible_as_kind(document.source.pk, document.source.kind, self.request.user)
        return {
            **super().get_context_data(document),
            "payout": document,
            "source": seen,
        }
