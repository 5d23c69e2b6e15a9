"""What the room of installed units announces."""

from __future__ import annotations

from dataclasses import dataclass

from jiannuo.kernel.events.bus import Event


@dataclass(frozen=True)
class UnitRegistered(Event):
    """A unit entered the records."""

    unit_id: int


@dataclass(frozen=True)
class UnitDatesChanged(Event):
    """Dates, customer or dealer of a unit changed: what was promised for it may be another now."""

    unit_id: int


@dataclass(frozen=True)
class ComponentReplaced(Event):
    """A component of a unit was replaced."""

    unit_id: int
    component_id: int
    change_id: int
