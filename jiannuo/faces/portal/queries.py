"""What a customer may read through a signed link or the code on the machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jiannuo.office.documents.models import Attachment
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.registry.installedbase.models import InstalledUnit


@dataclass(frozen=True, slots=True)
class Step:
    """One station on the way of a request, like a parcel's."""

    label: str
    done: bool
    at: datetime | None = None
    note: str = ""


def unit_by_label(label: str) -> InstalledUnit | None:
    """The unit whose label carries this code (typed in any case)."""
    return (
        InstalledUnit.objects.filter(label_code=label.strip().upper())
        .select_related("model__category", "customer", "organization", "address__division", "dealer")
        .first()
    )


def open_requests(unit: InstalledUnit) -> list[ServiceRequest]:
    """Requests about the unit that are not settled, newest first."""
    rows = unit.requests.filter(state__in=ServiceRequest.OPEN_STATES)
    # Whoever stands before the machine reads this, also whom a complaint is about.
    return list(rows.exclude(request_kind=ServiceRequest.Kind.COMPLAINT).order_by("-pk")[:5])


def orders_of(request: ServiceRequest) -> list[WorkOrder]:
    """The work orders that serve a request, newest first, with their visits."""
    return list(
        WorkOrder.objects.filter(links_out__target=request.pk, links_out__kind="serves")
        .exclude(state="cancelled")
        .select_related("technician", "organization")
        .prefetch_related("visits")
        .order_by("-pk")
    )


def steps_of(request: ServiceRequest, orders: list[WorkOrder]) -> list[Step]:
    """The way of a request from being received to being signed."""
    order = orders[0] if orders else None
    visit = _present_visit(order)
    signed = order.signed_at if order else None
    if request.is_entrusted:
        return [
            Step(_("Received"), True, request.received_at),
            Step(_("With the complaint desk, which is independent of the service"), True),
            Step(_("Closed"), request.state == "closed"),
        ]
    answered = request.state == "answered" or (request.state == "closed" and bool(request.answer))
    if answered and order is None:
        return [
            Step(_("Received"), True, request.received_at),
            Step(_("Answered"), True, note=request.answer),
        ]
    return [
        Step(_("Received"), True, request.received_at),
        Step(
            _("Technician assigned"),
            visit is not None,
            visit.agreed_at if visit else None,
            visit.technician.name if visit else "",
        ),
        Step(
            _("On the way"),
            bool(visit and (visit.set_out_at or visit.arrived_at)),
            visit.set_out_at if visit else None,
        ),
        Step(_("Arrived"), bool(visit and visit.arrived_at), visit.arrived_at if visit else None),
        Step(
            _("Work done"),
            bool(order and order.state in {"completed", "signed", "reviewed", "closed"}),
            visit.ended_at if visit else None,
        ),
        Step(_("Signed by you"), signed is not None, signed),
    ]


def _present_visit(order: WorkOrder | None) -> Visit | None:
    if order is None:
        return None
    visits = [
        visit for visit in order.visits.all() if visit.result not in {"declined", "reassigned", "cancelled"}
    ]
    return visits[-1] if visits else None


def appointment_of(orders: list[WorkOrder]) -> Visit | None:
    """The appointment that is still to come, if one was agreed."""
    visit = _present_visit(orders[0]) if orders else None
    return visit if visit and visit.appointment_from and not visit.arrived_at else None


def record_for(number: str) -> WorkOrder | None:
    """A signed work order with all that its record shows."""
    return (
        WorkOrder.objects.filter(number=number, signed_at__isnull=False)
        .select_related(
            "customer",
            "unit__model",
            "organization",
            "technician",
            "symptom",
            "cause",
            "measure",
            "signature",
        )
        .prefetch_related("lines", "checks", "visits")
        .first()
    )


def record_photos(order: WorkOrder) -> list[Any]:
    """The photos before and after the work."""
    wanted = [Attachment.Purpose.BEFORE, Attachment.Purpose.AFTER]
    return list(order.attachments.filter(purpose__in=wanted).select_related("file").order_by("pk"))
