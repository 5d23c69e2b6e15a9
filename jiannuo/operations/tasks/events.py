"""What tasks announce."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class TaskEvent(Event):
    """Something that happened to a task."""

    task_id: int
    number: str
    task_kind: str
    at: datetime
    document_id: int | None = None


@dataclass(frozen=True)
class TaskCreated(TaskEvent):
    """A missed promise or a customer's choice made work."""


@dataclass(frozen=True)
class TaskDone(TaskEvent):
    """It was done."""


@dataclass(frozen=True)
class TaskDropped(TaskEvent):
    """It was dropped, with a reason."""
