"""Periodic work about trips."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from jiannuo.kernel.events import periodic
from jiannuo.operations.trips.services import remind_due


@periodic(every=timedelta(minutes=15), name="trips.remind", lease=timedelta(minutes=10))
def remind_of_feedback() -> int:
    """Ask for the feedback forms that are missing; how many."""
    return remind_due(timezone.now())
