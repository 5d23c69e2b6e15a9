"""Demo calls in which the fault was looked for from afar first: one solved, one to be answered, one for a visit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.operations.desk.services import do, register_request
from jiannuo.registry.installedbase.models import InstalledUnit

#: minutes ago, way, what the customer says, what was tried, what came of it, answer promised in minutes
CALLS: tuple[tuple[int, str, str, str, str, int | None], ...] = (
    (
        95,
        "phone",
        "遥控器显示正常，内机不出风。",
        "请客户拔电三分钟后重新上电，并取下滤网清洗；清洗后出风正常。",
        "solved",
        None,
    ),
    (
        50,
        "remote",
        "温度显示跳动，忽高忽低。",
        "远程读取运行数据，传感器阻值偶有跳变，已请厂家技术确认固件版本。",
        "unsolved",
        150,
    ),
    (
        35,
        "video",
        "外机启动几秒就停，有嗡嗡声。",
        "视频查看：压缩机启动电容鼓包，客户断电等候。请带同规格电容。",
        "visit",
        None,
    ),
)


def load_remote(people: dict[str, User]) -> int:
    """Make the calls; returns how many."""
    agent, now = people["agent"], timezone.now()
    units = InstalledUnit.objects.filter(
        organization=agent.organization,
        customer__isnull=False,
        model__category__code_path__startswith="appliance",
    ).select_related("customer", "model__category", "organization")
    for unit, (ago, way, says, tried, outcome, answer_in) in zip(units.order_by("-pk"), CALLS, strict=False):
        at = now - timedelta(minutes=ago)
        request = register_request(
            by=agent,
            customer=unit.customer,
            unit=unit,
            channel="hotline",
            request_kind="repair",
            severity="normal",
            symptom_text=says,
            received_at=at,
            allow_duplicate=True,
            is_demo=True,
        )
        data: dict[str, Any] = {"way": way, "tried": tried, "outcome": outcome}
        data["next_answer_at"] = now + timedelta(minutes=answer_in) if answer_in else None
        do(request, "diagnose", by=agent, at=at + timedelta(minutes=8), data=data)
    return len(CALLS)
