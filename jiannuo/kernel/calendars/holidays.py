"""Official Chinese holidays and make-up workdays (调休), read from the ``chinesecalendar`` package.

The package is updated after each yearly notice of the State Council; years it does not know stay unknown here too.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from chinese_calendar import get_holiday_detail
from chinese_calendar.constants import holidays as _named_holidays

from jiannuo.rules.calendar import HolidayTable


def known_years() -> tuple[int, ...]:
    """Years whose holidays have been published and packaged, in order."""
    return tuple(sorted({day.year for day in _named_holidays}))


@cache
def holidays_of(year: int) -> HolidayTable:
    """Named holidays and make-up workdays of one year; an empty table without years if the year is unknown.

    Ordinary Saturdays and Sundays are no holidays: only dates that carry the name of a festival count.
    """
    if year not in known_years():
        return HolidayTable()
    closed: set[date] = set()
    worked: set[date] = set()
    day = date(year, 1, 1)
    while day.year == year:
        is_holiday, name = get_holiday_detail(day)
        if name is not None:
            (closed if is_holiday else worked).add(day)
        day += timedelta(days=1)
    return HolidayTable(frozenset(closed), frozenset(worked), frozenset({year}))


@cache
def chinese_holidays() -> HolidayTable:
    """One table of all known years."""
    tables = [holidays_of(year) for year in known_years()]
    return HolidayTable(
        frozenset().union(*(table.holidays for table in tables)),
        frozenset().union(*(table.make_up_days for table in tables)),
        frozenset(known_years()),
    )
