"""Promises of remedies: refund, exchange, repair and what else a customer may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from jiannuo.rules.clauses.parts import Beginning, Clause, Period

REMEDIES = (
    "refund",
    "exchange",
    "repair",
    "loaner",
    "price_reduction",
    "compensation",
    "make_good",
    "return",
    "proof",
)
PriceRule = Literal["none", "invoice", "depreciated", "metered", "current", "share", "fixed"]
PRICE_RULES: tuple[PriceRule, ...] = (
    "none",
    "invoice",
    "depreciated",
    "metered",
    "current",
    "share",
    "fixed",
)
USED_UP: tuple[PriceRule, ...] = ("depreciated", "metered")
"""Price rules by which use makes a refund less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What is paid back or paid: the invoice price, less ``rate`` for each day of use (``depreciated``) or for each
    ``per`` that ``meter`` has run (``metered``: 0.005 of the price for each 1,000 km), the present price, ``rate`` as a
    share of the invoice price (2 is double), or a ``fixed`` ``amount`` in yuan.

    With ``asked_on_exchange`` the customer who chooses an exchange pays what a refund would be less by.
    """

    rule: PriceRule = "invoice"
    rate: Decimal | None = None
    amount: Decimal | None = None
    meter: str = ""
    per: Decimal = Decimal(1)
    asked_on_exchange: bool = False

    def __post_init__(self) -> None:
        if self.rule in ("depreciated", "metered", "share") and self.rate is None:
            raise ValueError(f"the price rule {self.rule} needs a rate")
        if self.rule == "fixed" and self.amount is None:
            raise ValueError("the price rule fixed needs an amount")
        if (self.rule == "metered") != bool(self.meter):
            raise ValueError("the price rule metered and a meter go together")
        if self.per <= 0:
            raise ValueError("the price falls for each amount of the meter above 0")
        if self.asked_on_exchange and self.rule not in USED_UP:
            raise ValueError(f"an exchange costs what use has cost: with {' or '.join(USED_UP)} only")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyWindow:
    """When a remedy may be asked for: from day ``from_day`` to day ``to_day`` or to the end of ``within``, counted
    from ``begins``; the day of the event is day 1 with ``counts_start_day``. Neither end: as long as the cover lasts.
    """

    begins: Beginning
    from_day: int = 1
    to_day: int | None = None
    within: Period | None = None
    counts_start_day: bool = True

    def __post_init__(self) -> None:
        if self.from_day < 0 or (self.to_day is not None and self.to_day < self.from_day):
            raise ValueError(f"the window from day {self.from_day} to day {self.to_day} is empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyClause(Clause):
    """What the customer may choose (``offers``) in the ``window`` when the conditions of ``when`` hold.

    Conditions ask for history: ``same_symptom_repairs``, ``consecutive_faults``, ``days_under_repair``,
    ``days_waiting_parts``, ``replacements``, ``symptom``, ``flag``. Without a window the remedy lasts as long as parts
    are in warranty when ``while_covered``, else for ever. ``bearer`` pays freight and the like.
    """

    kind: ClassVar[str] = "remedy"
    offers: tuple[str, ...]
    window: RemedyWindow | None = None
    while_covered: bool = False
    price: Price = Price(rule="none")
    bearer: str = "provider"
    calendar: str = "24x7"
