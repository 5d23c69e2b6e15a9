"""The tables as the sources write them: what a new installation begins with, and a manager changes.

Where a source says “several” the figure here is a reading (2) that a manager confirms or changes; no source gives the
amount of a penalty, so none is set.
"""

from __future__ import annotations

from typing import Any

LETTER = "经营目标责任书 三之3"
CENTRE = "客服中心投诉部工作总结"
MEASURES = "售后服务管理办法 三"

MATTERS: tuple[tuple[str, str, str], ...] = (
    ("quality", "质量、功能", "研发设计、生产、技术"),
    ("packing", "包装破损、变质", "仓库、运输"),
    ("attitude", "服务态度、失职", "营销部门"),
    ("lateness", "服务不及时", "售后服务部门"),
    ("charges", "收费", "售后服务部门、财务"),
    ("dealers", "经销商、零售商", "与经销商沟通协调"),
    ("cancel", "要求退订、退货", "售后服务部门"),
    ("other", "其他", ""),
)

UPGRADES: tuple[dict[str, Any], ...] = (
    {
        "name": "多次回访仍未解决，升级为重复投诉",
        "trigger": "callbacks_failed",
        "threshold": 2,
        "grade": "repeat",
        "source": f"{CENTRE} 五之4",
    },
    {
        "name": "同一客户就同一事项再次投诉，为重复投诉",
        "trigger": "again",
        "threshold": 2,
        "grade": "repeat",
        "source": f"{CENTRE} 五之4",
    },
    {
        "name": "不满意、结案后重新提出，每次升一级",
        "trigger": "reopened",
        "threshold": 1,
        "grade": "higher",
        "source": f"{CENTRE} 五之3",
    },
    {
        "name": "情节严重，升级为恶性投诉",
        "trigger": "circumstance",
        "circumstance": "serious",
        "grade": "malicious",
        "source": f"{CENTRE} 五之4",
    },
    {
        "name": "因管理服务不到位、有过失，为重要投诉",
        "trigger": "at_fault",
        "weight": "important",
        "source": LETTER,
    },
    {
        "name": "承诺或约定的服务未兑现、多次提出未解决，为重大投诉",
        "trigger": "circumstance",
        "circumstance": "broken_promise",
        "weight": "major",
        "source": f"{LETTER}之1）",
    },
    {
        "name": "给客户造成人身伤害，为重大投诉",
        "trigger": "circumstance",
        "circumstance": "injury",
        "weight": "major",
        "source": f"{LETTER}之2）",
    },
    {
        "name": "给客户造成重大经济损失，为重大投诉",
        "trigger": "circumstance",
        "circumstance": "heavy_loss",
        "weight": "major",
        "source": f"{LETTER}之2）",
    },
    {
        "name": "有效投诉一个月内未合理解决，为重大投诉",
        "trigger": "unsolved",
        "threshold": 1,
        "unit": "months",
        "weight": "major",
        "source": f"{LETTER}之3）",
    },
    {
        "name": "屡次投诉仍不接受，提升为专案",
        "trigger": "reopened",
        "threshold": 2,
        "special": True,
        "source": MEASURES,
    },
    {
        "name": "媒体曝光，列为专案优先处置",
        "trigger": "circumstance",
        "circumstance": "media",
        "special": True,
        "source": MEASURES,
    },
    {
        "name": "引起诉讼，列为专案优先处置",
        "trigger": "circumstance",
        "circumstance": "lawsuit",
        "special": True,
        "source": MEASURES,
    },
    {
        "name": "可能形成危机、影响信誉，列为专案优先处置",
        "trigger": "circumstance",
        "circumstance": "crisis",
        "special": True,
        "source": MEASURES,
    },
)

PENALTIES: tuple[dict[str, Any], ...] = (
    {"grade": "repeat", "payer": "head", "source": f"{CENTRE} 七之2"},
    {"grade": "malicious", "payer": "head", "source": f"{CENTRE} 七之2"},
)


def fill(matter: Any, upgrade: Any, penalty: Any) -> None:
    """Write the tables where they are empty; the models are given, so that a migration may use its own."""
    if not matter.objects.exists():
        matter.objects.bulk_create(matter(code=code, name=name, ask=ask) for code, name, ask in MATTERS)
    if not upgrade.objects.exists():
        rows = enumerate(UPGRADES, 1)
        upgrade.objects.bulk_create(upgrade(position=10 * place, **values) for place, values in rows)
    if not penalty.objects.exists():
        penalty.objects.bulk_create(penalty(**values) for values in PENALTIES)
