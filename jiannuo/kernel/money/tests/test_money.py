from __future__ import annotations

from decimal import Decimal

import pytest

from jiannuo.kernel.money import in_figures, in_words, to_fen


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1234.50", "壹仟贰佰叁拾肆元伍角整"),
        ("1001.01", "壹仟零壹元零壹分"),
        ("100000000", "壹亿元整"),
        ("-12.3", "负壹拾贰元叁角整"),
    ],
)
def test_amounts_in_words(amount: str, words: str) -> None:
    assert in_words(Decimal(amount)) == words


def test_amounts_in_figures() -> None:
    assert in_figures(Decimal("1234567.5")) == "¥1,234,567.50"
    assert in_figures(Decimal(-3), "USD") == "-USD 3.00"
    assert to_fen(Decimal("0.005")) == Decimal("0.01")
