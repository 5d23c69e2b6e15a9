"""Demo work: requests of the last 90 days in every state, made by the same services that people use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from jiannuo.demo.cast import Cast, casts, signature
from jiannuo.demo.vans import Vans
from jiannuo.demo.workforce import PROFILES
from jiannuo.kernel.files.models import StoredFile
from jiannuo.kernel.search.services import indexing_once
from jiannuo.office.accounts.models import User
from jiannuo.operations.desk import services as desk
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders import services as orders
from jiannuo.operations.workorders.models import OrderCheck, OrderLine, WorkOrder
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.products.models import FaultCode, LabourItem, PartListLine

REQUESTS = 400
DAYS = 90
#: shares in per cent: most calls are answered on the phone
KINDS = {"repair": 30, "maintenance": 4, "consultation": 66}
ANSWER = "已电话说明操作方法，客户确认恢复正常。"
CHANNELS = ("hotline", "hotline", "hotline", "qr", "web", "dealer", "visit", "email")
STORIES = {
    "S-KT-01": "开机半小时仍不制冷，出风口只有自然风。",
    "S-KT-02": "按遥控器和应急开关都没有反应，指示灯不亮。",
    "S-KT-03": "室内机右侧滴水，地板已经湿了。",
    "S-KT-04": "室外机噪声很大，夜间影响休息。",
    "S-KT-05": "面板显示 E5，重启后又出现。",
    "S-IT-01": "系统宕机，业务中断，无法登录管理界面。",
    "S-IT-02": "硬盘告警灯亮，日志提示介质错误。",
    "S-IT-03": "读写明显变慢，高峰期响应超时。",
    "S-IT-04": "打印存折时卡纸，字迹不清。",
    "S-HQ-01": "同一辆车两次过磅相差六十千克。",
    "S-HQ-02": "仪表黑屏，通电无显示。",
    "S-HQ-03": "空秤时数字来回跳动。",
    "S-JX-01": "设备突然停机，无法启动。",
    "S-JX-02": "运行时有异响，振动比平时大。",
    "S-JX-03": "接口处漏油，地面有油迹。",
    "S-JX-04": "参数异常报警，复位后仍报警。",
    "S-GC-01": "三个通道图像丢失。",
    "S-GC-02": "主机离线，平台看不到设备。",
}
RECENT_STAGES = (
    "dispatched",
    "declined",
    "accepted",
    "travelling",
    "on_site",
    "waiting",
    "completed",
    "signed",
    "closed",
)
RECENT_WEIGHTS = (12, 3, 16, 10, 12, 8, 6, 13, 20)
OPINIONS = (
    "服务及时，态度好。",
    "解释清楚，已恢复正常。",
    "来得比约定早，满意。",
    "希望备件到得再快些。",
    "",
)


class History:
    """Makes the requests one after the other, each at its own time."""

    def __init__(
        self, people: dict[str, User], units: list[InstalledUnit], now: datetime, random: Random
    ) -> None:
        self.casts = casts(people)
        self.units = units
        self.now = now
        self.random = random
        self.symptoms = list(FaultCode.objects.filter(kind="symptom").select_related("category"))
        self.causes = list(FaultCode.objects.filter(kind="cause").order_by("code"))
        self.measures = list(FaultCode.objects.filter(kind="action").order_by("code"))
        self.parts: dict[int, list[PartListLine]] = {}
        for line in PartListLine.objects.select_related("part", "component"):
            self.parts.setdefault(line.model_id, []).append(line)
        self.labour = list(LabourItem.objects.select_related("category"))
        self.signature: StoredFile | None = None
        self.vans = Vans()

    def moments(self) -> Iterator[datetime]:
        """When the calls came: mostly by day, more of late, the last ones today."""
        today = timezone.localdate(self.now)
        made: list[datetime] = []
        while len(made) < REQUESTS:
            day = today - timedelta(days=int(DAYS * self.random.random() ** 1.3))
            clock = time(min(23, max(0, int(self.random.gauss(13, 4)))), self.random.randrange(60))
            moment = timezone.make_aware(datetime.combine(day, clock))
            if moment < self.now - timedelta(minutes=5):
                made.append(moment)
        return iter(sorted(made))

    def make(self) -> int:
        """Make all requests; returns how many."""
        busy: set[int] = set()
        made = 0
        for moment in self.moments():
            unit = self.random.choice(self.units)
            if unit.pk in busy or (unit.installed_on and unit.installed_on > moment.date()):
                unit = next(
                    other
                    for other in self.units
                    if other.pk not in busy and self._was_there(other, moment.date())
                )
            if self._one(unit, moment):
                busy.add(unit.pk)
            made += 1
        return made

    def _was_there(self, unit: InstalledUnit, day: date) -> bool:
        return (
            unit.installed_on is not None
            and unit.installed_on <= day
            and unit.organization.code in self.casts
        )

    def _symptom(self, unit: InstalledUnit) -> FaultCode:
        path = unit.model.category.code_path
        fitting = [
            code for code in self.symptoms if code.category and path.startswith(code.category.code_path)
        ]
        return self.random.choice(fitting)

    @indexing_once()
    def _one(self, unit: InstalledUnit, at: datetime) -> bool:
        """One request and what became of it; whether it is still open."""
        customer = unit.customer
        if customer is None:
            raise ValueError(f"Unit {unit.serial} has no customer who could call")
        cast = self.casts[unit.organization.code]
        symptom = self._symptom(unit)
        kind = self.random.choices(list(KINDS), weights=list(KINDS.values()))[0]
        phone = next(iter(customer.phones.all()), None)
        told: dict[str, Any] = {
            "by": cast.agent,
            "customer": customer,
            "unit": unit,
            "channel": self.random.choice(CHANNELS),
            "request_kind": kind,
            "severity": symptom.severity or "normal",
            "symptom": symptom,
            "symptom_text": STORIES[symptom.code],
            "reporter_name": customer.name[:20],
            "reporter_phone": phone.number if phone else "",
            "received_at": at,
            "allow_duplicate": True,
            "is_demo": True,
        }
        age = self.now - at
        if kind == "consultation" and age > timedelta(days=2):
            desk.answer_at_once(
                answer=ANSWER, at=at + timedelta(minutes=self.random.randrange(3, 15)), **told
            )
            return False
        request = desk.register_request(**told)
        fresh = age < timedelta(hours=8)
        if fresh and self.random.random() < 0.5:
            return True
        answered_at = at + timedelta(minutes=self.random.choice((4, 6, 8, 12, 18, 25, 40, 130)))
        if answered_at > self.now:
            return True
        if self.random.random() < 0.04:
            self._ask(request, "cancel", cast.agent, answered_at, reason="客户自行解决，取消报修")
            return False
        self._ask(request, "contacted", cast.agent, answered_at, way="phone", spoken_with=customer.name[:20])
        self._ask(
            request,
            "triage",
            cast.agent,
            answered_at,
            request_kind=kind,
            severity=request.severity,
            owner=cast.agent,
        )
        if kind == "consultation":
            self._ask(request, "give_answer", cast.agent, answered_at, answer=ANSWER)
            return True
        if fresh and self.random.random() < 0.35:
            return True
        return self._order(request, cast, answered_at + timedelta(minutes=self.random.randrange(5, 50)), age)

    def _ask(self, request: ServiceRequest, name: str, by: User, at: datetime, **data: Any) -> None:
        desk.do(request, name, by=by, at=min(at, self.now), data=data)

    def _order(self, request: ServiceRequest, cast: Cast, at: datetime, age: timedelta) -> bool:
        """A work order for the request; whether it is still under way."""
        at = min(at, self.now)
        request.refresh_from_db()
        order = orders.create_order(
            by=cast.dispatcher,
            organization=request.organization,
            customer=request.customer,
            unit=request.unit,
            sources=[request],
            fault=request.symptom_text,
            severity=request.severity,
            symptom=request.symptom,
            division=request.division,
            address=request.address,
            latitude=request.latitude,
            longitude=request.longitude,
            contact_name=request.reporter_name,
            contact_phone=request.reporter_phone,
            decision=request.decision,
            at=at,
        )
        if age < timedelta(hours=30) and self.random.random() < 0.3:
            return True
        technician = self._technician(order, cast)
        stage = self._stage(age)
        visit_at = self._visit_time(request.received_at)
        self._do(
            order,
            "assign",
            cast.dispatcher,
            at + timedelta(minutes=3),
            technician=technician,
            appointment_from=visit_at,
            appointment_to=visit_at + timedelta(hours=2),
            agreed_with=request.reporter_name,
        )
        if stage == "dispatched":
            return True
        if stage == "declined":
            self._do(order, "decline", technician, at + timedelta(minutes=20), reason="当日工单已排满")
            return True
        self._do(order, "accept", technician, at + timedelta(minutes=15))
        if stage == "accepted" or visit_at > self.now:
            return True
        self._do(order, "set_out", technician, visit_at - timedelta(minutes=25))
        if stage == "travelling":
            return True
        self._do(order, "arrive", technician, visit_at)
        if stage == "waiting":
            self._do(
                order,
                "pause",
                technician,
                visit_at + timedelta(minutes=50),
                waiting_for="waiting_parts",
                reason="等备件到货",
            )
            return True
        if stage == "on_site":
            return True
        return self._finish(order, request, cast, technician, visit_at, stage)

    def _stage(self, age: timedelta) -> str:
        if age > timedelta(days=12):
            return self.random.choices(("closed", "cancelled"), weights=(96, 4))[0]
        if age > timedelta(days=3):
            return self.random.choices(("closed", "reviewed", "signed", "waiting"), weights=(80, 6, 8, 6))[0]
        return self.random.choices(RECENT_STAGES, weights=RECENT_WEIGHTS)[0]

    def _visit_time(self, received_at: datetime) -> datetime:
        """Mostly within the promise, sometimes not."""
        hours = self.random.choice((1.3, 1.6, 2.5, 3, 4, 6, 9, 20, 26, 44))
        local = timezone.localtime(received_at + timedelta(hours=hours))
        if local.hour >= 20:
            local = (local + timedelta(days=1)).replace(hour=9, minute=15)
        elif local.hour < 8:
            local = local.replace(hour=8, minute=45)
        return local

    def _technician(self, order: WorkOrder, cast: Cast) -> User:
        path = order.category.code_path if order.category else ""
        able = [
            user
            for user in cast.technicians
            if any(path.startswith(skill) for skill in PROFILES[user.username][2])
        ]
        if cast.technicians[0] in able and self.random.random() < 0.5:
            return cast.technicians[0]  # the technician of the tour has the most to do
        return self.random.choice(able or list(cast.technicians))

    def _do(self, order: WorkOrder, name: str, by: User, at: datetime, **data: Any) -> None:
        orders.do(order, name, by=by, at=min(at, self.now), data=data)

    def _finish(
        self,
        order: WorkOrder,
        request: ServiceRequest,
        cast: Cast,
        technician: User,
        at: datetime,
        stage: str,
    ) -> bool:
        if stage == "cancelled":
            self._do(
                order, "need_second_visit", technician, at + timedelta(minutes=40), reason="客户要求改期"
            )
            self._do(order, "cancel", cast.dispatcher, at + timedelta(hours=3), reason="客户改为更换新机")
            self._ask(request, "cancel", cast.agent, at + timedelta(hours=4), reason="客户改为更换新机")
            return False
        self._record(order, technician, at)
        done_at = at + timedelta(minutes=self.random.randrange(40, 170))
        order.refresh_from_db()
        self._do(
            order,
            "complete",
            technician,
            done_at,
            symptom=order.symptom,
            cause=self.random.choices(self.causes, weights=(40, 12, 20, 8, 10, 2, 8))[0],
            measure=self.random.choice(self.measures[:5]),
            work_done="检查后更换故障部件，清洁并试运行三十分钟，运行正常。",
            test_result="试运行正常，各项参数在规定范围内",
            test_passed=True,
        )
        if stage == "completed":
            return True
        if self.signature is None:
            self.signature = signature(request.reporter_name or "客户")
        self._do(
            order,
            "sign",
            technician,
            done_at + timedelta(minutes=8),
            signed_by=request.reporter_name or request.customer.name[:20],
            signature=self.signature,
            opinion=self.random.choice(OPINIONS),
            rating=self.random.choices((5, 4, 3, 2), weights=(62, 27, 8, 3))[0],
        )
        if stage == "signed":
            return True
        reviewed_at = done_at + timedelta(hours=self.random.randrange(2, 20))
        if reviewed_at > self.now:
            return True
        self._do(order, "review", cast.dispatcher, reviewed_at)
        if stage == "reviewed":
            return True
        self._do(order, "close", cast.dispatcher, reviewed_at + timedelta(minutes=5))
        request.refresh_from_db()
        if request.state == "resolved" and self.random.random() < 0.8:
            self._ask(request, "close", cast.agent, reviewed_at + timedelta(hours=1))
        return False

    def _record(self, order: WorkOrder, technician: User, at: datetime) -> None:
        """Answers and lines, written at once; completing the order charges them as the decision says."""
        checks = list(order.checks.all())
        for check in checks:
            check.value, check.passed, check.recorded_at = self._answer(check), True, at
        OrderCheck.objects.bulk_update(checks, ["value", "passed", "recorded_at"])
        path = order.category.code_path if order.category else ""
        fitting = [
            item for item in self.labour if item.category is None or path.startswith(item.category.code_path)
        ]
        labour = self.random.choice(fitting)
        lines = [
            OrderLine(
                kind=OrderLine.Kind.LABOUR,
                labour=labour,
                code=labour.code,
                description=labour.name,
                unit_price=labour.price,
            )
        ]
        parts = self.parts.get(order.unit.model_id, []) if order.unit else []
        if parts and self.random.random() < 0.6:
            used = self.random.choice(parts)
            has_serial = used.component is not None and used.component.has_serial
            lines.append(
                OrderLine(
                    kind=OrderLine.Kind.PART,
                    new_serial=f"N{self.random.randrange(10**9):09d}" if has_serial else "",
                    part=used.part,
                    code=used.part.code,
                    description=used.part.name,
                    component=used.component,
                    unit_price=used.part.list_price,
                )
            )
        price = Decimal(self.random.choice((20, 30, 50)))
        lines.append(OrderLine(kind=OrderLine.Kind.TRAVEL, description="上门交通", unit_price=price))
        for line in lines:
            line.order, line.recorded_by = order, technician
            self.vans.supply(line, technician, min(at, self.now))
        OrderLine.objects.bulk_create(lines)

    def _answer(self, check: OrderCheck) -> str:
        if check.kind == OrderCheck.Kind.NUMBER:
            low = float(check.minimum) if check.minimum is not None else 0.0
            high = float(check.maximum) if check.maximum is not None else low + 20
            return f"{self.random.uniform(low, high):.1f}"
        return "yes" if check.kind == OrderCheck.Kind.YES_NO else "正常"


def load_work(people: dict[str, User], units: list[InstalledUnit], random: Random) -> int:
    """Make the history; returns how many requests."""
    wanted = InstalledUnit.objects.filter(pk__in=[unit.pk for unit in units])
    known = list(
        wanted.select_related("model__category", "organization", "dealer", "customer", "address__division")
        .prefetch_related("customer__phones")
        .order_by("pk")
    )
    return History(people, known, timezone.now(), random).make()
