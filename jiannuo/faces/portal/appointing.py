"""Customers choose when somebody comes, by the signed link of their request."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from jiannuo.faces.portal.views import link_broken, number_of, too_many
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.operations.appointments import services
from jiannuo.operations.appointments.windows import Offer, Subject, offers, rule_for, subject_of
from jiannuo.operations.desk.models import ServiceRequest


def _subject(request: HttpRequest, token: str) -> Subject | HttpResponse:
    """The matter that a token names, or the answer to give instead."""
    number = number_of(request, "progress", token)
    if isinstance(number, HttpResponse):
        return number
    rows = ServiceRequest.objects.select_related(
        "organization", "customer", "category", "unit__model__category"
    )
    asked = rows.filter(number=number, request_kind__in=VISITED).first()
    if asked is None or asked.merged_into_id is not None or asked.is_entrusted:
        return link_broken(request)
    return subject_of(asked)


#: kinds of requests for which somebody comes
VISITED = ("repair", "installation", "maintenance", "help")


def can_choose(asked: ServiceRequest) -> bool:
    """Whether the page of a request leads to the windows: there is a rule, and nothing has begun."""
    if asked.request_kind not in VISITED or asked.is_entrusted:
        return False
    return subject_of(asked).is_open and rule_for(asked.organization) is not None


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """The windows that are free, and choosing one."""
    subject = _subject(request, token)
    if isinstance(subject, HttpResponse):
        return subject
    if request.method != "POST":
        return _page(request, token, subject)
    if limited := too_many(request, "appointment"):
        return limited
    begins, ends = _window(request.POST.get("window", ""))
    if begins is None or ends is None:
        return _page(request, token, subject, error=_("Choose a window."), status=422)
    try:
        services.book(subject, begins, ends, by_customer=True)
    except services.WindowTaken as error:
        return _page(request, token, subject_of(subject.request), error=" ".join(error.messages), status=409)
    except (ValidationError, ActionNotAllowed) as error:
        words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        return _page(request, token, subject, error=words, status=422)
    messages.success(request, _("Thank you. We come at the time that you chose."))
    return redirect("portal:progress", token=token)


def _window(text: str) -> tuple[Any, Any]:
    parts = text.split("/")
    if len(parts) != 2:
        return None, None
    try:
        begins, ends = parse_datetime(parts[0]), parse_datetime(parts[1])
    except ValueError:
        return None, None
    if begins is None or ends is None or timezone.is_naive(begins) or timezone.is_naive(ends):
        return None, None
    return begins, ends


def _page(
    request: HttpRequest, token: str, subject: Subject, *, error: str = "", status: int = 200
) -> HttpResponse:
    free = offers(subject)
    days = [(day, list(some)) for day, some in groupby(free, key=_day)]
    context = {
        "token": token,
        "asked": subject.request,
        "days": days,
        "present": services.present_window(subject),
        "is_open": subject.is_open,
        "error": error,
    }
    return render(request, "portal/appointment.html", context, status=status)


def _day(offer: Offer) -> Any:
    return timezone.localtime(offer.starts_at).date()


@require_POST
@never_cache
def give_up(request: HttpRequest, token: str) -> HttpResponse:
    """Give the appointment up."""
    subject = _subject(request, token)
    if isinstance(subject, HttpResponse):
        return subject
    try:
        services.give_up(subject, by_customer=True)
    except ValidationError as error:
        return _page(request, token, subject, error=" ".join(error.messages), status=422)
    messages.success(request, _("The appointment is given up. Choose another one when it suits you."))
    return redirect("portal:appointment", token=token)
