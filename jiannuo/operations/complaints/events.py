"""What the complaint desk announces; plain figures, nothing of what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class ComplaintEvent(Event):
    """Something that happened to a complaint."""

    complaint_id: int
    number: str
    at: datetime
    document_id: int | None = None


@dataclass(frozen=True)
class ComplaintRegistered(ComplaintEvent):
    """The desk has taken it up."""


@dataclass(frozen=True)
class ComplaintUpgraded(ComplaintEvent):
    """It is graver than it was."""

    grade: str = ""
    weight: str = ""
    special: bool = False


@dataclass(frozen=True)
class ComplaintClosed(ComplaintEvent):
    """The customer said that it is solved."""
