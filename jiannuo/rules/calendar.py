"""Calendars: when an office works.

A calendar is plain data: a time zone, weekly opening windows, how statutory holidays and make-up workdays
count, and single dates that differ. All arithmetic on it lives in :mod:`jiannuo.rules.worktime`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jiannuo.rules.timeline import Timeline

MINUTES_A_DAY = 1440
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class CalendarError(ValueError):
    """A calendar that cannot be used; the message names the calendar and the mend."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """One opening span of a date, half-open, in minutes after the midnight that begins the date.

    ``closes`` may pass 1440: the window then runs into the next date but still belongs to the date it opened
    on.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < MINUTES_A_DAY:
            raise CalendarError(f"a window must open between 00:00 and 23:59, not at minute {self.opens}")
        if not self.opens < self.closes <= self.opens + MINUTES_A_DAY:
            raise CalendarError(f"window {self} must close after it opens and within 24 hours")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``08:00-12:00``; a closing before the opening lies on the next date (``20:00-02:00``)."""
        opens_text, dash, closes_text = text.replace("–", "-").partition("-")
        opens, closes = _minute(opens_text, text), _minute(closes_text, text)
        if not dash or opens == closes:
            raise CalendarError(
                f"cannot read the window {text!r}: write it as 08:00-12:00, a whole day as 00:00-24:00"
            )
        return cls(opens, closes if closes > opens else closes + MINUTES_A_DAY)

    def __str__(self) -> str:
        closes = self.closes if self.closes <= MINUTES_A_DAY else self.closes - MINUTES_A_DAY
        return f"{_clock(self.opens)}-{_clock(closes)}"


WHOLE_DAY = (Window(0, MINUTES_A_DAY),)


@dataclass(frozen=True, slots=True)
class HolidayTable:
    """Official holidays and make-up workdays (调休) of the years for which they have been published.

    ``holidays`` holds *named* holidays only: an ordinary Saturday is no holiday, one inside a holiday period
    is. A year outside ``years`` is unknown, and calendars fall back to their weekly pattern in it.
    """

    holidays: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object with ISO dates, sorted."""
        return {
            "holidays": sorted(day.isoformat() for day in self.holidays),
            "make_up_days": sorted(day.isoformat() for day in self.make_up_days),
            "years": sorted(self.years),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_json` wrote."""
        return cls(
            frozenset(map(date.fromisoformat, data.get("holidays", ()))),
            frozenset(map(date.fromisoformat, data.get("make_up_days", ()))),
            frozenset(data.get("years", ())),
        )


NO_HOLIDAYS = HolidayTable()


@dataclass(frozen=True, slots=True)
class Calendar:
    """When work is done and clocks run.

    ``weekly`` holds the windows of Monday to Sunday. For one date the hours are decided in this order:
    ``extra_open``, ``extra_closed``, statutory holiday, make-up workday, weekly row. Holidays and make-up
    workdays count only when ``observes_holidays`` is set. ``make_up_hours`` of ``None`` means Monday's hours.
    """

    name: str
    weekly: tuple[tuple[Window, ...], ...]
    tz: str = "Asia/Shanghai"
    observes_holidays: bool = False
    make_up_hours: tuple[Window, ...] | None = None
    extra_closed: frozenset[date] = frozenset()
    extra_open: tuple[tuple[date, tuple[Window, ...]], ...] = ()
    holidays: HolidayTable = field(default=NO_HOLIDAYS, repr=False, hash=False)
    zone: ZoneInfo = field(init=False, repr=False, compare=False)
    timeline: Timeline = field(init=False, repr=False, compare=False)
    _extra: dict[date, tuple[Window, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.weekly) != len(WEEKDAYS):
            raise CalendarError(f"calendar {self.name!r}: give the hours of seven weekdays, Monday first")
        if not any(self.weekly) and not self.extra_open:
            raise CalendarError(
                f"calendar {self.name!r} never opens: give it weekly hours or extra open dates"
            )
        for day, windows in self.extra_open:
            if not windows:
                raise CalendarError(f"calendar {self.name!r}: the extra open date {day} has no hours")
        try:
            zone = ZoneInfo(self.tz)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise CalendarError(f"calendar {self.name!r}: unknown time zone {self.tz!r}") from error
        object.__setattr__(self, "extra_open", tuple(sorted(self.extra_open)))
        object.__setattr__(self, "zone", zone)
        object.__setattr__(self, "_extra", dict(self.extra_open))
        object.__setattr__(self, "timeline", Timeline(self, zone))

    @classmethod
    def always_open(cls, name: str = "24x7", tz: str = "Asia/Shanghai") -> Self:
        """A calendar that never closes."""
        return cls(name, (WHOLE_DAY,) * 7, tz)

    def with_holidays(self, table: HolidayTable) -> Self:
        """The same calendar with the official holidays it is to observe."""
        return replace(self, holidays=table)

    def hours_on(self, day: date) -> tuple[Window, ...]:
        """Windows that open on one date, in no particular order; empty on a day without work."""
        if day in self._extra:
            return self._extra[day]
        if day in self.extra_closed:
            return ()
        if self.observes_holidays:
            if day in self.holidays.holidays:
                return ()
            if day in self.holidays.make_up_days:
                return self.weekly[0] if self.make_up_hours is None else self.make_up_hours
        return self.weekly[day.weekday()]

    def is_working_date(self, day: date) -> bool:
        """Whether any window opens on the date."""
        return bool(self.hours_on(day))

    def is_holiday(self, day: date) -> bool:
        """Whether the date is a statutory holiday on which this calendar has not chosen to open."""
        return day in self.holidays.holidays and day not in self._extra

    def to_json(self) -> dict[str, Any]:
        """Return the definition as a JSON object. The holiday table is injected, so it is not part of it."""
        data: dict[str, Any] = {"name": self.name, "tz": self.tz}
        if self.weekly == (WHOLE_DAY,) * 7:
            data["weekly"] = "24x7"
        else:
            data["weekly"] = {
                day: [str(window) for window in windows]
                for day, windows in zip(WEEKDAYS, self.weekly, strict=True)
                if windows
            }
        data["observes_holidays"] = self.observes_holidays
        if self.make_up_hours is not None:
            data["make_up_hours"] = [str(window) for window in self.make_up_hours]
        if self.extra_closed:
            data["extra_closed"] = sorted(day.isoformat() for day in self.extra_closed)
        if self.extra_open:
            data["extra_open"] = {
                day.isoformat(): [str(w) for w in windows] for day, windows in self.extra_open
            }
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any], holidays: HolidayTable = NO_HOLIDAYS) -> Self:
        """Read what :meth:`to_json` wrote. ``weekly`` may be ``"24x7"`` or map mon…sun to windows.

        Raises :class:`CalendarError` for anything that is not a usable calendar.
        """
        make_up = data.get("make_up_hours")
        return cls(
            name=str(data["name"]),
            weekly=_weekly(data.get("weekly", {}), str(data["name"])),
            tz=str(data.get("tz", "Asia/Shanghai")),
            observes_holidays=bool(data.get("observes_holidays", False)),
            make_up_hours=None if make_up is None else _windows(make_up),
            extra_closed=frozenset(map(_date, data.get("extra_closed", ()))),
            extra_open=tuple(
                (_date(day), _windows(hours)) for day, hours in data.get("extra_open", {}).items()
            ),
            holidays=holidays,
        )


def _weekly(data: str | Mapping[str, Iterable[str]], name: str) -> tuple[tuple[Window, ...], ...]:
    if isinstance(data, str):
        if data != "24x7":
            raise CalendarError(f"calendar {name!r}: weekly hours must be 24x7 or a row for each weekday")
        return (WHOLE_DAY,) * 7
    unknown = set(data) - set(WEEKDAYS)
    if unknown:
        raise CalendarError(f"calendar {name!r}: unknown weekday {min(unknown)!r}, use {', '.join(WEEKDAYS)}")
    return tuple(_windows(data.get(day, ())) for day in WEEKDAYS)


def _windows(texts: Iterable[str]) -> tuple[Window, ...]:
    return tuple(sorted(Window.parse(text) for text in texts))


def _date(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _minute(text: str, whole: str) -> int:
    hour, _, minute = text.strip().partition(":")
    if not (hour.isdigit() and minute.isdigit() and len(minute) == 2):
        raise CalendarError(f"cannot read the window {whole!r}: write it as 08:00-12:00")
    value = int(hour) * 60 + int(minute)
    if int(minute) > 59 or value > MINUTES_A_DAY:
        raise CalendarError(f"cannot read the window {whole!r}: {text.strip()} is no time of day")
    return value


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
