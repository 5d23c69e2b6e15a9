"""How long journeys take for an organisation: its table of speeds, and the roads that are known by now.

Nothing here asks a service: that is for the work of the background (``services/roads.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from jiannuo.office.organizations.models import Organization, area_prefix
from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.dispatch.planner import Road, RoadTable, SpeedTable, Zone
from jiannuo.operations.dispatch.planner.travel import Point
from jiannuo.operations.dispatch.planning.models import PlanningSettings, RoadLeg
from jiannuo.operations.dispatch.planning.models.roads import number_of

#: groups of places that are looked up in one query
MOST_GROUPS = 200


@dataclass(frozen=True, slots=True)
class TravelRules:
    """What a manager decided about an organisation: the settings of planning, the table of speeds."""

    settings: PlanningSettings
    speeds: SpeedTable

    @property
    def by_roads(self) -> bool:
        """Whether a service for roads was chosen."""
        return self.settings.journeys == PlanningSettings.Journeys.ROADS


def travel_rules(organization: Organization | None) -> TravelRules:
    """What counts for an organisation: the nearest settings at or above it, and all zones there. One query."""
    rows: list[Any] = []
    if organization is not None:
        above = Organization.objects.filter(path__in=paths_upwards(organization)).select_related(
            "planning_settings"
        )
        zones = {
            "zone_pk": F("speed_zones"),
            "zone_divisions": F("speed_zones__divisions"),
            "zone_speed": F("speed_zones__speed"),
            "zone_handling": F("speed_zones__handling_minutes"),
        }
        rows = list(above.annotate(**zones).order_by("path", "speed_zones__name"))
    own = [row.planning_settings for row in rows if hasattr(row, "planning_settings")]
    found = own[-1] if own else PlanningSettings(organization=organization)
    table = SpeedTable(
        speed=found.speed,
        handling=found.handling_minutes,
        detour=found.detour_percent / 100,
        zones=tuple(
            Zone(
                tuple(area_prefix(str(code)) for code in row.zone_divisions),
                row.zone_speed,
                row.zone_handling,
            )
            for row in rows
            if row.zone_pk is not None
        ),
    )
    return TravelRules(found, table)


def oldest(now: datetime | None = None) -> datetime:
    """What was said about roads before this instant does not count any more."""
    return (now or timezone.now()) - timedelta(days=settings.ROAD_MATRIX_DAYS)


def roads_between(
    groups: Sequence[Collection[Point]], now: datetime | None = None
) -> dict[tuple[Point, Point], Road | None]:
    """The known roads between the points of each group; one query for some hundred groups."""
    points = {number_of(point): point for group in groups for point in group}
    wanted = [sorted({number_of(point) for point in group}) for group in groups]
    wanted = [numbers for numbers in wanted if len(numbers) > 1]
    known: dict[tuple[Point, Point], Road | None] = {}
    for first in range(0, len(wanted), MOST_GROUPS):
        between = Q()
        for numbers in wanted[first : first + MOST_GROUPS]:
            between |= Q(origin__in=numbers, destination__in=numbers)
        rows = RoadLeg.objects.filter(between, asked_at__gte=oldest(now))
        found = rows.values_list("origin", "destination", "seconds", "metres")
        for origin, destination, seconds, metres in found.iterator(chunk_size=5000):
            road = Road(seconds, metres) if seconds is not None and metres is not None else None
            known[points[origin], points[destination]] = road
    return known


def journeys_of(
    rules: TravelRules, groups: Sequence[Collection[Point]], now: datetime | None = None
) -> SpeedTable | RoadTable:
    """How long journeys take within each group of points: by known roads where a manager chose them."""
    if not rules.by_roads:
        return rules.speeds
    return RoadTable(rules.speeds, roads_between(groups, now))
