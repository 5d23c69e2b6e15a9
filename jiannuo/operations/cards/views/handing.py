"""Handing cards in: the dealer's page, pictures, and typing in what a picture shows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.office.documents.views import add_errors, respond_conflict
from jiannuo.operations.cards.forms import CardForm, PhotosForm
from jiannuo.operations.cards.models import CardSettings, RegistrationCard
from jiannuo.operations.cards.queries import cards_for, pictures_of
from jiannuo.operations.cards.services import submit_card, type_card, upload_photos


@permission_required("cards.create")
def card_new(request: HttpRequest) -> HttpResponse:
    """One card; made for the phone in the shop. After it the next one can follow at once."""
    form = CardForm(request.POST or None, request.FILES or None, user=request.user, initial=_known(request))
    if request.method == "POST" and form.is_valid():
        try:
            card = submit_card(
                by=request.user,
                entry=form.entry,
                way=form.way,
                photos=form.stored_photos(),
                received_at=form.received_at,
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, gettext("Card %(number)s was handed in.") % {"number": card.number})
            return redirect("cards:new" if "another" in request.POST else card.get_absolute_url())
    context = {
        "form": form,
        "title": gettext("Hand in a registration card"),
        "photo_required": CardSettings.present().photo_required,
        "cancel_url": reverse("cards:list"),
        "submit_label": gettext("Hand in"),
        "another": True,
    }
    return render(request, "cards/form.html", context, status=422 if request.method == "POST" else 200)


def _known(request: HttpRequest) -> dict[str, Any]:
    return {name: request.GET[name][:60] for name in ("serial",) if request.GET.get(name)}


@permission_required("cards.create")
def photos_new(request: HttpRequest) -> HttpResponse:
    """Pictures only; a clerk types them in."""
    form = PhotosForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = upload_photos(
                by=request.user,
                dealer=form.cleaned_data["dealer"],
                photos=form.stored_photos(),
                received_at=form.received_at,
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(
                request, gettext("%(count)s cards were handed in as pictures.") % {"count": len(made)}
            )
            return redirect(f"{reverse('cards:list')}?state=to_type")
    context = {
        "form": form,
        "title": gettext("Hand in pictures of cards"),
        "cancel_url": reverse("cards:list"),
        "submit_label": gettext("Hand in"),
    }
    return render(request, "cards/form.html", context, status=422 if request.method == "POST" else 200)


@permission_required("cards.create")
def card_type(request: HttpRequest, number: str) -> HttpResponse:
    """Type in what the picture beside the form shows, or mend a card that was sent back."""
    card = cards_for(request.user).filter(number=number).first()
    if card is None:
        raise Http404(gettext("There is no such card, or you may not see it."))
    if not request.user.has_perm("cards.create", card):
        raise PermissionDenied("cards.create")
    if not card.is_editable:
        text = gettext("The card is “%(state)s” and is not changed any more.") % {"state": card.state_label}
        return respond_conflict(request, card, card.number, text)
    form = CardForm(request.POST or None, user=request.user, card=card)
    if request.method == "POST" and form.is_valid():
        posted = request.POST.get("version", "")
        version = int(posted) if posted.isdecimal() and len(posted) < 10 else None
        try:
            type_card(card, by=request.user, entry=form.entry, version=version)
        except ValidationError as error:
            add_errors(form, error)
        except (StaleDocument, ActionNotAllowed) as error:
            return respond_conflict(request, card, card.number, str(error))
        else:
            messages.success(request, gettext("Card %(number)s was handed in.") % {"number": card.number})
            following = _next_picture(request.user, card) if card.state == "to_type" else None
            return redirect("cards:type", following) if following else redirect(card.get_absolute_url())
    context = {
        "form": form,
        "card": card,
        "pictures": pictures_of(card),
        "title": gettext("Type in %(number)s") % {"number": card.number},
        "cancel_url": card.get_absolute_url(),
        "submit_label": gettext("Hand in"),
    }
    return render(request, "cards/type.html", context, status=422 if request.method == "POST" else 200)


def _next_picture(user: Any, card: RegistrationCard) -> str | None:
    """The number of the next picture that waits to be typed in."""
    rows = cards_for(user).filter(state="to_type", organization=card.organization_id).exclude(pk=card.pk)
    return rows.order_by("pk").values_list("number", flat=True).first()
