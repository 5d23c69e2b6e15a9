"""Orders, appointments and proposals of the tests of planning."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from jiannuo.operations.dispatch.planning import services

TOMORROW = timezone.localdate() + timedelta(days=1)


def at(hour, minute=0, day=TOMORROW):
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def order(town, number=0, **changes):
    values = {
        "latitude": 30.25 + number / 100,
        "longitude": 120.18,
        "address": f"文三路{number}号",
        **changes,
    }
    due = values.pop("due_at", None)
    made = town.order(**values)
    if due is not None:
        type(made).objects.filter(pk=made.pk).update(due_at=due)
    made.refresh_from_db()
    return made


def propose(town, **changes):
    values = {"by": town.dispatcher, "organization": town.dealer, "first_day": TOMORROW, "improving": False}
    return services.propose(**{**values, **changes})


def given(town, one, technician=None, hour=9):
    """The order given to a technician, with an appointment that was told."""
    data = {"appointment_from": at(hour), "appointment_to": at(hour + 2), "agreed_with": "张女士"}
    return town.step(one, "assign", technician=technician or town.technician, **data)
