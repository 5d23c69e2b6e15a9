"""Calendars as data: reading, writing, refusing."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime

import pytest

from jiannuo.rules import Calendar, CalendarError, HolidayTable, Window, due

FULL = {
    "name": "duty",
    "tz": "Asia/Shanghai",
    "weekly": {"mon": ["08:00-12:00", "20:00-02:00"], "sat": ["00:00-24:00"]},
    "observes_holidays": True,
    "make_up_hours": ["09:00-17:00"],
    "extra_closed": ["2026-05-04"],
    "extra_open": {"2026-05-01": ["10:00-12:00"]},
}


@pytest.mark.parametrize("data", [FULL, Calendar.always_open().to_json()])
def test_calendars_go_to_json_and_back(data):
    calendar = Calendar.from_json(data)
    assert calendar.to_json() == data
    assert Calendar.from_json(calendar.to_json()) == calendar
    assert hash(Calendar.from_json(data)) == hash(calendar)


def test_calendars_can_be_sent_to_another_process():
    calendar = Calendar.from_json(FULL)
    start = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    end = due(calendar, start, 600)
    sent = pickle.loads(pickle.dumps(calendar))
    assert sent == calendar
    assert due(sent, start, 600) == end


def test_a_slip_of_the_pen_in_a_year_costs_no_time():
    calendar = Calendar.from_json(FULL)
    for year in (9998, 2026, 205, 2026):
        assert due(calendar, datetime(year, 3, 2, 1, 0, tzinfo=UTC), 600).year == year
    assert len(calendar.timeline.snapshot.days) < 400


def test_the_whole_week_is_written_24x7():
    assert Calendar.always_open("all").to_json()["weekly"] == "24x7"


def test_holiday_tables_go_to_json_and_back():
    table = HolidayTable(frozenset({date(2026, 5, 1)}), frozenset({date(2026, 5, 9)}), frozenset({2026}))
    assert HolidayTable.from_json(table.to_json()) == table
    calendar = Calendar.from_json(FULL).with_holidays(table)
    assert calendar.is_working_date(date(2026, 5, 1))  # opened on purpose
    assert not calendar.is_holiday(date(2026, 5, 1))
    assert calendar.hours_on(date(2026, 5, 9)) == (Window(540, 1020),)


@pytest.mark.parametrize("text", ["08:00-12:00", "20:00-02:00", "00:00-24:00", "22:00-24:00", "23:59-00:01"])
def test_windows_are_written_as_they_are_read(text):
    assert str(Window.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["8-12", "08:00", "08:00-08:00", "08:60-12:00", "08:00-25:00", "x:00-09:00", "24:00-02:00"]
)
def test_windows_that_cannot_be_read_are_refused(text):
    with pytest.raises(CalendarError):
        Window.parse(text)


@pytest.mark.parametrize(
    ("change", "mend"),
    [
        ({"weekly": {}, "extra_open": {}}, "'duty' never opens"),
        ({"weekly": "24/7"}, "must be 24x7"),
        ({"weekly": {"monday": ["08:00-12:00"]}}, "unknown weekday 'monday'"),
        ({"tz": "Asia/Peking"}, "unknown time zone 'Asia/Peking'"),
        ({"extra_open": {"2026-05-01": []}}, "extra open date 2026-05-01 has no hours"),
    ],
)
def test_calendars_that_cannot_be_used_are_refused_by_name(change, mend):
    with pytest.raises(CalendarError, match=mend):
        Calendar.from_json({**FULL, **change})


def test_a_week_has_seven_days():
    with pytest.raises(CalendarError, match="seven weekdays"):
        Calendar("short", ((Window(0, 60),),) * 5)
