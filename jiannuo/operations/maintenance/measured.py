"""Measured values of a unit or a patrol point over time, with their limits and trends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from jiannuo.operations.maintenance.chart import draw
from jiannuo.operations.maintenance.models import MaintenanceSettings, RoundCheck
from jiannuo.operations.maintenance.models.measures import limits_in_words
from jiannuo.operations.maintenance.trends import Trend, Value, trend_of
from jiannuo.operations.workorders.models import OrderCheck

#: values of one check that are read
MOST = 400


@dataclass(slots=True)
class Measured:
    """All values of one check, the oldest first, with the limits last asked for."""

    text: str
    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    values: list[Value] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    trend: Trend | None = None

    @property
    def limits(self) -> str:
        """The allowed range in words."""
        return limits_in_words(self.minimum, self.maximum, self.unit)

    @property
    def last(self) -> Value | None:
        """The latest value."""
        return self.values[-1] if self.values else None

    @property
    def style(self) -> str:
        """The look: out of limits, moving towards one, in order."""
        if self.trend is not None and self.trend.is_outside:
            return "danger"
        return "warning" if self.trend is not None and self.trend.reaches_on else "success"

    @property
    def chart(self) -> str:
        """A drawing of the values with their limits."""
        return draw(self.values, self.minimum, self.maximum, self.trend)


def of_unit(unit: Any) -> list[Measured]:
    """The measured values of a unit, from orders and rounds, by check (3 queries)."""
    orders = OrderCheck.objects.filter(order__unit=unit, kind="number", recorded_at__isnull=False)
    rounds = RoundCheck.objects.filter(point__unit=unit, kind="number", recorded_at__isnull=False)
    fields = ("text", "recorded_at", "value", "minimum", "maximum")
    rows = [
        *orders.order_by("-recorded_at").values_list(*fields, "unit", "order__number")[:MOST],
        *rounds.order_by("-recorded_at").values_list(*fields, "unit_of_measure", "point__round__number")[
            :MOST
        ],
    ]
    return _collected(rows)


def of_point(point: Any) -> list[Measured]:
    """The measured values of a point of a route (2 queries)."""
    rows = RoundCheck.objects.filter(point__point=point, kind="number", recorded_at__isnull=False)
    fields = ("text", "recorded_at", "value", "minimum", "maximum", "unit_of_measure", "point__round__number")
    return _collected(list(rows.order_by("-recorded_at").values_list(*fields)[: 2 * MOST]))


def _collected(rows: Iterable[tuple[Any, ...]]) -> list[Measured]:
    found: dict[str, Measured] = {}
    for text, at, value, minimum, maximum, unit, number in sorted(rows, key=_instant):
        try:
            figure = float(Decimal(value))
        except InvalidOperation:
            continue
        one = found.setdefault(text, Measured(text))
        one.unit, one.minimum, one.maximum = unit, minimum, maximum
        one.values.append(Value(at, figure))
        one.numbers.append(number)
    rules = MaintenanceSettings.present()
    for one in found.values():
        one.trend = trend_of(
            one.values, one.minimum, one.maximum, points=rules.trend_points, days=rules.trend_days
        )
    return sorted(found.values(), key=lambda one: ({"danger": 0, "warning": 1}.get(one.style, 2), one.text))


def _instant(row: tuple[Any, ...]) -> datetime:
    moment: datetime = row[1]
    return moment
