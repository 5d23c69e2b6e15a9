"""What projects announce."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class InstallationEvent(Event):
    """Something that happened in a project."""

    installation_id: int
    at: datetime


@dataclass(frozen=True)
class DeliveryAgreed(InstallationEvent):
    """The customer agreed when the goods arrive; again for every other time."""


@dataclass(frozen=True)
class Commissioned(InstallationEvent):
    """All values were measured and passed."""


@dataclass(frozen=True)
class Accepted(InstallationEvent):
    """The customer signed for some or all units."""

    acceptance_id: int = 0
