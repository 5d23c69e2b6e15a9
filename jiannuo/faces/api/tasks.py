from __future__ import annotations

from datetime import timedelta

from jiannuo.faces.api.idempotency import forget_old
from jiannuo.kernel.events import periodic


@periodic(every=timedelta(hours=1), name="api.forget_idempotency_records")
def forget_idempotency_records() -> int:
    """Remove the stored answers whose keys have expired."""
    return forget_old()
