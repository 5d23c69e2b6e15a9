"""Periodic work of the ledger."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

from jiannuo.kernel.events import periodic
from jiannuo.promises.obligations.sweep import BATCH, sweep

LONGEST_RUN = 60.0  # seconds, so that a long standstill is worked off in several runs


@periodic(every=timedelta(seconds=5), name="obligations.sweep", lease=timedelta(minutes=5))
def sweep_obligations() -> None:
    """Work off what is due, batch by batch."""
    began = monotonic()
    while sweep() == BATCH and monotonic() - began < LONGEST_RUN:
        pass
