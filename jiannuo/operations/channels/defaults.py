"""The table of the channels as the sources write it."""

from __future__ import annotations

from typing import Any

CHANNELS = ("hotline", "email", "im", "letter", "visit", "web")
#: 售后服务管理制度: “应该在2小时内做出安排，并告之用户”
ARRANGED_WITHIN_MINUTES = 120
#: the same: “销售内勤应在转送各部门任务后4小时内…检查发现未予落实的，应该上报公司领导”.
#: The leaders hear of it four hours after it came in, two after it was due; the manager when it is due.
LIMITS = {"warns_minutes": 15, "manager_minutes": 0, "leaders_minutes": 120}
#: Half a year: long enough for a complaint and what follows from it, no longer than that needs, for a recording is
#: personal data. A clause about keeping recordings goes before it.
RECORDINGS_DAYS = 180


def fill(setting: Any) -> None:
    """Write a row for each channel that has none; ``setting`` is the model, perhaps that of an early migration."""
    known = set(setting.objects.values_list("channel", flat=True))
    fields = {field.name for field in setting._meta.get_fields()}
    limits = {name: minutes for name, minutes in LIMITS.items() if name in fields}
    setting.objects.bulk_create(
        setting(
            channel=channel,
            waits_minutes=ARRANGED_WITHIN_MINUTES,
            recordings_days=RECORDINGS_DAYS if channel == "hotline" else None,
            **limits,
        )
        for channel in CHANNELS
        if channel not in known
    )


def fill_limits(setting: Any) -> None:
    """Write into rows from before who is told when."""
    setting.objects.filter(warns_minutes=None, manager_minutes=None, leaders_minutes=None).update(**LIMITS)
