"""What a trip cost, and what is due to or from each traveller (CNY)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from jiannuo.operations.trips.models import BusinessTrip, TripAdvance, TripExpense, TripPerson

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Balance:
    """One traveller: what they spent themselves, what the company paid for them, what they were given ahead."""

    traveller: TripPerson
    spent: Decimal
    paid_directly: Decimal
    advanced: Decimal

    @property
    def due(self) -> Decimal:
        """To be given to the person when above zero, to be given back when below."""
        return self.spent - self.advanced

    @property
    def owed(self) -> Decimal:
        """What the person has to give back."""
        return max(ZERO, -self.due)


def balances_of(trip: BusinessTrip) -> list[Balance]:
    """One line for each traveller; three queries."""
    own = TripExpense.PaidBy.PERSON
    expenses: dict[int, Mapping[str, Any]] = {
        row["traveller"]: row
        for row in TripExpense.objects.filter(trip=trip)
        .order_by()
        .values("traveller")
        .annotate(spent=Sum("amount", filter=Q(paid_by=own)), directly=Sum("amount", filter=~Q(paid_by=own)))
    }
    advances = dict(
        TripAdvance.objects.filter(traveller__trip=trip)
        .order_by()
        .values_list("traveller")
        .annotate(total=Sum("amount"))
    )
    found = []
    for one in trip.people.select_related("person"):
        row = expenses.get(one.pk, {})
        found.append(
            Balance(one, row.get("spent") or ZERO, row.get("directly") or ZERO, advances.get(one.pk, ZERO))
        )
    return found


def total_of(trip: BusinessTrip) -> Decimal:
    """All expenses of the trip, whoever paid them."""
    return trip.expenses.aggregate(total=Sum("amount"))["total"] or ZERO
