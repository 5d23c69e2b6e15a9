"""The table of categories as the sources name what customers speak of; a manager changes it.

工作计划 征询意见表 asks about structure and performance, appearance, date of delivery, price and after-sales service;
售后服务 is told apart further by what the other documents judge: attitude, speed, quality of repair, charges, parts.
"""

from __future__ import annotations

from typing import Any

CATEGORIES: tuple[tuple[str, str, str], ...] = (
    ("praise", "表扬", "满意 很好 感谢 表扬 专业 热情 耐心 负责 点赞 辛苦 周到 礼貌 细致"),
    ("attitude", "服务态度", "态度 不耐烦 冷淡 敷衍 推诿 说话 骂 凶 没礼貌"),
    ("speed", "服务及时", "慢 迟到 等了 没来 拖 不及时 太久 爽约 晚 预约 催"),
    ("repair", "维修质量", "没修好 又坏 返修 修不好 反复 复发 漏 装错 没解决"),
    ("charges", "收费与价格", "收费 贵 价格 发票 上门费 多收 报价 费用 便宜"),
    ("parts", "配件", "配件 零件 缺货 等件 滤网 遥控器 材料"),
    ("performance", "结构与性能", "噪音 不制冷 制冷 性能 质量 故障 耗电 异响 温度 压缩机 结构"),
    ("appearance", "外观质量", "外观 划痕 掉漆 变形 凹痕 包装 脏"),
    ("delivery", "交货日期", "交货 送货 发货 安装日期 延期 物流"),
    ("wish", "改进建议", "建议 希望 最好 能不能 增加 改进 可以考虑"),
    ("other", "其他", ""),
)


def fill(categories: Any) -> None:
    """Write the rows that are not there; takes the model, also that of a migration."""
    for place, (code, name, words) in enumerate(CATEGORIES, start=1):
        values = {"name": name, "words": words, "position": place * 10}
        categories.objects.get_or_create(code=code, defaults=values)
