"""The calendars that every installation begins with."""

from __future__ import annotations

from typing import Any

_OFFICE_DAY = ["08:30-17:30"]
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEFAULTS: list[tuple[str, str, dict[str, Any]]] = [
    ("24x7", "全天候 7×24 小时", {"weekly": "24x7", "observes_holidays": False}),
    (
        "office",
        "行政班 周一至周五 8:30–17:30",
        {"weekly": dict.fromkeys(_WEEK[:5], _OFFICE_DAY), "observes_holidays": True},
    ),
    (
        "six-day",
        "六天班 周一至周六 8:30–17:30",
        {"weekly": dict.fromkeys(_WEEK[:6], _OFFICE_DAY), "observes_holidays": True},
    ),
    (
        "extended",
        "延时班 每天 8:00–24:00",
        {"weekly": {key: ["08:00-24:00"] for key in _WEEK}, "observes_holidays": False},
    ),
]


def create_defaults(using: str = "default", **_signal: Any) -> None:
    """Create the default calendars where there is no calendar yet (after migrating, and after emptying the tables)."""
    from jiannuo.kernel.calendars.models import WorkCalendar

    calendars = WorkCalendar.objects.using(using)
    if calendars.exists():
        return
    calendars.bulk_create(
        WorkCalendar(code=code, name=name, definition={"name": code, "tz": "Asia/Shanghai", **definition})
        for code, name, definition in DEFAULTS
    )
