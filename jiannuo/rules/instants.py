"""Instants as integer microseconds since 1970-01-01 UTC: exact, and cheap to add and compare."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND
EPOCH_ORDINAL = EPOCH.toordinal()


class NaiveInstantError(ValueError):
    """An instant without a time zone was given where one is needed."""


def to_micros(instant: datetime) -> int:
    """Microseconds since the epoch of an aware instant in any zone.

    Raises :class:`NaiveInstantError` for a naive one.
    """
    try:
        delta = instant - EPOCH
    except TypeError:
        raise NaiveInstantError(f"{instant!r} has no time zone: give an aware instant, best in UTC") from None
    return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds


def from_micros(micros: int) -> datetime:
    """The UTC instant of microseconds since the epoch."""
    return EPOCH + timedelta(0, 0, micros)


def duration_micros(amount: int | timedelta) -> int:
    """Microseconds of a number of whole minutes or of a duration."""
    if isinstance(amount, timedelta):
        return (amount.days * 86_400 + amount.seconds) * SECOND + amount.microseconds
    return amount * MINUTE


def wall_instant(day: int, minute: int, zone: tzinfo) -> int:
    """The first instant at which the clocks of ``zone`` show ``minute`` of the date with ordinal ``day``, or later.

    A time skipped by a change to summer time is the instant of the change; a time that comes twice is its first
    coming. ``minute`` may pass 1440.
    """
    wall = datetime.combine(date.fromordinal(day), datetime.min.time(), zone) + timedelta(minutes=minute)
    instant = to_micros(wall)
    if from_micros(instant).astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    low, high = to_micros(wall.replace(fold=1)) // SECOND, instant // SECOND
    offset = from_micros(high * SECOND).astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if from_micros(middle * SECOND).astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high * SECOND
