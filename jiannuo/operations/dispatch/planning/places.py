"""Where orders are when nobody knows their coordinates: the centre of what is known in the same division."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Avg, Count, Q
from django.db.models.functions import Substr

from jiannuo.registry.customers.models import Address

#: street, district, city, province: the shorter the code, the rougher the centre
LENGTHS = (9, 6, 4, 2)


def centres(codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Centres of divisions, from the known addresses of the smallest division around each that has any.

    At most four queries; a division without a known address in its province is left out.
    """
    wanted = {code for code in codes if code}
    found: dict[str, tuple[float, float]] = {}
    for length in LENGTHS:
        missing = {code: code[:length] for code in wanted - found.keys() if len(code) >= length}
        if missing:
            known = _averages(set(missing.values()), length)
            found |= {code: known[stem] for code, stem in missing.items() if stem in known}
    return found


def _averages(stems: set[str], length: int) -> dict[str, tuple[float, float]]:
    below = Q()
    for stem in stems:
        below |= Q(division__gte=stem, division__lt=stem + "~")
    rows = (
        Address.objects.filter(below, latitude__isnull=False, longitude__isnull=False)
        .order_by()
        .annotate(stem=Substr("division", 1, length))
        .values("stem")
        .annotate(north=Avg("latitude"), east=Avg("longitude"), count=Count("pk"))
    )
    return {row["stem"]: (row["north"], row["east"]) for row in rows}
