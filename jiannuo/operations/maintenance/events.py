"""What maintenance announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class RoundEnded(Event):
    """A patrol round was finished, broken off or missed."""

    round_id: int
    number: str
    state: str
    at: datetime


@dataclass(frozen=True)
class FindingRaised(Event):
    """A patrol, an inspection or a person found something wrong."""

    finding_id: int
    number: str
    at: datetime


@dataclass(frozen=True)
class ReportIssued(Event):
    """An inspection report was issued."""

    report_id: int
    number: str
    at: datetime
