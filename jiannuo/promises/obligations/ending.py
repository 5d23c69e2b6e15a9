"""Ending what is owed without its being kept: the subject ended, or it is to be planned anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from jiannuo.promises.obligations.journal import note_each_document
from jiannuo.promises.obligations.models import Obligation

State = Obligation.State


def call_off(
    rows: QuerySet[Obligation], *, at: datetime, by: Any = None, reason: str = "", keep_misses: bool = True
) -> list[Obligation]:
    """Cancel what is open among ``rows``; a miss stays a miss but is owed no longer. Returns what was cancelled.

    What is cancelled gives its key back, so that the event may bring it about anew. Without ``keep_misses`` a miss is
    cancelled too, because by what is known now it was never due. Locks the rows in one order.
    """
    ended = []
    locked = rows.select_for_update(of=("self",)).select_related("document", "organization").order_by("pk")
    for obligation in locked:
        if obligation.state == State.MISSED and keep_misses:
            obligation.abandoned_at = at
        else:
            obligation.state, obligation.key = State.CANCELLED, None
            ended.append(obligation)
        obligation.next_at = None
        obligation.save(update_fields=["state", "key", "abandoned_at", "next_at"])
        obligation.pauses.filter(to_at__isnull=True).update(to_at=at)
    note_each_document(ended, lambda _one: "cancelled", at=at, by=by, reason=reason)
    return ended
