"""What becomes of messages out that another room composes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class MessageSent(Event):
    """A message composed elsewhere left the house."""

    key: str
    at: datetime


@dataclass(frozen=True)
class MessageGivenUp(Event):
    """A message composed elsewhere was tried often enough; nobody got it."""

    key: str
    at: datetime
    error: str = ""
