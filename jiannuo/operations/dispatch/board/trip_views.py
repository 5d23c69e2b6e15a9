"""Group trips: made from several orders, moved, dissolved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.dispatch.board import services as board
from jiannuo.operations.dispatch.board import trips
from jiannuo.operations.dispatch.board.facts import technicians_of
from jiannuo.operations.dispatch.board.forms import MoveTripForm, TripForm
from jiannuo.operations.dispatch.board.places import home_of
from jiannuo.operations.dispatch.board.services import Refused, ToConfirm
from jiannuo.operations.dispatch.board.views import (
    DISPATCH,
    ask,
    conflict,
    done,
    next_grid,
    order_or_404,
    problem,
)
from jiannuo.operations.dispatch.durations import minutes_of
from jiannuo.operations.dispatch.models import GroupTrip
from jiannuo.operations.dispatch.wording import warning_text
from jiannuo.operations.workorders.models import WorkOrder


@permission_required(DISPATCH)
@require_http_methods(["GET", "POST"])
def trip_new(request: HttpRequest) -> HttpResponse:
    """Put several orders into one outing; the page shows times, kilometres and what speaks against it."""
    sent = request.POST if request.method == "POST" else request.GET
    numbers = list(dict.fromkeys(number for number in sent.getlist("order") if number))
    orders = [order_or_404(number, request.user) for number in numbers[: trips.MOST + 1]]
    form = TripForm(sent if "technician" in sent else None, user=request.user)
    if not form.is_bound:
        form.initial = {"sets_out": next_grid(timezone.localtime() + timedelta(minutes=30))}
    context: dict[str, Any] = {
        "title": _("Group trip"),
        "form": form,
        "orders": orders,
        "cancel_url": reverse("dispatch:board"),
        "reason": sent.get("reason", ""),
    }
    if not form.is_bound:
        return _show_trip(request, context)
    if not form.is_valid():
        return _show_trip(request, context, status=422)
    minutes = minutes_of([order.pk for order in orders])
    if sent.get("sort") == "near":
        profile = technicians_of(request.user).filter(user=form.cleaned_data["technician"]).first()
        orders = context["orders"] = trips.nearest_first(orders, home_of(profile) if profile else None)
    outing = trips.Outing(orders=tuple(orders), **_outing(form))
    if request.method == "POST" and "make" in request.POST:
        return _make(request, form, context, outing, minutes)
    return _show_proposal(request, form, context, outing, minutes)


def _outing(form: TripForm) -> dict[str, Any]:
    values = dict(form.cleaned_data)
    return {**values, "crew": tuple(person for person in values["crew"] if person != values["technician"])}


def _show_proposal(
    request: HttpRequest,
    form: TripForm,
    context: dict[str, Any],
    outing: trips.Outing,
    minutes: dict[int, int],
    status: int = 200,
) -> HttpResponse:
    try:
        proposal = trips.propose(outing, by=request.user, minutes=minutes)
    except ValidationError as error:
        add_errors(form, error)
        return _show_trip(request, context, status=422)
    context |= {
        "proposal": proposal,
        "stops": [
            {
                "order": stop.order,
                "begins": stop.slot.begins,
                "ends": stop.slot.ends,
                "warnings": [warning_text(one) for one in stop.warnings],
                "refusals": stop.refusals,
            }
            for stop in proposal.stops
        ],
        "keys": [one.key for one in proposal.warnings],
    }
    return _show_trip(request, context, status=status)


def _make(
    request: HttpRequest,
    form: TripForm,
    context: dict[str, Any],
    outing: trips.Outing,
    minutes: dict[int, int],
) -> HttpResponse:
    versions = {
        order.pk: int(text)
        for order in outing.orders
        if (text := request.POST.get(f"version-{order.number}", "")).isdecimal()
    }
    try:
        trip = trips.make_trip(
            outing,
            by=request.user,
            minutes=minutes,
            versions=versions,
            confirmed=request.POST.getlist("confirmed"),
            reason=request.POST.get("reason", "").strip()[:200],
        )
    except (Refused, ToConfirm) as error:
        missing = isinstance(error, ToConfirm) and error.reason_missing
        context["conflict"] = _("Give the reason for going on.") if missing else str(error)
        return _show_proposal(request, form, context, outing, minutes, status=409)
    except StaleDocument as error:
        stale: Any = error.document
        context["conflict"] = " ".join([str(error), board.what_happened(stale)])
        context["orders"] = [order_or_404(order.number, request.user) for order in outing.orders]
        fresh = trips.Outing(orders=tuple(context["orders"]), **_outing(form))
        return _show_proposal(request, form, context, fresh, minutes, status=409)
    except ActionNotAllowed as error:
        context["conflict"] = str(error)
        return _show_proposal(request, form, context, outing, minutes, status=409)
    except ValidationError as error:
        add_errors(form, error)
        return _show_trip(request, context, status=422)
    messages.success(request, _("The group trip of %(person)s was made.") % {"person": trip.technician})
    return redirect(f"{reverse('dispatch:board')}?day={trip.day.isoformat()}")


def _show_trip(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    if len(context["orders"]) < trips.FEWEST and not context["form"].errors:
        context["conflict"] = _("Choose at least two orders on the board, then “Group trip”.")
    return render(request, "dispatch/board/trip.html", context, status=status)


def trip_or_404(pk: int, user: Any) -> GroupTrip:
    """A trip that ``user`` may dispatch."""
    rows = GroupTrip.objects.visible_to(user).filter(dissolved_at__isnull=True)
    trip = get_object_or_404(rows.select_related("organization", "technician"), pk=pk)
    if not user.has_perm(DISPATCH, trip):
        raise PermissionDenied(DISPATCH)
    return trip


@permission_required(DISPATCH)
@require_safe
def trip(request: HttpRequest, pk: int) -> HttpResponse:
    """A trip for the right of the board: its stops, kilometres saved, where to move it."""
    found = trip_or_404(pk, request.user)
    stops = trips.stops_of(found)
    initial: dict[str, Any] = {"technician": found.technician_id, "version": found.version}
    if stops:
        initial["begins"] = stops[0][1]
    context = {"trip": found, "stops": stops, "form": MoveTripForm(initial=initial, user=request.user)}
    return render(request, "dispatch/board/_trip.html", context)


@permission_required(DISPATCH)
@require_POST
def trip_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a whole trip."""
    found = trip_or_404(pk, request.user)
    form = MoveTripForm(request.POST, user=request.user)
    if not form.is_valid():
        return problem(request, None, form)
    values = form.cleaned_data
    try:
        trips.move_trip(
            found,
            by=request.user,
            technician=values["technician"],
            begins=values["begins"],
            version=values["version"],
            confirmed=request.POST.getlist("confirmed"),
            reason=values["reason"],
        )
    except ToConfirm as error:
        return ask(request, error.assessment, reason_missing=error.reason_missing)
    except Refused as error:
        return conflict(request, None, error.assessment.refusals)
    except (trips.StaleTrip, StaleDocument, ActionNotAllowed) as error:
        return conflict(request, None, [str(error)])
    except ValidationError as error:
        add_errors(form, error)
        return problem(request, None, form)
    return done(_("The whole trip was moved."))


@permission_required(DISPATCH)
@require_POST
def trip_dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Dissolve a trip, or take one order (``order``) out of it."""
    found = trip_or_404(pk, request.user)
    text = request.POST.get("version", "")
    version = int(text) if text.isdecimal() else None
    number = request.POST.get("order", "")
    try:
        if number:
            order: WorkOrder = order_or_404(number, request.user)
            trips.take_out(found, order, by=request.user, version=version)
            return done(_("%(number)s is no longer part of the trip.") % {"number": number})
        trips.dissolve_trip(found, by=request.user, version=version)
    except trips.StaleTrip as error:
        return conflict(request, None, [str(error)])
    except ValidationError as error:
        return conflict(request, None, error.messages)
    except Http404:
        return conflict(request, None, [_("This order is no longer there.")])
    return done(_("The group trip was dissolved."))
