"""Sums in yuan: rounding, and the amounts that the facts know."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from jiannuo.rules.facts import Facts

_FEN = Decimal("0.01")
ONE = Decimal(1)
ONCE = ("order", "month", "quarter", "year")
"""Units of which a case is one, where the facts do not say otherwise."""


def rounded(sum_: Decimal) -> Decimal:
    """A sum rounded to the fen, half upwards."""
    return sum_.quantize(_FEN, ROUND_HALF_UP)


def known_amount(facts: Facts, *names: str) -> Decimal | None:
    """The first of the named amounts that the facts know."""
    amounts = facts.amounts
    for name in names:
        if name in amounts:
            return amounts[name]
    return None


def quantity(facts: Facts, unit: str) -> Decimal | None:
    """How many units there are: ``amounts.<unit>``; one order, month, quarter or year where nothing is said."""
    return facts.amounts.get(unit, ONE if unit in ONCE else None)
