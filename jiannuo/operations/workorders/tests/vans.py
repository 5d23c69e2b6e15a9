"""Vans for the tests of orders: a storekeeper, and what he loads."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jiannuo.operations.parts.models import StockEntry, StockLocation
from jiannuo.operations.parts.queries import in_van
from jiannuo.operations.parts.services import receive
from jiannuo.registry.products.models import SparePart
from jiannuo.testing import factories


class Vans:
    """The storekeeper of the head office and the vans of the technicians."""

    def __init__(self, firm: Any) -> None:
        self.firm = firm
        self.keeper = factories.person("storekeeper", at=firm.head)
        self.part = SparePart.objects.get(code="P-100")

    def of(self, person: Any, quantity: int = 3, part: SparePart | None = None) -> StockLocation:
        """The van of a person, with so many of a part loaded into it."""
        van, _made = StockLocation.objects.get_or_create(
            person=person,
            kind="van",
            defaults={"organization": person.organization, "name": f"{person.name}的车"},
        )
        if quantity:
            receive(van, part or self.part, quantity, by=self.keeper)
        return van

    def left(self, person: Any = None) -> Decimal:
        """How many of the usual part are in a van, the technician's unless told."""
        return in_van(person or self.firm.technician).get(self.part.pk, Decimal(0))

    def moves(self) -> list[int]:
        """What jobs took and put back, in order."""
        rows = StockEntry.objects.filter(cause__in=["used", "put_back"]).order_by("pk")
        return [int(quantity) for quantity in rows.values_list("quantity", flat=True)]
