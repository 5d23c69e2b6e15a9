"""Journeys from coordinates: straight line times a factor for roads, at the speed of the zones of both ends.

Each journey between two different places costs its handling minutes besides driving (parking, gate, finding the way).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

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
        (one, handling), (other, handling_there) = self._zone(here.division), self._zone(there.division)
        driving = metres * 0.06 * (0.5 / one + 0.5 / other)
        minutes = math.ceil(driving + max(handling, handling_there) - FUZZ)
        return minutes, math.floor(metres + 0.5)

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


@dataclass(frozen=True)
class RoadMatrix:
    """Journeys that somebody else worked out, such as a service for roads: minutes and metres by pairs of places."""

    legs: dict[tuple[Place, Place], tuple[int, int]]

    def leg(self, here: Place, there: Place) -> tuple[int, int]:
        """Minutes and metres from one place to another. Raises KeyError for a pair that is not in the matrix."""
        return (0, 0) if here == there else self.legs[here, there]

    def table(self, places: list[Place]) -> tuple[list[list[int]], list[list[int]]]:
        """Minutes and metres between all places."""
        rows = [[self.leg(here, there) for there in places] for here in places]
        return [[leg[0] for leg in row] for row in rows], [[leg[1] for leg in row] for row in rows]


def metres_between(here: Place, there: Place) -> float:
    """Great-circle distance in metres."""
    latitude_1, longitude_1 = math.radians(here.latitude), math.radians(here.longitude)
    latitude_2, longitude_2 = math.radians(there.latitude), math.radians(there.longitude)
    half = (
        math.sin((latitude_1 - latitude_2) / 2) ** 2
        + math.cos(latitude_1) * math.cos(latitude_2) * math.sin((longitude_1 - longitude_2) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_METRES * math.asin(min(1.0, math.sqrt(half)))
