"""What the room of registration cards announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class CardSubmitted(Event):
    """A dealer reported a sale."""

    card_id: int
    at: datetime


@dataclass(frozen=True)
class CardRecognised(Event):
    """A card was recognised: the file of the unit has its date of sale, customer and dealer."""

    card_id: int
    unit_id: int
    at: datetime


@dataclass(frozen=True)
class CardRefused(Event):
    """A card was refused, or its recognition was taken back."""

    card_id: int
    unit_id: int | None
    at: datetime
