"""The dispatcher's pages: what waits, an order from requests, who does it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.tables.bulk import BulkAction
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument, act
from jiannuo.office.documents.views import add_errors, respond_conflict
from jiannuo.operations.dispatch.forms import BulkAssignForm, OrderFromRequestsForm
from jiannuo.operations.dispatch.queries import need_of, suitable
from jiannuo.operations.dispatch.services import (
    assign_each,
    fault_of,
    job_of,
    order_from_requests,
    requests_from,
)
from jiannuo.operations.dispatch.suitability import Fit
from jiannuo.operations.dispatch.tables import QueueTable
from jiannuo.operations.dispatch.wording import text_of
from jiannuo.operations.workorders.filters import WorkOrderFilter
from jiannuo.operations.workorders.forms import AssignForm
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.queries import orders_for
from jiannuo.operations.workorders.services.visits import open_visit

MOST_SHOWN = 40
ASSIGNABLE = ("ready", "dispatched", "accepted")


class QueueFilter(WorkOrderFilter):
    """As for all orders, without what is the same for all that wait."""

    state = technician = created_from = created_to = None


class Queue(TablePage):
    """Orders that nobody has yet, the most urgent first."""

    name = "dispatch"
    title = gettext_lazy("Dispatch")
    permission = "orders.dispatch"
    table_class = QueueTable
    filterset_class = QueueFilter
    orderings = (Ordering("due", gettext_lazy("due"), ("due_at",)), NEWEST)
    default_ordering = "due"
    create_url_name = "workorders:create"
    create_label = gettext_lazy("New work order")
    create_permission = "orders.dispatch"
    empty_text = gettext_lazy("No order waits for a technician.")

    @cached_property
    def bulk_actions(self) -> tuple[BulkAction, ...]:  # type: ignore[override]
        """Give all chosen orders to one technician of the person's scope."""
        form: Any = partial(BulkAssignForm, user=self.request.user)
        return (
            BulkAction(
                "assign", gettext_lazy("Assign"), "orders.dispatch", assign_each, form=form, style="primary"
            ),
        )

    def rows(self) -> QuerySet[Any]:
        return orders_for(self.request.user).filter(state=WorkOrder.State.READY)


@permission_required("orders.dispatch")
def create_order(request: HttpRequest) -> HttpResponse:
    """One order for one or several requests of a customer."""
    numbers = request.POST.getlist("request") or request.GET.getlist("request")
    context: dict[str, Any] = {
        "title": _("Work order from requests"),
        "cancel_url": reverse("dispatch:queue"),
    }
    try:
        requests = requests_from(numbers, request.user)
    except ValidationError as error:
        return render(request, "dispatch/refused.html", {**context, "problems": error.messages}, status=422)
    first = requests[0]
    initial = {"organization": first.organization_id, "job": job_of(first), "fault": fault_of(requests)}
    form = OrderFromRequestsForm(request.POST or None, user=request.user, initial=initial)
    context |= {"form": form, "requests": requests, "submit_label": _("Create and choose a technician")}
    context["cancel_url"] = first.get_absolute_url()
    if request.method != "POST":
        return render(request, "dispatch/create_order.html", context)
    if form.is_valid():
        try:
            order = order_from_requests(requests, by=request.user, **form.cleaned_data)
        except PermissionDenied:
            form.add_error("organization", _("You may not dispatch for this organisation."))
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("dispatch:assign", number=order.number)
    return render(request, "dispatch/create_order.html", context, status=422)


def _order_or_404(number: str, user: Any) -> WorkOrder:
    rows = WorkOrder.objects.visible_to(user).select_related(
        "organization", "customer", "category", "division", "technician", "unit__model"
    )
    order = rows.filter(number=number).first()
    if order is None:
        raise Http404(_("There is no document %(number)s, or you may not see it.") % {"number": number})
    return order


@permission_required("orders.dispatch")
def assign(request: HttpRequest, number: str) -> HttpResponse:
    """Choose a technician and agree an appointment; the list follows the appointment."""
    order = _order_or_404(number, request.user)
    if not request.user.has_perm("orders.dispatch", order):
        raise PermissionDenied("orders.dispatch")
    if order.state not in ASSIGNABLE:
        text = _("%(number)s is “%(state)s” and cannot be assigned now.")
        reason = text % {"number": order.number, "state": order.state_label}
        return respond_conflict(request, order, _("Assign"), reason)
    if request.method == "POST":
        return _do_assign(request, order)
    form = AssignForm(
        request.GET if "appointment_from" in request.GET else None, document=order, user=request.user
    )
    if not form.is_bound:
        form.initial = _present(order)
    return _show_assign(request, order, form)


def _present(order: WorkOrder) -> dict[str, Any]:
    """The appointment that was agreed before, if any."""
    visit = open_visit(order)
    if visit is None or visit.appointment_from is None:
        return {}
    return {
        "appointment_from": visit.appointment_from,
        "appointment_to": visit.appointment_to,
        "agreed_with": visit.agreed_with,
    }


def _do_assign(request: HttpRequest, order: WorkOrder) -> HttpResponse:
    form = AssignForm(request.POST, document=order, user=request.user)
    version = request.POST.get("version", "")
    if form.is_valid():
        try:
            act(
                order,
                "assign",
                by=request.user,
                data=form.cleaned_data,
                version=int(version) if version.isdecimal() else None,
            )
        except (StaleDocument, ActionNotAllowed) as error:
            return respond_conflict(request, order, _("Assign"), str(error))
        except ValidationError as error:
            add_errors(form, error)
        else:
            told = _("%(number)s was given to %(person)s.")
            messages.success(
                request, told % {"number": order.number, "person": form.cleaned_data["technician"]}
            )
            return redirect("dispatch:queue")
    return _show_assign(request, order, form, status=422)


def _show_assign(request: HttpRequest, order: WorkOrder, form: AssignForm, status: int = 200) -> HttpResponse:
    begins, ends = _appointment(form)
    need = need_of(order, begins, ends)
    name = (request.POST.get("name") or request.GET.get("name") or "").strip()[:60]
    fits = suitable(order, need, user=request.user, name=name)
    context = {
        "document": order,
        "order": order,
        "form": form,
        "title": _("Assign %(number)s") % {"number": order.number},
        "fits": [_shown(fit) for fit in fits[:MOST_SHOWN]],
        "more": max(0, len(fits) - MOST_SHOWN),
        "need": need,
        "name": name,
        "chosen": str(form.data.get("technician", "")) if form.is_bound else str(order.technician_id or ""),
        "breaks_promise": bool(begins and order.due_at and begins > order.due_at),
        "cancel_url": reverse("dispatch:queue"),
        "sent": request.method == "POST",
    }
    part = request.headers.get("HX-Target") == "candidates"
    template = "dispatch/_candidates.html" if part else "dispatch/assign.html"
    return render(request, template, context, status=status)


def _appointment(form: AssignForm) -> tuple[datetime | None, datetime | None]:
    """The appointment as far as it can be understood."""
    if not form.is_bound:
        return form.initial.get("appointment_from"), form.initial.get("appointment_to")
    form.is_valid()
    found = [form.cleaned_data.get(name) for name in ("appointment_from", "appointment_to")]
    begins, ends = found
    if begins is not None and ends is not None and ends <= begins:
        ends = None
    return begins, ends


def _shown(fit: Fit) -> dict[str, Any]:
    return {
        "key": str(fit.candidate.key),
        "name": fit.candidate.name,
        "points": max(0, fit.points),
        "good": [text_of(note) for note in fit.notes if note.good],
        "warnings": [text_of(note) for note in fit.warnings],
    }
