"""Reads of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders.history import FINISHED as FINISHED_ORDERS
from jiannuo.operations.workorders.models import WorkOrder

ENDED_ORDERS = ("closed", "cancelled")


def open_requests(user: Any, customer: Any) -> QuerySet[ServiceRequest]:
    """What is open for a customer."""
    return (
        ServiceRequest.objects.visible_to(user)
        .filter(customer=customer, state__in=ServiceRequest.OPEN_STATES)
        .select_related("unit__model", "owner")
        .order_by("-pk")
    )


def possible_duplicates(customer: Any, unit: Any) -> list[ServiceRequest]:
    """Open requests that the new one may repeat: for the same unit, or of the same customer for no unit at all.

    Not limited to what the person may see: a second order for one machine is the same mistake wherever it was made. One
    query.
    """
    rows = ServiceRequest.objects.filter(state__in=ServiceRequest.OPEN_STATES)
    if unit is not None and unit.pk is None:
        return []
    if unit is not None:
        rows = rows.filter(unit=unit)
    elif customer is not None:
        rows = rows.filter(customer=customer, unit__isnull=True)
    else:
        return []
    return list(rows.select_related("unit__model", "organization").order_by("-pk")[:5])


@dataclass(frozen=True, slots=True)
class Similar:
    """A past repair of the same kind of machine, and what helped."""

    number: str
    symptom: str
    cause: str
    measure: str
    work_done: str
    closed: bool


def similar_cases(
    user: Any, *, text: str, symptom: Any, unit: Any, category: Any, limit: int = 5
) -> list[Similar]:
    """Finished work orders in scope for the same model or category with the same symptom or words. One query."""
    rows = WorkOrder.objects.visible_to(user).filter(state__in=FINISHED_ORDERS)
    if unit is not None:
        rows = rows.filter(Q(unit__model=unit.model_id) | Q(category=unit.model.category_id))
    elif category is not None:
        rows = rows.filter(category=category)
    said = _words(text)
    alike = Q(symptom=symptom) if symptom is not None else Q()
    for word in said:
        alike |= Q(fault__icontains=word)
    if not alike:
        return []
    found = rows.filter(alike).select_related("symptom", "cause", "measure").order_by("-pk")[:limit]
    return [
        Similar(
            number=order.number,
            symptom=str(order.symptom or order.fault[:40]),
            cause=str(order.cause or ""),
            measure=str(order.measure or ""),
            work_done=order.work_done[:80],
            closed=order.state == "closed",
        )
        for order in found
    ]


def _words(text: str) -> list[str]:
    """Pieces of at least two signs of what the customer said, the longest first."""
    pieces = "".join(sign if sign.isalnum() else " " for sign in text).split()
    return sorted({piece[:12] for piece in pieces if len(piece) >= 2}, key=len, reverse=True)[:4]


def orders_of(request: ServiceRequest) -> list[WorkOrder]:
    """The work orders that serve a request, oldest first. One query."""
    return list(
        WorkOrder.objects.filter(links_out__target_id=request.pk, links_out__kind="serves")
        .select_related("technician")
        .order_by("pk")
    )


def requests_served_by(order_id: int) -> list[ServiceRequest]:
    """The requests for whose sake an order exists."""
    return list(
        ServiceRequest.objects.filter(links_in__source_id=order_id, links_in__kind="serves")
        .select_related(
            "organization",
            "customer",
            "unit__model__category",
            "unit__dealer",
            "category",
            "symptom",
            "owner",
        )
        .order_by("pk")
    )


def counts_by_state(user: Any) -> dict[str, int]:
    """How many requests in scope are in each open state."""
    rows = ServiceRequest.objects.visible_to(user).filter(state__in=ServiceRequest.OPEN_STATES)
    return dict(rows.order_by().values_list("state").annotate(n=Count("pk")))


def without_order(user: Any, limit: int = 10) -> Sequence[ServiceRequest]:
    """Requests that wait for the desk, oldest first."""
    rows = ServiceRequest.objects.visible_to(user).filter(state__in=("new", "triaged"))
    return list(rows.select_related("customer", "unit__model").order_by("pk")[:limit])
