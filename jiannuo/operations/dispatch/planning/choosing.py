"""What a person may choose to plan: the days, the orders and the technicians of an organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from jiannuo.office.organizations.models import Organization
from jiannuo.operations.dispatch.planning.models import PlanningSettings, nearest
from jiannuo.operations.workforce.models import Technician as TechnicianRow
from jiannuo.operations.workorders.models import WorkOrder

#: states in which an order can still be given to somebody else
PLANNABLE = (WorkOrder.State.READY, WorkOrder.State.DISPATCHED, WorkOrder.State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose to plan."""

    organization: Organization
    first_day: date
    days: int
    technicians: Sequence[TechnicianRow]
    orders: Sequence[WorkOrder]


def zone_of(organization: Organization) -> ZoneInfo:
    """The time zone in which the organisation plans its days."""
    return ZoneInfo(organization.time_zone)


def settings_for(organization: Organization) -> PlanningSettings:
    """The settings of the organisation or of the nearest one above it; the defaults where none has any."""
    rows = PlanningSettings.objects.select_related("organization")
    return nearest(rows, organization.path) or PlanningSettings(organization=organization)


def bounds(organization: Organization, first_day: date, days: int) -> tuple[datetime, datetime]:
    """The first instant of the days, and the one after the last."""
    begins = datetime.combine(first_day, time.min, zone_of(organization))
    return begins, datetime.combine(first_day + timedelta(days=days), time.min, zone_of(organization))


def orders_to_plan(user: Any, organization: Organization, first_day: date, days: int) -> QuerySet[Any]:
    """Orders at and below the organisation that wait, and those whose open visit lies in the days."""
    begins, ends = bounds(organization, first_day, days)
    in_days = Q(
        visits__ended_at__isnull=True, visits__planned_from__gte=begins, visits__planned_from__lt=ends
    ) | Q(
        visits__ended_at__isnull=True,
        visits__planned_from__isnull=True,
        visits__appointment_from__gte=begins,
        visits__appointment_from__lt=ends,
    )
    rows = WorkOrder.objects.visible_to(user).filter(organization__path__startswith=organization.path)
    return rows.filter(
        Q(state=WorkOrder.State.READY) | (Q(state__in=PLANNABLE) & in_days), kind="workorder"
    ).distinct()


def technicians_to_plan(user: Any, organization: Organization) -> QuerySet[Any]:
    """Technicians at and below the organisation."""
    rows = TechnicianRow.objects.visible_to(user).filter(active=True, user__is_active=True)
    return (
        rows.filter(organization__path__startswith=organization.path)
        .select_related("user", "organization")
        .order_by("user__name", "pk")
    )
