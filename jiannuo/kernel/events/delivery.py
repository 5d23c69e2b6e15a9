"""Carrying events to their subscribers: at once after commit, and again later when one has failed."""

from __future__ import annotations

import logging
import traceback
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiannuo.kernel.events.bus import decode, event_type_named, handler_named
from jiannuo.kernel.events.models import Delivery

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
# Until then the process that published is trusted to deliver; later it is presumed dead.
GRACE = timedelta(minutes=1)


def record(event: str, payload: dict[str, Any], subscribers: list[str]) -> list[int]:
    """Store what each subscriber is owed, inside the caller's transaction; the keys of the deliveries."""
    now = timezone.now()
    rows = Delivery.objects.bulk_create(
        Delivery(event=event, payload=payload, subscriber=name, published_at=now, due_at=now + GRACE)
        for name in subscribers
    )
    return [row.pk for row in rows]


def deliver(key: int) -> bool:
    """Hand one delivery to its subscriber. True when it is done, here or by somebody else.

    The subscriber's work and the removal of the row are one transaction: the effect happens exactly once, however many
    processes try. A failure is logged and put off, never raised.
    """
    try:
        with transaction.atomic():
            row = Delivery.objects.select_for_update(skip_locked=True).filter(pk=key, failed_at=None).first()
            if row is None:
                return True
            handler_named(row.subscriber)(decode(event_type_named(row.event), row.payload))
            Delivery.objects.filter(pk=key).delete()
    except Exception as error:
        _put_off(key, error)
        return False
    return True


def redeliver_due(limit: int = 200) -> int:
    """Try again what is due, oldest first; how many were delivered."""
    due = Delivery.objects.filter(failed_at=None, due_at__lte=timezone.now()).order_by("due_at")
    return sum(deliver(key) for key in list(due.values_list("pk", flat=True)[:limit]))


def revive_failed() -> int:
    """Give all deliveries that were given up on a fresh set of attempts, once their cause is mended."""
    return Delivery.objects.exclude(failed_at=None).update(failed_at=None, attempts=0, due_at=timezone.now())


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: half a minute, four times longer each time, at most six hours."""
    return min(FIRST_PAUSE * int(4 ** (attempts - 1)), LONGEST_PAUSE)


def _put_off(key: int, error: Exception) -> None:
    now = timezone.now()
    with transaction.atomic():
        row = Delivery.objects.select_for_update().filter(pk=key, failed_at=None).first()
        if row is None:
            return
        row.attempts += 1
        row.last_error = "".join(traceback.format_exception(error))[-8000:]
        row.due_at, row.failed_at = _next_attempt(row, error, now)
        row.save(update_fields=["attempts", "last_error", "due_at", "failed_at"])
    if row.failed_at:
        logger.error("Gave up on %s after %d attempts", row, row.attempts, exc_info=error)
    else:
        logger.warning("%s failed (attempt %d), next at %s", row, row.attempts, row.due_at, exc_info=error)


def _next_attempt(row: Delivery, error: Exception, now: datetime) -> tuple[datetime, datetime | None]:
    hopeless = row.attempts >= MAX_ATTEMPTS
    return now + pause_after(row.attempts), now if hopeless else None
