"""The seasons with which the table begins, as the sources and their packs write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: name, first day, last day, over New Year; P22 and P23 (rain, typhoon, winter)
SEASONS = (
    ("雨季", "06-01", "08-31", False),
    ("台风季", "07-01", "09-30", False),
    ("冬季", "12-01", "02-28", True),
)


def fill(model: Callable[[str], Any]) -> None:
    """Write the tables of a new house; what is there stays."""
    for name, begins, ends, over_new_year in SEASONS:
        model("Season").objects.get_or_create(
            name=name, defaults={"begins": begins, "ends": ends, "over_new_year": over_new_year}
        )
