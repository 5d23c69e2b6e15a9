"""The specification of working time spelled out minute by minute, slow and plain, to judge the fast code by.

It shares nothing with ``jiannuo.rules`` but the JSON form of a calendar: hours of a date, holidays and pauses
are worked out here from scratch.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OPEN = 1
QUARTER = 15


@cache
def wall_runs(zone: ZoneInfo, origin: datetime, wall_origin: date, length: int) -> list[tuple[int, int, int]]:
    """Runs of UTC minutes on which the clock on the wall goes on evenly: (minute, what it shows, length).

    What it shows is counted in minutes since the midnight of ``wall_origin``. Looked up every quarter of an
    hour.
    """
    zero = datetime(wall_origin.year, wall_origin.month, wall_origin.day)
    runs: list[tuple[int, int, int]] = []
    for minute in range(0, length, QUARTER):
        local = (origin + timedelta(minutes=minute)).astimezone(zone).replace(tzinfo=None)
        shown = int((local - zero).total_seconds()) // 60
        if runs and runs[-1][1] + runs[-1][2] == shown:
            runs[-1] = (runs[-1][0], runs[-1][1], runs[-1][2] + QUARTER)
        else:
            runs.append((minute, shown, QUARTER))
    return runs


class MinuteOracle:
    """Working minutes of one calendar over ``days`` dates from ``first``; instants are whole minutes."""

    def __init__(
        self, definition: dict, holidays: set[date], make_up_days: set[date], first: date, days: int
    ):
        self.definition = definition
        self.holidays = holidays
        self.make_up_days = make_up_days
        self.zone = ZoneInfo(definition["tz"])
        self.first = first
        self.days = days
        self.origin = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=1)
        self._windows: dict[date, list[tuple[int, int]]] = {}
        self.work = bytearray((days + 2) * 1440)
        self._mark()

    def windows(self, day: date) -> list[tuple[int, int]]:
        if day in self._windows:
            return self._windows[day]
        texts = self._texts(day)
        result = []
        for text in texts:
            opens, closes = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
            result.append((opens, closes if closes > opens else closes + 1440))
        self._windows[day] = result
        return result

    def _texts(self, day: date) -> list[str]:
        extra_open = self.definition.get("extra_open", {})
        if day.isoformat() in extra_open:
            return extra_open[day.isoformat()]
        if day.isoformat() in self.definition.get("extra_closed", []):
            return []
        if self.definition["observes_holidays"] and day in self.holidays:
            return []
        weekly = self.definition["weekly"]
        if self.definition["observes_holidays"] and day in self.make_up_days:
            if self.definition.get("make_up_hours") is not None:
                return self.definition["make_up_hours"]
            return weekly.get("mon", [])
        return weekly.get(DAY_NAMES[day.weekday()], [])

    def _mark(self) -> None:
        """A minute works if the latest time the wall clock has shown so far lies inside a window."""
        wall_work = bytearray((self.days + 6) * 1440)
        wall_origin = self.first - timedelta(days=3)
        for index in range(1, self.days + 4):
            for opens, closes in self.windows(wall_origin + timedelta(days=index)):
                wall_work[index * 1440 + opens : index * 1440 + closes] = bytes([OPEN]) * (closes - opens)
        latest = 0
        for minute, shown, length in wall_runs(self.zone, self.origin, wall_origin, len(self.work)):
            stuck = max(0, min(latest - shown, length))
            self.work[minute : minute + stuck] = bytes([wall_work[latest]]) * stuck
            self.work[minute + stuck : minute + length] = wall_work[shown + stuck : shown + length]
            latest = shown + length - 1
        assert len(self.work) == (self.days + 2) * 1440

    def minute(self, instant: datetime) -> int:
        return int((instant - self.origin).total_seconds()) // 60

    def instant(self, minute: int) -> datetime:
        return self.origin + timedelta(minutes=minute)

    def without(self, pauses: list[tuple[datetime, datetime | None]]) -> bytearray:
        work = self.work.copy()
        for begin, end in pauses:
            if end is None:
                continue
            low, high = max(self.minute(begin), 0), min(self.minute(end), len(work))
            if low < high:
                work[low:high] = bytes(high - low)
        return work

    def due(self, start: datetime, minutes: int, pauses) -> datetime | str | None:
        """The due instant, ``None`` for an open pause, ``"beyond"`` if it lies after the dates looked at."""
        return self._count(self.without(pauses), start, minutes, pauses)

    def _count(self, work: bytearray, start: datetime, minutes: int, pauses) -> datetime | str | None:
        if minutes == 0:
            return start
        at = self.minute(start)
        left = minutes
        while at < len(work) and (here := work.count(OPEN, at, at + 1440)) < left:
            left -= here
            at += 1440
        while left:
            if at >= len(work):
                return "beyond"
            left -= work[at]
            at += 1
        end = self.instant(at)
        still_open = [begin for begin, stop in pauses if stop is None]
        return None if any(begin < end for begin in still_open) else end

    def elapsed(self, since: datetime, until: datetime, pauses) -> int:
        closed = [(begin, end or until) for begin, end in pauses if end is not None or begin < until]
        return self.without(closed).count(OPEN, self.minute(since), self.minute(until))

    def due_days(self, start: datetime, count: int, reading: str, pauses) -> datetime | str | None:
        """For zones without clock changes."""
        if count == 0:
            return start
        local = start.astimezone(self.zone)
        day, clock = local.date(), local.hour * 60 + local.minute
        if reading == "elapsed" and self._is_spill(day - timedelta(days=1), clock + 1440):
            day, clock = day - timedelta(days=1), clock + 1440
        for _ in range(count):
            day += timedelta(days=1)
            while not self.windows(day):
                day += timedelta(days=1)
                if day > self.first + timedelta(days=self.days):
                    return "beyond"
        last = max(closes for _, closes in self.windows(day))
        if reading == "civil":
            clock = last
        else:
            while clock < last and not any(opens <= clock < closes for opens, closes in self.windows(day)):
                clock += 1
            clock = min(clock, last)
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)
        end = midnight + timedelta(minutes=clock)
        if self.minute(end) >= len(self.work):
            return "beyond"
        if any(begin < end for begin, stop in pauses if stop is None):
            return None
        work = self.without(pauses)
        span = (self.minute(start), self.minute(end))
        return self._count(work, end, self.work.count(OPEN, *span) - work.count(OPEN, *span), pauses)

    def _is_spill(self, day: date, clock: int) -> bool:
        return any(opens <= clock < closes for opens, closes in self.windows(day))
