"""What requests do on the news of work orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from jiannuo.kernel.events import subscribe
from jiannuo.kernel.search.services import index_many
from jiannuo.office.accounts.events import PowersReduced
from jiannuo.office.accounts.models import User
from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents.events import RequestAsked
from jiannuo.office.documents.models import Document, DocumentLink
from jiannuo.office.documents.services import link
from jiannuo.office.notices.services import notify
from jiannuo.operations.desk.models import PushBack, ServiceRequest
from jiannuo.operations.desk.queries import ENDED_ORDERS, orders_of, requests_served_by
from jiannuo.operations.desk.remote.services import tell_order
from jiannuo.operations.desk.routing.pushback import employer_of, report
from jiannuo.operations.desk.routing.services import tell_of_dead_ends
from jiannuo.operations.desk.services.deciding import owe_since
from jiannuo.operations.desk.services.doing import do
from jiannuo.operations.desk.services.registering import register_request
from jiannuo.operations.workorders.events import (
    WorkOrderArrived,
    WorkOrderAssigned,
    WorkOrderCancelled,
    WorkOrderClosed,
    WorkOrderCompleted,
    WorkOrderCreated,
    WorkOrderDeclined,
)
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import refresh_due
from jiannuo.promises.obligations.recipients import Recipients, acting, unique
from jiannuo.promises.obligations.services import happened
from jiannuo.registry.customers.events import CustomerErased

#: What the end of a job is to the commitments: "completed" is the end of an installation, not of any repair.
ENDS_AS: dict[str, str] = {
    WorkOrder.Kind.REPAIR: "repaired",
    WorkOrder.Kind.INSTALLATION: "completed",
    WorkOrder.Kind.MAINTENANCE: "inspected",
    WorkOrder.Kind.INSPECTION: "inspected",
}


@subscribe(RequestAsked)
def register_what_was_asked(event: RequestAsked) -> None:
    """What a customer asked for in a talk of another room is registered, once, and linked to that talk."""
    document: Any = Document.objects.select_related("organization").get(pk=event.document_id).specific()
    person = User.objects.filter(pk=event.by_id).first()
    try:
        request = _register(document, event, person)
    except (
        PermissionDenied
    ):  # whoever heard it may not see the whole file; the customer is served all the same
        request = _register(document, event, None)
    link(request, document, DocumentLink.Kind.FOLLOWS)


def _register(document: Any, event: RequestAsked, by: Any) -> ServiceRequest:
    return register_request(
        by=by,
        organization=document.organization,
        customer=document.customer,
        unit=getattr(document, "unit", None),
        channel=event.channel,
        request_kind=event.request_kind,
        symptom_text=event.text,
        allow_duplicate=True,
        client_key=event.key,
        checks_contents=False,
        is_demo=document.is_demo,
    )


@subscribe(PowersReduced)
def tell_who_keeps_the_rules(event: PowersReduced) -> None:
    """Routing rules that lead nowhere since somebody left or lost a role are the managers' to mend."""
    tell_of_dead_ends(event.person_id, roles=event.roles, places=event.places, at=event.at)


@subscribe(WorkOrderCreated)
def begin_work(event: WorkOrderCreated) -> None:
    """The requests that the order serves are in progress; it says what was tried from afar, once."""
    order = Document.objects.get(pk=event.order_id)
    known = set(order.timeline.filter(action="diagnose").values_list("at", flat=True))
    for request in requests_served_by(event.order_id):
        _start(request, event.at)
        tell_order(order, [one for one in request.attempts.select_related("by") if one.at not in known])


@subscribe(WorkOrderAssigned)
def start_clocks_of_dispatch(event: WorkOrderAssigned) -> None:
    _later(event.order_id, {"dispatched": event.at})


@subscribe(WorkOrderDeclined)
def report_a_dealer_that_declines(event: WorkOrderDeclined) -> None:
    """A dealer that declines the order of a customer whom it owes service is reported to dealer management."""
    _report(event, PushBack.Kind.DECLINED)


@subscribe(WorkOrderCancelled)
def report_a_dealer_that_gives_up(event: WorkOrderCancelled) -> None:
    """So is one that cancels such an order after somebody had been sent."""
    if event.was_assigned and event.leads:
        _report(event, PushBack.Kind.GIVEN_UP)


def _report(event: WorkOrderDeclined | WorkOrderCancelled, kind: str) -> None:
    by = User.objects.select_related("organization").filter(pk=event.by_id).first()
    dealer = employer_of(by)
    if dealer is None:
        return
    order = WorkOrder.objects.select_related("organization", "unit", "customer").get(pk=event.order_id)
    occasion = f"{event.at:%Y%m%d%H%M%S}"
    report(kind, dealer=dealer, document=order, reason=event.reason, at=event.at, by=by, occasion=occasion)


@subscribe(WorkOrderArrived)
def start_clocks_of_arrival(event: WorkOrderArrived) -> None:
    for request in requests_served_by(event.order_id):
        _start(request, event.at)
    _later(event.order_id, {"arrived": event.at})


@subscribe(WorkOrderCompleted)
def start_clocks_of_completion(event: WorkOrderCompleted) -> None:
    """What starts with the end of the work, once for a job that was divided."""
    if not event.leads:
        return
    order = WorkOrder.objects.select_related("organization", "customer", "unit").get(pk=event.order_id)
    ended = ENDS_AS[order.job]
    _later(event.order_id, {ended: event.at})
    served = bool(requests_served_by(event.order_id))  # then their clocks run already
    happened(ended, at=event.at, document=order, unit=order.unit, recurring_only=served)


@subscribe(WorkOrderClosed)
def resolve_when_all_is_done(event: WorkOrderClosed) -> None:
    """A request is resolved when the last of its orders is closed."""
    for request in requests_served_by(event.order_id):
        _settle(request, event.at)


@subscribe(WorkOrderCancelled)
def take_back_what_nobody_works_on(event: WorkOrderCancelled) -> None:
    """A request whose orders were all given up is the desk's again; what was promised stays owed."""
    for request in requests_served_by(event.order_id):
        _settle(request, event.at)


def _start(request: ServiceRequest, at: datetime) -> None:
    if request.state in ("new", "triaged"):
        do(request, "start", by=None, at=at, as_system=True)


def _settle(request: ServiceRequest, at: datetime) -> None:
    if request.state != ServiceRequest.State.IN_PROGRESS:
        return
    states = {order.state for order in orders_of(request)}
    if states - set(ENDED_ORDERS):
        return
    if "closed" in states:
        do(request, "resolve", by=None, at=at, as_system=True)
    else:
        do(request, "return_to_desk", by=None, at=at, as_system=True)
        _tell_the_desk(request, at)


def _tell_the_desk(request: ServiceRequest, at: datetime) -> None:
    people = unique([acting(request.owner), *Recipients().holding(Role.DISPATCHER, request.organization)])
    context = {"customer": request.customer, "title": request.title}
    notify(
        people,
        "requests.without_order",
        document=request,
        context=context,
        key=f"without-order:{request.pk}:{at}",
    )


def _later(order_id: int, events: dict[str, Any]) -> None:
    """Open what starts with these events for the requests that the order serves."""
    order = WorkOrder.objects.select_related("technician").get(pk=order_id)
    for request in requests_served_by(order_id):
        if request.state not in ("cancelled", "merged"):
            owe_since(request, events, technician=order.technician)
    refresh_due(order)


@subscribe(CustomerErased)
def forget_the_person(event: CustomerErased) -> None:
    """Requests keep what was asked, not who called or from where."""
    requests = ServiceRequest.objects.filter(customer_id=event.customer_id)
    requests.update(reporter_name="", reporter_phone="", address="", latitude=None, longitude=None)
    index_many(ServiceRequest, requests.values_list("pk", flat=True))
