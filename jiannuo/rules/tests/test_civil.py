"""Civil periods: Civil Code art. 201-203 and the sources' "day 1 to 7"."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiannuo.rules import Calendar, NeverOpensError, last_day, period_end, same_day_end
from jiannuo.rules.tests.test_worktime_spec import CHINA, NATIONAL_DAY, NIGHT, OFFICE, SIX_DAYS, at

EVERY_DAY = Calendar.always_open().with_holidays(NATIONAL_DAY)


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), CHINA)


@pytest.mark.parametrize(
    ("name", "start", "amount", "unit", "counts", "last"),
    [
        ("the start day is not counted", "2025-03-03", 7, "days", False, "2025-03-10"),
        ("with the start day as day 1", "2025-03-03", 7, "days", True, "2025-03-09"),
        ("month ends clamp", "2025-01-31", 1, "months", False, "2025-02-28"),
        ("also in leap years", "2024-01-31", 1, "months", False, "2024-02-29"),
        ("years from 29 February", "2024-02-29", 1, "years", False, "2025-02-28"),
        ("18 months", "2024-08-31", 18, "months", False, "2026-02-28"),
        ("5 years", "2020-05-06", 5, "years", False, "2025-05-06"),
        ("a year with its first day", "2024-03-01", 1, "years", True, "2025-02-28"),
        ("a month with its first day", "2025-01-15", 1, "months", True, "2025-02-14"),
        ("counted from the 1st", "2025-01-01", 1, "months", True, "2025-01-31"),
        ("clamped but not shortened", "2025-01-31", 1, "months", True, "2025-02-28"),
        ("from the 30th", "2025-01-30", 1, "months", True, "2025-02-28"),
    ],
)
def test_periods(name, start, amount, unit, counts, last):
    end = period_end(date.fromisoformat(start), amount, unit, counts_start_day=counts, calendar=OFFICE)
    assert end == midnight_after(date.fromisoformat(last)), name


@pytest.mark.parametrize(
    ("name", "calendar", "start", "days", "roll", "last"),
    [
        ("on a statutory holiday", OFFICE, "2025-09-30", 3, "holiday", "2025-10-09"),
        ("an ordinary Sunday stays", OFFICE, "2025-09-05", 2, "holiday", "2025-09-07"),
        ("unless any rest day moves it", OFFICE, "2025-09-05", 2, "rest_day", "2025-09-08"),
        ("a make-up Sunday is a working day", OFFICE, "2025-09-26", 2, "rest_day", "2025-09-28"),
        ("Saturday in a six-day week", SIX_DAYS, "2025-09-05", 1, "rest_day", "2025-09-06"),
        ("a holiday where work never rests", EVERY_DAY, "2025-09-30", 1, "rest_day", "2025-10-09"),
        ("no rolling", OFFICE, "2025-09-30", 3, None, "2025-10-03"),
    ],
)
def test_an_end_on_a_day_of_rest(name, calendar, start, days, roll, last):
    end = period_end(date.fromisoformat(start), days, "days", roll_forward=roll, calendar=calendar)
    assert end == midnight_after(date.fromisoformat(last)), name


def test_the_start_is_the_date_in_the_zone_of_the_calendar():
    late_in_utc = datetime(2025, 3, 3, 17, 0, tzinfo=UTC)  # 4 March, 01:00 in Shanghai
    assert period_end(late_in_utc, 1, "days", calendar=OFFICE) == midnight_after(date(2025, 3, 5))


def test_impossible_periods_are_refused():
    with pytest.raises(ValueError, match="negative"):
        period_end(date(2025, 1, 1), -1, "days", calendar=OFFICE)
    with pytest.raises(ValueError, match="unknown unit"):
        period_end(date(2025, 1, 1), 1, "fortnights", calendar=OFFICE)
    fair = Calendar.from_json({"name": "fair", "weekly": {}, "extra_open": {"2020-01-01": ["09:00-10:00"]}})
    with pytest.raises(NeverOpensError):
        period_end(date(2025, 1, 1), 1, "days", roll_forward="rest_day", calendar=fair)
    with pytest.raises(NeverOpensError):
        same_day_end(at("01-01 09:00"), fair, "closing")


@pytest.mark.parametrize(
    ("name", "calendar", "start", "ends", "expected"),
    [
        ("at 24:00", OFFICE, "09-01 09:00", "midnight", "09-02 00:00"),
        ("at 24:00 also at night", NIGHT, "09-02 01:00", "midnight", "09-03 00:00"),
        ("at closing", OFFICE, "09-01 09:00", "closing", "09-01 18:00"),
        ("before hours", OFFICE, "09-01 06:00", "closing", "09-01 18:00"),
        ("after closing: that of the next working day", OFFICE, "09-05 18:00", "closing", "09-08 18:00"),
        ("on a rest day", OFFICE, "09-06 10:00", "closing", "09-08 18:00"),
        ("in a spill: when that window closes", NIGHT, "09-02 01:00", "closing", "09-02 02:00"),
    ],
)
def test_the_end_of_the_same_day(name, calendar, start, ends, expected):
    assert same_day_end(at(start), calendar, ends) == at(expected), name


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 200))
def test_months_end_on_the_same_number_or_the_last_of_the_month(start, months):
    last = last_day(start, months, "months", calendar=OFFICE)
    assert (last.year * 12 + last.month) - (start.year * 12 + start.month) == months
    assert last.day == start.day or (last + timedelta(days=1)).day == 1
    counted = last_day(start, months + 1, "months", counts_start_day=True, calendar=OFFICE)
    assert (
        counted < last_day(start, months + 1, "months", calendar=OFFICE)
        or (counted + timedelta(days=1)).day == 1
    )


def test_zones_with_summer_time_end_at_their_own_midnight():
    berlin = Calendar.always_open(tz="Europe/Berlin")
    end = period_end(date(2025, 3, 29), 1, "days", calendar=berlin)
    assert end == datetime(2025, 3, 31, tzinfo=ZoneInfo("Europe/Berlin"))
