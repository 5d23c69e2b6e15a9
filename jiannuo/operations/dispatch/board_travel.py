"""How long the way between two visits takes."""

from __future__ import annotations

from jiannuo.operations.dispatch.board_rules import Journey, Place
from jiannuo.operations.dispatch.suitability import distance


def journey_of() -> Journey:
    def minutes(here: Place | None, there: Place | None) -> int:
        if here is None or there is None or here == there:
            return 0
        return round(distance(here, there) * 1.3 / 35 * 60 + 5)

    return minutes
