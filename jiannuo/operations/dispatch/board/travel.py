"""How long the way between two visits takes, by what a manager decided for planning; nobody is asked while drawing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from jiannuo.operations.dispatch.planner.model import Place
from jiannuo.operations.dispatch.planner.travel import RoadTable, SpeedTable, point_of
from jiannuo.operations.dispatch.planning.models import PlanningSettings
from jiannuo.operations.dispatch.planning.travel import TravelRules, journeys_of, travel_rules


@dataclass(frozen=True)
class Travel:
    """Speeds, known roads and the usual time of a job, for an organisation."""

    table: SpeedTable | RoadTable = field(default_factory=SpeedTable)
    usual_minutes: int = 0
    base: Place | None = None
    rules: TravelRules | None = None

    @classmethod
    def of(cls, organization: Any) -> Travel:
        """What counts for an organisation, without roads yet. One query."""
        rules = travel_rules(organization)
        return cls(rules.speeds, rules.settings.usual_minutes, _base(rules.settings), rules)

    @property
    def by_roads(self) -> bool:
        """Whether a manager chose the road service."""
        return self.rules is not None and self.rules.by_roads

    def with_roads(self, groups: Sequence[Collection[Place]]) -> Travel:
        """The same with the roads that are known within each group of places. One query."""
        if self.rules is None:
            return self
        points = [{point_of(place) for place in group} for group in groups]
        return Travel(journeys_of(self.rules, points), self.usual_minutes, self.base, self.rules)

    def minutes(self, here: Place | None, there: Place | None) -> int:
        """Minutes from one place to another; 0 where one of them is not known."""
        return self.table.leg(here, there)[0] if here is not None and there is not None else 0


def _base(settings: PlanningSettings) -> Place | None:
    """Where technicians without a place of their own set out, as the manager entered it."""
    if settings.latitude is None or settings.longitude is None:
        return None
    return Place(settings.latitude, settings.longitude)
