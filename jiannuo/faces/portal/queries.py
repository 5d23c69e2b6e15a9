"""What a customer may read through a signed link or the code on the machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jiannuo.office.documents.models import Attachment
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders import shares
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
        .prefetch_related("visits__technician")
        .order_by("-pk")
    )


def steps_of(request: ServiceRequest, orders: list[WorkOrder]) -> list[Step]:
    """The way of a request from being received to being signed; a divided job is done with its last part."""
    job = _present_job(orders)
    visits = [visit for visit in map(_present_visit, job) if visit is not None]
    signed = [order.signed_at for order in job if order.signed_at]
    if request.is_entrusted:
        return [
            Step(_("Received"), True, request.received_at),
            Step(_("With the complaint desk, which is independent of the service"), True),
            Step(_("Closed"), request.state == "closed"),
        ]
    answered = request.state == "answered" or (request.state == "closed" and bool(request.answer))
    if answered and not job:
        return [
            Step(_("Received"), True, request.received_at),
            Step(_("Answered"), True, note=request.answer),
        ]
    return [
        Step(_("Received"), True, request.received_at),
        Step(
            _("Technician assigned"),
            bool(visits),
            _first(visit.agreed_at for visit in visits),
            "、".join(dict.fromkeys(visit.technician.name for visit in visits)),
        ),
        Step(
            _("On the way"),
            any(visit.set_out_at or visit.arrived_at for visit in visits),
            _first(visit.set_out_at for visit in visits),
        ),
        Step(
            _("Arrived"),
            any(visit.arrived_at for visit in visits),
            _first(visit.arrived_at for visit in visits),
        ),
        Step(
            _("Work done"),
            bool(job) and all(order.state in shares.DONE for order in job),
            max((visit.ended_at for visit in visits if visit.ended_at), default=None),
        ),
        Step(_("Signed by you"), bool(job) and len(signed) == len(job), max(signed, default=None)),
    ]


def _present_job(orders: list[WorkOrder]) -> list[WorkOrder]:
    """The newest order, with the other parts of its job where it was divided. One query."""
    keys = shares.keys_of(orders[0].pk) if orders else []
    return [order for order in reversed(orders) if order.pk in keys]


def _first(instants: Iterable[datetime | None]) -> datetime | None:
    return min((instant for instant in instants if instant is not None), default=None)


def _present_visit(order: WorkOrder) -> Visit | None:
    visits = [
        visit for visit in order.visits.all() if visit.result not in {"declined", "reassigned", "cancelled"}
    ]
    return visits[-1] if visits else None


def appointment_of(orders: list[WorkOrder]) -> Visit | None:
    """The next appointment that is still to come, if one was agreed."""
    visits = [visit for visit in map(_present_visit, _present_job(orders)) if visit is not None]
    to_come = [(visit.appointment_from, visit) for visit in visits if not visit.arrived_at]
    return min(((at, visit.pk, visit) for at, visit in to_come if at is not None), default=(None, 0, None))[2]


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
