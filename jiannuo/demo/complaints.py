"""Demo complaints and suggestions: from a slip in a box to a penalty table, made by the services that people use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from jiannuo.demo.inspections import load_inspections
from jiannuo.office.accounts.models import User
from jiannuo.operations.complaints import services
from jiannuo.operations.complaints.models import Complaint, Matter, PenaltyRule, Weight
from jiannuo.registry.installedbase.models import InstalledUnit


@dataclass(frozen=True, slots=True)
class Story:
    """One complaint: how many days ago, about whom and what, and how far it has come.

    ``failed`` call-backs found it unsolved; ``until`` is the last step (``registered`` … ``closed``).
    """

    days: int
    station: str
    matter: str
    text: str
    until: str
    failed: int = 0
    weight: str = "minor"
    circumstances: tuple[str, ...] = ()
    compensation: int = 0
    at_fault: bool = False


STORIES = (
    Story(
        52,
        "NBTY",
        "lateness",
        "约好周六上午上门，等到下午四点没有人来，也没有电话。",
        "closed",
        failed=2,
        at_fault=True,
    ),
    Story(
        47,
        "EAST",
        "attitude",
        "维修人员说话很冲，问一句就不耐烦。",
        "closed",
        at_fault=True,
        compensation=100,
    ),
    Story(44, "HZAS", "charges", "收了八十元上门费，没有出示收费标准，也没有发票。", "closed", at_fault=True),
    Story(
        40,
        "NBTY",
        "quality",
        "修过三次还是漏水，地板泡坏了。",
        "closed",
        weight="important",
        compensation=450,
        circumstances=("heavy_loss",),
        at_fault=True,
    ),
    Story(
        36,
        "SZHX",
        "dealers",
        "买的时候说送支架，安装时又要另收钱。",
        "answered",
        failed=1,
        circumstances=("broken_promise",),
    ),
    Story(33, "EAST", "lateness", "报修五天了，每次都说在等配件。", "assigned", failed=1),
    Story(
        20,
        "HZAS",
        "attitude",
        "维修人员索要烟酒，不给就说修不了，邻居也碰到过。",
        "decided",
        circumstances=("serious",),
        at_fault=True,
    ),
    Story(
        15,
        "NORTH",
        "quality",
        "新装的设备三天坏了两次，要求换新，已联系电视台。",
        "investigated",
        circumstances=("media",),
    ),
    Story(9, "EAST", "charges", "更换的零件比报价贵了一百多元。", "closed"),
    Story(6, "NBTY", "lateness", "说好两小时到，结果第二天才来。", "answered"),
    Story(4, "NORTH", "packing", "送来的机器外壳有凹痕，包装箱已经破了。", "investigated"),
    Story(2, "EAST", "attitude", "电话打了六次才有人接，接了又转来转去。", "assigned"),
    Story(0, "HZAS", "quality", "刚修好的压缩机声音更大了，要求派另外的师傅。", "registered"),
)
SUGGESTIONS = (
    (30, "EAST", "slip", "西湖营业厅", "说明书里加一张接线图，自己能看懂。", "answered", True),
    (18, "NORTH", "hotline", "", "周末也能安排安装就好了。", "answered", False),
    (8, "EAST", "site", "", "滤网拆装的卡扣改成两个，老人也能自己清洗。", "value_it", True),
    (3, "HZAS", "slip", "安顺门店", "门口加一个夜间投递箱，方便送修小家电。", "", False),
)
ORDER = ("registered", "assigned", "investigated", "decided", "answered", "verified", "closed")


class Desk:
    """Plays the complaint desk, each step at its own time."""

    def __init__(self, people: dict[str, User], units: list[InstalledUnit], now: datetime) -> None:
        self.supervisor, self.people, self.now = people["complaints"], people, now
        self.by_station: dict[str, list[InstalledUnit]] = {}
        for unit in units:
            self.by_station.setdefault(unit.organization.code, []).append(unit)
        self.matters = {one.code: one for one in Matter.objects.all()}

    def play(self, place: int, story: Story) -> Complaint:
        """One story from its first to its last step."""
        unit = self.by_station[story.station][7 * place % len(self.by_station[story.station])]
        at = self.now - timedelta(days=story.days, hours=3)
        complaint = services.register_complaint(
            by=self.supervisor,
            organization=unit.organization,
            customer=unit.customer,
            unit=unit,
            text=story.text,
            matter=self.matters.get(story.matter),
            channel=("hotline", "letter", "visit")[place % 3],
            circumstances=list(story.circumstances),
            received_at=at,
            at=at,
            is_demo=True,
        )
        for _turn in range(story.failed):
            complaint = self.work(complaint, story, "answered", at)
            complaint = self.ask(complaint, "unsolved", at + timedelta(hours=30))
            at += timedelta(days=2)
        return self.work(complaint, story, story.until, at)

    def work(self, complaint: Complaint, story: Story, until: str, at: datetime) -> Complaint:
        """On from wherever it stands; what a rule has weighed is not made lighter."""
        weight = story.weight if complaint.weight == Weight.MINOR else complaint.weight
        steps: dict[str, tuple[str, dict[str, Any]]] = {
            "registered": ("assign", {"officer": self.supervisor, "weight": weight}),
            "assigned": (
                "investigate",
                {
                    "findings": "已听取客户和站点说明，调取派工记录和通话录音，情况属实。",
                    "cause": "站点安排不当，没有提前与客户联系",
                    "is_valid": True,
                    "at_fault": story.at_fault,
                    "responsibility": "department",
                    "responsible_organization": complaint.organization,
                    "circumstances": list(story.circumstances),
                },
            ),
            "investigated": (
                "decide",
                {
                    "ruling": "站点当天补派人员，负责人上门致歉。",
                    "measures": "派工后一小时内电话预约，超时由班长跟进。",
                    "compensation": Decimal(story.compensation) or None,
                },
            ),
            "decided": ("give_answer", {"answer": "已安排专人处理并致歉，处理结果已告知。"}),
        }
        while complaint.state != until and complaint.state in steps:
            at += timedelta(hours=4)
            name, data = steps[complaint.state]
            complaint = self.do(complaint, name, at, data)
        if until == "closed":
            complaint = self.ask(complaint, "solved", at + timedelta(hours=26))
            complaint = self.do(complaint, "close", at + timedelta(hours=27), {})
        return complaint

    def ask(self, complaint: Complaint, result: str, at: datetime) -> Complaint:
        """Unit and customer are asked whether it is solved."""
        said = {"result": "solved", "spoken_with": "站点负责人", "remark": "已上门处理"}
        complaint = self.do(complaint, "verify_with_unit", at, said)
        remark = "满意" if result == "solved" else "还是没有修好"
        data = {"result": result, "whom": "customer", "spoken_with": complaint.who[:20], "remark": remark}
        return self.do(complaint, "call_back", at + timedelta(minutes=20), data)

    def do(self, complaint: Complaint, name: str, at: datetime, data: dict[str, Any]) -> Complaint:
        return services.do(complaint, name, by=self.supervisor, at=min(at, self.now), data=data)

    def suggestions(self) -> None:
        """Slips and calls, some of them rewarded."""
        for days, station, channel, place, text, until, valuable in SUGGESTIONS:
            unit = self.by_station[station][days % len(self.by_station[station])]
            at = self.now - timedelta(days=days, hours=2)
            suggestion = services.register_suggestion(
                by=self.people["quality"],
                organization=unit.organization,
                customer=unit.customer,
                text=text,
                channel=channel,
                place=place,
                received_at=at,
                is_demo=True,
            )
            if until:
                name = "value_it" if valuable else "note_it"
                data = {"opinion": "转产品和培训部门研究。", "department": unit.organization}
                suggestion = services.do_suggestion(
                    suggestion, name, by=self.people["quality"], at=at + timedelta(days=1), data=data
                )
            if until == "answered":
                services.do_suggestion(
                    suggestion,
                    "give_answer",
                    by=self.people["quality"],
                    at=at + timedelta(days=2),
                    data={"answer": "感谢您的建议，已采纳，后续进展会再告诉您。"},
                )

    def penalties(self) -> None:
        """The table of last month, published."""
        month = (timezone.localdate(self.now).replace(day=1) - timedelta(days=1)).replace(day=1)
        head = self.supervisor.organization
        sheet = services.draw_up(month, organization=head, by=self.supervisor, is_demo=True)
        sheet = services.do_sheet(sheet, "sign", by=self.people["director"])
        services.do_sheet(sheet, "publish", by=self.supervisor)


def load_complaints(people: dict[str, User], units: list[InstalledUnit]) -> int:
    """Make the complaints and suggestions of the last two months; returns how many complaints."""
    PenaltyRule.objects.filter(grade="repeat", amount=None).update(amount=Decimal(100))
    PenaltyRule.objects.filter(grade="malicious", amount=None).update(amount=Decimal(300))
    known = InstalledUnit.objects.filter(pk__in=[unit.pk for unit in units], customer__isnull=False)
    ordered = list(known.select_related("organization", "customer", "model__category").order_by("pk"))
    desk = Desk(people, ordered, timezone.now())
    for place, story in enumerate(STORIES):
        desk.play(place, story)
    while services.look_again(desk.now):
        pass
    desk.suggestions()
    load_inspections(desk.supervisor, desk.now)
    desk.penalties()
    return len(STORIES)
