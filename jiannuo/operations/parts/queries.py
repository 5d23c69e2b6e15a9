"""Reading stock: whose van it is, what is in it, and the lists that a person may see."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from jiannuo.office.organizations.scope import organization_ids
from jiannuo.operations.parts.models import Condition, StockBalance, StockEntry, StockLocation

#: what a balance is worth at the cost of today (CNY)
VALUE = ExpressionWrapper(
    F("quantity") * F("part__cost"), output_field=DecimalField(max_digits=14, decimal_places=2)
)


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


def places_kept_by(user: Any) -> QuerySet[StockLocation, Any]:
    """The stores and vans in use whose parts a person receives, moves and counts."""
    ids = organization_ids(user, "stock.keep")
    rows = places_seen_by(user).filter(active=True)
    return rows if ids is None else rows.filter(organization__in=ids)


def with_kinds(rows: QuerySet[StockLocation, Any]) -> QuerySet[StockLocation, Any]:
    """Places with ``kinds``: how many kinds of parts lie there."""
    return rows.annotate(kinds=Count("balances__part", filter=Q(balances__quantity__gt=0), distinct=True))


def stock_seen_by(user: Any) -> QuerySet[StockBalance, Any]:
    """What lies at the places that a person may see, with its ``value`` at the cost of today (CNY).

    What is used up is left out.
    """
    rows: QuerySet[StockBalance, Any] = StockBalance.objects.visible_to(user).filter(quantity__gt=0)
    return rows.select_related("location__organization", "part").annotate(value=VALUE)


def entries_seen_by(user: Any) -> QuerySet[StockEntry, Any]:
    """The ledger at the places that a person may see; ``taken_back`` says whether a red entry followed."""
    rows: QuerySet[StockEntry, Any] = StockEntry.objects.visible_to(user)
    red = StockEntry.objects.filter(reverses=OuterRef("pk"))
    return rows.select_related("location__organization", "part", "document", "by").annotate(
        taken_back=Exists(red)
    )
