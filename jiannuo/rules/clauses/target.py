"""Promises of figures: targets with score, reward and penalty."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from jiannuo.rules.clauses.parts import Clause

Comparison = Literal["at_least", "at_most", "equals", "between"]
COMPARISONS: tuple[Comparison, ...] = ("at_least", "at_most", "equals", "between")
OVER = ("day", "week", "month", "quarter", "half_year", "year", "contract", "project", "batch")
TARGET_UNITS = (
    "percent",
    "permille",
    "count",
    "yuan",
    "days",
    "hours",
    "minutes",
    "points",
    "ohm",
    "megohm",
    "years",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From ``low`` (included) to ``high`` (not included) the figure earns ``points`` or ``amount`` yuan."""

    low: Decimal | None = None
    high: Decimal | None = None
    points: Decimal | None = None
    amount: Decimal | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """What a hit or a miss of the target brings, in yuan, points or a share of the pay.

    Once, or for each ``per`` units of the figure above or below the target: ``per`` 1 is for each percentage
    point, each case, each day. ``most`` bounds the sum.
    """

    when: Literal["met", "missed"]
    amount: Decimal | None = None
    points: Decimal | None = None
    share: Decimal | None = None
    per: Decimal | None = None
    most: Decimal | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetClause(Clause):
    """``measure`` of ``whom`` over a period is ``comparison`` ``value`` (to ``upper``) in ``unit``.

    ``measure`` is a word in small letters (``satisfaction``, ``follow_up_rate``) that the statistics know, or one
    whose figure is entered. ``weight`` is its share of a score sheet, ``steps`` the points by figure, ``stakes``
    reward and penalty.
    """

    kind: ClassVar[str] = "target"
    measure: str
    comparison: Comparison
    value: Decimal
    upper: Decimal | None = None
    unit: str = "percent"
    over: str = "month"
    whom: str = "department"
    weight: Decimal | None = None
    steps: tuple[Step, ...] = ()
    stakes: tuple[Stake, ...] = ()

    def __post_init__(self) -> None:
        if self.comparison == "between" and (self.upper is None or self.upper < self.value):
            raise ValueError("a target between two figures needs an upper one that is not below the value")
