"""Journeys from coordinates: straight line times a factor for roads, at the speed of the zones of both ends; or as a
service for roads says, where it was asked.

Each journey between two different places costs its handling minutes besides driving (parking, gate, finding the way).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from jiannuo.operations.dispatch.planner.model import Place

EARTH_RADIUS_METRES = 6_371_000.0
#: nearer than this is the same place: one parks once
SAME_PLACE_METRES = 30.0
#: what the last digits of two ways of computing may differ by, so that both round alike
FUZZ = 1e-6


@dataclass(frozen=True, slots=True)
class Zone:
    """Divisions, by the beginnings of their codes, in which one gets along at a speed (km/h)."""

    divisions: tuple[str, ...]
    speed: float
    handling: int


@dataclass(frozen=True)
class SpeedTable:
    """The table of speeds of an organisation; ``speed`` and ``handling`` count where no zone does."""

    speed: float = 35.0
    handling: int = 5
    detour: float = 1.3
    zones: Sequence[Zone] = ()
    _known: dict[str, tuple[float, int]] = field(default_factory=dict, repr=False, compare=False)

    def leg(self, here: Place, there: Place) -> tuple[int, int]:
        """Minutes and metres from one place to another."""
        straight = metres_between(here, there)
        if straight < SAME_PLACE_METRES:
            return 0, 0
        metres = straight * self.detour
        one, other = self._zone(here.division)[0], self._zone(there.division)[0]
        driving = metres * 0.06 * (0.5 / one + 0.5 / other)
        minutes = math.ceil(driving + self.handling_between(here, there) - FUZZ)
        return minutes, math.floor(metres + 0.5)

    def handling_between(self, here: Place, there: Place) -> int:
        """Minutes of a journey besides driving."""
        return max(self._zone(here.division)[1], self._zone(there.division)[1])

    def table(self, places: list[Place]) -> tuple[list[list[int]], list[list[int]]]:
        """Minutes and metres between all places."""
        if not places:
            return [], []
        latitude = np.radians([place.latitude for place in places])
        longitude = np.radians([place.longitude for place in places])
        half = (
            np.sin((latitude[:, None] - latitude) / 2) ** 2
            + np.cos(latitude[:, None]) * np.cos(latitude) * np.sin((longitude[:, None] - longitude) / 2) ** 2
        )
        straight = 2 * EARTH_RADIUS_METRES * np.arcsin(np.minimum(1.0, np.sqrt(half)))
        zones = [self._zone(place.division) for place in places]
        slowness = np.array([0.5 / speed for speed, _handling in zones])
        handling = np.array([minutes for _speed, minutes in zones])
        metres = straight * self.detour
        driving = metres * 0.06 * (slowness[:, None] + slowness)
        minutes = np.ceil(driving + np.maximum(handling[:, None], handling) - FUZZ)
        same = straight < SAME_PLACE_METRES
        minutes[same], metres[same] = 0, 0
        whole = np.floor(metres + 0.5)
        return minutes.astype(int).tolist(), whole.astype(int).tolist()

    def _zone(self, division: str) -> tuple[float, int]:
        """Speed and handling of a division: the zone with the longest fitting code."""
        found = self._known.get(division)
        if found is None:
            fitting = [
                (len(code), zone)
                for zone in self.zones
                for code in zone.divisions
                if division.startswith(code)
            ]
            best = max(fitting, key=lambda one: one[0], default=None)
            found = (best[1].speed, best[1].handling) if best else (self.speed, self.handling)
            self._known[division] = found
        return found


#: a place in ten-thousandths of a degree (about ten metres), as journeys by road are remembered
Point = tuple[int, int]
POINTS_A_DEGREE = 10_000


def point_of(place: Place) -> Point:
    """The place in ten-thousandths of a degree, north and east."""
    return round(place.latitude * POINTS_A_DEGREE), round(place.longitude * POINTS_A_DEGREE)


@dataclass(frozen=True, slots=True)
class Road:
    """Driving from one place to another: seconds and metres."""

    seconds: int
    metres: int


#: roads by where they begin and end; nothing where there is no road
Roads = Mapping[tuple[Point, Point], Road | None]


class RoadsUnknown(Exception):
    """Whoever should know the roads did not say; the text says why."""


class RoadMatrix(Protocol):
    """Whoever knows the roads, such as a service on the own network. Give another one to ask somebody else."""

    def ask(self, origins: Sequence[Point], destinations: Sequence[Point]) -> list[list[Road | None]]:
        """A row for each origin with the road to each destination, nothing where there is none.

        Raises RoadsUnknown, and nothing else.
        """
        ...


@dataclass(frozen=True)
class RoadTable:
    """Journeys by known roads; where none is known, by the table of speeds. Handling is that of the table."""

    speeds: SpeedTable
    roads: Roads

    def leg(self, here: Place, there: Place) -> tuple[int, int]:
        """Minutes and metres from one place to another."""
        straight = metres_between(here, there)
        if straight < SAME_PLACE_METRES:
            return 0, 0
        road = self.roads.get((point_of(here), point_of(there)))
        if road is None:
            return self.speeds.leg(here, there)
        return self._minutes(road, here, there), road.metres

    def table(self, places: list[Place]) -> tuple[list[list[int]], list[list[int]]]:
        """Minutes and metres between all places."""
        minutes, metres = self.speeds.table(places)
        points = [point_of(place) for place in places]
        for row, here in enumerate(places):
            for column, there in enumerate(places):
                road = self.roads.get((points[row], points[column]))
                if road is not None and metres[row][column]:
                    minutes[row][column], metres[row][column] = self._minutes(road, here, there), road.metres
        return minutes, metres

    def _minutes(self, road: Road, here: Place, there: Place) -> int:
        return math.ceil(road.seconds / 60 + self.speeds.handling_between(here, there) - FUZZ)


def unknown(points: Iterable[Point], roads: Roads) -> set[tuple[Point, Point]]:
    """The pairs of different points between which nobody was asked for the road."""
    all_points = set(points)
    return {
        (here, there)
        for here in all_points
        for there in all_points
        if here != there and (here, there) not in roads
    }


def metres_between(here: Place, there: Place) -> float:
    """Great-circle distance in metres."""
    latitude_1, longitude_1 = math.radians(here.latitude), math.radians(here.longitude)
    latitude_2, longitude_2 = math.radians(there.latitude), math.radians(there.longitude)
    half = (
        math.sin((latitude_1 - latitude_2) / 2) ** 2
        + math.cos(latitude_1) * math.cos(latitude_2) * math.sin((longitude_1 - longitude_2) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_METRES * math.asin(min(1.0, math.sqrt(half)))
