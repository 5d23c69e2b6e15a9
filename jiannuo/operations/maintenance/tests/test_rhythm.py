"""When plans come due, how meters forecast, how trends warn: no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from jiannuo.operations.maintenance.meters import forecast, usage_of
from jiannuo.operations.maintenance.models import MaintenancePlan, Season
from jiannuo.operations.maintenance.rhythm import windows
from jiannuo.operations.maintenance.trends import Value, trend_of

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def plan(**fields):
    values = {"starts_on": date(2026, 1, 31), "job": "maintenance", "work": "x", **fields}
    return MaintenancePlan(**values)


def due(one, since, until):
    return [w.due for w in windows(one, since=since, until=until, zone="Asia/Shanghai")]


def test_months_are_counted_from_the_first_day_and_clamp_without_drifting():
    one = plan(rhythm="calendar", every_amount=1, every_unit="months")
    found = due(one, date(2026, 2, 1), date(2026, 5, 31))
    assert found == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]


def test_a_plan_by_calendar_ends_with_its_last_day():
    one = plan(rhythm="calendar", every_amount=2, every_unit="weeks", ends_on=date(2026, 3, 1))
    assert due(one, date(2026, 1, 31), date(2026, 12, 31)) == [date(2026, 2, 14), date(2026, 2, 28)]


@pytest.mark.parametrize(
    ("when", "days", "opens", "last"),
    [
        ("before", 20, date(2026, 6, 11), date(2026, 6, 30)),
        ("during", None, date(2026, 7, 1), date(2026, 9, 30)),
        ("after", 10, date(2026, 10, 1), date(2026, 10, 10)),
    ],
)
def test_before_in_and_after_the_typhoon_season(when, days, opens, last):
    season = Season(name="台风季", begins="07-01", ends="09-30")
    one = plan(rhythm="season", season=season, season_when=when, season_days=days)
    found = windows(one, since=date(2026, 1, 31), until=date(2026, 12, 31), zone="Asia/Shanghai")
    assert [(w.opens, w.due, w.name) for w in found] == [(opens, last, "台风季")]


def test_a_winter_over_new_year_is_one_season():
    winter = Season(name="冬季", begins="12-01", ends="02-28", over_new_year=True)
    one = plan(rhythm="season", season=winter, season_when="during")
    found = windows(one, since=date(2026, 1, 31), until=date(2027, 12, 31), zone="Asia/Shanghai")
    assert [w.due for w in found] == [date(2026, 2, 28), date(2027, 2, 28)]
    assert found[1].opens == date(2026, 12, 1)


def test_a_reversed_season_is_refused_unless_it_runs_over_new_year():
    with pytest.raises(ValidationError) as refused:
        Season(name="x", begins="09-30", ends="07-01").clean()
    assert "ends" in refused.value.message_dict
    Season(name="x", begins="12-01", ends="02-28", over_new_year=True).clean()
    with pytest.raises(ValidationError):
        Season(name="x", begins="02-30", ends="03-01").clean()


def test_four_times_a_week():
    one = plan(rhythm="weekdays", weekdays="0246")
    found = due(one, date(2026, 2, 2), date(2026, 2, 8))
    assert [day.weekday() for day in found] == [0, 2, 4, 6]


@dataclass
class Reading:
    value: Decimal
    read_at: datetime
    meter_replaced: bool = False


def at(days: float) -> datetime:
    return BEGIN + timedelta(days=days)


def test_the_meter_forecasts_the_day_from_the_use():
    usage = usage_of([Reading(Decimal(100), at(0)), Reading(Decimal(400), at(30))])
    found = forecast(usage, since=at(0), every=Decimal(500), today=at(30).date(), days=180)
    assert found.run == 300
    assert found.per_day == pytest.approx(10)
    assert found.due == at(50).date()


def test_a_service_between_two_readings_counts_from_the_line_between_them():
    usage = usage_of([Reading(Decimal(0), at(0)), Reading(Decimal(300), at(30))])
    found = forecast(usage, since=at(10), every=Decimal(500), today=at(30).date(), days=180)
    assert found.run == pytest.approx(200)


def test_a_new_meter_counts_on_and_one_running_backwards_stands_still():
    readings = [
        Reading(Decimal(900), at(0)),
        Reading(Decimal(1000), at(10)),
        Reading(Decimal(50), at(15), meter_replaced=True),
        Reading(Decimal(40), at(20)),
    ]
    assert [total for _when, total in usage_of(readings).points] == [0, 100, 150, 150]


def test_one_reading_forecasts_nothing_and_what_is_over_is_due_today():
    once = usage_of([Reading(Decimal(100), at(0))])
    assert forecast(once, since=at(0), every=Decimal(500), today=at(1).date(), days=90).due is None
    much = usage_of([Reading(Decimal(0), at(0)), Reading(Decimal(600), at(30))])
    assert forecast(much, since=at(0), every=Decimal(500), today=at(31).date(), days=90).due == at(31).date()


def test_a_value_that_moves_towards_its_limit_warns_before_it_is_there():
    values = [Value(at(30 * n), 3.0 + 0.2 * n) for n in range(4)]
    trend = trend_of(values, None, Decimal(4), points=4, days=90)
    assert trend is not None
    assert not trend.is_outside
    assert trend.limit == 4.0
    assert trend.reaches_on == at(150).date()
    assert trend_of(values, None, Decimal(4), points=4, days=30).reaches_on is None
    assert trend_of(values[:3], None, Decimal(4), points=4, days=90) is None


def test_a_single_wrong_value_does_not_bend_the_trend():
    values = [Value(at(10 * n), 5.0) for n in range(9)]
    values[4] = Value(at(40), 50.0)
    trend = trend_of(values, None, Decimal(6), points=4, days=365)
    assert trend is not None
    assert trend.reaches_on is None


def test_a_value_outside_is_said_at_once():
    trend = trend_of([Value(at(0), 4.5)], None, Decimal(4), points=4, days=90)
    assert trend is not None
    assert trend.is_outside
