"""Demo board: today's visits of all technicians, some orders that wait, an emergency, somebody ill, a crew, a trip."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from jiannuo.demo.cast import Cast, casts
from jiannuo.demo.workforce import PROFILES
from jiannuo.office.accounts.models import User
from jiannuo.operations.desk import services as desk
from jiannuo.operations.dispatch.board.services import ToConfirm
from jiannuo.operations.dispatch.board.splitting import SplitRefused, split
from jiannuo.operations.dispatch.board.trips import Outing, make_trip
from jiannuo.operations.dispatch.durations import minutes_of
from jiannuo.operations.workforce.models import Absence, Technician
from jiannuo.operations.workorders import services as orders
from jiannuo.operations.workorders.models import OrderCheck, WorkOrder
from jiannuo.operations.workorders.services import Portion
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.products.models import FaultCode

ILL = "east.tech3"
HELPER = "east.tech2"
#: begin and length of the visits of a day, minutes after midnight and minutes, taken in turn
DAYS = (
    ((530, 70), (640, 90), (810, 60), (930, 100)),
    ((540, 110), (690, 50), (840, 120)),
    ((525, 60), (610, 60), (790, 90), (905, 60)),
    ((560, 120), (800, 150)),
)
JOBS = (
    ("maintenance", "季度保养：清洗、紧固、检测绝缘。"),
    ("inspection", "合同巡检：记录运行参数。"),
    ("repair", "运行时有异响，客户要求当天处理。"),
    ("installation", "新增设备安装与调试。"),
    ("maintenance", "换季保养，更换滤芯。"),
)
WAITING = (
    ("critical", "生产线停机，无法启动，客户停产等待。"),
    ("major", "制冷机组高压报警，机房温度持续上升。"),
    ("normal", "显示屏花屏，仍可使用。"),
    ("normal", "遥控失灵，应急开关可用。"),
    ("minor", "外壳松动，请方便时处理。"),
    ("normal", "称重显示跳动，影响过磅。"),
)


class Today:
    """Plans the day of loading for everybody."""

    def __init__(self, people: dict[str, User], units: list[InstalledUnit], random: Random) -> None:
        self.people, self.random = people, random
        self.casts: dict[str, Cast] = casts(people)
        self.now = timezone.now()
        self.midnight = timezone.localtime(self.now).replace(hour=0, minute=0, second=0, microsecond=0)
        kinds = ("symptom", "cause", "action")
        self.codes = {kind: FaultCode.objects.filter(kind=kind).order_by("code").first() for kind in kinds}
        self.units: dict[str, Iterator[InstalledUnit]] = {
            code: iter([unit for unit in units if unit.organization.code == code and unit.customer])
            for code in self.casts
        }

    def plan(self) -> int:
        """Make the visits; returns how many orders."""
        made: list[WorkOrder] = []
        turn = 0
        for code, cast in self.casts.items():
            for technician in cast.technicians:
                for begin, length in DAYS[turn % len(DAYS)]:
                    order = self._visit(code, cast, technician, turn + begin, begin, length)
                    if order is not None:
                        made.append(order)
                turn += 1
        self._wait()
        self._divide()
        self._fall_ill()
        self._trip()
        return len(made)

    def _visit(
        self, code: str, cast: Cast, technician: User, seed: int, begin: int, length: int
    ) -> WorkOrder | None:
        unit = self._unit(code, technician)
        if unit is None:
            return None
        job, fault = JOBS[seed % len(JOBS)]
        begins = self.midnight + timedelta(minutes=begin)
        ends = begins + timedelta(minutes=length)
        at = min(self.now, self.midnight - timedelta(hours=6))
        order = self._order(cast, unit, job, fault, at)
        first = begins.replace(minute=0)
        order = orders.do(
            order,
            "assign",
            by=cast.dispatcher,
            at=at + timedelta(minutes=5),
            data={
                "technician": technician,
                "appointment_from": first,
                "appointment_to": first + timedelta(hours=2),
                "agreed_with": order.contact_name,
                "planned_from": begins,
                "planned_to": ends,
                "crew": [self.people[HELPER]]
                if technician.username == "technician" and begin < 600
                else None,
            },
        )
        return self._go_on(order, technician, begins, ends)

    def _go_on(self, order: WorkOrder, technician: User, begins: datetime, ends: datetime) -> WorkOrder:
        """As far as the day has come: accepted in the morning, then on the way, there."""
        accepted = self.midnight + timedelta(hours=7, minutes=40)
        if self.now < accepted:
            return order
        order = orders.do(order, "accept", by=technician, at=accepted)
        if self.now > begins - timedelta(minutes=20) and technician.username != ILL:
            order = orders.do(order, "set_out", by=technician, at=begins - timedelta(minutes=20))
            if self.now > begins:
                order = orders.do(order, "arrive", by=technician, at=begins)
            if self.now > ends:
                order = self._complete(order, technician, ends)
        elif order.technician is not None and order.technician.username == "north.tech1":
            orders.change_visit(order, by=self.casts["NORTH"].dispatcher, locked=True)
        return order

    def _complete(self, order: WorkOrder, technician: User, at: datetime) -> WorkOrder:
        """Every check in order, tested, done."""
        checks = list(order.checks.all())
        for check in checks:
            middle = ((check.minimum or 0) + (check.maximum or 20)) / 2
            values = {"number": f"{middle:.1f}", "yes_no": "yes"}
            check.value, check.passed, check.recorded_at = values.get(check.kind, "正常"), True, at
        OrderCheck.objects.bulk_update(checks, ["value", "passed", "recorded_at"])
        data = {
            "symptom": self.codes["symptom"],
            "cause": self.codes["cause"],
            "measure": self.codes["action"],
            "work_done": "按规程完成，清洁现场并试运行三十分钟。",
            "test_result": "试运行正常，各项参数在规定范围内",
            "test_passed": True,
        }
        return orders.do(order, "complete", by=technician, at=at, data=data)

    def _unit(self, code: str, technician: User | None = None) -> InstalledUnit | None:
        """The next unit of the organisation that the technician can work on, with a place."""
        skills = tuple(PROFILES[technician.username][2]) if technician is not None else ()
        for unit in self.units[code]:
            path = unit.model.category.code_path
            if unit.address is not None and (not skills or path.startswith(skills)):
                return unit
        return None

    def _order(self, cast: Cast, unit: InstalledUnit, job: str, fault: str, at: datetime) -> WorkOrder:
        customer, address = unit.customer, unit.address
        if customer is None or address is None:
            raise ValueError(f"Unit {unit.serial} stands nowhere")
        phone = next(iter(customer.phones.all()), None)
        return orders.create_order(
            by=cast.dispatcher,
            organization=unit.organization,
            customer=customer,
            unit=unit,
            job=job,
            fault=fault,
            severity="normal",
            division=address.division,
            address=address.detail,
            latitude=address.latitude,
            longitude=address.longitude,
            contact_name=customer.name[:20],
            contact_phone=phone.number if phone else "",
            at=at,
        )

    def _wait(self) -> None:
        """Requests of the last hours whose orders nobody has yet; the first is the emergency."""
        cast = self.casts["EAST"]
        for place, (severity, story) in enumerate(WAITING):
            unit = self._unit("EAST")
            if unit is None or unit.customer is None or unit.address is None:
                continue
            at = self.now - timedelta(minutes=21 - 3 * place)
            wished = self.midnight + timedelta(days=1, hours=9 + place)
            request = desk.register_request(
                by=cast.agent,
                customer=unit.customer,
                unit=unit,
                channel="hotline",
                request_kind="repair",
                severity=severity,
                symptom_text=story,
                reporter_name=unit.customer.name[:20],
                received_at=at,
                wished_from=wished if place % 2 else None,
                wished_to=wished + timedelta(hours=2) if place % 2 else None,
                allow_duplicate=True,
                is_demo=True,
            )
            orders.create_order(
                by=cast.dispatcher,
                organization=request.organization,
                customer=request.customer,
                unit=unit,
                sources=[request],
                fault=story,
                severity=severity,
                division=unit.address.division,
                address=unit.address.detail,
                latitude=unit.address.latitude,
                longitude=unit.address.longitude,
                contact_name=unit.customer.name[:20],
                decision=request.decision,
                at=at + timedelta(minutes=3),
            )

    def _divide(self) -> None:
        """An exchange in two parts, tomorrow: one technician takes the old machine out, another puts the new one in."""
        cast = self.casts["EAST"]
        first, second = cast.technicians[0], cast.technicians[1]
        unit = self._unit("EAST", first)
        if unit is None:
            return
        order = self._order(cast, unit, "repair", "主机不能修复，客户同意换新机。", self.now)
        morning = self.midnight + timedelta(days=1)
        portions = [
            Portion("拆除旧机、清理基座", morning + timedelta(hours=9), 90, first),
            Portion("新机就位、接线调试", morning + timedelta(hours=14), 150, second),
        ]
        with suppress(SplitRefused):  # somebody has no time then: it waits undivided
            split(order, portions, by=cast.dispatcher, confirmed=None, reason="两人分工，当天完成", tell=True)

    def _fall_ill(self) -> None:
        Absence.objects.create(
            technician=Technician.objects.get(user=self.people[ILL]),
            starts_at=self.midnight + timedelta(hours=8),
            ends_at=self.midnight + timedelta(days=1, hours=18),
            reason=Absence.Reason.ILLNESS,
        )

    def _trip(self) -> None:
        """Three inspections in one outing, tomorrow morning."""
        cast = self.casts["NBTY"]
        technician = cast.technicians[0]
        chosen: list[WorkOrder] = []
        while len(chosen) < 3 and (unit := self._unit("NBTY", technician)) is not None:
            chosen.append(self._order(cast, unit, "inspection", "合同巡检：记录运行参数。", self.now))
        if len(chosen) < 2:
            return
        begins = datetime.combine(self.midnight.date() + timedelta(days=1), time(8, 40), self.midnight.tzinfo)
        outing = Outing(technician, begins, tuple(chosen), vehicle="浙B·D2186", remark="顺路巡检")
        minutes = minutes_of([order.pk for order in chosen])
        try:
            make_trip(outing, by=cast.dispatcher, minutes=minutes)
        except ToConfirm as error:
            keys = {one.key for one in error.assessment.warnings}
            make_trip(outing, by=cast.dispatcher, minutes=minutes, confirmed=keys, reason="按合同集中巡检")


def load_board(people: dict[str, User], units: list[InstalledUnit], random: Random) -> int:
    """Plan the day of loading; returns how many orders have a time."""
    wanted = InstalledUnit.objects.filter(pk__in=[unit.pk for unit in units]).exclude(
        work_orders__state__in=WorkOrder.UNDER_WAY
    )
    known = list(
        wanted.select_related("model__category", "organization", "customer", "address__division")
        .prefetch_related("customer__phones")
        .order_by("pk")
    )
    return Today(people, known, random).plan()
