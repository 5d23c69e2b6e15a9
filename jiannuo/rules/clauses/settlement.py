"""Promises of pay: how a dealer, a station or a supplier is settled with."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from jiannuo.rules.clauses.parts import Clause, Limit

SettlementBasis = Literal["fixed", "standard", "actual", "share", "none"]
SETTLEMENT_BASES: tuple[SettlementBasis, ...] = ("fixed", "standard", "actual", "share", "none")
SETTLEMENT_UNITS = (
    "order",
    "unit_sold",
    "card",
    "piece",
    "hour",
    "person_day",
    "km",
    "month",
    "quarter",
    "year",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """From ``low`` (included) to ``high`` (not included) pieces, or at this grade, the amount or share is this one."""

    low: Decimal | None = None
    high: Decimal | None = None
    grade: str = ""
    amount: Decimal | None = None
    share: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A ground on which a claim is refused, reduced by ``share``, or forfeited: a flag of the claim."""

    flag: str
    effect: Literal["refused", "reduced", "forfeited"] = "refused"
    share: Decimal | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementClause(Clause):
    """How ``payee`` is paid for ``items``.

    ``fixed`` yuan for each ``per``, the ``standard`` of a price list, ``actual`` cost, or a ``share`` of it.
    ``documents`` are what a claim must bring (``old_part``, ``signed_order``, ``invoice`` …), within ``deadline`` of
    ``start``; a claim without them is refused, a late one is ``late`` (refused, reduced or forfeited). ``cap`` is the
    most that is paid for one ``per``; ``tiers`` replace amount or share by quantity or grade.
    """

    kind: ClassVar[str] = "settlement"
    payee: str
    basis: SettlementBasis
    items: tuple[str, ...] = ("labour",)
    per: str = "order"
    amount: Decimal | None = None
    share: Decimal | None = None
    cap: Decimal | None = None
    tiers: tuple[Tier, ...] = ()
    documents: tuple[str, ...] = ()
    start: str = "completed"
    deadline: Limit | None = None
    late: Refusal | None = None
    refusals: tuple[Refusal, ...] = ()
    calendar: str = "24x7"
    payer: str = "manufacturer"

    def __post_init__(self) -> None:
        if self.basis == "fixed" and self.amount is None and not self.tiers:
            raise ValueError("a fixed settlement needs an amount or tiers")
        if self.basis == "share" and self.share is None and not self.tiers:
            raise ValueError("a settlement by share needs a share or tiers")
