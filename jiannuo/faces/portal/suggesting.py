"""A suggestion written on the phone, from the code of a slip that lies in a public place."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jiannuo.faces.portal import proof
from jiannuo.faces.portal.forms import mainland_number
from jiannuo.faces.portal.views import too_many
from jiannuo.kernel.resending import SentDifferently, reopen
from jiannuo.operations.complaints.models import Suggestion
from jiannuo.operations.complaints.services import register_suggestion
from jiannuo.operations.complaints.slips import read_slip


class SuggestForm(forms.Form):
    """What could be better; name and phone as one likes. ``website`` is hidden: who fills it in is a machine."""

    text = forms.CharField(
        label=gettext_lazy("What can we do better?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=60, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Your phone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy("Only if you would like an answer."),
    )
    website = forms.CharField(required=False, max_length=200)
    client_key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def clean_phone(self) -> str:
        """The number in E.164, or nothing."""
        typed = self.cleaned_data["phone"]
        return mainland_number(typed) if typed.strip() else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("website"):
            proof.check(self.data.get("altcha", ""))
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def suggest(request: HttpRequest, token: str) -> HttpResponse:
    """Write a suggestion for the organisation of the slip."""
    slip = read_slip(token)
    if slip is None:
        raise Http404
    house, place = slip
    if request.method != "POST":
        form = SuggestForm(initial={"client_key": secrets.token_urlsafe(16)})
        return render(request, "portal/suggest.html", {"house": house, "form": form})
    if limited := too_many(request, "report"):
        return limited
    form = SuggestForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        if given["website"]:  # a machine: it is thanked like everybody and nothing is kept
            return redirect("portal:suggested")
        try:
            register_suggestion(
                by=None,
                organization=house,
                text=given["text"],
                name=given["name"],
                phone=given["phone"],
                channel=Suggestion.Channel.SLIP,
                place=place,
                client_key=given["client_key"],
            )
        except SentDifferently as error:
            reopen(form, error)
            return render(request, "portal/suggest.html", {"house": house, "form": form}, status=409)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("portal:suggested")
    return render(request, "portal/suggest.html", {"house": house, "form": form}, status=422)


@require_safe
def suggested(request: HttpRequest) -> HttpResponse:
    """Thanks."""
    context = {
        "title": _("Thank you for your suggestion"),
        "text": _("Every suggestion is read. If you left your phone number, we tell you what became of it."),
    }
    return render(request, "portal/message.html", context)
