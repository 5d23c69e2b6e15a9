"""Instants in UTC, and the way from the clock on a wall to them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

_SECOND = timedelta(seconds=1)
_CACHED_MINUTES = tuple(timedelta(minutes=amount) for amount in range(7 * 1440 + 1))


class NaiveInstantError(ValueError):
    """An instant without a time zone was given where one is needed."""


def to_utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises :class:`NaiveInstantError` if it has no time zone."""
    if instant.tzinfo is UTC:
        return instant
    if instant.tzinfo is None:
        raise NaiveInstantError(f"{instant!r} has no time zone: give an aware instant, best in UTC")
    return instant.astimezone(UTC)


def minutes_long(amount: int) -> timedelta:
    """The duration of a number of minutes; common ones are made once, for making them is what costs."""
    return _CACHED_MINUTES[amount] if 0 <= amount < len(_CACHED_MINUTES) else timedelta(minutes=amount)


def midnight_utc(day: int) -> datetime:
    """The UTC midnight that begins the date with ordinal ``day``."""
    return datetime.combine(date.fromordinal(day), time(), UTC)


def wall_instant(day: int, after_midnight: timedelta, zone: tzinfo) -> datetime:
    """The first instant at which clocks in ``zone`` show a time of the date with ordinal ``day``, or later.

    ``after_midnight`` is what the clock shows and may pass 24 hours. A time that a change to summer time
    skips is the instant of the change; a time that comes twice is its first coming.
    """
    wall = datetime.combine(date.fromordinal(day), time()) + after_midnight
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    low, high = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), instant
    offset = high.astimezone(zone).utcoffset()
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)
