"""Periodic work: suppliers who do not answer in spite of a reminder."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from jiannuo.kernel.events import periodic
from jiannuo.kernel.events.batches import alone
from jiannuo.operations.installations.models import GoodsNotice
from jiannuo.operations.installations.services import telling

BATCH = 200


@periodic(every=timedelta(minutes=15), name="installations.silent_suppliers", lease=timedelta(minutes=10))
def tell_of_silence() -> int:
    """Tell managers of suppliers who were reminded and still do not answer; how many."""
    return escalate_due(timezone.now())


def escalate_due(now: datetime) -> int:
    """Each notice is claimed first, so that two workers tell once."""
    told = 0
    rows = GoodsNotice.objects.filter(escalate_at__lte=now).select_related(
        "organization", "addressee", "created_by"
    )
    for notice in rows.order_by("escalate_at")[:BATCH]:
        with alone("The silence about %s could not be told; it is tried again", notice.number):
            told += telling.escalate(notice, now=now)
    return told
