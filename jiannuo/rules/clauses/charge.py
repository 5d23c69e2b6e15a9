"""Promises about charges: what is asked for work that no cover pays."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from jiannuo.rules.clauses.parts import Clause
from jiannuo.rules.facts import Path

ChargeBasis = Literal["free", "cost", "actual", "discount", "fixed", "list"]
CHARGE_BASES: tuple[ChargeBasis, ...] = ("free", "cost", "actual", "discount", "fixed", "list")
CHARGE_UNITS = (
    "order",
    "visit",
    "hour",
    "day",
    "person_day",
    "night",
    "km",
    "piece",
    "set",
    "square_metre",
    "month",
    "year",
)
"""What a fixed amount is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeClause(Clause):
    """How ``items`` of ``components`` are charged: ``basis``, with the figure that it needs.

    ``discount`` needs ``rate`` (0.8 is eighty per cent of the list price), ``fixed`` needs ``amount`` (yuan, for
    each ``per``). ``cost`` and ``actual`` may carry a ``rate`` as a surcharge (1.1). Up to ``free_up_to`` yuan
    nothing is asked, and above it only the rest, or the whole with ``free_is_threshold``. ``cap`` is the most that
    is ever asked. ``applies`` says on which side of the warranty the clause stands, ``supplied_by`` who brings the
    parts or material.
    """

    kind: ClassVar[str] = "charge"
    items: tuple[str, ...]
    basis: ChargeBasis
    components: tuple[Path, ...] = ()
    rate: Decimal | None = None
    amount: Decimal | None = None
    per: str = "order"
    free_up_to: Decimal | None = None
    free_is_threshold: bool = False
    cap: Decimal | None = None
    applies: Literal["out_of_warranty", "in_warranty", "always"] = "out_of_warranty"
    payer: str = "customer"
    supplied_by: str = "provider"

    def __post_init__(self) -> None:
        if self.basis == "discount" and self.rate is None:
            raise ValueError("a discount needs a rate, such as 0.8 for eighty per cent of the list price")
        if self.basis == "fixed" and self.amount is None:
            raise ValueError("a fixed charge needs an amount")
        if not self.items:
            raise ValueError("a charge needs the items that it is for")
