"""What a consequence comes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from jiannuo.operations.tasks.amounts import Rate, worked_out

DUE = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rate", "late", "sum_"),
    [
        (Rate(amount=Decimal(200)), timedelta(days=9), "200.00"),
        (Rate(amount=Decimal(50), per="time"), timedelta(days=9), "50.00"),
        (Rate(amount=Decimal(50), per="piece"), timedelta(days=9), "50.00"),
        (Rate(amount=Decimal(100), per="day"), timedelta(0), "100.00"),
        (Rate(amount=Decimal(100), per="day"), timedelta(days=1), "100.00"),
        (Rate(amount=Decimal(100), per="day"), timedelta(days=1, seconds=1), "200.00"),
        (Rate(amount=Decimal("12.5"), per="hour"), timedelta(hours=2, minutes=1), "37.50"),
        (Rate(share=Decimal("0.05"), value=Decimal("1280.30")), timedelta(days=9), "64.02"),
        (Rate(share=Decimal("0.001"), value=Decimal(10000), per="day"), timedelta(days=3), "30.00"),
    ],
)
def test_the_sum(rate, late, sum_):
    assert worked_out(rate, DUE, DUE + late) == Decimal(sum_)


@pytest.mark.parametrize("rate", [Rate(), Rate(share=Decimal("0.05"))])
def test_no_figure_or_no_value_gives_no_sum(rate):
    assert worked_out(rate, DUE, DUE + timedelta(days=1)) is None
