"""Asking for roads in the background, and keeping what was said."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jiannuo.operations.dispatch.planner import Road, RoadMatrix, RoadsUnknown
from jiannuo.operations.dispatch.planner.travel import Point, unknown
from jiannuo.operations.dispatch.planning.models import RoadLeg
from jiannuo.operations.dispatch.planning.models.roads import number_of
from jiannuo.operations.dispatch.planning.travel import oldest, roads_between

logger = logging.getLogger(__name__)

#: how long all questions of one plan may take together (seconds)
LONGEST = 30.0
KEPT_LONGER = timedelta(days=1)


def learn_roads(points: Iterable[Point], matrix: RoadMatrix) -> int:
    """Ask for the roads between the points that are not known yet, and keep them; how many pairs were asked for.

    What was said before a question fails is kept. Raises RoadsUnknown when the service does not answer, answers
    nonsense, or takes too long.
    """
    wanted = sorted(set(points))
    missing = unknown(wanted, roads_between([wanted]))
    until = time.monotonic() + LONGEST
    asked = 0
    size = max(1, settings.ROAD_MATRIX_PLACES // 2)
    blocks = [wanted[first : first + size] for first in range(0, len(wanted), size)]
    for here in blocks:
        for there in blocks:
            pairs = missing.intersection((one, other) for one in here for other in there)
            if not pairs:
                continue
            if time.monotonic() > until:
                raise RoadsUnknown("there are too many places for the time there is")
            origins, destinations = _ends(here, pairs, 0), _ends(there, pairs, 1)
            try:
                rows = matrix.ask(origins, destinations)
            except RoadsUnknown as error:
                logger.warning("The road service did not say how long journeys take: %s", error)
                raise
            _keep(origins, destinations, rows)
            asked += len(pairs)
    return asked


def _ends(block: Sequence[Point], pairs: set[tuple[Point, Point]], end: int) -> list[Point]:
    """The points of a block at which a wanted road begins (0) or ends (1)."""
    used = {pair[end] for pair in pairs}
    return [point for point in block if point in used]


@transaction.atomic
def _keep(
    origins: Sequence[Point], destinations: Sequence[Point], rows: Sequence[Sequence[Road | None]]
) -> None:
    now = timezone.now()
    legs = [
        RoadLeg(
            origin=number_of(here),
            destination=number_of(there),
            seconds=road.seconds if road is not None else None,
            metres=road.metres if road is not None else None,
            asked_at=now,
        )
        for here, row in zip(origins, rows, strict=True)
        for there, road in zip(destinations, row, strict=True)
        if here != there
    ]
    RoadLeg.objects.bulk_create(
        legs,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["origin", "destination"],
        update_fields=["seconds", "metres", "asked_at"],
    )


@transaction.atomic
def forget_old_roads() -> int:
    """Remove roads that do not count any more; how many."""
    return RoadLeg.objects.filter(asked_at__lt=oldest() - KEPT_LONGER).delete()[0]
