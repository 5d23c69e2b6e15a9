"""Stopping and starting the clock of an obligation."""

from __future__ import annotations

from datetime import datetime

from jiannuo.promises.obligations.models import Obligation, ObligationPause
from jiannuo.promises.obligations.schedule import apply_pauses


def open_pause(obligation: Obligation, reason: str, at: datetime) -> bool:
    """Stop the clock if the clause lets it stand still for ``reason`` and it has begun and runs; whether it stopped."""
    if reason not in obligation.pausable or at < obligation.started_at:
        return False
    if any(one.to_at is None for one in obligation.pauses.all()):
        return False
    ObligationPause.objects.create(obligation=obligation, reason=reason, from_at=at)
    _recount(obligation)
    return True


def close_pause(obligation: Obligation, at: datetime) -> bool:
    """End the open pause at ``at``, if there is one, and count anew."""
    running = next((one for one in obligation.pauses.all() if one.to_at is None), None)
    if running is None:
        return False
    running.to_at = max(at, running.from_at)
    running.save(update_fields=["to_at"])
    _recount(obligation)
    return True


def _recount(obligation: Obligation) -> None:
    getattr(obligation, "_prefetched_objects_cache", {}).pop("pauses", None)
    apply_pauses(obligation)
