"""Demo mystery inspections: a form in use, the visits of two months, one that is being scored."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from jiannuo.office.organizations.models import Organization
from jiannuo.operations.complaints import services
from jiannuo.operations.complaints.models import Inspection, ScoreForm, ScoreItem

#: what is looked at, how it is judged, weight, scores, remark required below; after the conduct rules of the sources
LINES = (
    ("热线三声内接听，先报单位和姓名", "拨打站点热线三次", 15, "0 5 10", 10),
    ("受理时问清型号、故障、地址和方便的时间", "", 15, "0 5 10", 5),
    ("主动说明收费标准和保修政策", "出示或口头逐项说明", 20, "0 10", 10),
    ("着装整洁，佩戴工号牌", "", 10, "0 1 2 3", 1),
    ("按约定时间到达，迟到提前告知", "", 20, "0 5 10", 5),
    ("作业后清理现场，请客户签字", "", 20, "0 5 10", 5),
)
#: days ago, station, guise, scores, remark of low scores, impression; the last is not published
VISITS = (
    (
        66,
        "NBTY",
        "报修空调不制冷的住户",
        (5, 10, 0, 3, 5, 10),
        "没有说明收费，问了才答",
        "态度尚可，收费不透明",
    ),
    (38, "HZAS", "咨询保养价格的顾客", (10, 10, 10, 3, 10, 10), "", "各项规范"),
    (30, "NBTY", "要求移机的住户", (10, 5, 10, 2, 5, 10), "", "收费说明已改进"),
    (12, "SZHX", "买配件的顾客", (0, 5, 10, 0, 5, 5), "未达到要求", "电话无人接听，未戴工号牌"),
    (3, "HZAS", "报修噪声大的住户", (10, 5), "", ""),
)


def load_inspections(supervisor: Any, now: datetime) -> list[Inspection]:
    """Make the form and the visits; returns the inspections."""
    items = [
        ScoreItem(title=title, hint=hint, weight=weight, steps=steps, remark_below=below)
        for title, hint, weight, steps, below in LINES
    ]
    form = services.save_score_form(
        ScoreForm(name="服务站神秘检查评分表", note="检查人以顾客身份到站或来电"), items, by=supervisor
    )
    form = services.put_in_use(form, by=supervisor, at=now - timedelta(days=90))
    lines = list(form.items.all())
    stations = {one.code: one for one in Organization.objects.all()}
    made = []
    for days, station, guise, scores, remark, summary in VISITS:
        inspection = services.open_inspection(
            by=supervisor,
            organization=stations[station],
            form=form,
            visited_at=now - timedelta(days=days, hours=3),
            inspector=supervisor,
            guise=guise,
            is_demo=True,
        )
        given = [
            services.Scored(item, score, remark if item.needs_remark(score) else "")
            for item, score in zip(lines, scores, strict=False)
        ]
        inspection = services.score(inspection, given, by=supervisor, summary=summary)
        if len(scores) == len(lines):
            at = now - timedelta(days=days - 2)
            inspection = services.do_inspection(inspection, "publish", by=supervisor, at=at)
        made.append(inspection)
    return made
