"""Months by their first day."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from jiannuo.kernel.months import instants_of, month_named, month_of, months_before, next_month


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11", date(2026, 11, 1)),
        ("1900-01", date(1900, 1, 1)),
        ("1899-12", None),
        ("2026-13", None),
        ("2026-1", None),
        ("２０２６-１１", None),
        ("2026-11-01", None),
        ("", None),
    ],
)
def test_a_month_is_named_by_year_and_number(text: str, day: date | None) -> None:
    assert month_named(text) == day
    assert month_of(text, date(2026, 3, 31)) == (day or date(2026, 3, 1))


@pytest.mark.parametrize(
    ("month", "count", "earlier"),
    [
        (date(2026, 3, 1), 3, date(2025, 12, 1)),
        (date(2026, 3, 31), 1, date(2026, 2, 1)),
        (date(2026, 1, 1), 13, date(2024, 12, 1)),
        (date(2026, 12, 1), -1, date(2027, 1, 1)),
    ],
)
def test_months_are_counted_back_over_the_years(month: date, count: int, earlier: date) -> None:
    assert months_before(month, count) == earlier


def test_a_month_begins_and_ends_in_the_zone_of_the_place() -> None:
    begin, end = instants_of(date(2026, 12, 24), ZoneInfo("Asia/Shanghai"))
    assert (begin.isoformat(), end.isoformat()) == ("2026-12-01T00:00:00+08:00", "2027-01-01T00:00:00+08:00")
    assert next_month(date(2026, 12, 24)) == date(2027, 1, 1)
