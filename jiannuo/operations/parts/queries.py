"""Reading stock: whose van it is, what is in it, and the lists that a person may see."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from jiannuo.operations.parts.models import Condition, StockBalance, StockEntry, StockLocation


def van_of(person: Any) -> StockLocation | None:
    """The van that a person drives now; one query."""
    rows = StockLocation.objects.filter(kind=StockLocation.Kind.VAN, person=person, active=True)
    return rows.select_related("organization").first()


def in_van(person: Any) -> dict[int, Decimal]:
    """Good parts in the person's van by the key of the part, without those that are used up; one query."""
    rows = StockBalance.objects.filter(
        location__kind=StockLocation.Kind.VAN,
        location__person=person,
        location__active=True,
        condition=Condition.GOOD,
        quantity__gt=0,
    )
    return dict(rows.values_list("part", "quantity"))


def places_seen_by(user: Any) -> QuerySet[StockLocation, Any]:
    """The stores and vans that a person may see, with what lists show of them."""
    rows: QuerySet[StockLocation, Any] = StockLocation.objects.visible_to(user)
    return rows.select_related("organization", "person")


def stock_seen_by(user: Any) -> QuerySet[StockBalance, Any]:
    """What lies at the places that a person may see; what is used up is left out."""
    rows: QuerySet[StockBalance, Any] = StockBalance.objects.visible_to(user).filter(quantity__gt=0)
    return rows.select_related("location__organization", "part")


def entries_seen_by(user: Any) -> QuerySet[StockEntry, Any]:
    """The entries of the ledger at the places that a person may see."""
    rows: QuerySet[StockEntry, Any] = StockEntry.objects.visible_to(user)
    return rows.select_related("location__organization", "part", "document", "by")
