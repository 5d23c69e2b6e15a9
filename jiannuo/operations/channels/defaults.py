"""The table of the channels as the sources write it."""

from __future__ import annotations

from typing import Any

CHANNELS = ("hotline", "email", "im", "letter", "visit", "web")
#: 售后服务管理制度: “应该在2小时内做出安排，并告之用户”
ARRANGED_WITHIN_MINUTES = 120


def fill(setting: Any) -> None:
    """Write a row for each channel that has none."""
    known = set(setting.objects.values_list("channel", flat=True))
    setting.objects.bulk_create(
        setting(channel=channel, waits_minutes=ARRANGED_WITHIN_MINUTES)
        for channel in CHANNELS
        if channel not in known
    )
