"""A small line chart as SVG: the values, their limits, and where the trend leads. No script."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jiannuo.operations.maintenance.trends import Trend, Value

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 56, 14, 12, 26


def draw(
    values: Sequence[Value], minimum: Decimal | None, maximum: Decimal | None, trend: Trend | None
) -> SafeString:
    """The chart of ``values`` in order of time; empty without any."""
    if not values:
        return SafeString("")
    scale = _Scale(values, minimum, maximum)
    dots = format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="3.5" fill="currentColor"><title>{}</title></circle>',
        (
            (scale.x(one), scale.y(one.value), f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}  {one.value:g}")
            for one in values
        ),
    )
    line = " ".join(f"{scale.x(one)},{scale.y(one.value)}" for one in values)
    return format_html(
        '<svg class="w-100 h-auto" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '{}{}{}<g class="text-primary"><polyline points="{}" fill="none" stroke="currentColor" stroke-width="2"/>'
        "{}</g></svg>",
        WIDTH,
        HEIGHT,
        _("%(count)s values, the last %(last)s") % {"count": len(values), "last": f"{values[-1].value:g}"},
        _frame(values, scale),
        _limits(minimum, maximum, scale),
        _direction(values, trend, scale),
        line,
        dots,
    )


class _Scale:
    """Places of instants and values on the picture."""

    def __init__(self, values: Sequence[Value], minimum: Decimal | None, maximum: Decimal | None) -> None:
        limits = [float(limit) for limit in (minimum, maximum) if limit is not None]
        figures = [one.value for one in values] + limits
        spread = (max(figures) - min(figures)) or abs(figures[0]) or 1.0
        self.low, self.high = min(figures) - spread * 0.1, max(figures) + spread * 0.1
        self.first = values[0].at
        self.seconds = (values[-1].at - values[0].at).total_seconds() or 1.0
        self.single = len(values) == 1

    def x(self, one: Value) -> float:
        share = 0.5 if self.single else (one.at - self.first).total_seconds() / self.seconds
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def _frame(values: Sequence[Value], scale: _Scale) -> SafeString:
    """Axis with the first and last day."""
    base = HEIGHT - BOTTOM
    return format_html(
        '<g class="text-secondary" font-size="11"><line x1="{}" y1="{}" x2="{}" y2="{}" stroke="currentColor" '
        'stroke-opacity="0.4"/><text x="{}" y="{}" fill="currentColor">{}</text>'
        '<text x="{}" y="{}" fill="currentColor" text-anchor="end">{}</text></g>',
        LEFT,
        base,
        WIDTH - RIGHT,
        base,
        LEFT,
        HEIGHT - 8,
        f"{timezone.localtime(values[0].at):%Y-%m-%d}",
        WIDTH - RIGHT,
        HEIGHT - 8,
        f"{timezone.localtime(values[-1].at):%Y-%m-%d}",
    )


def _limits(minimum: Decimal | None, maximum: Decimal | None, scale: _Scale) -> SafeString:
    rows = [
        (
            LEFT,
            scale.y(float(limit)),
            WIDTH - RIGHT,
            scale.y(float(limit)),
            LEFT - 6,
            scale.y(float(limit)) + 4,
            text,
        )
        for limit, text in (
            (limit, f"{limit.normalize():f}") for limit in (minimum, maximum) if limit is not None
        )
    ]
    return format_html_join(
        "",
        '<g class="text-danger" font-size="11"><line x1="{}" y1="{}" x2="{}" y2="{}" stroke="currentColor" '
        'stroke-dasharray="5 4"/><text x="{}" y="{}" fill="currentColor" text-anchor="end">{}</text></g>',
        rows,
    )


def _direction(values: Sequence[Value], trend: Trend | None, scale: _Scale) -> SafeString:
    """The line of the trend, where it leads to a limit."""
    if trend is None or trend.reaches_on is None or len(values) < 2:
        return SafeString("")
    days = (values[-1].at - values[0].at).total_seconds() / 86_400
    begin = trend.now - trend.slope * days
    return format_html(
        '<line class="text-warning" x1="{}" y1="{}" x2="{}" y2="{}" stroke="currentColor" stroke-width="2" '
        'stroke-dasharray="2 4"/>',
        scale.x(values[0]),
        scale.y(begin),
        scale.x(values[-1]),
        scale.y(trend.now),
    )
