"""The tables as the sources write them: what a new installation begins with, and a manager changes.

No source gives the number of attempts or the hours of calling: those figures are a reading that a manager confirms.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

RULES = "汽车维修客户跟踪服务制度"
PLAN = "专用车售后服务工作规划"

USAGE = {
    "identity": "usage",
    "text": "设备现在使用情况怎么样？",
    "kind": "choice",
    "choices": ["正常", "有小问题", "有故障"],
}
USAGE_TEXT = {
    "identity": "usage_text",
    "text": "具体是什么问题？从什么时候开始的？",
    "hint": "记下现象、时间、有没有影响使用；要修的在结束时转为报修。",
    "kind": "text",
}
OPINION = {
    "identity": "opinion",
    "text": "您对这次服务满意吗？请打分，5分最满意。",
    "kind": "scale",
}
OPINION_TEXT = {
    "identity": "opinion_text",
    "text": "哪里让您不满意？希望我们怎么做？",
    "kind": "text",
}
NEEDS = {"identity": "needs", "text": "近期有没有新的服务需求？", "kind": "yes_no"}
NEEDS_TEXT = {"identity": "needs_text", "text": "希望得到什么服务，什么时候方便？", "kind": "text"}
_FAULT = [
    {"operator": "is", "value": "有故障", "issue": "repair"},
    {"operator": "is", "value": "正常", "goto": "opinion"},
]
_DISSATISFIED = [
    {"operator": "at_most", "value": "2", "issue": "complaint", "goto": "opinion_text"},
    {"operator": "at_least", "value": "3", "goto": "needs"},
]
_NO_NEEDS = {"operator": "is", "value": "no"}

#: name → opening words, closing words, questions with their rules
SCRIPTS: dict[str, tuple[str, str, list[tuple[dict[str, Any], list[dict[str, Any]]]]]] = {
    "首次跟踪电话": (
        "您好，是{customer}吗？我是{organization}客服{person}。您的{unit}前几天在我们这里做过服务，想了解一下使用情况，"
        "现在方便说几分钟吗？",
        "谢谢您的意见。有什么需要，随时打我们的服务热线。",
        [
            (USAGE, _FAULT),
            (USAGE_TEXT, []),
            (OPINION, _DISSATISFIED),
            (OPINION_TEXT, []),
            (NEEDS, [{**_NO_NEEDS, "goto": "advice"}]),
            (NEEDS_TEXT, []),
            (
                {
                    "identity": "advice",
                    "text": "使用知识和注意事项，客户听明白了吗？",
                    "hint": "按机型讲一两条当季要注意的，再介绍目前开展的服务。",
                    "kind": "yes_no",
                },
                [],
            ),
        ],
    ),
    "第二次跟踪电话": (
        "您好，{customer}，我是{organization}客服{person}，上次和您通过电话，今天再简单问两句。",
        "谢谢，祝您使用愉快。",
        [
            (USAGE, [_FAULT[0], {"operator": "is", "value": "正常", "goto": "advice_used"}]),
            (USAGE_TEXT, []),
            (
                {
                    "identity": "advice_used",
                    "text": "上次提醒的注意事项，用起来有没有困难？",
                    "kind": "yes_no",
                },
                [],
            ),
            (OPINION, _DISSATISFIED),
            (OPINION_TEXT, []),
            (NEEDS, [{**_NO_NEEDS, "goto": "next_service"}]),
            (NEEDS_TEXT, []),
            (
                {
                    "identity": "next_service",
                    "text": "下一次保养打算什么时候做，要不要现在预约？",
                    "hint": "没有想好就写“未定”。",
                    "kind": "text",
                },
                [],
            ),
        ],
    ),
    "产品使用情况征询": (
        "您好，{customer}，我是{organization}{person}，来了解{unit}的使用情况和您的意见。",
        "感谢您的意见，我们会逐条答复。",
        [
            (USAGE, [_FAULT[0], {"operator": "is", "value": "正常", "goto": "quality"}]),
            (USAGE_TEXT, []),
            ({"identity": "quality", "text": "产品质量打几分？", "kind": "scale"}, []),
            ({"identity": "performance", "text": "性能是否满足使用要求？打几分？", "kind": "scale"}, []),
            ({"identity": "parts_supply", "text": "配件供应打几分？", "kind": "scale"}, []),
            (OPINION, [_DISSATISFIED[0], {"operator": "at_least", "value": "3", "goto": "proposal"}]),
            (OPINION_TEXT, []),
            (
                {
                    "identity": "proposal",
                    "text": "对产品改进和服务有什么建议？",
                    "kind": "text",
                    "required": False,
                },
                [],
            ),
        ],
    ),
    "活动通知": (
        "您好，{customer}，我是{organization}客服{person}，告诉您一个活动。",
        "到时候恭候您。",
        [
            (
                {
                    "identity": "told",
                    "text": "活动的内容、日期、地址，客户听清楚了吗？",
                    "hint": "照着事由说，让客户重复一遍日期和地址。",
                    "kind": "yes_no",
                },
                [],
            ),
        ],
    ),
}

_FILE = ["shipped", "delivered", "installed", "commissioned", "accepted", "handed_over", "invoiced", "sold"]
_LATER = ["completed", "contract_signed", "registered", "warranty_ended"]
KINDS: tuple[dict[str, Any], ...] = (
    {
        "name": "首次跟踪电话",
        "metrics": ["phone_call"],
        "begins_round": True,
        "script": "首次跟踪电话",
        "source": f"{RULES} 售后服务工作规定第4条",
    },
    {
        "name": "第二次跟踪电话",
        "metrics": ["follow_up"],
        "events": ["followed_up"],
        "script": "第二次跟踪电话",
        "source": f"{RULES} 售后服务工作规定第5条",
    },
    {
        "name": "修后回访",
        "metrics": ["follow_up"],
        "script": "首次跟踪电话",
        "source": f"{PLAN} 三（二）⑷",
    },
    {
        "name": "走访",
        "way": "visit",
        "metrics": ["visit"],
        "events": [*_FILE, *_LATER],
        "script": "产品使用情况征询",
        "source": f"{PLAN} 三（二）⑴⑶",
    },
    {
        "name": "满意度回访",
        "metrics": ["survey"],
        "events": ["delivered", "sold"],
        "script": "产品使用情况征询",
        "source": "年度售后服务计划 三之2",
    },
    {"name": "保养提醒", "metrics": ["reminder"], "source": f"{RULES} 二"},
    {"name": "活动通知电话", "script": "活动通知", "source": f"{RULES} 售后服务工作规定第6条"},
    {"name": "客户关怀电话", "script": "首次跟踪电话", "source": ""},
)
TEMPLATES: tuple[tuple[str, str, str, str], ...] = (
    (
        "活动通知",
        "notice",
        "关于{title}的通知",
        "尊敬的{contact}：\n\n感谢您一直以来对我们的信任。{text}\n\n时间：{day}\n地点：{place}\n\n"
        "届时请携带本通知，如时间不便，请提前与我们联系改约。\n\n{organization}\n{today}",
    ),
    (
        "邀请函",
        "invitation",
        "{title}邀请函",
        "尊敬的{contact}：\n\n诚邀您参加{title}。{text}\n\n时间：{day}\n地点：{place}\n\n"
        "敬请光临。\n\n{organization}\n{today}",
    ),
    (
        "答复函",
        "reply",
        "对您所提意见的答复",
        "尊敬的{contact}：\n\n您反映的{unit}（{serial}）的问题，我们已经研究处理，现答复如下：\n\n"
        "\n\n如有不满意的地方，请随时与我们联系。\n\n{organization}\n{today}",
    ),
    (
        "产品使用情况征询",
        "opinion",
        "产品使用情况征询意见",
        "尊敬的{contact}：\n\n您使用的{unit}（{serial}）运行情况如何？请把质量、性能、配件供应、服务态度等方面的意见"
        "写在下面寄回，我们逐条答复。\n\n使用情况：\n\n意见和建议：\n\n"
        "签名：            日期：\n\n{organization}\n{today}",
    ),
)
#: meetings to which customers are invited (客户服务改进措施)
MEETINGS = ("客户委员会会议", "客户恳谈会")
CAMPAIGNS: tuple[dict[str, Any], ...] = (
    {"name": "免费检测周", "consent": "marketing", "template": "活动通知"},
    {"name": "优惠服务月", "consent": "marketing", "template": "活动通知"},
    {"name": "联谊活动", "consent": "marketing", "template": "邀请函"},
    {"name": "季节性检查", "consent": "messages", "template": "活动通知"},
    {"name": "技术走访", "consent": "messages", "template": "活动通知"},
    {"name": "召回、服务行动", "consent": "all", "template": "活动通知"},
    *({"name": name, "consent": "messages", "template": "邀请函"} for name in MEETINGS),
)


def fill(model: Callable[[str], Any], now: datetime) -> None:
    """Write the tables where they are empty; ``model`` gives a model by name, so that a migration uses its own."""
    scripts = _fill_scripts(model, now)
    kinds = _fill_kinds(model("FollowUpKind"), scripts)
    templates = _fill_templates(model)
    campaign_kind = model("CampaignKind")
    if campaign_kind.objects.exists():
        return
    campaign_kind.objects.bulk_create(
        campaign_kind(
            name=one["name"],
            consent=one["consent"],
            followup_kind=kinds["活动通知电话"],
            letter_template=templates[one["template"]],
            source=f"{RULES} 售后服务工作规定第6条",
            position=10 * place,
        )
        for place, one in enumerate(CAMPAIGNS, 1)
    )


def _fill_scripts(model: Callable[[str], Any], now: datetime) -> dict[str, Any]:
    script, version = model("Script"), model("ScriptVersion")
    question, rule = model("Question"), model("QuestionRule")
    if not script.objects.exists():
        for name, (greeting, closing, asked) in SCRIPTS.items():
            own = version.objects.create(
                script=script.objects.create(name=name),
                number=1,
                greeting=greeting,
                closing=closing,
                published_at=now,
            )
            made = {
                values["identity"]: question.objects.create(version=own, position=10 * place, **values)
                for place, (values, _rules) in enumerate(asked, 1)
            }
            for values, rules in asked:
                for one in rules:
                    goto = made[one["goto"]] if "goto" in one else None
                    rule.objects.create(question=made[values["identity"]], **{**one, "goto": goto})
    return {one.name: one for one in script.objects.all()}


def _fill_kinds(kind: Any, scripts: dict[str, Any]) -> dict[str, Any]:
    if not kind.objects.exists():
        for place, values in enumerate(KINDS, 1):
            script = scripts.get(values.get("script", ""))
            kind.objects.create(**{**values, "script": script, "position": 10 * place})
    return {one.name: one for one in kind.objects.all()}


def _fill_templates(model: Callable[[str], Any]) -> dict[str, Any]:
    template, version = model("LetterTemplate"), model("LetterVersion")
    if not template.objects.exists():
        for name, kind, subject, body in TEMPLATES:
            own = template.objects.create(name=name, kind=kind)
            version.objects.create(template=own, number=1, subject=subject, body=body)
    return {one.name: one for one in template.objects.all()}
