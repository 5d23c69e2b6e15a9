"""What the channels announce."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class ItemEvent(Event):
    """Something that happened to an inbox item."""

    item_id: int
    channel: str
    at: datetime


@dataclass(frozen=True)
class ItemReceived(ItemEvent):
    """It came in and is stored."""


@dataclass(frozen=True)
class ItemTaken(ItemEvent):
    """Somebody answers for it now."""

    owner_id: int = 0


@dataclass(frozen=True)
class ItemSettled(ItemEvent):
    """It is registered, answered or dismissed (``state``)."""

    state: str = ""
    request_id: int | None = None


@dataclass(frozen=True)
class CallEvent(Event):
    """Something that happened to a call."""

    call_id: int
    at: datetime
    number: str = ""
    direction: str = "in"


@dataclass(frozen=True)
class CallRang(CallEvent):
    """It rings."""


@dataclass(frozen=True)
class CallEnded(CallEvent):
    """People spoke and hung up."""


@dataclass(frozen=True)
class CallMissed(CallEvent):
    """Nobody answered."""
