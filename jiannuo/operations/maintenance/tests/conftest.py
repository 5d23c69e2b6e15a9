from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from jiannuo.operations.maintenance.defaults import fill
from jiannuo.operations.maintenance.models import (
    Checklist,
    ChecklistLine,
    MaintenancePlan,
    PatrolRound,
    PatrolRoute,
    PlannedJob,
)
from jiannuo.operations.maintenance.services import (
    PointEntry,
    create_plan,
    do_plan,
    do_round,
    plan_round,
    save_route,
)
from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import answer_check, do
from jiannuo.promises.commitments.services import load_pack
from jiannuo.testing import factories

PACK = """
code: INSP
name: 巡检与报告约定
kind: contract
scope: {product: machinery/chiller}
labels: {machinery/chiller: 冷水机组, inspection_report: 巡检报告}
calendars:
  office:
    weekly:
      mon: ["09:00-18:00"]
      tue: ["09:00-18:00"]
      wed: ["09:00-18:00"]
      thu: ["09:00-18:00"]
      fri: ["09:00-18:00"]
clauses:
  - id: half-yearly
    kind: recurring
    text: 每半年巡检一次。
    source: {document: 维保合同, article: 第4条}
    action: inspection
    begins: {events: [accepted]}
    every: {amount: 6, unit: months}
  - id: yearly-test
    kind: recurring
    text: 每年测试一次接地电阻。
    source: {document: 维保合同, article: 第5条}
    action: test
    begins: {events: [accepted]}
    every: {amount: 1, unit: years}
  - id: report
    kind: time
    text: 巡检结束后3个工作日内交巡检报告。
    source: {document: 维保合同, article: 第6条}
    metric: report
    start: inspected
    limit: {amount: 3, unit: working_days}
    calendar: office
    evidence: [inspection_report]
  - id: danger
    kind: time
    text: 发现的隐患7天内消除。
    source: {document: 维保合同, article: 第7条}
    metric: restore
    start: discovered
    limit: {amount: 7, unit: days}
"""


class Plant:
    """A branch that looks after two chillers of one customer and one of another; its people."""

    def __init__(self) -> None:
        from django.apps import apps

        fill(lambda name: apps.get_model("maintenance", name))
        self.today = timezone.localdate()
        self.head = factories.organization()
        self.branch = factories.organization(self.head, name="华东分公司")
        self.elsewhere = factories.organization(self.head, name="华北分公司")
        self.dispatcher = factories.person("dispatcher", at=self.branch, name="周立群")
        self.manager = factories.person("department_manager", at=self.branch, name="韩志远")
        self.technician = factories.person("technician", at=self.branch, name="吴建国")
        self.second = factories.person("technician", at=self.branch, name="丁小波")
        self.stranger = factories.person("department_manager", at=self.elsewhere)
        self.finance = factories.person("finance_clerk", at=self.branch)
        Technician.objects.create(user=self.technician, organization=self.branch)
        self.model = factories.product_model("machinery/chiller", meter_unit="小时")
        self.customer = factories.customer(self.branch, name="示范数据中心")
        self.other = factories.customer(self.branch, name="示范酒店")
        self.unit = self.machine()
        self.twin = self.machine()
        self.foreign = self.machine(of=self.other)
        self.checklist = Checklist.objects.create(organization=self.head, name="冷水机组月检")
        for position, (text, kind, low, high, unit) in enumerate(
            (("接线端子无松动", "yes_no", None, None, ""), ("运行电流", "number", 380, 520, "A"))
        ):
            ChecklistLine.objects.create(
                checklist=self.checklist,
                position=position,
                text=text,
                kind=kind,
                minimum=low,
                maximum=high,
                unit_of_measure=unit,
            )

    def machine(self, *, of: Any = None, **fields: Any) -> Any:
        ago = timezone.localdate() - timedelta(days=700)
        values = {
            "model": self.model,
            "produced_on": ago,
            "invoiced_on": ago,
            "installed_on": ago,
            "accepted_on": ago,
            **fields,
        }
        return factories.unit(self.branch, of=of or self.customer, **values)

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def moment(self, days: float) -> datetime:
        """So many days ago."""
        return timezone.now() - timedelta(days=days)

    def promise(self) -> None:
        load_pack(PACK, by=None)

    def plan(self, **fields: Any) -> MaintenancePlan:
        values = {
            "by": self.dispatcher,
            "organization": self.branch,
            "customer": self.customer,
            "units": [self.unit],
            "rhythm": "calendar",
            "every_amount": 3,
            "every_unit": "months",
            "starts_on": self.ago(85),
            "work": "例行保养",
            "checklist": self.checklist,
            "lead_days": 14,
            **fields,
        }
        return create_plan(**values)

    def running(self, **fields: Any) -> MaintenancePlan:
        return do_plan(self.plan(**fields), "activate", by=self.dispatcher)

    def job(self, **fields: Any) -> PlannedJob:
        return self.running(**fields).jobs.get()

    def done(self, order: WorkOrder, *, current: str = "450", terminals: str = "yes") -> WorkOrder:
        """The order carried out up to its completion."""
        order = do(order, "assign", by=self.dispatcher, data={"technician": self.technician})
        for step in ("accept", "set_out", "arrive"):
            order = do(order, step, by=self.technician)
        for check in order.checks.select_related("order"):
            answer_check(check, terminals if check.kind == "yes_no" else current, by=self.technician)
        data = {"work_done": "紧固端子、清洗滤网", "test_result": "运行正常", "test_passed": True}
        return do(order, "complete", by=self.technician, data=data)

    def route(self, points: tuple[Any, ...] = ("1号高杆灯", "2号高杆灯"), **fields: Any) -> PatrolRoute:
        values = {
            "organization": self.branch,
            "customer": self.customer,
            "name": "园区照明巡查",
            "weekdays": "0123456",
            "starts_on": self.ago(10),
            "checklist": self.checklist,
            **fields,
        }
        entries = [PointEntry(place=one) if isinstance(one, str) else PointEntry(unit=one) for one in points]
        return save_route(PatrolRoute(**values), entries, by=self.dispatcher)

    def round(self, route: PatrolRoute | None = None) -> PatrolRound:
        """The round of today, begun."""
        planned = plan_round(route or self.route())
        assert planned is not None
        return do_round(planned, "start", by=self.technician)


@pytest.fixture(autouse=True)
def news_is_heard_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subscribers hear of everything inside the transaction of the test, which never commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda call, *_rest, **_more: call())


@pytest.fixture
def plant(db) -> Plant:
    return Plant()
