"""Customers choose when somebody comes, by the signed link of their request or of an order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from jiannuo.faces.portal.views import link_broken, message, number_of, too_many
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.operations.appointments import services
from jiannuo.operations.appointments.windows import Offer, Subject, offers, rule_for, subject_of
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class Door:
    """By which link somebody came: of a request, or of an order that nobody asked for."""

    token: str
    subject: Subject
    of_request: bool

    @property
    def here(self) -> str:
        """The page with the windows."""
        return reverse(f"portal:{self._name}", args=[self.token])

    @property
    def give_up(self) -> str:
        """Where the appointment is given up."""
        return reverse(f"portal:{self._name}_give_up", args=[self.token])

    @property
    def back(self) -> str:
        """The page of the request, if there is one."""
        return reverse("portal:progress", args=[self.token]) if self.of_request else ""

    @property
    def _name(self) -> str:
        return "appointment" if self.of_request else "order_appointment"

    def anew(self) -> Door:
        """The same, read again."""
        document = self.subject.request if self.of_request else self.subject.order
        return Door(self.token, subject_of(document), self.of_request)


def _door_of_request(request: HttpRequest, token: str) -> Door | HttpResponse:
    """The request that a token names, or the answer to give instead."""
    number = number_of(request, "progress", token)
    if isinstance(number, HttpResponse):
        return number
    rows = ServiceRequest.objects.select_related(
        "organization", "customer", "category", "unit__model__category"
    )
    asked = rows.filter(number=number, request_kind__in=VISITED).first()
    if asked is None or asked.merged_into_id is not None or asked.is_entrusted:
        return link_broken(request)
    return Door(token, subject_of(asked), of_request=True)


def _door_of_order(request: HttpRequest, token: str) -> Door | HttpResponse:
    """The order that a token names, or the answer to give instead."""
    number = number_of(request, "appointment", token)
    if isinstance(number, HttpResponse):
        return number
    rows = WorkOrder.objects.select_related(
        "organization", "customer", "category", "technician", "unit__model__category"
    )
    order = rows.filter(number=number).first()
    if order is None:
        return link_broken(request)
    if order.state == WorkOrder.State.CANCELLED:
        text = _("Nobody comes for it. If you still need us, please call us.")
        return message(request, _("This work was cancelled"), text, 410)
    return Door(token, subject_of(order), of_request=False)


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
    """The windows that are free for a request, and choosing one."""
    return _choose(request, _door_of_request(request, token))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def choose_for_order(request: HttpRequest, token: str) -> HttpResponse:
    """The windows that are free for an order, and choosing one."""
    return _choose(request, _door_of_order(request, token))


def _choose(request: HttpRequest, door: Door | HttpResponse) -> HttpResponse:
    if isinstance(door, HttpResponse):
        return door
    if request.method != "POST":
        return _page(request, door)
    if limited := too_many(request, "appointment"):
        return limited
    begins, ends = _window(request.POST.get("window", ""))
    if begins is None or ends is None:
        return _page(request, door, error=_("Choose a window."), status=422)
    try:
        services.book(door.subject, begins, ends, by_customer=True, seen=request.POST.get("seen"))
    except (services.WindowTaken, services.ChangedMeanwhile) as error:
        return _page(request, door.anew(), error=" ".join(error.messages), status=409)
    except (ValidationError, ActionNotAllowed) as error:
        words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        return _page(request, door.anew(), error=words, status=422)
    messages.success(request, _("Thank you. We come at the time that you chose."))
    return redirect(door.back or door.here)


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


def _page(request: HttpRequest, door: Door, *, error: str = "", status: int = 200) -> HttpResponse:
    free = offers(door.subject)
    present = services.present_window(door.subject)
    context = {
        "door": door,
        "asked": door.subject.request if door.of_request else door.subject.order,
        "days": [(day, list(some)) for day, some in groupby(free, key=_day)],
        "present": present,
        "seen": present.mark if present is not None else "",
        "is_open": door.subject.is_open,
        "error": error,
    }
    return render(request, "portal/appointment.html", context, status=status)


def _day(offer: Offer) -> Any:
    return timezone.localtime(offer.starts_at).date()


@require_POST
@never_cache
def give_up(request: HttpRequest, token: str) -> HttpResponse:
    """Give the appointment of a request up."""
    return _give_up(request, _door_of_request(request, token))


@require_POST
@never_cache
def give_up_order(request: HttpRequest, token: str) -> HttpResponse:
    """Give the appointment of an order up."""
    return _give_up(request, _door_of_order(request, token))


def _give_up(request: HttpRequest, door: Door | HttpResponse) -> HttpResponse:
    if isinstance(door, HttpResponse):
        return door
    if limited := too_many(request, "appointment"):
        return limited
    try:
        services.give_up(door.subject, by_customer=True, seen=request.POST.get("seen"))
    except services.ChangedMeanwhile as error:
        return _page(request, door.anew(), error=" ".join(error.messages), status=409)
    except ValidationError as error:
        return _page(request, door.anew(), error=" ".join(error.messages), status=422)
    messages.success(request, _("The appointment is given up. Choose another one when it suits you."))
    return redirect(door.here)
