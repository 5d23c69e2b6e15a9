"""The list of cards, the page of one, the quarters and the settings."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.regions.services import full_name
from jiannuo.kernel.tables.bulk import BulkAction, BulkResult, each_row
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage, Total
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import address_for, phone_for
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.operations.cards.filters import CardFilter, QuarterFilter
from jiannuo.operations.cards.forms import SettingsForm
from jiannuo.operations.cards.models import CardSettings, RegistrationCard, UnitStanding
from jiannuo.operations.cards.queries import cards_for, fees_of, pictures_of, quarters_for
from jiannuo.operations.cards.services import do, save_settings
from jiannuo.operations.cards.tables import CardTable, QuarterTable

REFUSALS = (ValidationError, PermissionDenied, ActionNotAllowed)


def _check(user: Any, rows: QuerySet[RegistrationCard]) -> BulkResult:
    return each_row(rows, lambda card: do(card, "check_card", by=user), refusals=REFUSALS)


def _recognise(user: Any, rows: QuerySet[RegistrationCard]) -> BulkResult:
    return each_row(rows, lambda card: do(card, "recognise", by=user), refusals=REFUSALS)


class CardList(TablePage):
    """All cards in scope."""

    name = "cards"
    title = _("Registration cards")
    subtitle = _("What dealers sold, and whether their cards came in time")
    permission = "cards.view"
    table_class = CardTable
    filterset_class = CardFilter
    template_name = "cards/list.html"
    orderings = (NEWEST, Ordering("sold_on", _("sold on"), ("sold_on",)))
    default_ordering = "-id"
    presets = (
        Preset(_("To be typed in"), "state=to_type"),
        Preset(_("To be checked"), "state=submitted"),
        Preset(_("To be recognised"), "state=checked"),
        Preset(_("Sent back"), "state=returned"),
        Preset(_("Too late"), "state=recognised&in_time=false"),
    )
    bulk_actions: ClassVar = (
        BulkAction(
            "check",
            _("Check"),
            "cards.check",
            _check,
            confirm=_("The cards, the pictures and the files of the units agree?"),
        ),
        BulkAction(
            "recognise",
            _("Recognise"),
            "cards.recognise",
            _recognise,
            confirm=_("The files of the units take over date of sale, customer and dealer from the cards."),
        ),
    )
    create_url_name = "cards:new"
    create_label = _("Hand in a card")
    create_permission = "cards.create"
    empty_text = _("No cards yet. Hand in the first one, send pictures, or import a file.")

    def rows(self) -> QuerySet[RegistrationCard]:
        return cards_for(self.request.user)

    def extra_context(self) -> dict[str, Any]:
        user: Any = self.request.user
        return {
            "may_create": user.has_perm("cards.create"),
            "may_import": user.has_perm("cards.create") and user.has_perm("exchange.import"),
            "may_change_rules": user.has_perm("cards.rules"),
        }


class CardPage(DocumentPage):
    """One card: what is on it, its picture, and what the ledger says."""

    model = RegistrationCard
    permission = "cards.view"
    template_name = "cards/detail.html"
    select_related = ("model", "unit", "customer", "division")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        standing = None
        if document.unit_id is not None:
            standing = UnitStanding.objects.filter(unit=document.unit_id).first()
        place = (full_name(document.division_id) if document.division_id else "") + document.address
        return {
            **super().get_context_data(document),
            "card": document,
            "standing": standing,
            "phone": phone_for(user, document.phone, document),
            "place": address_for(user, place, document),
            "pictures": pictures_of(document),
            "may_type": document.is_editable and user.has_perm("cards.create", document),
            "sees_unit": document.unit is not None and user.has_perm("units.view", document.unit),
            "prints": forms_for(RegistrationCard, user),
        }


class QuarterList(TablePage):
    """Recognised cards of dealers by quarter: the base of their fees."""

    name = "card-quarters"
    title = _("Cards of the quarters")
    subtitle = _("Recognised cards of each dealer, the base of its fees")
    permission = "cards.view"
    table_class = QuarterTable
    filterset_class = QuarterFilter
    orderings = (NEWEST, Ordering("quarter", _("quarter"), ("quarter",), descending=True))
    default_ordering = "-quarter"
    totals = (
        Total("cards", _("recognised cards"), Sum("cards")),
        Total("in_time", _("of them in time"), Sum("in_time")),
    )
    empty_text = _("No card was recognised yet.")

    def rows(self) -> QuerySet[Any]:
        return quarters_for(self.request.user)


@require_safe
@permission_required("cards.view")
def quarter(request: HttpRequest, pk: int) -> HttpResponse:
    """The cards of a dealer in a quarter, and what the clauses pay for them."""
    row = quarters_for(request.user).filter(pk=pk).first()
    if row is None:
        raise Http404(gettext("There is no such quarter, or you may not see it."))
    cards = f"{reverse('cards:list')}?quarter={row.quarter:%Y-%m-%d}&organization={row.organization_id}"
    context = {
        "title": f"{row.organization} · {row.label} · {row.category}",
        "quarter": row,
        "fees": fees_of(row),
        "cards_url": cards,
    }
    return render(request, "cards/quarter.html", context)


@permission_required("cards.rules")
def settings(request: HttpRequest) -> HttpResponse:
    """What a card needs."""
    form = SettingsForm(request.POST or None, instance=CardSettings.present())
    if request.method == "POST" and form.is_valid():
        save_settings(
            by=request.user,
            photo_required=form.cleaned_data["photo_required"],
            unknown_serials=form.cleaned_data["unknown_serials"],
        )
        messages.success(request, gettext("Saved."))
        return redirect("cards:settings")
    context = {
        "form": form,
        "title": gettext("Settings of registration cards"),
        "cancel_url": reverse("cards:list"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)
