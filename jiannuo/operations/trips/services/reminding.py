"""Asking for feedback forms that are missing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from jiannuo.kernel.events.batches import alone
from jiannuo.office.notices.services import notify
from jiannuo.operations.trips import notices
from jiannuo.operations.trips.models import BusinessTrip, TripRules
from jiannuo.operations.trips.services.doing import people_of

BATCH = 200


def remind_due(now: datetime) -> int:
    """Remind of the forms that are due; each row is claimed first, so that two workers remind once. How many."""
    sent = 0
    rows = BusinessTrip.objects.filter(remind_at__lte=now).select_related("organization", "created_by")
    for trip in rows.order_by("remind_at")[:BATCH]:
        with (
            alone("The reminder of %s could not be sent; it is tried again", trip.number),
            transaction.atomic(),
        ):
            mine = BusinessTrip.objects.filter(pk=trip.pk, remind_at=trip.remind_at)
            following = now + timedelta(days=TripRules.of(trip.organization).remind_days)
            if not mine.update(remind_at=following, reminders=trip.reminders + 1):
                continue
            context = {"title": trip.title, "day": trip.ends_on.isoformat()}
            key = f"trips.feedback:{trip.pk}:{trip.reminders + 1}"
            notify(people_of(trip), notices.FEEDBACK, document=trip, context=context, key=key)
            sent += 1
    return sent
