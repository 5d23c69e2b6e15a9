"""What the phone knows of the van: what is in it, for choosing parts and for a page of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import FilteredRelation, Q

from jiannuo.operations.parts.models import Condition, StockLocation

COLUMNS = ("held__part", "held__part__code", "held__part__name", "held__part__unit", "held__quantity")


def van_contents(user: Any) -> list[dict[str, Any]] | None:
    """Good parts in the van of ``user`` with their quantities as text; ``None`` without a van. One query."""
    good = Q(balances__condition=Condition.GOOD, balances__quantity__gt=0)
    rows = (
        StockLocation.objects.filter(kind=StockLocation.Kind.VAN, person=user, active=True)
        .annotate(held=FilteredRelation("balances", condition=good))
        .order_by("held__part__code")
        .values_list(*COLUMNS)
    )
    found = list(rows)
    if not found:
        return None
    return [
        {"id": pk, "code": code, "name": name, "unit": unit, "quantity": shown(quantity)}
        for pk, code, name, unit, quantity in found
        if pk is not None
    ]


def shown(quantity: Decimal) -> str:
    """A quantity without zeros behind the point that say nothing."""
    return f"{quantity.normalize():f}"
