"""Periodic work about appointments."""

from __future__ import annotations

from datetime import timedelta

from jiannuo.kernel.events import periodic
from jiannuo.operations.appointments.services import invite_customers, remind_of_appointments


@periodic(every=timedelta(minutes=10), name="appointments.remind", lease=timedelta(minutes=10))
def remind_customers() -> int:
    """Remind customers of appointments that come near."""
    return remind_of_appointments()


@periodic(every=timedelta(minutes=10), name="appointments.invite", lease=timedelta(minutes=10))
def invite() -> int:
    """Send customers of planned work the link with the windows, where the rule says so."""
    return invite_customers()
