"""Each sentence of the design about working time, as a table of cases in local time (Asia/Shanghai)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jiannuo.rules import (
    BeyondTimeError,
    Calendar,
    CalendarError,
    HolidayTable,
    NaiveInstantError,
    NeverOpensError,
    Pause,
    calendar_years_without_holidays,
    due,
    due_days,
    elapsed,
    is_open,
    next_opening,
)

CHINA = ZoneInfo("Asia/Shanghai")
#: National Day 2025: closed from 1 to 8 October, 28 September (Sunday) and 11 October (Saturday) are worked.
NATIONAL_DAY = HolidayTable(
    frozenset(date(2025, 10, day) for day in range(1, 9)),
    frozenset({date(2025, 9, 28), date(2025, 10, 11)}),
    frozenset({2025}),
)
OFFICE_HOURS = ["09:00-12:00", "13:00-18:00"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2025-{text}").replace(tzinfo=CHINA).astimezone(UTC)


def calendar(days="mon tue wed thu fri", hours=OFFICE_HOURS, holidays=NATIONAL_DAY, **fields) -> Calendar:
    data = {
        "name": "office",
        "weekly": dict.fromkeys(days.split(), hours),
        "observes_holidays": True,
        **fields,
    }
    return Calendar.from_json(data, holidays)


OFFICE = calendar()
SIX_DAYS = calendar("mon tue wed thu fri sat")
NIGHT = calendar("mon tue wed thu fri", ["20:00-02:00"])
ROUND_THE_CLOCK = Calendar.always_open()


@pytest.mark.parametrize(
    ("name", "cal", "start", "minutes", "expected"),
    [
        ("within a window", OFFICE, "09-01 09:00", 60, "09-01 10:00"),
        ("over lunch", OFFICE, "09-01 11:30", 60, "09-01 13:30"),
        ("used up exactly at closing is due at closing", OFFICE, "09-01 17:00", 60, "09-01 18:00"),
        ("a due at the end of a window stays there", OFFICE, "09-01 11:00", 60, "09-01 12:00"),
        ("one minute more is next morning", OFFICE, "09-01 17:00", 61, "09-02 09:01"),
        ("nothing is due at the start, even outside hours", OFFICE, "09-06 03:00", 0, "09-06 03:00"),
        ("a start outside hours counts from the next opening", OFFICE, "09-05 18:30", 30, "09-08 09:30"),
        ("a start at closing counts from the next opening", OFFICE, "09-05 18:00", 30, "09-08 09:30"),
        ("over a weekend", OFFICE, "09-05 17:30", 60, "09-08 09:30"),
        ("over the holidays", OFFICE, "09-30 17:30", 60, "10-09 09:30"),
        ("a make-up workday has Monday's hours", OFFICE, "09-26 17:30", 60, "09-28 09:30"),
        ("six-day week: an ordinary Saturday is worked", SIX_DAYS, "09-05 17:30", 60, "09-06 09:30"),
        ("six-day week: a Saturday inside a holiday is not", SIX_DAYS, "09-30 17:30", 480, "10-09 17:30"),
        ("night window", NIGHT, "09-01 23:00", 240, "09-02 21:00"),
        ("the night before a holiday runs to its end", NIGHT, "09-30 23:00", 180, "10-01 02:00"),
        ("and no further", NIGHT, "09-30 23:00", 181, "10-09 20:01"),
        ("the night after the last holiday", NIGHT, "10-08 21:00", 60, "10-09 21:00"),
        ("round the clock", ROUND_THE_CLOCK, "09-30 23:30", 1440, "10-01 23:30"),
    ],
)
def test_working_minutes(name, cal, start, minutes, expected):
    end = due(cal, at(start), minutes)
    assert end == at(expected), name
    assert end.tzinfo is UTC
    assert elapsed(cal, at(start), end) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("name", "start", "minutes", "pauses", "expected"),
    [
        ("a pause stops the clock", "09-01 09:00", 60, [("09-01 09:30", "09-01 10:00")], "09-01 10:30"),
        (
            "overlapping pauses count once",
            "09-01 09:00",
            60,
            [("09-01 09:30", "09-01 10:00")] * 2,
            "09-01 10:30",
        ),
        (
            "also when one holds the other",
            "09-01 09:00",
            60,
            [("09-01 09:20", "09-01 11:00"), ("09-01 09:30", "09-01 10:00")],
            "09-01 11:40",
        ),
        (
            "pauses outside hours change nothing",
            "09-01 17:30",
            60,
            [("09-01 18:00", "09-02 09:00")],
            "09-02 09:30",
        ),
        (
            "a pause after the due moves nothing",
            "09-01 09:00",
            60,
            [("09-01 10:30", "09-03 10:00")],
            "09-01 10:00",
        ),
        (
            "a pause from the due on moves nothing",
            "09-01 09:00",
            60,
            [("09-01 10:00", "09-03 10:00")],
            "09-01 10:00",
        ),
        (
            "a pause from closing on moves nothing",
            "09-01 17:00",
            60,
            [("09-01 18:00", "09-03 10:00")],
            "09-01 18:00",
        ),
        ("an empty pause is none", "09-01 09:00", 60, [("09-01 09:30", "09-01 09:30")], "09-01 10:00"),
        (
            "a pause before the start counts from it",
            "09-01 09:00",
            60,
            [("08-29 09:00", "09-01 09:15")],
            "09-01 10:15",
        ),
        ("still open before the due: none yet", "09-01 09:00", 60, [("09-01 09:59", None)], None),
        ("open from the due on: due stays", "09-01 09:00", 60, [("09-01 10:00", None)], "09-01 10:00"),
        (
            "far pauses are not even looked at",
            "09-01 09:00",
            60,
            [("12-01 09:00", "12-30 09:00")],
            "09-01 10:00",
        ),
    ],
)
def test_pauses(name, start, minutes, pauses, expected):
    spans = [Pause(at(begin), at(end) if end else None) for begin, end in pauses]
    end = due(OFFICE, at(start), minutes, spans)
    assert end == (at(expected) if expected else None), name
    if end:
        assert elapsed(OFFICE, at(start), end, spans) == timedelta(minutes=minutes)


def test_an_open_pause_lasts_until_the_end_when_time_is_measured():
    assert elapsed(OFFICE, at("09-01 09:00"), at("09-01 11:00"), [(at("09-01 10:00"), None)]) == timedelta(
        hours=1
    )
    assert elapsed(OFFICE, at("09-01 09:00"), at("09-01 11:00"), [(at("09-01 12:00"), None)]) == timedelta(
        hours=2
    )


@pytest.mark.parametrize(
    ("name", "cal", "start", "days", "reading", "expected"),
    [
        ("the start date is not counted", OFFICE, "09-01 09:00", 1, "civil", "09-02 18:00"),
        ("due at the last closing of the day", OFFICE, "09-01 17:59", 3, "civil", "09-04 18:00"),
        ("from a rest day", OFFICE, "09-06 10:00", 1, "civil", "09-08 18:00"),
        ("over a make-up workday", OFFICE, "09-26 10:00", 2, "civil", "09-29 18:00"),
        ("over the holidays", OFFICE, "09-30 10:00", 2, "civil", "10-10 18:00"),
        ("six-day week", SIX_DAYS, "09-05 10:00", 1, "civil", "09-06 18:00"),
        ("the last closing may lie after midnight", NIGHT, "09-01 10:00", 1, "civil", "09-03 02:00"),
        ("nothing is due at the start", OFFICE, "09-06 10:00", 0, "civil", "09-06 10:00"),
        ("the clock time is kept", OFFICE, "09-01 10:20", 2, "elapsed", "09-03 10:20"),
        ("in a gap forward to the next opening", OFFICE, "09-01 12:30", 1, "elapsed", "09-02 13:00"),
        ("before hours forward to the opening", OFFICE, "09-01 07:00", 1, "elapsed", "09-02 09:00"),
        ("after the last closing back to it", OFFICE, "09-01 20:00", 1, "elapsed", "09-02 18:00"),
        ("exactly at closing stays", OFFICE, "09-01 18:00", 1, "elapsed", "09-02 18:00"),
        ("from a rest day", OFFICE, "09-06 10:20", 1, "elapsed", "09-08 10:20"),
        ("a spill belongs to the date it opened on", NIGHT, "09-02 01:00", 1, "elapsed", "09-03 01:00"),
        ("a start outside the spill has its own date", NIGHT, "09-02 03:00", 1, "elapsed", "09-03 20:00"),
        ("Friday's spill on Saturday", NIGHT, "09-06 01:30", 1, "elapsed", "09-09 01:30"),
    ],
)
def test_working_days(name, cal, start, days, reading, expected):
    assert due_days(cal, at(start), days, reading) == at(expected), name


@pytest.mark.parametrize(
    ("name", "days", "reading", "pauses", "expected"),
    [
        ("paused time is added after", 1, "civil", [("09-01 10:00", "09-01 12:00")], "09-03 11:00"),
        ("also when the clock time is kept", 1, "elapsed", [("09-01 10:00", "09-01 12:00")], "09-02 11:30"),
        ("and stops for further pauses", 1, "civil", [("09-01 10:00", "09-01 11:00"), ("09-03 09:30", "09-03 10:00")],
         "09-03 10:30"),
        ("outside hours nothing", 1, "civil", [("09-01 18:00", "09-02 09:00")], "09-02 18:00"),
        ("after the due nothing", 1, "civil", [("09-02 18:00", "09-03 18:00")], "09-02 18:00"),
        ("still open: none yet", 1, "civil", [("09-02 17:00", None)], None),
        ("open after the due: due stays", 1, "civil", [("09-02 18:00", None)], "09-02 18:00"),
    ],
)  # fmt: skip
def test_working_days_with_pauses(name, days, reading, pauses, expected):
    spans = [(at(begin), at(end) if end else None) for begin, end in pauses]
    expected_end = at(expected) if expected else None
    assert due_days(OFFICE, at("09-01 09:30"), days, reading, spans) == expected_end, name


@pytest.mark.parametrize(
    ("name", "fields", "day", "open_at_ten"),
    [
        ("weekly row", {}, "09-01", True),
        ("rest day", {}, "09-06", False),
        ("holiday beats the weekly row", {}, "10-06", False),
        ("make-up workday beats the weekly row", {}, "09-28", True),
        ("holidays not observed", {"observes_holidays": False}, "10-06", True),
        ("nor make-up workdays", {"observes_holidays": False}, "09-28", False),
        ("make-up hours of its own", {"make_up_hours": ["13:00-17:00"]}, "09-28", False),
        ("extra closed beats make-up", {"extra_closed": ["2025-09-28"]}, "09-28", False),
        ("extra open beats holiday", {"extra_open": {"2025-10-06": ["10:00-11:00"]}}, "10-06", True),
        (
            "extra open beats extra closed",
            {"extra_closed": ["2025-10-06"], "extra_open": {"2025-10-06": ["10:00-11:00"]}},
            "10-06",
            True,
        ),
    ],
)
def test_what_decides_the_hours_of_a_date(name, fields, day, open_at_ten):
    assert is_open(calendar(**fields), at(f"{day} 10:00")) is open_at_ten, name


def test_windows_are_half_open_and_overlaps_count_once():
    odd = calendar(hours=["09:00-11:00", "10:00-12:00"])
    assert is_open(odd, at("09-01 09:00"))
    assert not is_open(odd, at("09-01 12:00"))
    assert due(odd, at("09-01 09:00"), 180) == at("09-01 12:00")


def test_touching_windows_of_two_dates_are_one():
    through = calendar("mon tue", ["00:00-24:00"], observes_holidays=False)
    assert due(through, at("09-01 12:00"), 1440) == at("09-02 12:00")
    assert next_opening(through, at("09-03 12:00")) == at("09-08 00:00")


def test_next_opening():
    assert next_opening(OFFICE, at("09-01 10:00")) == at("09-01 10:00")
    assert next_opening(OFFICE, at("09-01 12:00")) == at("09-01 13:00")
    assert next_opening(OFFICE, at("09-30 18:00")) == at("10-09 09:00")


def test_instants_may_arrive_in_any_zone():
    start = datetime(2025, 9, 1, 1, 0, tzinfo=UTC)
    for zone in (CHINA, ZoneInfo("America/New_York")):
        assert due(OFFICE, start.astimezone(zone), 60) == at("09-01 10:00")
    assert due(OFFICE, datetime(2025, 9, 1, 9, 0, tzinfo=CHINA), 60) == at("09-01 10:00")


def test_sub_minute_instants_and_limits_are_exact():
    start = at("09-01 17:59") + timedelta(seconds=30, microseconds=7)
    assert due(OFFICE, start, 1) == at("09-02 09:00") + timedelta(seconds=30, microseconds=7)
    assert due(OFFICE, start, timedelta(microseconds=3)) == start + timedelta(microseconds=3)


def test_limits_longer_than_the_horizon():
    assert due(OFFICE, at("09-01 09:00"), 480 * 1000) == due_days(OFFICE, at("08-29 09:00"), 1000)
    assert elapsed(OFFICE, at("09-01 09:00") - timedelta(days=4000), at("09-01 09:00")) > timedelta(days=900)


@pytest.mark.parametrize("call", [
    lambda: due(OFFICE, datetime(2025, 9, 1), 1),
    lambda: due_days(OFFICE, datetime(2025, 9, 1), 1),
    lambda: elapsed(OFFICE, datetime(2025, 9, 1), at("09-01 09:00")),
    lambda: is_open(OFFICE, datetime(2025, 9, 1)),
])  # fmt: skip
def test_naive_instants_are_refused(call):
    with pytest.raises(NaiveInstantError, match="time zone"):
        call()


@pytest.mark.parametrize("call", [
    lambda: due(OFFICE, at("09-01 09:00"), -1),
    lambda: due_days(OFFICE, at("09-01 09:00"), -1),
    lambda: due_days(OFFICE, at("09-01 09:00"), 1, "lunar"),
    lambda: elapsed(OFFICE, at("09-02 09:00"), at("09-01 09:00")),
    lambda: due(OFFICE, at("09-01 09:00"), 60, [(at("09-01 10:00"), at("09-01 09:30"))]),
])  # fmt: skip
def test_impossible_questions_are_refused(call):
    with pytest.raises(ValueError):
        call()


class TestCalendarsThatNeverOpen:
    def test_without_any_hours(self):
        with pytest.raises(CalendarError, match="'empty' never opens"):
            Calendar.from_json({"name": "empty", "weekly": {}})

    def test_without_working_time_in_the_next_400_days(self):
        once = Calendar.from_json(
            {
                "name": "fair",
                "weekly": {},
                "extra_open": {"2025-03-01": ["09:00-12:00"], "2027-03-01": ["09:00-12:00"]},
            }
        )
        assert due(once, at("02-01 09:00"), 180) == at("03-01 12:00")
        for question in (
            lambda: due(once, at("03-01 12:00"), 1),
            lambda: due(once, at("02-01 09:00"), 181),
            lambda: due_days(once, at("03-01 12:00"), 1),
            lambda: next_opening(once, at("03-01 12:00")),
            lambda: due(once, datetime(2028, 1, 1, tzinfo=UTC), 1),
            lambda: due_days(once, datetime(2028, 1, 1, tzinfo=UTC), 1),
            lambda: next_opening(once, datetime(2028, 1, 1, tzinfo=UTC)),
        ):
            with pytest.raises(NeverOpensError, match="'fair' has no working time in the 400 days"):
                question()
        assert due(once, datetime(2026, 6, 1, tzinfo=UTC), 1) > datetime(2027, 2, 1, tzinfo=UTC)

    def test_the_end_of_time(self):
        with pytest.raises(BeyondTimeError):
            due(ROUND_THE_CLOCK, datetime(9999, 6, 1, tzinfo=UTC), 1440 * 400)
        with pytest.raises(BeyondTimeError):
            due(ROUND_THE_CLOCK, datetime(1, 1, 1, tzinfo=UTC), 10)


def test_unknown_holiday_years_fall_back_to_the_weekly_pattern_and_say_so():
    start = datetime(2026, 9, 30, 17, 0, tzinfo=CHINA)
    assert due(OFFICE, start, 120) == datetime(2026, 10, 1, 10, 0, tzinfo=CHINA)
    assert calendar_years_without_holidays(OFFICE, at("12-31 10:00"), start) == (2026,)
    assert calendar_years_without_holidays(OFFICE, at("01-02 10:00"), at("12-31 10:00")) == ()
    assert calendar_years_without_holidays(ROUND_THE_CLOCK, at("01-02 10:00"), start) == ()


class TestClockChanges:
    """Berlin: 02:00 becomes 03:00 on 30 March 2025 and 03:00 becomes 02:00 on 26 October 2025."""

    berlin = Calendar.from_json(
        {
            "name": "berlin",
            "tz": "Europe/Berlin",
            "weekly": {day: ["01:00-04:00"] for day in ("sat", "sun", "mon")},
        }
    )

    def test_a_skipped_hour_is_not_worked(self):
        start = datetime(2025, 3, 30, 0, 0, tzinfo=UTC)
        assert due(self.berlin, start, 120) == datetime(2025, 3, 30, 2, 0, tzinfo=UTC)
        assert due(self.berlin, start, 121) == datetime(2025, 3, 30, 23, 1, tzinfo=UTC)

    def test_an_hour_that_comes_twice_is_worked_twice(self):
        start = datetime(2025, 10, 25, 23, 0, tzinfo=UTC)
        assert due(self.berlin, start, 240) == datetime(2025, 10, 26, 3, 0, tzinfo=UTC)

    def test_a_window_that_opens_in_the_skipped_hour_opens_at_the_change(self):
        early = Calendar.from_json(
            {"name": "early", "tz": "Europe/Berlin", "weekly": {"sun": ["02:30-05:00"]}}
        )
        assert next_opening(early, datetime(2025, 3, 29, 12, tzinfo=UTC)) == datetime(
            2025, 3, 30, 1, 0, tzinfo=UTC
        )

    def test_a_window_inside_the_skipped_hour_is_not_there(self):
        gone = Calendar.from_json({"name": "gone", "tz": "Europe/Berlin", "weekly": {"sun": ["02:10-02:50"]}})
        assert next_opening(gone, datetime(2025, 3, 29, 12, tzinfo=UTC)) == datetime(
            2025, 4, 6, 0, 10, tzinfo=UTC
        )

    def test_the_clock_time_is_kept_across_the_change(self):
        start = datetime(2025, 3, 29, 2, 30, tzinfo=UTC)  # 03:30
        assert due_days(self.berlin, start, 1, "elapsed") == datetime(2025, 3, 30, 1, 30, tzinfo=UTC)
        skipped = datetime(2025, 3, 29, 1, 30, 5, tzinfo=UTC)  # 02:30:05, which the 30th does not have
        assert due_days(self.berlin, skipped, 1, "elapsed") == datetime(2025, 3, 30, 1, 0, tzinfo=UTC)
