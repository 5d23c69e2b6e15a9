"""Asking a service for roads that speaks the table service of OSRM over HTTP.

Asked is the address in the settings of the instance and nothing else: no redirect is followed, no proxy taken from the
environment. Whatever comes back is checked before it is believed.
"""

from __future__ import annotations

import http.client
import json
import math
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from jiannuo.operations.dispatch.planner import Road, RoadMatrix, RoadsUnknown
from jiannuo.operations.dispatch.planner.travel import POINTS_A_DEGREE, Point

#: an answer longer than this (bytes) is none
LONGEST_ANSWER = 20_000_000
PORTION = 65_536
#: a journey longer than this (seconds, metres) is a mistake
LONGEST_SECONDS = 7 * 24 * 3600
LONGEST_METRES = 20_000_000


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A service that sends us elsewhere is not the one that was set up."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class OsrmTable:
    """The service at ``url`` (``http://host:port``), with the profile that its roads were prepared for."""

    url: str
    profile: str = "driving"
    seconds: float = 5.0

    def ask(self, origins: Sequence[Point], destinations: Sequence[Point]) -> list[list[Road | None]]:
        """The roads of one request. Raises RoadsUnknown, and nothing else."""
        try:
            said = json.loads(self._read(self._address(origins, destinations)))
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
            raise RoadsUnknown(f"{type(error).__name__}: {error}") from error
        return _checked(said, len(origins), len(destinations))

    def _address(self, origins: Sequence[Point], destinations: Sequence[Point]) -> str:
        points = list(dict.fromkeys([*origins, *destinations]))
        number = {point: str(index) for index, point in enumerate(points)}
        places = ";".join(f"{_degrees(east)},{_degrees(north)}" for north, east in points)
        sources = ";".join(number[point] for point in origins)
        targets = ";".join(number[point] for point in destinations)
        options = f"annotations=duration,distance&sources={sources}&destinations={targets}"
        return f"{self.url.rstrip('/')}/table/v1/{self.profile}/{places}?{options}"

    def _read(self, address: str) -> bytes:
        """What the service answers, within the time there is for all of it."""
        until = time.monotonic() + self.seconds
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())
        request = urllib.request.Request(address, headers={"Accept": "application/json"})  # noqa: S310 - checked at start
        with opener.open(request, timeout=self.seconds) as answer:
            found = b""
            while portion := answer.read1(PORTION):
                found += portion
                if len(found) > LONGEST_ANSWER:
                    raise ValueError("the answer is too long")
                if time.monotonic() > until:
                    raise TimeoutError("the answer takes too long")
        return found


def road_matrix() -> RoadMatrix | None:
    """The service that the settings of the instance name, if any."""
    if not settings.ROAD_MATRIX_URL:
        return None
    return OsrmTable(settings.ROAD_MATRIX_URL, settings.ROAD_MATRIX_PROFILE, settings.ROAD_MATRIX_TIMEOUT)


def _degrees(number: int) -> str:
    return f"{number / POINTS_A_DEGREE:.4f}"


def _checked(said: Any, rows: int, columns: int) -> list[list[Road | None]]:
    """The roads in an answer. Raises RoadsUnknown for everything that is no such table."""
    if not isinstance(said, dict) or said.get("code") != "Ok":
        code = said.get("code") if isinstance(said, dict) else None
        raise RoadsUnknown(f"the service answered {str(code)[:40]!r}")
    durations, distances = (_numbers(said.get(name), rows, columns) for name in ("durations", "distances"))
    return [
        [_road(duration, distance) for duration, distance in zip(long, far, strict=True)]
        for long, far in zip(durations, distances, strict=True)
    ]


def _numbers(table: Any, rows: int, columns: int) -> list[list[Any]]:
    if not isinstance(table, list) or len(table) != rows:
        raise RoadsUnknown("the table has not as many rows as were asked for")
    if not all(isinstance(row, list) and len(row) == columns for row in table):
        raise RoadsUnknown("the table has not as many columns as were asked for")
    return table


def _road(duration: Any, distance: Any) -> Road | None:
    if duration is None or distance is None:
        return None
    for value, most in ((duration, LONGEST_SECONDS), (distance, LONGEST_METRES)):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise RoadsUnknown("the table holds what is no number")
        if not 0 <= value <= most:  # nor is what is no number between them
            raise RoadsUnknown("the table holds an impossible number")
    return Road(math.ceil(duration), round(distance))
