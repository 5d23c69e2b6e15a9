"""Words of after-sales service that mean the same, for a company that has written none yet; managers change them.

What is on the machine and what is wrong with it, as customers say it and as technicians write it.
"""

from __future__ import annotations

from typing import Any

SYNONYMS: tuple[tuple[str, ...], ...] = (
    ("不制冷", "不凉", "不冷", "没冷气"),
    ("不制热", "不热", "没热气"),
    ("噪声大", "声音大", "很吵", "异响"),
    ("漏水", "滴水", "渗水"),
    ("不通电", "没电", "不上电"),
    ("不启动", "开不了机", "无法开机"),
    ("跳闸", "掉闸"),
    ("黑屏", "不显示", "没画面"),
    ("异味", "臭味", "怪味"),
    ("焦味", "糊味", "烧焦味"),
    ("遥控器", "遥控板"),
    ("过滤网", "滤网", "滤芯"),
    ("保修", "质保"),
    ("上门费", "出车费"),
)


def fill(model_of: Any) -> None:
    """Write the groups of which no word is taken; ``model_of`` gives a model by its name, also that of a migration."""
    groups, words = model_of("SynonymGroup"), model_of("SynonymWord")
    for group in SYNONYMS:
        if not words.objects.filter(word__in=group).exists():
            row = groups.objects.create(note="")
            for word in group:
                words.objects.create(group=row, word=word)


def take_back(model_of: Any) -> None:
    """Remove the groups that stand as they were written; what people changed or explained with a note stays."""
    laid = {frozenset(group) for group in SYNONYMS}
    for row in model_of("SynonymGroup").objects.filter(note="").prefetch_related("words"):
        if frozenset(word.word for word in row.words.all()) in laid:
            row.delete()
