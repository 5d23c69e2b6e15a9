"""How far a trial run has come: its hours, less the time lost, or counted anew after an interruption."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiannuo.operations.installations.models import Installation, TrialEntry, TrialRule

Kind = TrialEntry.Kind


@dataclass(frozen=True, slots=True)
class TrialState:
    """``counts_from`` is when the hours that count began; ``stopped_at`` is set while it is interrupted."""

    counts_from: datetime | None
    ends_at: datetime | None
    stopped_at: datetime | None
    lost: timedelta
    restarts: int

    def is_over(self, now: datetime) -> bool:
        """Whether it has run its hours."""
        return self.ends_at is not None and now >= self.ends_at


def trial_state(installation: Installation, entries: Iterable[TrialEntry]) -> TrialState:
    """What the log says; ``entries`` in the order of their instants."""
    start, hours = installation.trial_started_at, installation.trial_hours
    if start is None or hours is None:
        return TrialState(None, None, None, timedelta(), 0)
    lost, stopped, restarts = timedelta(), None, 0
    for entry in entries:
        if entry.kind == Kind.STOPPED:
            stopped = entry.at
        elif entry.kind == Kind.RESUMED and stopped is not None:
            if installation.trial_rule == TrialRule.RESTART:
                start, lost, restarts = entry.at, timedelta(), restarts + 1
            else:
                lost += entry.at - stopped
            stopped = None
    ends = None if stopped is not None else start + timedelta(minutes=float(hours * 60)) + lost
    return TrialState(start, ends, stopped, lost, restarts)
