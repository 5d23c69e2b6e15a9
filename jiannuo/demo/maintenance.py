"""Demo maintenance: plans by calendar, season, meter and clause, a patrol, findings, quotations, reports, a duty log.

What is checked follows the sources: the monthly check of chillers (overhaul and maintenance contract), the patrol of
high masts with its earth resistance of at most 4 Ω (lighting operation), the log of a sewage plant.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from jiannuo.demo.products import DATA
from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.maintenance import services
from jiannuo.operations.maintenance.models import (
    Checklist,
    ChecklistLine,
    DutyBook,
    Finding,
    PatrolRound,
    PatrolRoute,
    Quotation,
    Season,
)
from jiannuo.operations.maintenance.queries import promised
from jiannuo.operations.workorders import services as orders
from jiannuo.operations.workorders.models import OrderCheck, WorkOrder
from jiannuo.promises.commitments.services import load_pack
from jiannuo.promises.obligations.happening import plan_unit
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit, MeterReading
from jiannuo.registry.products.models import LabourItem, SparePart

#: checklist → its source, and its lines: text, kind, unit of measure, minimum, maximum
CHECKLISTS: dict[str, tuple[str, tuple[tuple[str, str, str, str | None, str | None], ...]]] = {
    "冷水机组每月例行检查": (
        "主机大修与维保合同 四（四）",
        (
            ("接线端子紧固，无过热", "yes_no", "", None, None),
            ("运行电流", "number", "A", "380", "520"),
            ("吸气压力", "number", "MPa", "0.35", "0.55"),
            ("电动机绝缘电阻", "number", "MΩ", "5", None),
            ("无制冷剂泄漏", "yes_no", "", None, None),
        ),
    ),
    "高杆灯巡查": (
        "照明运行维护售后方案 四之2",
        (
            ("灯具全部点亮", "yes_no", "", None, None),
            ("配电箱箱门完好、接头无松动", "yes_no", "", None, None),
            ("接地电阻", "number", "Ω", None, "4"),
        ),
    ),
}
CURRENTS = (441, 452, 459, 471, 480, 492, 503)
WRITTEN = (
    ("running", "一级提升泵由1号切换到2号运行"),
    ("reading", "进水流量182 m³/h，出水COD 31 mg/L"),
    ("work", "清理格栅，更换加药泵滤网"),
)


def load_maintenance(people: dict[str, User]) -> int:
    """Make everything; returns how many work orders it made."""
    before = WorkOrder.objects.count()
    head, east = Organization.objects.get(code="HQ"), Organization.objects.get(code="EAST")
    load_pack(DATA / "maintenance.yaml", by=None, organization=head, is_demo=True)
    checklists = _checklists(head)
    dispatcher, technician = people["dispatcher"], people["technician"]
    chiller = _unit("LS-450", east)
    if chiller is None or chiller.customer is None:
        return 0
    _monthly(chiller, checklists["冷水机组每月例行检查"], dispatcher, technician)
    _by_meter(chiller, checklists["冷水机组每月例行检查"], dispatcher)
    _before_typhoons(east, dispatcher)
    _by_clause(east, dispatcher)
    _patrols(chiller.customer, checklists["高杆灯巡查"], east, dispatcher, technician)
    _quotes(chiller, dispatcher, technician)
    _log(east, dispatcher, technician, people["east.tech2"])
    return WorkOrder.objects.count() - before


def _checklists(head: Organization) -> dict[str, Checklist]:
    made = {}
    for name, (source, lines) in CHECKLISTS.items():
        made[name] = Checklist.objects.create(organization=head, name=name, source=source)
        ChecklistLine.objects.bulk_create(
            ChecklistLine(
                checklist=made[name],
                position=position,
                text=text,
                kind=kind,
                unit_of_measure=unit,
                minimum=Decimal(low) if low else None,
                maximum=Decimal(high) if high else None,
            )
            for position, (text, kind, unit, low, high) in enumerate(lines, 1)
        )
    return made


def _unit(model: str, at: Organization) -> InstalledUnit | None:
    """The oldest unit of a model at an organisation."""
    rows = InstalledUnit.objects.filter(model__code=model, organization=at, customer__isnull=False)
    return rows.select_related("customer", "model").order_by("installed_on", "pk").first()


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _monthly(unit: Any, checklist: Checklist, dispatcher: User, technician: User) -> None:
    """A check each month: seven done with a current that creeps up, a report issued and one owed, the next one due."""
    today = timezone.localdate()
    plan = services.create_plan(
        by=dispatcher,
        organization=unit.organization,
        customer=unit.customer,
        units=[unit],
        source="contract",
        reference="冷水机组维保合同 第四条",
        job="inspection",
        work="机组运行期间每月例行检查：接线端子、压力和泄漏、噪声电流绝缘、效率；客户设备管理人员核实签字存档。",
        checklist=checklist,
        rhythm="calendar",
        every_amount=1,
        every_unit="months",
        starts_on=today - timedelta(days=7 * 30 + 20),
        lead_days=14,
        owner=dispatcher,
        is_demo=True,
    )
    plan = services.do_plan(plan, "activate", by=dispatcher)
    done = []
    jobs = list(plan.jobs.order_by("due_on"))
    for job, current in zip(jobs, CURRENTS, strict=False):
        at = min(_at(job.due_on - timedelta(days=4), 9), timezone.now() - timedelta(hours=20))
        order = services.order_job(job, by=dispatcher, at=at)
        done.append((_carry_out(order, current, dispatcher, technician, at), at))
    for order, at in done[:-1]:
        _report(order, technician, at + timedelta(days=1))


def _report(order: WorkOrder, technician: User, at: datetime) -> None:
    report = services.draft_report([order], by=technician, at=at, is_demo=True)
    advice = "运行电流逐月上升，建议下次停机时清洗冷凝器。"
    report = services.change_report(report, by=technician, version=report.version, advice=advice)
    services.do_report(report, "issue", by=technician, at=at)


def _carry_out(order: WorkOrder, current: int, dispatcher: User, technician: User, at: datetime) -> WorkOrder:
    """An order from dispatch to completion, with its measured values."""
    order = orders.do(order, "assign", by=dispatcher, at=at, data={"technician": technician})
    for step in ("accept", "set_out", "arrive"):
        order = orders.do(order, step, by=technician, at=at)
    answers = {"运行电流": str(current), "吸气压力": "0.46", "电动机绝缘电阻": "52"}
    checks = list(order.checks.all())
    for check in checks:
        check.value = answers.get(check.text, "yes")
        check.passed, check.recorded_at = True, at
    OrderCheck.objects.bulk_update(checks, ["value", "passed", "recorded_at"])
    data = {
        "work_done": "紧固端子，清洁控制柜，核对各项参数。",
        "test_result": "运行正常",
        "test_passed": True,
    }
    return orders.do(order, "complete", by=technician, at=at + timedelta(hours=2), data=data)


def _by_meter(unit: Any, checklist: Checklist, dispatcher: User) -> None:
    """The oil every 1,000 hours, forecast from the readings."""
    MeterReading.objects.filter(unit=unit).delete()
    now = timezone.now()
    MeterReading.objects.bulk_create(
        MeterReading(unit=unit, value=value, read_at=now - timedelta(days=days))
        for days, value in ((120, 6200), (80, 6640), (40, 7080), (6, 7450))
    )
    plan = services.create_plan(
        by=dispatcher,
        organization=unit.organization,
        customer=unit.customer,
        units=[unit],
        source="other",
        reference="LS-450 使用维护手册 6.2",
        job="maintenance",
        work="更换冷冻油和油过滤芯，检查油压差。",
        checklist=checklist,
        rhythm="meter",
        meter_every=Decimal(1500),
        meter_months=12,
        starts_on=timezone.localdate() - timedelta(days=115),
        lead_days=30,
        is_demo=True,
    )
    services.do_plan(plan, "activate", by=dispatcher)


def _before_typhoons(east: Organization, dispatcher: User) -> None:
    unit = _unit("EP-900", east)
    if unit is None:
        return
    plan = services.create_plan(
        by=dispatcher,
        organization=unit.organization,
        customer=unit.customer,
        units=[unit],
        source="contract",
        reference="园区监控工程服务合同 附件二",
        job="inspection",
        work="台风季前全面检查：室外设备固定、防雷接地、排水、备用电源。",
        rhythm="season",
        season=Season.objects.get(name="台风季"),
        season_when="before",
        season_days=20,
        starts_on=timezone.localdate() - timedelta(days=30),
        lead_days=45,
        is_demo=True,
    )
    services.do_plan(plan, "activate", by=dispatcher)


def _by_clause(east: Organization, dispatcher: User) -> None:
    """What the letter about scales promises: an inspection each half year."""
    scale = _unit("SCS-60", east)
    if scale is None:
        return
    for unit in InstalledUnit.objects.filter(customer=scale.customer, model__code__in=("SCS-60", "TCS-300")):
        plan_unit(unit)
    rows = [one for one in promised(dispatcher) if one.duty.customer_id == scale.customer_id]
    for row in rows[:1]:
        services.adopt_clause(
            by=dispatcher,
            organization=row.duty.organization,
            customer=row.duty.customer,
            duty=row.duty,
            lead_days=60,
            is_demo=True,
        )


def _patrols(
    customer: Customer, checklist: Checklist, east: Organization, dispatcher: User, technician: User
) -> None:
    """A patrol of high masts four times a week or on the days at hand: finished, broken off, missed, and today's."""
    today = timezone.localdate()
    route = services.save_route(
        PatrolRoute(
            organization=east,
            customer=customer,
            name="厂区高杆灯巡查",
            reference="照明运行维护售后方案 四之2",
            weekdays="0123456",
            starts_on=today - timedelta(days=20),
            checklist=checklist,
            person=technician,
            is_demo=True,
        ),
        [services.PointEntry(place=f"{number}号高杆灯") for number in range(1, 6)],
        by=dispatcher,
    )
    for days in (8, 7, 6, 5, 4, 3, 2, 1):
        planned = services.plan_round(route, today=today - timedelta(days=days))
        if planned is not None and days != 5:
            _walk(planned, _at(today - timedelta(days=days), 8), days, technician)
    services.close_past_rounds()
    services.plan_round(route)
    _follow(dispatcher)


def _walk(one: PatrolRound, at: datetime, days: int, technician: User) -> None:
    """Walk a round; the third mast's earth resistance creeps up, on one day rain ends it early."""
    one = services.do_round(one, "start", by=technician, at=at)
    for number, point in enumerate(one.points.all(), 1):
        if days == 3 and number == 4:
            data = {"reason": "暴雨，余下灯杆无法登检"}
            services.do_round(one, "break_off", by=technician, at=at + timedelta(hours=1), data=data)
            return
        ohm = Decimal("3.1") + Decimal(9 - days) / 10 if number == 3 else Decimal("2.4")
        answers = {check.pk: str(ohm) if check.kind == "number" else "yes" for check in point.checks.all()}
        if days == 2 and number == 5:
            first = point.checks.first()
            if first is not None:
                answers[first.pk] = "no"
        services.record_point(
            point, answers, by=technician, at=at + timedelta(minutes=9 * number), key=f"demo-{point.pk}"
        )
    services.do_round(one, "finish", by=technician, at=at + timedelta(hours=1))


def _follow(dispatcher: User) -> None:
    """The first finding becomes an order."""
    finding = Finding.objects.filter(is_demo=True, state="open").order_by("pk").first()
    if finding is not None:
        services.do_finding(finding, "order_repair", by=dispatcher, data={"work": "更换不亮灯泡，检查镇流器"})


#: what the present shift has read off: what, its value, its unit
READ_OFF = (("出水压力", "0.45", "MPa"), ("溶解氧", "2.1", "mg/L"), ("进水流量", "310", "m³/h"))


def _quotes(unit: Any, dispatcher: User, technician: User) -> None:
    """Two findings of the chiller: one quotation accepted on the link, one that waits for the customer."""
    oil = ("运行中油压差偏高，油过滤芯堵塞", "major", (("parts", "LS-YX", 2), ("labour", "L-JX-WX", 3)))
    control = ("控制模块偶发通讯中断，触点氧化", "normal", (("parts", "LS-KZ", 1), ("labour", "L-JX-WX", 5)))
    accepted = _quote(unit, dispatcher, technician, oil, days_ago=6)
    if accepted is None:
        return
    answer = {
        "accepted": True,
        "name": "赵工",
        "way": Quotation.Way.LINK,
        "remark": "请安排在周末停机时",
    }
    at = timezone.now() - timedelta(days=4)
    services.do_quotation(accepted, "note_answer", by=None, at=at, data=answer, as_system=True)
    _quote(unit, dispatcher, technician, control, days_ago=2)


def _quote(
    unit: Any,
    dispatcher: User,
    technician: User,
    what: tuple[str, str, tuple[tuple[str, str, int], ...]],
    *,
    days_ago: int,
) -> Quotation | None:
    """A finding, and the quotation for it that was sent the day after."""
    text, severity, lines = what
    at = timezone.now() - timedelta(days=days_ago)
    finding = services.raise_finding(
        by=technician,
        organization=unit.organization,
        customer=unit.customer,
        unit=unit,
        text=text,
        severity=severity,
        at=at - timedelta(days=1),
        is_demo=True,
    )
    if finding is None:
        return None
    made = services.create_quotation([finding], by=dispatcher, at=at, is_demo=True)
    for kind, code, quantity in lines:
        chosen: dict[str, Any] = (
            {"part": SparePart.objects.get(code=code)}
            if kind == "parts"
            else {"labour": LabourItem.objects.get(code=code)}
        )
        services.save_line(made, {"kind": kind, "quantity": Decimal(quantity), **chosen}, by=dispatcher)
    sent = {
        "email": "zhao@client.example",
        "valid_days": 14,
        "tax_percent": "13",
        "note": "含拆装和试机，不含吊装。",
    }
    return services.do_quotation(made, "send", by=dispatcher, at=at, data=sent)


def _log(east: Organization, dispatcher: User, technician: User, colleague: User) -> None:
    """A plant's log: one shift accepted, the next on duty with something open."""
    book = services.save_book(
        DutyBook(organization=east, name="污水处理站运行日志", shifts="早班,中班,夜班"), by=dispatcher
    )
    begun = timezone.now() - timedelta(hours=9)
    shift = services.begin_shift(book, by=technician, shift_name="早班", at=begun)
    for hours, (kind, text) in enumerate(WRITTEN, 1):
        services.write_entry(shift, by=technician, kind=kind, text=text, at=begun + timedelta(hours=hours))
    item = services.raise_item(shift, by=technician, text="3号鼓风机轴承温度偏高，等备件", at=begun)
    at = begun + timedelta(hours=8)
    data = {"summary": "运行平稳，出水达标。3号鼓风机限负荷运行。"}
    services.do_shift(shift, "hand_over", by=technician, at=at, data=data)
    mine = services.accept_shift(shift, by=colleague, shift_name="中班", read=[item.pk], at=at)
    services.write_entry(mine, by=colleague, kind="running", text="接班巡视，各设备运行正常")
    readings = [services.Reading(name, Decimal(value), unit) for name, value, unit in READ_OFF]
    services.write_entry(mine, by=colleague, kind="reading", text="", readings=readings)
    phone = DutyBook(organization=east, name="值班电话日志", shifts="白班,夜班")
    services.save_book(phone, by=dispatcher)
