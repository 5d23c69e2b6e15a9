"""The dispatch board: the page, its data, and what is done to one order on it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_POST, require_safe
from django_htmx.http import trigger_client_event

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument, act
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.dispatch.board import services as board
from jiannuo.operations.dispatch.board.absence import options_for
from jiannuo.operations.dispatch.board.data import SPANS, board_data, pulse
from jiannuo.operations.dispatch.board.facts import Facts, facts_for, midnight
from jiannuo.operations.dispatch.board.forms import PlaceForm
from jiannuo.operations.dispatch.board.rules import Slot
from jiannuo.operations.dispatch.board.services import Assessment, Placement, Refused, ToConfirm
from jiannuo.operations.dispatch.board.texts import board_texts
from jiannuo.operations.dispatch.durations import minutes_of
from jiannuo.operations.dispatch.wording import warning_text
from jiannuo.operations.workforce.certificates import lacking, register_of
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.operations.workorders.queries import parts_of
from jiannuo.operations.workorders.services import change_visit
from jiannuo.operations.workorders.services.coming import TO_COME, span_text
from jiannuo.operations.workorders.services.visits import open_visit
from jiannuo.promises.obligations.queries import for_document

DISPATCH = "orders.dispatch"
GRID = timedelta(minutes=5)
URGENT = ("critical",)


def asked_span(request: HttpRequest) -> tuple[date, int]:
    """The first day and the number of days asked for: today and one when nothing sensible is."""
    try:
        first = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        first = timezone.localdate()
    days = request.GET.get("days", "1")
    span = int(days) if days.isdecimal() and int(days) in SPANS else 1
    if abs((first - timezone.localdate()).days) > 3660:
        first = timezone.localdate()
    return (first - timedelta(days=first.weekday()) if span == 7 else first), span


@permission_required(DISPATCH)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The frame of the board; its script fetches the rest."""
    first, days = asked_span(request)
    config = {
        "first": first.isoformat(),
        "today": timezone.localdate().isoformat(),
        "days": days,
        "zone": timezone.get_current_timezone_name(),
        "data": reverse("dispatch:board_data"),
        "pulse": reverse("dispatch:board_pulse"),
        "order": reverse("dispatch:board_order", args=["NUMBER"]),
        "place": reverse("dispatch:board_place", args=["NUMBER"]),
        "trip": reverse("dispatch:trip", args=[0]),
        "move": reverse("dispatch:trip_move", args=[0]),
        "new_trip": reverse("dispatch:trip_new"),
        "texts": board_texts(),
    }
    return render(request, "dispatch/board.html", {"title": _("Dispatch board"), "config": config})


def _etag(request: HttpRequest) -> str | None:
    if not request.user.is_authenticated or not request.user.has_perm(DISPATCH):
        return None
    return f'"{pulse(request.user, *asked_span(request))}"'


@permission_required(DISPATCH)
@cache_control(private=True, no_cache=True)
@condition(etag_func=_etag)
@require_safe
def board_pulse(request: HttpRequest) -> HttpResponse:
    """204 with a tag, or 304 when nothing has changed since that tag."""
    return HttpResponse(status=204)


@permission_required(DISPATCH)
@cache_control(private=True, no_store=True)
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """The board as JSON."""
    return JsonResponse(
        board_data(request.user, *asked_span(request)), json_dumps_params={"separators": (",", ":")}
    )


def order_or_404(number: str, user: Any) -> WorkOrder:
    """An order that ``user`` may dispatch; Http404 for one that is hidden, PermissionDenied for one of others."""
    rows = WorkOrder.objects.visible_to(user).select_related(
        "organization", "customer", "category", "division", "technician", "unit__model"
    )
    order = rows.filter(number=number).first()
    if order is None:
        raise Http404(_("There is no document %(number)s, or you may not see it.") % {"number": number})
    if not user.has_perm(DISPATCH, order):
        raise PermissionDenied(DISPATCH)
    return order


@permission_required(DISPATCH)
@require_safe
def order_panel(request: HttpRequest, number: str) -> HttpResponse:
    """What there is to know and to do about one order, for the right of the board."""
    order = order_or_404(number, request.user)
    return render(request, "dispatch/board/_order.html", panel_context(order, request.user, request.GET))


def panel_context(order: WorkOrder, user: Any, asked: Any) -> dict[str, Any]:
    """Promises, visit, warnings, the form to place it, and who could do it when."""
    visit = open_visit(order)
    planned = visit is not None and visit.planned_from is not None
    minutes = slot_minutes(visit) if planned else minutes_of([order.pk])[order.pk]
    crew = list(visit.crew.all()) if visit is not None else []
    day = _day_of(visit, asked)
    facts = facts_for(user, midnight(day), midnight(day + timedelta(days=1)), orders=[order.pk])
    facts.certificates = register_of(facts.technicians)
    slot = facts.slots.get(order.pk) or _wish(facts, order, visit, day, minutes)
    placeable = order.state in board.PLACEABLE and not (visit is not None and visit.locked)
    options = []
    if placeable and order.state == "ready":
        barred = lacking(facts.technicians, order.category, day, order.certificates)
        options = options_for(slot, facts, barred=barred)
    return {
        "order": order,
        "visit": visit,
        "trip": getattr(getattr(visit, "trip_stop", None), "trip", None),
        "crew": crew,
        "planned": span_text(visit.planned_from, visit.planned_to) if visit is not None else "",
        "parts": [one for one in parts_of(order, user, facts.jobs) if getattr(one, "standing", None)],
        "standing": facts.standings.get(order.pk),
        "obligations": [one for one in for_document(order) if one.state in one.OPEN_STATES],
        "warnings": [warning_text(one) for one in facts.concerns(slot)] if order.pk in facts.slots else [],
        "certificates": list(facts.certificates.kinds.wanted(slot.category, slot.certificates).values()),
        "minutes": minutes,
        "placeable": placeable and getattr(getattr(visit, "trip_stop", None), "pk", None) is None,
        "coming": order.state in TO_COME,
        "urgent": order.severity in URGENT,
        "rough_place": order.latitude is None and slot.place is not None,
        "options": options[:4],
        "form": PlaceForm(initial=_initial(order, crew, slot), user=user),
    }


def _day_of(visit: Visit | None, asked: Any) -> date:
    if visit is not None and (visit.planned_from or visit.appointment_from):
        return timezone.localtime(visit.planned_from or visit.appointment_from).date()
    try:
        return max(date.fromisoformat(asked.get("day", "")), timezone.localdate())
    except ValueError:
        return timezone.localdate()


def _wish(facts: Facts, order: WorkOrder, visit: Visit | None, day: date, minutes: int) -> Slot:
    """The time at which the order is best done on the day: as the customer wishes, else as soon as possible."""
    row = next(row for row in facts.waiting if row["pk"] == order.pk)
    wished = facts.wishes.get(order.pk)
    begins = max(next_grid(timezone.now()), _opening(facts, day))
    if wished is not None and wished[0] > begins and timezone.localtime(wished[0]).date() == day:
        begins = wished[0]
    return facts.slot_of(row, order.technician_id or 0, begins, begins + timedelta(minutes=minutes))


def _opening(facts: Facts, day: date) -> datetime:
    """When the first shift of a day begins; midnight where nobody is at work."""
    starts = [span.starts_at for spans in facts.shifts.values() for span in spans if not span.standby]
    return min((at for at in starts if timezone.localtime(at).date() == day), default=midnight(day))


def next_grid(moment: datetime) -> datetime:
    """The next instant on the grid of five minutes."""
    over = timedelta(minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond)
    return moment - over + GRID if over else moment


def slot_minutes(visit: Visit | None) -> int:
    """How long a visit is planned to take."""
    if visit is None or visit.planned_from is None or visit.planned_to is None:
        return 0
    return int((visit.planned_to - visit.planned_from).total_seconds() // 60)


def _initial(order: WorkOrder, crew: list[Any], slot: Slot) -> dict[str, Any]:
    return {
        "technician": order.technician_id,
        "begins": slot.begins,
        "ends": slot.ends,
        "crew": [person.pk for person in crew],
        "version": order.version,
    }


@permission_required(DISPATCH)
@require_POST
def place(request: HttpRequest, number: str) -> HttpResponse:
    """Place an order; what must be confirmed is asked in the dialog, what is refused is explained there."""
    order = order_or_404(number, request.user)
    form = PlaceForm(request.POST, user=request.user)
    if not form.is_valid():
        return problem(request, order, form)
    values = form.cleaned_data
    ends = values["ends"] or values["begins"] + timedelta(minutes=minutes_of([order.pk])[order.pk])
    placement = Placement(
        technician=values["technician"],
        begins=values["begins"],
        ends=ends,
        crew=tuple(values["crew"]) if "with_crew" in request.POST else None,
        appointment=form.appointment(),
    )
    push = request.POST.get("later") == "push"
    try:
        placed = board.place_and_tell(
            order,
            placement,
            by=request.user,
            version=values["version"],
            confirmed=request.POST.getlist("confirmed"),
            reason=values["reason"],
            push=push,
            tell="tell" in request.POST,
        )
    except ToConfirm as error:
        return ask(request, error.assessment, push=push, reason_missing=error.reason_missing)
    except Refused as error:
        return conflict(request, order, error.assessment.refusals)
    except (StaleDocument, ActionNotAllowed) as error:
        return conflict(request, order, [str(error), board.what_happened(order)])
    except ValidationError as error:
        add_errors(form, error)
        return problem(request, order, form)
    told = _("%(number)s: %(person)s, %(span)s")
    span = span_text(placement.begins, placement.ends)
    words = [told % {"number": order.number, "person": placement.technician, "span": span}]
    if placed.told:
        words.append(_("Told of the delay: %(customers)s") % {"customers": _names(placed.told)})
    if placed.untold:
        words.append(_("Not told, agree another time: %(customers)s") % {"customers": _names(placed.untold)})
    return done("；".join(words))


def _names(slots: list[Slot]) -> str:
    return "、".join(f"{slot.customer} {slot.number}".strip() for slot in slots)


def done(text: str) -> HttpResponse:
    """Done: the dialog closes, the board is drawn anew."""
    response = HttpResponse(status=204)
    trigger_client_event(response, "close-modal", {})
    trigger_client_event(response, "board-changed", {})
    trigger_client_event(response, "toast", {"level": "success", "text": text})
    return response


def ask(
    request: HttpRequest,
    assessment: Assessment,
    *,
    push: bool = False,
    reason_missing: bool = False,
    action: str = "",
) -> HttpResponse:
    """409: what speaks against it, whom it affects; going on needs a reason."""
    kept = {"technician", "begins", "ends", "crew", "with_crew", "version"}
    kept |= {"appointment_from", "appointment_to", "agreed_with"}
    keys = {one.key for one in (*assessment.warnings, *assessment.pushed_warnings)}
    context = {
        "title": _("Please check: %(number)s") % {"number": assessment.order.number},
        "action": action or request.path,
        "hidden": [(name, value) for name in sorted(kept) for value in request.POST.getlist(name)],
        "keys": sorted(keys),
        "warnings": [warning_text(one) for one in assessment.warnings],
        "left": [warning_text(one) for one in assessment.pushed_warnings if one.code != "pushed"],
        "shifted": assessment.shifted,
        "can_push": assessment.can_push,
        "push": push,
        "to_tell": [one for one in assessment.shifted if one.to_tell] if not action else [],
        "tell": "tell" in request.POST or "later" not in request.POST,
        "reason": request.POST.get("reason", ""),
        "reason_missing": reason_missing,
    }
    return render(request, "dispatch/board/_confirm.html", context, status=409)


def conflict(request: HttpRequest, order: WorkOrder | None, reasons: list[str]) -> HttpResponse:
    """409: why it is not possible, and what somebody else did meanwhile."""
    title = _("Not possible: %(number)s") % {"number": order.number} if order else _("Not possible")
    context = {"title": title, "reasons": [reason for reason in reasons if reason]}
    return render(request, "dispatch/board/_refused.html", context, status=409)


def problem(request: HttpRequest, order: WorkOrder | None, form: Form) -> HttpResponse:
    """422: what is wrong with what was entered."""
    reasons = [
        f"{form.fields[name].label}: {error}" if name in form.fields else error
        for name, errors in form.errors.items()
        for error in errors
    ]
    title = _("Please correct: %(number)s") % {"number": order.number} if order else _("Please correct")
    return render(request, "dispatch/board/_refused.html", {"title": title, "reasons": reasons}, status=422)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else None


@permission_required(DISPATCH)
@require_POST
def lock(request: HttpRequest, number: str) -> HttpResponse:
    """Lock or unlock the coming visit."""
    order = order_or_404(number, request.user)
    locked = request.POST.get("locked") == "1"
    try:
        change_visit(order, by=request.user, locked=locked, version=_version(request))
    except (StaleDocument, ActionNotAllowed) as error:
        return conflict(request, order, [str(error), board.what_happened(order)])
    text = _("%(number)s is locked.") if locked else _("%(number)s is unlocked.")
    return done(text % {"number": order.number})


@permission_required(DISPATCH)
@require_POST
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """Let an order wait for a technician again."""
    order = order_or_404(number, request.user)
    reason = request.POST.get("reason", "").strip()[:200]
    visit = open_visit(order)
    if not reason:
        return conflict(request, order, [_("Say why the order is taken back.")])
    if visit is not None and visit.locked:
        return conflict(
            request, order, [_("%(number)s is locked. Unlock it first.") % {"number": order.number}]
        )
    try:
        act(order, "take_back", by=request.user, data={"reason": reason}, version=_version(request))
    except (StaleDocument, ActionNotAllowed) as error:
        return conflict(request, order, [str(error), board.what_happened(order)])
    return done(_("%(number)s waits for a technician again.") % {"number": order.number})
