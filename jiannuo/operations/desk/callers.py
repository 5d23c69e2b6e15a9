"""Who is calling: from what the agent types to customers, their units and open work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from jiannuo.kernel.search.services import find
from jiannuo.office.accounts.privacy import address_for, phone_for
from jiannuo.office.organizations.scope import organization_ids
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.queries import open_requests
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.phones import phone_or_none
from jiannuo.registry.customers.queries import with_places
from jiannuo.registry.installedbase.models import InstalledUnit

MOST_MATCHES = 8
MOST_UNITS = 30
SHORTEST_QUERY = 2


@dataclass(slots=True)
class Match:
    """A customer who fits what was typed."""

    customer: Customer
    phone: str
    address: str
    unit: InstalledUnit | None = None


@dataclass(slots=True)
class Caller:
    """A customer as the intake screen shows it."""

    customer: Customer
    phones: list[str]
    address: str
    contacts: list[Any] = field(default_factory=list)
    units: list[InstalledUnit] = field(default_factory=list)
    more_units: bool = False
    requests: list[ServiceRequest] = field(default_factory=list)
    orders: list[WorkOrder] = field(default_factory=list)


def by_phone(user: Any, text: str) -> list[Customer]:
    """Customers in scope with this phone number, however it is typed. One query."""
    number = phone_or_none(text)
    if number is None:
        return []
    rows = Customer.objects.visible_to(user).active().filter(phones__number=number)
    return list(rows.select_related("organization").distinct()[:MOST_MATCHES])


def by_words(user: Any, text: str) -> list[tuple[Customer, InstalledUnit | None]]:
    """Customers whom the search finds by name, serial or part of a number, with the unit it found them by."""
    entries = find(text, kinds=("customer", "unit"), organizations=organization_ids(user), limit=MOST_MATCHES)
    customers = [entry.object_id for entry in entries if entry.kind == "customer"]
    serials = [entry.object_id for entry in entries if entry.kind == "unit"]
    units = InstalledUnit.objects.visible_to(user).filter(pk__in=serials, customer__isnull=False)
    by_unit = {unit.customer_id: unit for unit in (units if serials else ()) if unit.customer_id}
    wanted = list(dict.fromkeys([*customers, *by_unit]))
    if not wanted:
        return []
    rows = Customer.objects.visible_to(user).active().filter(pk__in=wanted).select_related("organization")
    by_pk = {one.pk: one for one in rows}
    return [(by_pk[pk], by_unit.get(pk)) for pk in wanted if pk in by_pk][:MOST_MATCHES]


def shown(user: Any, found: list[tuple[Customer, InstalledUnit | None]]) -> list[Match]:
    """The candidates as the screen lists them; three queries for all."""
    with_places([customer for customer, _unit in found])
    return [_match(user, customer, unit) for customer, unit in found]


def _match(user: Any, customer: Any, unit: InstalledUnit | None) -> Match:
    first = customer.shown_phones[0] if customer.shown_phones else ""
    return Match(
        customer, phone_for(user, first, customer), address_for(user, customer.shown_address, customer), unit
    )


def caller(user: Any, customer: Customer) -> Caller:
    """A customer with contacts, units and open work; at most seven queries."""
    with_places([customer])
    found: Any = customer
    units = list(
        InstalledUnit.objects.visible_to(user)
        .filter(customer=customer)
        .exclude(status__in=("returned", "scrapped"))
        .select_related("model")
        .order_by("-pk")[: MOST_UNITS + 1]
    )
    orders = (
        WorkOrder.objects.visible_to(user)
        .filter(customer=customer)
        .filter(~Q(state__in=("closed", "cancelled")))
        .select_related("technician", "unit")
        .order_by("-pk")[:5]
    )
    return Caller(
        customer=customer,
        phones=[phone_for(user, number, customer) for number in found.shown_phones],
        address=address_for(user, found.shown_address, customer),
        contacts=list(customer.contacts.all()[:6]),
        units=units[:MOST_UNITS],
        more_units=len(units) > MOST_UNITS,
        requests=list(open_requests(user, customer)[:5]),
        orders=list(orders),
    )
