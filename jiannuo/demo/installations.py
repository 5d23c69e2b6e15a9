"""Demo installations: a chiller accepted, a weighbridge in its trial run, machines unpacked, one planned."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.utils import timezone
from PIL import Image, ImageDraw

from jiannuo.demo.cast import signature
from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.installations import services
from jiannuo.operations.installations.models import (
    Installation,
    InstallationUnit,
    Procedure,
    ProcedureItem,
)
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.installedbase.services import register_unit
from jiannuo.registry.products.models import Category, ProductModel

Line = tuple[str, str, dict[str, Any]]
SKILLS = (
    "懂运行维护的基本知识",
    "懂主要设备的功能和管理",
    "懂技术经济指标及其计算和运用",
    "会正确操作设备",
    "会排除运行中的故障",
)
PAPERS = ("使用维护说明书", "产品合格证", "电气图纸", "易损件清单")
#: category → name, trial run in hours, after an interruption, lines
PROCEDURES: dict[str, tuple[str, str, str, tuple[Line, ...]]] = {
    "machinery/chiller": (
        "冷水机组安装规程",
        "72",
        "restart",
        (
            ("packing", "机组主机", {}),
            ("packing", "地脚螺栓", {"quantity": 8}),
            ("packing", "减振器", {"quantity": 4}),
            ("packing", "远程监控模块", {"option": "远程监控=有"}),
            ("value", "蒸发压力", {"unit": "MPa", "minimum": "0.35", "maximum": "0.55"}),
            ("value", "冷冻水出水温度", {"unit": "℃", "minimum": "6.5", "maximum": "7.5"}),
            ("value", "高低压保护动作正常", {}),
            ("topic", "开机、停机和日常点检", {"hours": "4"}),
            ("topic", "常见故障的识别与处理", {"hours": "4"}),
        ),
    ),
    "machinery/scale": (
        "衡器安装规程",
        "24",
        "extend",
        (
            ("packing", "秤台", {"quantity": 3}),
            ("packing", "称重传感器", {"quantity": 8}),
            ("packing", "称重仪表", {}),
            ("value", "零点漂移", {"unit": "kg", "minimum": "-10", "maximum": "10"}),
            ("value", "偏载误差", {"unit": "kg", "minimum": "-20", "maximum": "20"}),
            ("topic", "过磅操作与日常维护", {"hours": "2"}),
        ),
    ),
    "machinery/equipment": (
        "成套设备安装规程",
        "48",
        "extend",
        (
            ("packing", "主机", {}),
            ("packing", "电控柜", {}),
            ("packing", "随机工具", {"quantity": 2}),
            ("packing", "易损件包", {}),
            ("value", "空载电流", {"unit": "A", "maximum": "12"}),
            ("value", "急停按钮有效", {}),
            ("topic", "操作与保养", {"hours": "3"}),
        ),
    ),
}


def _procedures() -> None:
    for path, (name, hours, rule, lines) in PROCEDURES.items():
        row = Procedure.objects.create(
            name=name,
            category=Category.objects.get(code_path=path),
            trial_hours=Decimal(hours),
            trial_rule=rule,
            source="集团送货安装验收承诺",
        )
        more: list[tuple[str, str, dict[str, Any]]] = [("paper", text, {}) for text in PAPERS]
        more += [("skill", text, {}) for text in SKILLS]
        ProcedureItem.objects.bulk_create(
            ProcedureItem(procedure=row, kind=kind, text=text, position=position, **fields)
            for position, (kind, text, fields) in enumerate([*lines, *more])
        )
    # software and servers need neither crates nor a trial run
    row = Procedure.objects.create(
        name="信息设备安装规程",
        category=Category.objects.get(code_path="it"),
        needs_trial=False,
        needs_commissioning=False,
        source="系统集成售后服务承诺",
    )
    ProcedureItem.objects.bulk_create(
        ProcedureItem(procedure=row, kind=kind, text=text)
        for kind, text in (
            ("packing", "主机"),
            ("packing", "电源线"),
            ("paper", "厂家供货证明"),
            ("topic", "系统管理员培训"),
        )
    )


def _photo() -> SimpleUploadedFile:
    picture = Image.new("RGB", (640, 480), "#c8c3b8")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((120, 90, 520, 400), fill="#8a6d3b", outline="#5b4522", width=6)
    pen.line((330, 90, 300, 210, 360, 270, 320, 400), fill="#2b1d0a", width=5)
    data = io.BytesIO()
    picture.save(data, format="JPEG", quality=70)
    return SimpleUploadedFile("damage.jpg", data.getvalue(), content_type="image/jpeg")


class Story:
    """The people of a branch, who take its projects as far as the story goes."""

    def __init__(self, people: dict[str, User]) -> None:
        self.dispatcher, self.technician = people["dispatcher"], people["technician"]
        self.branch = Organization.objects.get(code="EAST")
        companies = Customer.objects.filter(organization=self.branch, kind=Customer.Kind.COMPANY)
        self.companies = list(companies.order_by("pk")[:4])
        self.now = timezone.now()

    def project(self, number: int, model: str, count: int, contract: str) -> Installation:
        """A project for ``count`` new units of one company."""
        customer = self.companies[number % len(self.companies)]
        today = timezone.localdate()
        units = [
            register_unit(
                by=self.dispatcher,
                model=ProductModel.objects.get(code=model),
                serial=f"{model.replace('-', '')}AZ{number:02d}{position:02d}",
                organization=self.branch,
                customer=customer,
                address=customer.addresses.first(),
                produced_on=today - timedelta(days=60),
                shipped_on=today - timedelta(days=12),
                configuration={"远程监控": "有"} if model == "LS-450" else {},
                status=InstalledUnit.Status.SOLD,
                is_demo=True,
            )
            for position in range(1, count + 1)
        ]
        one = services.create_installation(
            by=self.dispatcher,
            units=units,
            contract=contract,
            contact_name="赵工",
            contact_phone="13800010088",
            is_demo=True,
        )
        return self.step(one, "name_persons", persons=[self.technician])

    def step(self, one: Installation, name: str, **data: Any) -> Installation:
        return services.do(one, name, by=self.dispatcher, data=data)

    def agreed(self, one: Installation) -> Installation:
        expected = self.now + timedelta(days=2)
        return self.step(one, "agree", expected_at=expected, carrier="德邦物流 DPK3302178")

    def arrived(self, one: Installation) -> Installation:
        one = self.agreed(one)
        one = self.step(one, "tell", agreed_with="赵工")
        return self.step(one, "arrive")

    def with_damage(self, one: Installation) -> Installation:
        """Two tools are missing and a crate is broken; the supplier has been told."""
        one = self.arrived(one)
        tools, box = one.packing.filter(text="随机工具")[0], one.packing.filter(text="电控柜")[0]
        by = self.technician
        services.check_line(one, tools, by=by, received=1)
        bad: dict[str, Any] = {"condition": "damaged", "remark": "柜门压凹，漆面划伤", "photos": [_photo()]}
        services.check_line(one, box, by=by, received=1, **bad)
        services.send_notice(
            one,
            by=by,
            lines=[tools, box],
            supplier="宁波包装机械配套厂",
            email="shouhou@baozhuang.example",
            phone="0574-88880123",
            is_demo=True,
        )
        return one

    def commissioned(self, one: Installation) -> Installation:
        one = self.arrived(one)
        by = self.technician
        services.check_rest(one, by=by)
        one = self.step(self.step(one, "go_on"), "make_orders")
        for part in one.parts.all():
            order = WorkOrder.objects.get(pk=part.order_id or 0)
            WorkOrder.objects.filter(pk=order.pk).update(
                state="completed",
                technician=by,
                work_done="就位、找平、接管接线，按规程安装完毕",
                test_result="点动试转正常",
                test_passed=True,
            )
            services.order_completed(order.pk, at=self.now)
        one = self.step(one, "go_on")
        for part in one.parts.all():
            for line in part.measures.all():
                if not line.is_number:
                    services.measure(one, line, by=by, passed=True)
                    continue
                low, high = line.minimum, line.maximum
                middle = (low + high) / 2 if low is not None and high is not None else Decimal(8)
                if low is not None and high is not None and line.position in (3, 4):
                    services.measure(
                        one, line, by=by, value=high + (high - low) / 4, remark="首测偏高，已调整"
                    )
                services.measure(one, line, by=by, value=middle)
        return self.step(one, "go_on")

    def in_trial(self, one: Installation, *, hours_ago: int) -> Installation:
        one = self.commissioned(one)
        one = self.step(one, "start_trial", trial_hours=one.trial_hours, trial_basis="合同第九条")
        ago = timedelta(hours=hours_ago)
        shifted = ("arrived_at", "unpacked_at", "installed_at", "commissioned_at", "trial_started_at")
        Installation.objects.filter(pk=one.pk).update(**{name: F(name) - ago for name in shifted})
        parts = InstallationUnit.objects.filter(installation=one, installed_at__isnull=False)
        parts.update(installed_at=F("installed_at") - ago)
        return Installation.objects.select_related("organization").get(pk=one.pk)

    def accepted(self, one: Installation) -> Installation:
        """Everything handed over, one thing to be done later."""
        one = self.step(self.in_trial(one, hours_ago=80), "go_on")
        by = self.technician
        for paper in one.papers.all():
            services.hand_over(one, paper, by=by, copies=2)
        one = services.sign_papers(one, by=by, name="赵工", signature=signature("赵工"))
        one = self.step(one, "go_on")
        for topic in one.topics.all():
            services.hold_topic(one, topic, by=by, hours=topic.hours, trainer="程志强")
        for name, duty, fewer in (("钱立新", "空调运行班长", 0), ("孙海波", "运行工", 1)):
            trainee = services.add_trainee(one, by=by, name=name, duty=duty)
            services.sign_training(one, trainee, by=by, signature=signature(name))
            skills = list(one.skills.all())
            services.assess(one, trainee, by=by, skills=skills[fewer:])
        one = self.step(one, "go_on")
        due = timezone.localdate() + timedelta(days=7)
        services.add_remaining(one, by=by, text="补装机房隔声板", due_on=due)
        return services.accept(
            one,
            by=by,
            parts=list(one.parts.select_related("unit")),
            signed_by="赵工",
            signature=signature("赵工"),
            opinion="机组运行平稳，培训讲得清楚。",
        )


def load_installations(people: dict[str, User]) -> int:
    """Make the procedures and the projects; returns how many projects."""
    _procedures()
    story = Story(people)
    story.accepted(story.project(1, "LS-450", 1, "HT-2026-0311"))
    story.in_trial(story.project(2, "SCS-60", 1, "HT-2026-0327"), hours_ago=9)
    story.with_damage(story.project(3, "BT-12", 2, "HT-2026-0402"))
    planned = story.agreed(story.project(4, "LS-450", 1, "HT-2026-0415"))
    story.step(planned, "plan_commissioning", commissioning_at=story.now + timedelta(days=9))
    return Installation.objects.count()
