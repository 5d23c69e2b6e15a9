"""Periodic work about technicians."""

from __future__ import annotations

from datetime import timedelta

from jiannuo.kernel.events import periodic
from jiannuo.operations.workforce.services import make_shifts, remind_of_certificates


@periodic(every=timedelta(hours=1), name="workforce.shifts", lease=timedelta(minutes=10))
def make_shifts_ahead() -> int:
    """Make the shifts of the patterns for the days to come."""
    return make_shifts()


@periodic(every=timedelta(hours=1), name="workforce.certificates", lease=timedelta(minutes=10))
def remind_before_certificates_end() -> int:
    """Tell people of certificates that end soon."""
    return remind_of_certificates()
