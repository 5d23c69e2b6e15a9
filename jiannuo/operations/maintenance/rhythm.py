"""When a plan comes due: windows by calendar, season and day of the week. No clock, no database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jiannuo.rules import Beginning, Calendar, Facts, Period, RecurringClause, Source, occurrences

ONE_DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
#: the event that stands for the day from which a plan counts
BEGINS = "contract_signed"


@dataclass(frozen=True, slots=True)
class Window:
    """One time that something is due: from ``opens`` to ``due``, both included. ``index`` tells it from the others."""

    index: str
    opens: date
    due: date
    name: str = ""


def windows(plan: Any, *, since: date, until: date, zone: str) -> list[Window]:
    """The windows of ``plan`` that are due from ``since`` to ``until``, both included, in order.

    For plans by calendar, season and day of the week; a plan by meter or clause has none of its own.
    """
    last = min(until, plan.ends_on) if plan.ends_on is not None else until
    found = _BY_RHYTHM.get(plan.rhythm, _none)(plan, since, last, zone)
    return [one for one in found if since <= one.due <= last and one.due >= plan.starts_on]


def _none(_plan: Any, _since: date, _until: date, _zone: str) -> Iterator[Window]:
    return iter(())


def _by_calendar(plan: Any, since: date, until: date, zone: str) -> Iterator[Window]:
    """Periods counted from the first day, as the engine counts those of clauses, so that nothing drifts."""
    clause = RecurringClause(
        id="plan",
        text="",
        source=Source(document="plan"),
        action=plan.job,
        begins=Beginning(events=(BEGINS,)),
        every=Period(amount=plan.every_amount, unit=plan.every_unit),
    )
    calendar = Calendar.always_open(tz=zone)
    tz = ZoneInfo(zone)
    found = occurrences(
        clause,
        Facts(dates={BEGINS: plan.starts_on}),
        calendar,
        since=_midnight(since, tz),
        until=_midnight(until + ONE_DAY, tz),
    )
    for one in found:
        due = (one.due_at - INSTANT).astimezone(tz).date()
        yield Window(str(one.index), one.opens_at.astimezone(tz).date(), due)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _by_season(plan: Any, since: date, until: date, _zone: str) -> Iterator[Window]:
    """The season of each year, or the days before or after it. The first may be under way when the plan begins."""
    days = timedelta(days=plan.season_days or 0)
    for year in range(since.year - 1, until.year + 2):
        first, last = plan.season.window(year)
        if plan.season_when == "before":
            first, last = first - days, first - ONE_DAY
        elif plan.season_when == "after":
            first, last = last + ONE_DAY, last + days
        yield Window(f"s{year}", max(first, min(plan.starts_on, last)), last, plan.season.name)


def _by_weekday(plan: Any, since: date, until: date, _zone: str) -> Iterator[Window]:
    day = max(since, plan.starts_on)
    while day <= until:
        if str(day.weekday()) in plan.weekdays:
            yield Window(day.isoformat(), day, day)
        day += ONE_DAY


_BY_RHYTHM = {"calendar": _by_calendar, "season": _by_season, "weekdays": _by_weekday}
