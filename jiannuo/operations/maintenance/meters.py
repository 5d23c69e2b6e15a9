"""Use of a machine from the readings of its meter, and when the next service falls due. No clock, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

DAY_SECONDS = 86_400


class Reading(Protocol):
    """A reading of the meter, as the file of a unit keeps it."""

    @property
    def value(self) -> Decimal: ...
    @property
    def read_at(self) -> datetime: ...
    @property
    def meter_replaced(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Usage:
    """What a machine has run since its first reading, as a line through its readings."""

    points: tuple[tuple[datetime, float], ...]

    @property
    def latest(self) -> tuple[datetime, float] | None:
        """The last reading."""
        return self.points[-1] if self.points else None

    def at(self, moment: datetime) -> float:
        """What it had run at an instant, on the straight line between two readings; beyond them the nearest one."""
        before: tuple[datetime, float] | None = None
        for point in self.points:
            if point[0] >= moment:
                if before is None or point[0] == moment:
                    return point[1]
                share = (moment - before[0]) / (point[0] - before[0])
                return before[1] + (point[1] - before[1]) * share
            before = point
        return before[1] if before is not None else 0.0

    def per_day(self, days: int) -> float | None:
        """What it ran a day, over the last ``days`` before the last reading; None without two readings apart."""
        if len(self.points) < 2:
            return None
        end, total = self.points[-1]
        begin = max(end - timedelta(days=days), self.points[0][0])
        seconds = (end - begin).total_seconds()
        if seconds < DAY_SECONDS:
            return None
        return (total - self.at(begin)) / (seconds / DAY_SECONDS)


def usage_of(readings: Iterable[Reading]) -> Usage:
    """The use that readings tell. A new meter counts on; one that ran backwards counts as standing still."""
    points: list[tuple[datetime, float]] = []
    total, before = 0.0, Decimal(0)
    for reading in sorted(readings, key=lambda one: one.read_at):
        if points:
            step = reading.value if reading.meter_replaced else reading.value - before
            total += max(float(step), 0.0)
        points.append((reading.read_at, total))
        before = reading.value
    return Usage(tuple(points))


@dataclass(frozen=True, slots=True)
class Forecast:
    """What has been run since the last service, what a day brings, and when the next is due (None: unknown)."""

    run: float
    per_day: float | None
    due: date | None


def forecast(usage: Usage, *, since: datetime, every: Decimal, today: date, days: int) -> Forecast:
    """When a machine last serviced at ``since`` will have run ``every`` more (in the unit of its meter)."""
    latest = usage.latest
    if latest is None:
        return Forecast(0.0, None, None)
    moment, total = latest
    run = max(total - usage.at(since), 0.0)
    rate = usage.per_day(days)
    missing = float(every) - run
    if missing <= 0:
        return Forecast(run, rate, today)
    if not rate:
        return Forecast(run, rate, None)
    ahead = min(missing / rate, 36_500.0)
    return Forecast(run, rate, max((moment + timedelta(days=ahead)).date(), today))
