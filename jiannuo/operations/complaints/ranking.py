"""The share of each station in the complaints of a month, weighted by how much work it had; pure arithmetic.

The source counts each station's complaints together with its quantity of the month and ranks them, without giving the
formula. Here a station's rate is its complaints for each thousand of its quantity; its weighted share is its part of
the sum of all rates, so that a large station is not the worst only because it is large.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

PER = 1000
_TENTH = Decimal("0.1")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Count:
    """Complaints and quantity of work of one station; ``volume`` may not be known."""

    station: int
    name: str
    complaints: int
    volume: int | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A line of the table. ``share`` and ``weighted`` in per cent, ``rate`` per thousand; rank 1 is the worst."""

    rank: int | None
    station: int
    name: str
    complaints: int
    volume: int | None
    share: Decimal
    rate: Decimal | None
    weighted: Decimal | None

    def to_json(self) -> dict[str, Any]:
        """As plain values, for what is kept."""
        return {
            name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(self).items()
        }


def ranked(counts: Iterable[Count]) -> list[Ranked]:
    """The table, worst first; equal rates share a rank. A station with complaints but no quantity has no rank: its
    quantity must be entered first; it stands at the head so that nobody overlooks it.
    """
    rows = list(counts)
    total = sum(one.complaints for one in rows)
    rates = {one.station: Decimal(one.complaints) * PER / one.volume for one in rows if one.volume}
    sum_of_rates = sum(rates.values(), Decimal(0))
    order = sorted(rates.values(), reverse=True)
    unknown = [one for one in rows if one.station not in rates and one.complaints]
    known = sorted((one for one in rows if one.station in rates), key=lambda o: (-rates[o.station], o.name))
    return [
        Ranked(
            rank=order.index(rates[one.station]) + 1 if one.station in rates else None,
            station=one.station,
            name=one.name,
            complaints=one.complaints,
            volume=one.volume,
            share=_percent(Decimal(one.complaints), Decimal(total)),
            rate=rates[one.station].quantize(_CENT, ROUND_HALF_UP) if one.station in rates else None,
            weighted=_percent(rates[one.station], sum_of_rates) if one.station in rates else None,
        )
        for one in [*sorted(unknown, key=lambda o: (-o.complaints, o.name)), *known]
    ]


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part * 100 / whole).quantize(_TENTH, ROUND_HALF_UP) if whole else Decimal("0.0")
