"""Periodic work of surveys."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from jiannuo.kernel.events import periodic
from jiannuo.operations.surveys.services import invite_for_month


@periodic(every=timedelta(hours=1), name="surveys.monthly", lease=timedelta(minutes=30))
def ask_about_the_month() -> None:
    """Ask the customers of the month before, where the table says so."""
    invite_for_month(timezone.now())
