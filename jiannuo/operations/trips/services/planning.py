"""Planning a trip: why, who, where to, whom it serves, who pays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.operations.trips.models import BusinessTrip, Payer, TripPerson
from jiannuo.operations.trips.models.trip import takes_part

LONGEST = timedelta(days=366)
#: what the trip itself holds; the rest are its lines
OWN = (
    "organization",
    "cause",
    "place",
    "starts_on",
    "ends_on",
    "purpose",
    "from_place",
    "means",
    "estimate",
    "payer",
    "payer_order",
    "payer_name",
)


@dataclass(frozen=True, slots=True)
class TripPlan:
    """What a trip is to be; ``estimate`` in CNY, days with the first and the last."""

    organization: Any
    cause: Any
    people: tuple[Any, ...]
    place: str
    starts_on: date
    ends_on: date
    purpose: str
    from_place: str = ""
    means: str = BusinessTrip.Means.TRAIN
    estimate: Decimal = Decimal(0)
    payer: str = Payer.COMPANY
    payer_order: Any = None
    payer_name: str = ""
    orders: tuple[Any, ...] = ()
    customers: tuple[Any, ...] = ()
    units: tuple[Any, ...] = ()
    group_trip: Any = None


@transaction.atomic
def plan_trip(plan: TripPlan, *, by: Any, is_demo: bool = False) -> BusinessTrip:
    """Write down a trip; for others only who plans trips there may.

    Raises PermissionDenied and ValidationError by field.
    """
    _check(plan, by)
    trip = BusinessTrip(
        **{name: getattr(plan, name) for name in OWN}, group_trip=plan.group_trip, is_demo=is_demo
    )
    trip.title = _title(plan)
    documents.create_document(trip, by=by, text=plan.purpose)
    _fill(trip, plan)
    return trip


@transaction.atomic
def change_trip(trip: BusinessTrip, plan: TripPlan, *, by: Any, version: int | None = None) -> BusinessTrip:
    """Change a trip that is only planned. Raises PermissionDenied, StaleDocument, ValidationError."""
    trip = documents.lock(trip, version=version)
    if not takes_part(trip, by) or not by.has_perm("trips.own", trip):
        raise PermissionDenied("trips.own")
    if trip.state != BusinessTrip.State.PLANNED:
        raise ValidationError(_("Only a planned trip is changed. Choose “Plan anew” first."))
    _check(plan, by)
    for name in OWN:
        setattr(trip, name, getattr(plan, name))
    trip.title = _title(plan)
    trip.full_clean(exclude=["number", "kind", "state"])
    documents.save(trip)
    _fill(trip, plan)
    documents.record(trip, TimelineEntry.Kind.CHANGE, by=by, text=_("The plan of the trip was changed."))
    return trip


def _title(plan: TripPlan) -> str:
    names = "、".join(person.name for person in plan.people)
    return f"{plan.place} · {names}"[:200]


def _check(plan: TripPlan, by: Any) -> None:
    if not by.has_perm("trips.own", plan.organization):
        raise PermissionDenied("trips.own")
    alone = [person.pk for person in plan.people] == [by.pk]
    if not alone and not by.has_perm("trips.plan", plan.organization):
        raise PermissionDenied("trips.plan")
    if not plan.people:
        raise ValidationError({"people": _("Name at least one person who travels.")})
    if plan.ends_on < plan.starts_on:
        raise ValidationError({"ends_on": _("The last day is before the first.")})
    if plan.ends_on - plan.starts_on > LONGEST:
        raise ValidationError({"ends_on": _("A trip lasts a year at most. Check the days.")})
    if plan.payer == Payer.CUSTOMER and plan.payer_order is None:
        raise ValidationError({"payer_order": _("Name the work order under which the customer pays.")})
    if plan.payer == Payer.SUPPLIER and not plan.payer_name.strip():
        raise ValidationError({"payer_name": _("Name the supplier that pays.")})


def _fill(trip: BusinessTrip, plan: TripPlan) -> None:
    """Who travels and whom it serves: what the orders name, and what was named beside them."""
    wanted = {person.pk for person in plan.people}
    gone = trip.people.exclude(person__in=wanted)
    if gone.filter(advances__isnull=False).exists() or gone.filter(expenses__isnull=False).exists():
        raise ValidationError({"people": _("Somebody who has money of this trip cannot be taken out.")})
    gone.delete()
    there = set(trip.people.values_list("person", flat=True))
    TripPerson.objects.bulk_create(
        TripPerson(trip=trip, person=person) for person in plan.people if person.pk not in there
    )
    orders = {order.pk for order in plan.orders}
    if plan.payer_order is not None:
        orders.add(plan.payer_order.pk)
    trip.orders.set(orders)
    units = {unit.pk for unit in plan.units}
    customers = {customer.pk for customer in plan.customers}
    for unit, customer in trip.orders.values_list("unit", "customer"):
        units.update([unit] if unit else [])
        customers.add(customer)
    trip.units.set(units)
    customers.update(trip.units.exclude(customer=None).values_list("customer", flat=True))
    trip.customers.set(customers)
