"""How long the way between two visits takes, by the table of speeds that a manager keeps for planning."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from jiannuo.office.organizations.models import area_prefix
from jiannuo.operations.dispatch.planner.model import Place
from jiannuo.operations.dispatch.planner.travel import SpeedTable, Zone
from jiannuo.operations.dispatch.planning.models import PlanningSettings, SpeedZone, nearest


@dataclass(frozen=True)
class Travel:
    """Speeds and the usual time of a job, for an organisation."""

    table: SpeedTable = field(default_factory=SpeedTable)
    usual_minutes: int = 0

    @classmethod
    def of(cls, organization: Any) -> Travel:
        """What counts for an organisation: the nearest settings at or above it, and the zones. Two queries."""
        path = organization.path if organization is not None else ""
        rows = PlanningSettings.objects.select_related("organization")
        settings = nearest(rows, path) or PlanningSettings()
        zones = SpeedZone.objects.select_related("organization")
        known = [zone for zone in zones if path.startswith(zone.organization.path)]
        known.sort(key=lambda zone: len(zone.organization.path))
        table = SpeedTable(
            speed=settings.speed,
            handling=settings.handling_minutes,
            detour=settings.detour_percent / 100,
            zones=tuple(
                Zone(
                    tuple(area_prefix(str(code)) for code in zone.divisions),
                    zone.speed,
                    zone.handling_minutes,
                )
                for zone in known
            ),
        )
        return cls(table, settings.usual_minutes)

    def minutes(self, here: Place | None, there: Place | None) -> int:
        """Minutes from one place to another; 0 where one of them is not known."""
        return self.table.leg(here, there)[0] if here is not None and there is not None else 0
