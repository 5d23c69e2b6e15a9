"""What documents announce."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class MatterRaised(Event):
    """A document brings up a matter that another room takes up: ``complaint``, ``suggestion``.

    Said by rooms that do not know who takes it up; whoever does takes up each document once.
    """

    document_id: int
    matter: str


@dataclass(frozen=True)
class RequestAsked(Event):
    """A document tells what its customer asks for (a follow-up call, say); the desk registers it, once for ``key``.

    The document has a ``customer`` and perhaps a ``unit``; ``channel`` and ``request_kind`` are words of the desk,
    ``by_id`` who heard it. The request is linked to the document (``follows``).
    """

    document_id: int
    key: str
    request_kind: str
    text: str
    channel: str
    by_id: int | None


@dataclass(frozen=True)
class RequestReplied(Event):
    """What was asked in a request was answered at once, in these words; who had it asked (``follows``) may tell it."""

    request_id: int
    answer: str
    at: datetime


@dataclass(frozen=True)
class ServiceEnded(Event):
    """What a customer wanted was done without a work order; ``how`` is ``answered`` or ``complaint``.

    Told are keys alone: whose service (``organization_id``) by whom (``person_id``) to whom and about what.
    """

    document_id: int
    how: str
    at: datetime
    customer_id: int
    organization_id: int
    unit_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True)
class ApprovalAsked(Event):
    """A step of an approval waits for somebody (its turn came, or it was delegated)."""

    step_id: int


@dataclass(frozen=True)
class ApprovalReminded(Event):
    """A step has waited too long; ``turn`` counts the reminders' instants, so that each is told once."""

    step_id: int
    turn: str


@dataclass(frozen=True)
class ApprovalDecided(Event):
    """An approval ended: approved, rejected, sent back or cancelled."""

    approval_id: int
