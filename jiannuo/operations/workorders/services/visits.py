"""Visits: opened by an assignment, ended by what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from jiannuo.operations.workorders.models import Visit, WorkOrder


def open_visit(order: WorkOrder) -> Visit | None:
    """The visit that is to come or going on."""
    return order.visits.filter(ended_at__isnull=True).order_by("-sequence").first()


def end_visit(order: WorkOrder, *, at: datetime, result: str, reason: str = "") -> Visit | None:
    """End the open visit, if there is one, with its result."""
    visit = open_visit(order)
    if visit is not None:
        visit.ended_at, visit.result, visit.reason = at, result, reason[:200]
        visit.save(update_fields=["ended_at", "result", "reason"])
    return visit


def plan_visit(
    order: WorkOrder,
    technician: Any,
    *,
    at: datetime,
    appointment_from: datetime | None = None,
    appointment_to: datetime | None = None,
    agreed_with: str = "",
    planned_from: datetime | None = None,
    planned_to: datetime | None = None,
    crew: Iterable[Any] | None = None,
) -> Visit:
    """Open the next visit of the order; an open one ends as reassigned and hands on its appointment and its crew.

    ``crew`` None keeps who helped before. Raises ValidationError when appointment or plan end before they begin.
    """
    if appointment_from and appointment_to and appointment_to <= appointment_from:
        raise ValidationError({"appointment_to": _("The appointment must end after it begins.")})
    check_plan(planned_from, planned_to)
    previous = end_visit(order, at=at, result=Visit.Result.REASSIGNED)
    if previous is not None and appointment_from is None and previous.arrived_at is None:
        appointment_from, appointment_to = previous.appointment_from, previous.appointment_to
        agreed_with, agreed_at = previous.agreed_with, previous.agreed_at
    else:
        agreed_at = at if agreed_with and appointment_from else None
    last = order.visits.aggregate(last=Max("sequence"))["last"] or 0
    visit = Visit.objects.create(
        order=order,
        sequence=last + 1,
        technician=technician,
        appointment_from=appointment_from,
        appointment_to=appointment_to,
        agreed_with=agreed_with,
        agreed_at=agreed_at,
        planned_from=planned_from,
        planned_to=planned_to,
    )
    helpers = crew if crew is not None else (previous.crew.all() if previous is not None else ())
    visit.crew.set([person for person in helpers if person != technician])
    return visit


def check_plan(planned_from: datetime | None, planned_to: datetime | None) -> None:
    """Raise ValidationError for a planned time with one end only, or one that ends before it begins."""
    if (planned_from is None) != (planned_to is None):
        raise ValidationError({"planned_to": _("Give beginning and end of the planned time.")})
    if planned_from and planned_to and planned_to <= planned_from:
        raise ValidationError({"planned_to": _("The planned time must end after it begins.")})


def times_absent(order: WorkOrder) -> int:
    """How often nobody was there."""
    return order.visits.filter(result=Visit.Result.CUSTOMER_ABSENT).count()
