"""Trends of measured values: does a value move towards its limit, and when would it reach it? Pure Python.

The line is that of Theil and Sen (the median of all slopes), which a single wrong value does not bend: Sen, P. K.
(1968), Journal of the American Statistical Association 63, 1379-1389.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median

DAY_SECONDS = 86_400
#: more values than these say nothing more about where it goes
MOST = 60


@dataclass(frozen=True, slots=True)
class Value:
    """One measured value."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Trend:
    """Where the values go: change a day, value on the line at the last instant, the limit in sight and when."""

    slope: float
    now: float
    limit: float | None = None
    reaches_on: date | None = None
    is_outside: bool = False


def trend_of(
    values: Sequence[Value], minimum: Decimal | None, maximum: Decimal | None, *, points: int, days: int
) -> Trend | None:
    """The trend of ``values`` in order of time; None with fewer than ``points`` of them.

    ``reaches_on`` is set when the line reaches a limit within ``days`` after the last value.
    """
    low = None if minimum is None else float(minimum)
    high = None if maximum is None else float(maximum)
    if not values:
        return None
    last = values[-1]
    outside = (low is not None and last.value < low) or (high is not None and last.value > high)
    if len(values) < points:
        return Trend(0.0, last.value, is_outside=True) if outside else None
    recent = values[-MOST:]
    slope = _slope(recent)
    level = median(one.value - slope * _days(recent[0].at, one.at) for one in recent)
    now = level + slope * _days(recent[0].at, last.at)
    limit = high if slope > 0 else low
    if outside or limit is None or slope == 0:
        return Trend(slope, now, is_outside=outside)
    ahead = max((limit - now) / slope, 0.0)
    if ahead > days:
        return Trend(slope, now)
    return Trend(slope, now, limit, (last.at + timedelta(days=ahead)).date())


def _slope(values: Sequence[Value]) -> float:
    slopes = [
        (other.value - one.value) / _days(one.at, other.at)
        for place, one in enumerate(values)
        for other in values[place + 1 :]
        if other.at > one.at
    ]
    return median(slopes) if slopes else 0.0


def _days(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / DAY_SECONDS
