"""Who a sender is: the one customer with that phone number or e-mail address."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.phones import phone_or_none


def customer_for(organization: Any, phone: str = "", address: str = "") -> Customer | None:
    """The customer of ``organization`` or below it with this number or address; None for nobody or several."""
    number = phone_or_none(phone) if phone else None
    found = Q(pk__in=())
    if number:
        found |= Q(phones__number=number)
    if "@" in address:
        found |= Q(email__iexact=address.strip())
    rows = Customer.objects.active().filter(organization__path__startswith=organization.path).filter(found)
    several = list(rows.distinct()[:2])
    return several[0] if len(several) == 1 else None
