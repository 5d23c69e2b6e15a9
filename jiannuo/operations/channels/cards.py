"""The caller's card: everything about a number on one panel, in at most ten queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from jiannuo.office.accounts.privacy import address_for, phone_for, sees_personal_data
from jiannuo.operations.channels.models import Call, InboxItem
from jiannuo.operations.channels.queries import same_number
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.queries import owed_in_scope
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.queries import with_places
from jiannuo.registry.installedbase.models import InstalledUnit

MOST_CUSTOMERS, MOST_UNITS, MOST_LINES = 4, 12, 6


@dataclass(slots=True)
class CardCustomer:
    """A customer with that number, as the person may see it."""

    customer: Customer
    phone: str
    address: str
    units: list[InstalledUnit] = field(default_factory=list)


@dataclass(slots=True)
class Card:
    """What an agent should know before the second sentence."""

    number: str
    shown_number: str
    customers: list[CardCustomer] = field(default_factory=list)
    requests: list[ServiceRequest] = field(default_factory=list)
    orders: list[WorkOrder] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    obligations: list[Obligation] = field(default_factory=list)
    items: list[InboxItem] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        return bool(self.customers)

    @property
    def only_customer(self) -> Customer | None:
        return self.customers[0].customer if len(self.customers) == 1 else None


def card_for(user: Any, number: str, customer: Customer | None = None) -> Card:
    """The card of a number, or of the ``customer`` who is known to speak; at most ten queries."""
    plain = same_number(number)
    rows = Customer.objects.visible_to(user).active().select_related("organization")
    if customer is not None:
        found = list(rows.filter(pk=customer.pk))
    elif plain:
        found = list(rows.filter(phones__number=plain).order_by("pk").distinct()[:MOST_CUSTOMERS])
    else:
        found = []
    card = Card(number=plain, shown_number=_shown(user, plain, found))
    if plain:
        card.calls = list(
            Call.objects.visible_to(user)
            .filter(number=plain)
            .select_related("agent", "request")
            .order_by("-pk")[:MOST_LINES]
        )
        card.items = list(
            InboxItem.objects.visible_to(user)
            .filter(sender_phone=plain, state__in=InboxItem.OPEN_STATES)
            .select_related("owner")
            .order_by("-pk")[:MOST_LINES]
        )
    if found:
        _fill(card, user, found)
    return card


def _shown(user: Any, number: str, found: list[Customer]) -> str:
    record = found[0] if found else None
    return number if sees_personal_data(user, record) else phone_for(user, number, record)


def _fill(card: Card, user: Any, found: list[Customer]) -> None:
    with_places(found)
    for one in found:
        places: Any = one
        first = places.shown_phones[0] if places.shown_phones else ""
        card.customers.append(
            CardCustomer(one, phone_for(user, first, one), address_for(user, places.shown_address, one))
        )
    units = (
        InstalledUnit.objects.visible_to(user)
        .filter(customer__in=found)
        .exclude(status__in=("returned", "scrapped"))
        .select_related("model")
        .order_by("-pk")[:MOST_UNITS]
    )
    by_pk = {one.customer.pk: one for one in card.customers}
    for unit in units:
        by_pk[unit.customer_id].units.append(unit)
    card.requests = list(
        ServiceRequest.objects.visible_to(user)
        .filter(customer__in=found, state__in=ServiceRequest.OPEN_STATES)
        .select_related("unit__model")
        .defer("decision")
        .order_by("-pk")[:MOST_LINES]
    )
    card.orders = list(
        WorkOrder.objects.visible_to(user)
        .filter(customer__in=found)
        .exclude(state__in=("closed", "cancelled"))
        .select_related("technician", "unit")
        .order_by("-pk")[:MOST_LINES]
    )
    card.obligations = list(owed_in_scope(user).filter(customer__in=found)[:MOST_LINES])


def ringing_for(user: Any) -> Call | None:
    """The call that rings or is spoken at the person's telephone; one query."""
    rows = Call.objects.filter(agent=user, state__in=(Call.State.RINGING, Call.State.TALKING))
    return rows.order_by("-pk").first()
