"""What a consequence comes to in yuan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
#: the units of lateness; a time, a piece or nothing counts once for each miss
LATE_UNITS = {"day": timedelta(days=1), "hour": timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Rate:
    """``amount`` yuan, or ``share`` of ``value`` yuan; for each ``per`` of lateness where that is a span of time."""

    amount: Decimal | None = None
    share: Decimal | None = None
    value: Decimal | None = None
    per: str = ""


def worked_out(rate: Rate, since: datetime | None, until: datetime) -> Decimal | None:
    """The sum in yuan; a day or an hour that has begun counts whole.

    ``None`` when the promise names no figure, or a share of a value that is not known.
    """
    shared = None if rate.share is None or rate.value is None else rate.share * rate.value
    step = rate.amount if rate.share is None else shared
    if step is None:
        return None
    unit = LATE_UNITS.get(rate.per)
    times = 1 if unit is None or since is None else max(1, -(-(until - since) // unit))
    return (step * times).quantize(FEN, ROUND_HALF_UP)
