"""Demo business trips: some settled over two years by the causes of the source, one under way, one to be approved."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from jiannuo.office.accounts.models import User
from jiannuo.office.documents import approvals
from jiannuo.office.documents.models import ApprovalStep
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.trips.models import BusinessTrip, ExpenseLimit, TripCause, TripRules, TripStep
from jiannuo.operations.trips.services import Expense, TripPlan, add_expense, do, plan_trip, write_feedback


@dataclass(frozen=True, slots=True)
class Story:
    """One trip: how many days ago it began, its days, who, why, where to, how far it has come."""

    ago: int
    days: int
    people: tuple[str, ...]
    cause: str
    place: str
    purpose: str
    until: str = "settled"
    payer: str = "company"
    payer_name: str = ""


STORIES = (
    Story(
        395, 2, ("technician", "east.tech2"), "rework", "苏州工业园区示范电子厂", "安装后按客户要求改造进料口"
    ),
    Story(380, 1, ("east.tech3",), "misuse", "绍兴柯桥示范印染厂", "操作不当烧毁电机，指导并更换"),
    Story(372, 3, ("technician",), "service", "宁波北仑示范港务公司", "地磅年度检修"),
    Story(
        41,
        2,
        ("technician", "east.tech3"),
        "misuse",
        "嘉兴秀洲示范纺织厂",
        "过载损坏传动轴，更换并重新培训操作工",
    ),
    Story(30, 1, ("east.tech2",), "service", "湖州南浔示范木业", "季度巡检，紧固电气接线"),
    Story(
        23,
        2,
        ("technician",),
        "early-parts",
        "无锡新吴示范精密公司",
        "使用七个月更换压缩机",
        payer="supplier",
        payer_name="示范压缩机制造有限公司",
    ),
    Story(
        12, 3, ("east.tech2", "east.tech3"), "rework", "南通崇川示范船厂", "改造控制柜并重新调试", "claimed"
    ),
    Story(4, 2, ("technician",), "other-maker", "杭州萧山示范机械厂", "免费检修外厂设备", "returned"),
    Story(1, 3, ("east.tech3",), "service", "温州乐清示范电气", "排查输出电压偏低", "under_way"),
    Story(-3, 2, ("east.tech2",), "service", "台州路桥示范泵业", "年度保养", "asked"),
)
FEEDBACK = {
    "visited": "设备科王主任",
    "found": "设备每天运行十六小时，输入电压 372 V，输出偏低；环境粉尘较多。",
    "cause": "散热不良导致功率模块老化。",
    "done": "更换模块，清理风道，空载和负载各试运行一小时，正常。",
    "remaining": "滤网备件下月寄出。",
    "opinion": "服务及时、态度好，希望备件到货再快一些。",
    "suggestion": "建议在进风口加装可拆洗滤网。",
}
LINES = (
    ("transport", "往返高铁票", "146.00", "person"),
    ("lodging", "商务酒店一晚", "268.00", "company"),
    ("meals", "工作餐", "75.00", "person"),
)
LIMITS = (("lodging", "350"), ("meals", "100"))


def load_trips(people: dict[str, User]) -> int:
    """Fill the tables of the branch and make the trips; how many."""
    branch = Organization.objects.get(code="EAST")
    TripRules.objects.create(organization=branch, feedback_days=1, remind_days=2)
    for what, amount in (("trip", 3000), ("settlement", 5000)):
        for position, (role, least) in enumerate((("department_manager", 0), ("general_manager", amount)), 1):
            TripStep.objects.create(
                organization=branch, what=what, role=role, from_amount=least, position=position
            )
    for kind, most in LIMITS:
        ExpenseLimit.objects.create(organization=branch, kind=kind, amount=Decimal(most))
    for story in STORIES:
        _tell(story, branch, people)
    return len(STORIES)


def _tell(story: Story, branch: Organization, people: dict[str, User]) -> None:
    first = timezone.localdate() - timedelta(days=story.ago)
    crew = tuple(people[name] for name in story.people)
    plan = TripPlan(
        organization=branch,
        cause=TripCause.objects.get(code=story.cause),
        people=crew,
        from_place="杭州",
        place=story.place,
        starts_on=first,
        ends_on=first + timedelta(days=story.days - 1),
        purpose=story.purpose,
        estimate=Decimal(500) * len(crew) * story.days,
        payer=story.payer,
        payer_name=story.payer_name,
    )
    trip = do(plan_trip(plan, by=people["dispatcher"], is_demo=True), "submit", by=people["dispatcher"])
    if story.until == "asked":
        return
    trip = _approve(trip, people)
    trip = do(trip, "advance", by=people["finance"], data={"person": crew[0], "amount": Decimal(400)})
    trip = do(trip, "set_out", by=crew[0], data={"starts_on": first})
    for person in crew:
        _spend(trip, person, story)
    if story.until == "under_way":
        return
    trip = do(trip, "come_back", by=crew[0], data={"ends_on": trip.ends_on})
    if story.until == "returned":
        return
    write_feedback(trip, by=crew[0], **FEEDBACK)
    trip = do(trip, "hand_in", by=crew[0])
    if story.until != "claimed":
        do(_approve(trip, people), "settle", by=people["finance"])


def _approve(trip: BusinessTrip, people: dict[str, User]) -> BusinessTrip:
    """Everybody of the chain agrees, one after the other."""
    deciders = {"department_manager": "manager", "general_manager": "director"}
    while step := ApprovalStep.objects.filter(approval__document=trip.pk, state="pending").first():
        approvals.approve(step, by=people[deciders[step.role]], remark="同意")
    return BusinessTrip.objects.get(pk=trip.pk)


def _spend(trip: BusinessTrip, person: User, story: Story) -> None:
    for kind, text, amount, paid_by in LINES:
        receipt = _receipt(text, amount) if kind == "lodging" and story.ago < 60 else None
        line = Expense(
            person=person,
            kind=kind,
            spent_on=trip.starts_on,
            amount=Decimal(amount),
            text=text,
            paid_by=paid_by,
            receipt=receipt,
            no_receipt="" if receipt else "纸质票据随报销单交财务",
        )
        add_expense(trip, line, by=person)


def _receipt(text: str, amount: str) -> SimpleUploadedFile:
    """A picture in place of the photo of a receipt."""
    picture = Image.new("RGB", (420, 260), "#fbf7ea")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((10, 10, 410, 250), outline="#b03030", width=2)
    pen.text((40, 60), f"RECEIPT  CNY {amount}", fill="#333333")
    for line in range(4):
        pen.line((40, 110 + 30 * line, 380 - 40 * line, 110 + 30 * line), fill="#999999", width=2)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=70)
    return SimpleUploadedFile("receipt.jpg", file.getvalue(), content_type="image/jpeg")
