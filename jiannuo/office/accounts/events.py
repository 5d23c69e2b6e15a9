"""What accounts announce."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class PowersReduced(Event):
    """A person may do less than before: deactivated, a role taken away, employed elsewhere.

    ``roles`` and ``places`` (keys of organisations) are what they held until then and where.
    """

    person_id: int
    roles: list[str]
    places: list[int]
    at: datetime
