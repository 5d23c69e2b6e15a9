"""Reads of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery

from jiannuo.office.documents.models import DocumentLink
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.registry.customers.models import Phone

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
    rows = rows.exclude(
        request_kind=ServiceRequest.Kind.COMPLAINT
    )  # the service does not know what it is about
    if unit is not None and unit.pk is None:
        return []
    if unit is not None:
        rows = rows.filter(unit=unit)
    elif customer is not None:
        rows = rows.filter(customer=customer, unit__isnull=True)
    else:
        return []
    return list(rows.select_related("unit__model", "organization").order_by("-pk")[:5])


def orders_of(request: ServiceRequest) -> list[WorkOrder]:
    """The work orders that serve a request, oldest first. One query."""
    return list(
        WorkOrder.objects.filter(links_out__target_id=request.pk, links_out__kind="serves")
        .select_related("technician", "cause")
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


def received_between(user: Any, begin: datetime, end: datetime) -> QuerySet[ServiceRequest]:
    """The requests received between two instants, oldest first, with the main phone and the orders that serve them."""
    phones = Phone.objects.filter(customer=OuterRef("customer")).order_by("-is_primary", "pk")
    serving = DocumentLink.objects.filter(kind=DocumentLink.Kind.SERVES).order_by("pk")
    serving = serving.select_related("source__workorder__technician", "source__workorder__cause")
    return (
        ServiceRequest.objects.visible_to(user)
        .filter(received_at__gte=begin, received_at__lt=end)
        .select_related("organization", "customer", "unit__model", "owner", "symptom", "created_by")
        .annotate(main_phone=Subquery(phones.values("number")[:1]))
        .prefetch_related(Prefetch("links_in", serving, to_attr="serving"))
        .order_by("received_at", "pk")
    )


def counts_by_state(user: Any) -> dict[str, int]:
    """How many requests in scope are in each open state."""
    rows = ServiceRequest.objects.visible_to(user).filter(state__in=ServiceRequest.OPEN_STATES)
    return dict(rows.order_by().values_list("state").annotate(n=Count("pk")))


def without_order(user: Any, limit: int = 10) -> Sequence[ServiceRequest]:
    """Requests that wait for the desk, oldest first."""
    rows = ServiceRequest.objects.visible_to(user).filter(state__in=("new", "triaged"))
    return list(rows.select_related("customer", "unit__model").order_by("pk")[:limit])
