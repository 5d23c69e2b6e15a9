"""Amounts of money: Decimal in CNY, rounded to the fen, written in figures and in words."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")


def to_fen(amount: Decimal) -> Decimal:
    """``amount`` rounded half up to two places."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def in_figures(amount: Decimal, currency: str = "CNY") -> str:
    """Such as ``¥1,234.50``; other currencies carry their code."""
    sign = "-" if amount < 0 else ""
    figures = f"{abs(to_fen(amount)):,.2f}"
    return f"{sign}¥{figures}" if currency == "CNY" else f"{sign}{currency} {figures}"


def in_words(amount: Decimal) -> str:
    """The amount as forms want it (人民币大写), such as 壹仟贰佰叁拾肆元伍角整.

    Raises ValueError for a billion (10¹⁶) and more, which no form of ours holds.
    """
    rounded = to_fen(amount)
    if abs(rounded) >= Decimal(10) ** 16:
        raise ValueError("amount too large to write in words")
    if rounded < 0:
        return "负" + in_words(-rounded)
    import cn2an  # loads tables that most processes never need

    words = str(cn2an.an2cn(f"{rounded:f}", "rmb"))
    return words + "整" if words.endswith("角") else words
