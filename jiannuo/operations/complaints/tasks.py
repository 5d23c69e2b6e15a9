"""Periodic work of the complaint desk."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

from jiannuo.kernel.events import periodic
from jiannuo.operations.complaints.services.grading import BATCH, look_again

LONGEST_RUN = 60.0  # seconds


@periodic(every=timedelta(minutes=5), name="complaints.look_again", lease=timedelta(minutes=10))
def raise_what_is_unsolved() -> None:
    """Raise complaints that have been unsolved for too long."""
    began = monotonic()
    while look_again() == BATCH and monotonic() - began < LONGEST_RUN:
        pass
