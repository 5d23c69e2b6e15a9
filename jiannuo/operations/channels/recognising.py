"""Who a sender is: the one customer with that phone number or e-mail address."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from jiannuo.registry.customers.models import Contact, Customer
from jiannuo.registry.customers.phones import phone_or_none


def customer_for(organization: Any, phone: str = "", address: str = "") -> Customer | None:
    """The customer of ``organization`` or below it with this number or address; None for nobody or several."""
    rows = Customer.objects.active().filter(organization__path__startswith=organization.path)
    number = phone_or_none(phone) if phone else None
    # Asked one after the other: with both in one condition no index serves.
    found: set[int] = set()
    if number:
        found.update(rows.filter(phones__number=number).values_list("pk", flat=True).distinct()[:2])
    if "@" in address:
        written = Exact(Lower("email"), address.strip().lower())
        contacts = Contact.objects.exclude(email="").filter(written).values("customer")
        found.update(rows.exclude(email="").filter(written).values_list("pk", flat=True)[:2])
        found.update(rows.filter(pk__in=contacts).values_list("pk", flat=True)[:2])
    return Customer.objects.get(pk=found.pop()) if len(found) == 1 else None
