"""What appointments announce."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class WindowBooked(Event):
    """A window was promised to a customer; perhaps no technician knows of it yet."""

    booking_id: int


@dataclass(frozen=True)
class LinkSent(Event):
    """A customer is to get the link with the windows of an order."""

    link_id: int


@dataclass(frozen=True)
class DelayAnnounced(Event):
    """Somebody will come later than agreed."""

    note_id: int
    expected_at: datetime


@dataclass(frozen=True)
class ReminderDue(Event):
    """An agreed appointment comes near."""

    note_id: int
