"""What the desk announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class RequestEvent(Event):
    """Something that happened to a service request."""

    request_id: int
    number: str
    at: datetime


@dataclass(frozen=True)
class RequestRegistered(RequestEvent):
    """A request came in, on any channel."""

    channel: str = ""
    origin: str = ""  # what it was made from, as ``desk.origins`` names it; empty when it was typed in


@dataclass(frozen=True)
class RequestAnswered(RequestEvent):
    """It could be answered without a visit."""


@dataclass(frozen=True)
class RequestResolved(RequestEvent):
    """All work for it is closed."""


@dataclass(frozen=True)
class RequestClosed(RequestEvent):
    """Nothing is left to do."""


@dataclass(frozen=True)
class RequestCancelled(RequestEvent):
    """The customer no longer wants it."""


@dataclass(frozen=True)
class RequestMerged(RequestEvent):
    """It was the same as another one."""

    into: str = ""
