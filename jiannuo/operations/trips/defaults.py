"""The causes with which the table begins: those of the yearly statistics in the work report of an equipment maker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: code, name, who usually pays
CAUSES = (
    ("rework", "安装后改造", "company"),
    ("early-parts", "不到一年换件", "company"),
    ("paid", "有偿服务", "customer"),
    ("other-maker", "外厂免费维修", "company"),
    ("misuse", "用户使用不当", "company"),
    ("service", "售后服务", "company"),
)


def fill(model: Callable[[str], Any]) -> None:
    """Write the table of a new house; what is there stays."""
    for position, (code, name, payer) in enumerate(CAUSES, start=1):
        values = {"name": name, "usual_payer": payer, "position": position * 10}
        model("TripCause").objects.get_or_create(code=code, defaults=values)
