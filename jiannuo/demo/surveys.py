"""Demo surveys: the questionnaire of the service agreement, asked after the demo orders, made by the usual services."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from jiannuo.kernel.months import months_before
from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.surveys import services
from jiannuo.operations.surveys.models import (
    Edition,
    Invitation,
    InvitationRule,
    LowScoreRule,
    Opinion,
    OpinionCategory,
    Question,
    Questionnaire,
    SurveyAnswer,
)
from jiannuo.operations.surveys.services.guarding import Origin, fingerprint
from jiannuo.operations.workorders.models import WorkOrder

MOST_ORDERS = 90
CODE = "after-service"
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"code": "overall", "text": "您对这次服务总体上满意吗？", "weight": 2, "is_overall": True},
    {"code": "timely", "text": "上门是否及时、守约？", "weight": 1},
    {"code": "attitude", "text": "服务人员的态度和礼貌", "weight": 1},
    {"code": "skill", "text": "维修技术和解决问题的能力", "weight": 1.5},
    {"code": "charges", "text": "收费是否合理、透明？", "weight": 1, "required": False},
    {"code": "recommend", "text": "您愿意把我们推荐给亲友吗？", "kind": "nps", "required": False},
    {
        "code": "improve",
        "text": "哪些方面最需要改进？（可多选）",
        "kind": "choices",
        "options": "上门时间\n服务态度\n维修质量\n收费\n配件供应\n产品本身",
        "required": False,
    },
    {"code": "say", "text": "您对产品和服务还有什么意见或建议？", "kind": "text", "required": False},
)
PRAISE = (
    "师傅很专业，讲解得很耐心，谢谢。",
    "来得快，修得好，现场也收拾干净了。",
    "服务周到，礼貌热情，给师傅点赞。",
    "",
    "",
    "",
)
MIDDLING = (
    "希望周末也能安排上门。",
    "等件等了一个星期，时间有点长。",
    "修好了，就是上门费有点贵。",
    "建议先打电话确认再上门。",
    "室外机噪音还是有点大。",
    "",
)
POOR = (
    "约好上午，下午四点才来，太慢了。",
    "修了两次又坏，根本没修好。",
    "说话不耐烦，态度很差。",
    "收费没有给发票，价格也没提前说。",
)


def _write(people: dict[str, User], head: Organization) -> Edition:
    """The questionnaire F58 and who is asked, by the general manager."""
    director = people["director"]
    made = services.save_questionnaire(
        Questionnaire(organization=head, code=CODE, name="顾客满意度调查表"), by=director
    )
    draft = made.editions.get()
    draft.intro = "感谢您选择我们的服务。请用一分钟告诉我们做得怎么样，您的回答直接交给质量部门。"
    draft.thanks = "谢谢您！您的意见会有专人阅读。"
    services.save_part(draft, by=director)
    for place, values in enumerate(QUESTIONS, start=1):
        weighed = {**values, "weight": Decimal(str(values.get("weight", 1)))}
        services.save_part(Question(edition=draft, position=place * 10, **weighed), by=director)
    for measure, at_most in ((LowScoreRule.Measure.CSI, 30), (LowScoreRule.Measure.NPS, 2)):
        services.save_part(
            LowScoreRule(edition=draft, measure=measure, at_most=Decimal(at_most)), by=director
        )
    asked = InvitationRule.Event
    for event, share in ((asked.ORDER_CLOSED, 100), (asked.REQUEST_ANSWERED, 50), (asked.MONTHLY, 20)):
        services.save_rule(
            InvitationRule(organization=head, questionnaire=made, event=event, share=share, interval_days=30),
            by=director,
        )
    return services.publish_edition(draft, by=director)


def _replies(random: Random) -> dict[str, Any]:
    """One customer: mostly content, now and then not at all."""
    mood = random.random()
    scores: tuple[int, ...]
    words: tuple[str, ...]
    nps: tuple[int, ...]
    if mood < 0.72:
        scores, words, nps = (5, 5, 5, 4), PRAISE, (9, 9, 10, 10, 8)
    elif mood < 0.93:
        scores, words, nps = (4, 4, 3, 5), MIDDLING, (6, 7, 8, 8)
    else:
        scores, words, nps = (1, 2, 2, 3), POOR, (1, 2, 4, 5)
    values: dict[str, Any] = {
        code: random.choice(scores) for code in ("overall", "timely", "attitude", "skill", "charges")
    }
    values["recommend"] = random.choice(nps)
    if mood >= 0.72:
        values["improve"] = sorted(random.sample(range(6), k=random.choice((1, 2))))
    values["say"] = random.choice(words)
    return values


def load_surveys(people: dict[str, User], random: Random) -> int:
    """Ask after the closed demo orders; returns how many answered."""
    head = Organization.objects.get(code="HQ")
    edition = _write(people, head)
    orders = WorkOrder.objects.filter(signed_at__isnull=False)
    known = orders.select_related("organization", "customer", "unit__model", "technician").order_by("-pk")
    answered = 0
    for place, order in enumerate(reversed(list(known[:MOST_ORDERS]))):
        at = order.signed_at + timedelta(hours=3)
        invitation = services.invite(order, edition, customer=order.customer, at=at)
        if invitation is None:
            continue
        Invitation.objects.filter(pk=invitation.pk).update(
            state="unsent" if place % 11 == 5 else "sent",
            sent_at=None if place % 11 == 5 else at,
            is_demo=True,
        )
        replied = at + timedelta(hours=random.randint(1, 40))
        if random.random() < 0.62 and replied < timezone.now() and place % 11 != 5:
            origin = Origin(address=fingerprint(f"demo-{place}"), seconds=2 if place % 29 == 7 else 55)
            services.answer_invitation(invitation, _replies(random), origin=origin, at=replied)
            answered += 1
    _paper(people, edition, random)
    _confirm(people)
    _hand_in(people, edition, head)
    return answered


def _hand_in(people: dict[str, User], edition: Edition, head: Organization) -> None:
    """The statistics of the latest month that has answers, last month before this one."""
    this_month = timezone.localdate().replace(day=1)
    for month in (months_before(this_month, 1), this_month):
        if SurveyAnswer.objects.counted().filter(edition=edition, month=month).exists():
            services.hand_in(
                edition.questionnaire,
                organization=head,
                first=month,
                last=month,
                by=people["director"],
                remark="按月上报，附意见统计表。",
                is_demo=True,
            )
            return


def _paper(people: dict[str, User], edition: Edition, random: Random) -> None:
    """A dealer enters its own paper forms; the desk has still to check them."""
    dealer = people["dealer"]
    organization = dealer.organization
    if organization is None:
        return
    for days, name in ((12, "陈先生"), (5, "吴女士")):
        services.enter_answer(
            edition,
            {**_replies(random), "say": "经销商上门收回的纸质表。"},
            by=dealer,
            organization=organization,
            name=name,
            answered_at=timezone.now() - timedelta(days=days),
            is_demo=True,
        )


def _confirm(people: dict[str, User]) -> None:
    """Most opinions are classified, the latest ones not yet."""
    other = OpinionCategory.objects.get(code="other")
    counted = Opinion.objects.filter(answer__state=SurveyAnswer.State.COUNTED).select_related("suggested")
    opinions = list(counted.order_by("pk"))
    for opinion in opinions[: max(len(opinions) - 5, 0)]:
        services.confirm(opinion, opinion.suggested or other, by=people["quality"])
