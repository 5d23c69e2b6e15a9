"""Complaints of customers without an account: by the code on the machine, or by the link to their request."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jiannuo.faces.portal import tokens
from jiannuo.faces.portal.forms import ReportForm
from jiannuo.faces.portal.queries import Step
from jiannuo.faces.portal.services import PHOTOS_AT_MOST
from jiannuo.faces.portal.views import link_broken, number_of, too_many, unit_or_404
from jiannuo.kernel.files.services import store
from jiannuo.kernel.resending import SentDifferently, reopen
from jiannuo.operations.complaints.models import Complaint
from jiannuo.operations.complaints.services import register_complaint
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.promises.obligations.queries import for_document

LONGEST_TEXT = 4000
#: states by which a station of the way is reached
LOOKED_INTO = {"assigned", "investigated", "decided", "answered", "verified", "closed"}
ANSWERED = {"answered", "verified", "closed"}
SOLVED = {"verified", "closed"}


class ComplaintForm(ReportForm):
    """What a customer complains of. Whom it is about, its class and its weight are the desk's to find out."""

    symptom_text = None  # type: ignore[assignment]
    address = None  # type: ignore[assignment]
    wished = None  # type: ignore[assignment]
    text = forms.CharField(
        label=gettext_lazy("What do you complain of?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("What happened, when, and what you expect of us."),
    )
    field_order = ("text", "reporter_name", "reporter_phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reporter_phone"].help_text = _("The complaint desk calls this number.")


@dataclass(frozen=True, slots=True)
class About:
    """What is complained of: ``key`` names it in the token of the form."""

    key: str
    organization: Any
    customer: Any
    unit: Any
    back: str


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def about_machine(request: HttpRequest, label: str) -> HttpResponse:
    """Complain by the code on the machine."""
    machine = unit_or_404(label)
    back = reverse("portal:unit", args=[machine.label_code])
    return _complain(
        request, About(machine.label_code, machine.organization, machine.customer, machine, back)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def about_request(request: HttpRequest, token: str) -> HttpResponse:
    """Complain by the link to a request."""
    number = number_of(request, "progress", token)
    if isinstance(number, HttpResponse):
        return number
    rows = ServiceRequest.objects.select_related("organization", "customer", "unit__model")
    asked = rows.filter(number=number).first()
    if asked is None:
        return link_broken(request)
    back = reverse("portal:progress", args=[token])
    return _complain(request, About(asked.number, asked.organization, asked.customer, asked.unit, back))


def _complain(request: HttpRequest, about: About) -> HttpResponse:
    fresh = tokens.make("complain", about.key, tokens.FORM_LASTS)
    if request.method != "POST":
        start = {"client_key": secrets.token_urlsafe(16), "token": fresh}
        return _page(request, about, ComplaintForm(initial=start))
    if limited := too_many(request, "complain"):
        return limited
    try:
        if tokens.read("complain", request.POST.get("token", "")) != about.key:
            return link_broken(request)
    except tokens.LinkExpired:
        form = ComplaintForm({**request.POST.dict(), "token": fresh})
        form.add_error(
            None, _("The form lay open too long. What you typed is kept: check it and send it again.")
        )
        return _page(request, about, form, status=410)
    except tokens.LinkBroken:
        return link_broken(request)
    form = ComplaintForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, about, form, status=422)
    try:
        made = take_complaint(about, form.cleaned_data, request.FILES.getlist("photos"))
    except SentDifferently as error:
        reopen(form, error)
        return _page(request, about, form, status=409)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, about, form, status=422)
    token = tokens.make("complaint", made.number, tokens.PROGRESS_LASTS)
    return redirect("portal:complaint", token=token)


def _page(request: HttpRequest, about: About, form: ComplaintForm, status: int = 200) -> HttpResponse:
    return render(request, "portal/complain.html", {"about": about, "form": form}, status=status)


@transaction.atomic
def take_complaint(about: About, data: Mapping[str, Any], photos: Sequence[Any]) -> Complaint:
    """Register what a customer complains of, with its photos, at the independent desk; the service sees none of it.

    Raises ValidationError for photos that are too many, too large or none.
    """
    if len(photos) > PHOTOS_AT_MOST:
        raise ValidationError(
            _("At most %(number)d photos. Remove some and send again.") % {"number": PHOTOS_AT_MOST}
        )
    return register_complaint(
        by=None,
        organization=about.organization,
        text=data["text"],
        customer=about.customer,
        unit=about.unit,
        complainant=data["reporter_name"],
        phone=data["reporter_phone"],
        channel=Complaint.Channel.WEB,
        files=[store(photo, kinds=("image",)) for photo in photos],
        client_key=f"portal:{about.key}:{data['client_key']}"[:80],
    )


@require_safe
@never_cache
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """The state of a complaint and by when it is answered; nothing of what the desk writes down for itself."""
    number = number_of(request, "complaint", token)
    if isinstance(number, HttpResponse):
        return number
    complaint = Complaint.objects.filter(number=number).select_related("organization").first()
    if complaint is None:
        return link_broken(request)
    owed = [one for one in for_document(complaint) if one.state == "open" and one.due_at]
    context = {
        "complaint": complaint,
        "steps": steps_of(complaint),
        "obligations": owed if complaint.is_open else [],
        "to_be_called": complaint.state == Complaint.State.ANSWERED,
    }
    return render(request, "portal/complaint.html", context)


def steps_of(complaint: Complaint) -> list[Step]:
    """The way of a complaint as its customer sees it."""
    if complaint.state == Complaint.State.WITHDRAWN:
        return [Step(_("Received"), True, complaint.received_at), Step(_("Withdrawn by you"), True)]
    state = complaint.state
    answered = state in ANSWERED
    return [
        Step(_("Received"), True, complaint.received_at),
        Step(_("Being looked into"), state in LOOKED_INTO),
        Step(_("Answered"), answered, note=complaint.answer if answered else ""),
        Step(_("You said on the telephone that it is solved"), state in SOLVED),
        Step(_("Closed"), state == Complaint.State.CLOSED, complaint.closed_at),
    ]
