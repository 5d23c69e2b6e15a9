"""Demo follow-ups: calls made, not reached and due, an issue that became a request, letters, a campaign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.operations.followups import services
from jiannuo.operations.followups.models import (
    Caller,
    Campaign,
    CampaignKind,
    FollowUp,
    FollowUpKind,
    Letter,
    LetterVersion,
)
from jiannuo.operations.followups.services.campaigns import make_calls_of
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit


@dataclass(frozen=True, slots=True)
class Story:
    """One follow-up: how many days ago, what was answered and said, and how it ended.

    ``end``: ``done``, ``late``, ``asking``, ``answering``, ``told``, ``unreached``, ``again``, ``open``.
    """

    days: int
    kind: str
    end: str
    answers: tuple[str, ...] = ()
    summary: str = ""
    wishes: str = ""
    issue: str = ""
    issue_kind: str = ""


FINE = ("正常", "5", "no", "yes")
STORIES = (
    Story(26, "首次跟踪电话", "done", FINE, "使用正常，对上门速度很满意。"),
    Story(
        24, "首次跟踪电话", "done", ("正常", "4", "yes", "秋天想清洗一次", "yes"), "使用正常。", "秋季清洗"
    ),
    Story(
        22,
        "修后回访",
        "told",
        ("有小问题", "开机第一下有点响", "4", "no", "yes"),
        "修后能用，开机有异响。",
        issue="开机异响，问要不要紧",
    ),
    Story(19, "首次跟踪电话", "late", ("正常", "3", "no", "yes"), "使用正常，等的时间久了些。"),
    Story(17, "客户关怀电话", "unreached"),
    Story(13, "第二次跟踪电话", "done", ("正常", "no", "5", "no", "下个月中旬"), "使用正常，预约下月保养。"),
    Story(9, "走访", "done", ("正常", "5", "5", "4", "5", "说明书字再大一些"), "设备开满负荷，运行稳定。"),
    Story(
        5,
        "首次跟踪电话",
        "asking",
        ("有故障", "昨天起不制冷", "2", "修好三天又坏了", "no", "yes"),
        "修好三天又不制冷。",
        "尽快再修",
        "修好三天又不制冷，要求马上上门",
        "repair",
    ),
    Story(
        3, "首次跟踪电话", "answering", ("正常", "4", "no", "yes"), "使用正常。", issue="想知道延保怎么收费"
    ),
    Story(2, "首次跟踪电话", "again"),
    Story(1, "修后回访", "open"),
    Story(1, "保养提醒", "open"),
    Story(0, "客户关怀电话", "open"),
)


class Desk:
    """Plays the follow-up employee, each step at its own time."""

    def __init__(self, people: dict[str, User], units: list[InstalledUnit], now: datetime) -> None:
        self.caller, self.manager, self.now = people["followup"], people["manager"], now
        self.kinds = {one.name: one for one in FollowUpKind.objects.all()}
        self.units = [one for one in units if one.organization.code == "EAST" and one.customer_id is not None]

    def play(self, place: int, story: Story) -> FollowUp:
        """One story to its end."""
        unit = self.units[11 * place % len(self.units)]
        kind = self.kinds[story.kind]
        made = (timezone.localtime(self.now) - timedelta(days=story.days)).replace(hour=9, minute=5)
        made = min(made, self.now)
        followup = services.make_followup(
            kind,
            unit.customer,
            by=self.caller,
            unit=unit,
            owner=self.caller,
            purpose=f"{kind}：{unit.model}",
            due_at=made + timedelta(days=1, hours=9),
            at=made,
            is_demo=True,
        )
        spoken = min(made + (timedelta(days=2) if story.end == "late" else timedelta(hours=2)), self.now)
        if story.end == "unreached":
            for turn in range(kind.most_attempts):
                followup = self.miss(followup, spoken + timedelta(hours=3 * turn), "no_answer")
        elif story.end == "again":
            followup = self.miss(followup, spoken, "busy")
        elif story.end != "open":
            followup = self.talk(followup, story, spoken)
        return followup

    def miss(self, followup: FollowUp, at: datetime, result: str) -> FollowUp:
        return services.do(followup, "attempt", by=self.caller, at=min(at, self.now), data={"result": result})

    def talk(self, followup: FollowUp, story: Story, at: datetime) -> FollowUp:
        """Ask, write down, and see to what was raised."""
        followup = services.begin(followup, by=self.caller)
        for value in story.answers:
            question = services.talk_of(followup).next
            if question is None:
                break
            services.save_answer(followup, question, value, by=self.caller, at=at)
        followup = services.record_talk(
            followup,
            by=self.caller,
            at=at,
            spoken_with="设备负责人" if followup.customer.kind == "company" else str(followup.customer),
            summary=story.summary,
            wishes=story.wishes,
            issue_text=story.issue,
            issue_kind=story.issue_kind,
        )
        steps: list[tuple[str, Any, dict[str, str]]] = []
        if story.end in ("told", "answering"):
            steps.append(("solve", self.manager, {"solution": "已与技术部确认，已整理答复。"}))
        if story.end == "told":
            steps.append(("tell", self.caller, {"told_text": "客户表示明白，没有其他问题。"}))
        for hours, (name, by, data) in enumerate(steps, 1):
            when = min(at + timedelta(hours=hours), self.now)
            followup = services.do(followup, name, by=by, at=when, data=data)
        return followup

    def letters(self) -> None:
        """An answer that was sent, and one that came back."""
        version = LetterVersion.objects.filter(template__name="答复函")[0]
        for place, days in enumerate((12, 8, 1)):
            unit = self.units[29 * (place + 1) % len(self.units)]
            at = self.now - timedelta(days=days)
            letter = services.write_letter(
                version,
                unit.customer,
                by=self.caller,
                organization=unit.organization,
                unit=unit,
                at=at,
                is_demo=True,
            )
            if days > 1 and letter.address_text:
                letter = self.post(letter, "send", at, sent_on=timezone.localdate(at))
            if days == 12 and letter.state == "sent":
                back = timezone.localdate(at + timedelta(days=6))
                self.post(
                    letter, "come_back", at + timedelta(days=6), returned_on=back, reason="迁移新址不明"
                )

    def post(self, letter: Letter, name: str, at: datetime, **data: Any) -> Letter:
        return services.do_letter(letter, name, by=self.caller, at=at, data=data)

    def campaign(self) -> None:
        """A check before the season that was announced to some already; two dozen customers agreed to such news."""
        agreeing = [one.customer_id for one in self.units[::5] if one.customer_id][:24]
        Customer.objects.filter(pk__in=agreeing).update(consent_marketing=True)
        day = (timezone.localtime(self.now) + timedelta(days=24)).replace(hour=9, minute=0)
        planned = services.plan_campaign(
            Campaign(
                campaign_kind=CampaignKind.objects.get(name="免费检测周"),
                organization=self.caller.organization,
                title="入冬前免费检测周",
                text="免费检测制热、电控和管路，易损件按成本价更换。",
                place="华东分公司服务中心",
                takes_place_at=day,
                is_demo=True,
            ),
            by=self.manager,
        )
        running = services.do_campaign(planned, "start", by=self.manager)
        make_calls_of(running.pk)
        calls = FollowUp.objects.filter(campaign_entry__campaign=running).order_by("pk")
        for place, followup in enumerate(calls[:5]):
            followup = services.begin(followup, by=self.caller)
            while question := services.talk_of(followup).next:
                services.save_answer(followup, question, "yes", by=self.caller)
            services.record_talk(
                followup,
                by=self.caller,
                spoken_with=str(followup.customer)[:60],
                summary="已告知时间地点。",
                comes=("coming", "coming", "declined", "announced", "coming")[place],
                letter=place != 2,
            )


def load_followups(people: dict[str, User], units: list[InstalledUnit]) -> int:
    """Make the follow-ups, letters and the campaign of the last month; how many follow-ups there are then."""
    desk = Desk(people, units, timezone.now())
    Caller.objects.get_or_create(
        organization=desk.caller.organization, kind=None, defaults={"person": desk.caller}
    )
    for place, story in enumerate(STORIES, 1):
        desk.play(place, story)
    desk.letters()
    desk.campaign()
    return FollowUp.objects.count()
