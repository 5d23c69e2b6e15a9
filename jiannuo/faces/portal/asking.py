"""The form of the website for somebody who has no machine on file: it lands in the inbox."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jiannuo.faces.portal import proof, tokens
from jiannuo.faces.portal.forms import mainland_number
from jiannuo.faces.portal.services import PHOTOS_AT_MOST
from jiannuo.faces.portal.views import too_many
from jiannuo.kernel.files.services import store
from jiannuo.kernel.resending import SentDifferently, reopen
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.channels.services import receive

PURPOSE = "ask"


class AskForm(forms.Form):
    """Name, phone and what it is about. ``website`` is hidden from people: who fills it in is a machine."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=60)
    phone = forms.CharField(
        label=gettext_lazy("Your phone"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy("We call you back at this number."),
    )
    text = forms.CharField(
        label=gettext_lazy("How can we help you?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "What machine it is, where it stands, and what is wrong or what you want to know."
        ),
    )
    website = forms.CharField(required=False, max_length=200)
    client_key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    token = forms.CharField(widget=forms.HiddenInput)

    def clean_phone(self) -> str:
        """The number in E.164."""
        return mainland_number(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("website"):
            proof.check(self.data.get("altcha", ""))
        return cleaned


def _house() -> Organization:
    """Who gets what comes in on the website: the head office. Raises Http404 before there is one."""
    found = Organization.objects.filter(depth=1).order_by("path").first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for help without a machine on file."""
    house = _house()
    if request.method != "POST":
        start = {
            "client_key": secrets.token_urlsafe(16),
            "token": tokens.make(PURPOSE, "form", tokens.FORM_LASTS),
        }
        return _page(request, house, AskForm(initial=start))
    if limited := too_many(request, "report"):
        return limited
    form = AskForm(request.POST, request.FILES)
    try:
        tokens.read(PURPOSE, request.POST.get("token", ""))
    except (tokens.LinkExpired, tokens.LinkBroken):
        kept = {**request.POST.dict(), "token": tokens.make(PURPOSE, "form", tokens.FORM_LASTS)}
        form = AskForm(kept)
        form.add_error(
            None, _("The form lay open too long. What you typed is kept: check it and send it again.")
        )
        return _page(request, house, form, status=410)
    if not form.is_valid():
        return _page(request, house, form, status=422)
    if form.cleaned_data["website"]:  # a machine: it is thanked like everybody and nothing is kept
        return redirect("portal:asked")
    try:
        _receive(house, form.cleaned_data, request.FILES.getlist("photos"))
    except SentDifferently as error:
        reopen(form, error)
        return _page(request, house, form, status=409)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, house, form, status=422)
    return redirect("portal:asked")


@transaction.atomic
def _receive(house: Organization, data: dict[str, Any], photos: list[Any]) -> None:
    if len(photos) > PHOTOS_AT_MOST:
        raise ValidationError(
            _("At most %(number)d photos. Remove some and send again.") % {"number": PHOTOS_AT_MOST}
        )
    receive(
        channel="web",
        key=f"web:{data['client_key']}",
        organization=house,
        text=data["text"],
        sender_name=data["name"],
        sender_phone=data["phone"],
        files=[store(photo, kinds=("image",)) for photo in photos],
        checks_contents=True,
    )


def _page(request: HttpRequest, house: Organization, form: AskForm, *, status: int = 200) -> HttpResponse:
    return render(request, "portal/ask.html", {"house": house, "form": form}, status=status)


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Thanks, and what happens now."""
    context = {"title": _("Thank you, we have it"), "text": _("We call you back at the number you gave.")}
    return render(request, "portal/message.html", context)
