"""Periodic work of the channels."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

from django.utils import timezone

from jiannuo.kernel.events import periodic
from jiannuo.operations.channels.models import HookEvent
from jiannuo.operations.channels.services.recordings import BATCH, remove_due
from jiannuo.operations.channels.waiting import BATCH as BATCH_OF_ITEMS
from jiannuo.operations.channels.waiting import sweep

LONGEST_RUN = 60.0  # seconds
#: ids of events are kept far longer than the time in which a hook may be sent at all
EVENTS_KEPT = timedelta(days=30)


@periodic(every=timedelta(hours=1), name="channels.recordings", lease=timedelta(minutes=10))
def remove_old_recordings() -> None:
    """Remove recordings whose time is over."""
    began = monotonic()
    while remove_due() == BATCH and monotonic() - began < LONGEST_RUN:
        pass


@periodic(every=timedelta(seconds=30), name="channels.waiting", lease=timedelta(minutes=5))
def tell_of_what_waits() -> None:
    """Remind of what came in and waits, and tell those above when it is overdue."""
    began = monotonic()
    while sweep() == BATCH_OF_ITEMS and monotonic() - began < LONGEST_RUN:
        pass


@periodic(every=timedelta(hours=24), name="channels.events", lease=timedelta(minutes=10))
def forget_old_events() -> None:
    """Forget ids of events that could not be sent again anyway."""
    old = HookEvent.objects.filter(at__lt=timezone.now() - EVENTS_KEPT).order_by("at")
    HookEvent.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:20000])).delete()
