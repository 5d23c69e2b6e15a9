"""Where orders are when nobody knows their coordinates: the centre of what is known in the same division."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Avg, Q, QuerySet
from django.db.models.functions import Substr

from jiannuo.registry.customers.models import Address

#: street, district, city, province: the shorter the code, the rougher the centre
LENGTHS = (9, 6, 4, 2)
#: provinces are large: they are looked at only for what is found nowhere smaller
SMALL = LENGTHS[:-1]


def centres(codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Centres of divisions, from the known addresses of the smallest division around each that has any.

    One query, two where a whole city has no known address; a division without one in its province is left out.
    """
    wanted = {code for code in codes if code}
    found: dict[str, tuple[float, float]] = {}
    for lengths in (SMALL, LENGTHS[-1:]):
        missing = wanted - found.keys()
        known = _averages(missing, lengths)
        for code in missing:
            stems = (code[:length] for length in lengths if len(code) >= length)
            stem = next((stem for stem in stems if stem in known), None)
            if stem is not None:
                found[code] = known[stem]
    return found


def _averages(codes: Iterable[str], lengths: Iterable[int]) -> dict[str, tuple[float, float]]:
    """The middle of the known addresses of each division around the codes, by the beginnings of their codes."""
    levels = []
    for length in lengths:
        stems = {code[:length] for code in codes if len(code) >= length}
        if stems:
            levels.append(_level(stems, length))
    if not levels:
        return {}
    rows = levels[0].union(*levels[1:], all=True) if len(levels) > 1 else levels[0]
    return {row["stem"]: (row["north"], row["east"]) for row in rows}


def _level(stems: Iterable[str], length: int) -> QuerySet[Address, Any]:
    below = Q()
    for stem in sorted(stems):
        below |= Q(division__gte=stem, division__lt=stem + "~")
    return (
        Address.objects.filter(below, latitude__isnull=False, longitude__isnull=False)
        .order_by()
        .annotate(stem=Substr("division", 1, length))
        .values("stem")
        .annotate(north=Avg("latitude"), east=Avg("longitude"))
    )
