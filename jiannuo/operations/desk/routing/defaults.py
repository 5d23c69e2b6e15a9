"""Why a dealer may hand a customer back, as the table begins; managers change it."""

from __future__ import annotations

from typing import Any

#: code, name, whether it is accepted
REASONS = (
    ("outside", "不在服务区域，也不是本店销售", True),
    ("abnormal", "非常态故障，须由技术部门处理", True),
    ("wish", "客户要求由厂家或其他网点处理", True),
    ("staff", "人手不足", False),
    ("parts", "没有备件", False),
    ("fees", "三包费用未结或偏低", False),
    ("other", "其他原因", False),
)


def fill(reason: Any) -> None:
    """Write the reasons that are not there; ``reason`` is their model, perhaps that of a migration."""
    for code, name, accepted in REASONS:
        reason.objects.get_or_create(code=code, defaults={"name": name, "accepted": accepted})
