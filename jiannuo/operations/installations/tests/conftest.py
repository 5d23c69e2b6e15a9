from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from jiannuo.operations.installations import services
from jiannuo.operations.installations.models import Installation, Procedure, ProcedureItem, Remaining
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.tests.scene import signature_upload
from jiannuo.promises.commitments.services import load_pack
from jiannuo.registry.products.models import Category
from jiannuo.testing import factories

PROMISE = """
code: SITE
name: 安装承诺
kind: maker
owner: 厂家
clauses:
  - id: told-half-a-day-before
    kind: time
    text: 到货前至少半天同客户约好接货。
    source: {document: 安装承诺, article: 第一条}
    metric: contact
    before: delivered
    limit: {amount: 12, unit: hours}
  - id: installed-in-48-hours
    kind: time
    text: 送达起48小时内装好。
    source: {document: 安装承诺, article: 第二条}
    when: {request_kind: installation, batch_size: {max: 100}}
    metric: installation
    start: delivered
    limit: {amount: 48, unit: hours}
  - id: manuals-with-the-goods
    kind: time
    text: 货到三日内交齐资料。
    source: {document: 安装承诺, article: 第三条}
    metric: document
    start: delivered
    limit: {amount: 3, unit: days}
  - id: supplier-answers
    kind: time
    text: 开箱缺损通知后24小时内答复。
    source: {document: 安装承诺, article: 第四条}
    metric: answer
    start: notified
    limit: {amount: 24, unit: hours}
    debtor: supplier
    creditor: provider
  - id: everybody-passes
    kind: target
    text: 受训人员全部考核合格。
    source: {document: 安装承诺, article: 第五条}
    measure: trainees_passed
    comparison: at_least
    value: 100
    unit: percent
    over: project
  - id: warranty-12-months
    kind: coverage
    text: 自验收之日起保修12个月。
    source: {document: 安装承诺, article: 第六条}
    term: {months: 12}
    begins: {events: [accepted]}
    includes: [parts, labour]
  - id: visits-after-acceptance
    kind: recurring
    text: 验收后每季度巡检一次。
    source: {document: 安装承诺, article: 第七条}
    action: inspection
    begins: {events: [accepted]}
    every: {amount: 1, unit: quarters}
"""
ITEMS = (
    ("packing", "主机", 1, {}),
    ("packing", "地脚螺栓", 8, {}),
    ("packing", "远程模块", 1, {"option": "远程监控=有"}),
    ("value", "油压", 1, {"unit": "MPa", "minimum": "1.5", "maximum": "2.5"}),
    ("value", "紧急停机有效", 1, {}),
    ("paper", "使用说明书", 1, {}),
    ("paper", "合格证", 1, {}),
    ("topic", "操作与日常保养", 1, {"hours": "2"}),
    ("skill", "懂主要设备的功能", 1, {}),
    ("skill", "会正确操作设备", 1, {}),
)


class Site:
    """A branch that installs machines of a category at a company, and everybody who takes part."""

    def __init__(self) -> None:
        self.head = factories.organization()
        self.branch = factories.organization(self.head, code="S1", name="华东分公司")
        self.works = factories.organization(self.head, code="S2", kind="supplier", name="上海泵阀厂")
        self.other = factories.organization(self.head, code="S3")
        self.manager = factories.person("department_manager", at=self.branch)
        self.general = factories.person("general_manager", at=self.head)
        self.dispatcher = factories.person("dispatcher", at=self.branch)
        self.technician = factories.person("technician", at=self.branch, name="程志强")
        self.agent = factories.person("service_agent", at=self.branch)
        self.stranger = factories.person("dispatcher", at=self.other)
        self.auditor = factories.person("auditor", at=self.head)
        self.customer = factories.customer(self.branch)
        self.model = factories.product_model("machinery/chiller")
        self.procedure = self.table()

    def table(self, **fields: Any) -> Procedure:
        values = {
            "name": "冷水机组安装",
            "category": Category.objects.get(code_path="machinery/chiller"),
            "trial_hours": Decimal(24),
            "source": "合同第九条",
            **fields,
        }
        made = Procedure.objects.create(**values)
        for position, (kind, text, quantity, more) in enumerate(ITEMS):
            ProcedureItem.objects.create(
                procedure=made, kind=kind, text=text, quantity=quantity, position=position, **more
            )
        return made

    def promise(self, text: str = PROMISE) -> None:
        load_pack(text, by=None, organization=self.head)

    def unit(self, **fields: Any) -> Any:
        values = {"of": self.customer, "model": self.model, "installed_on": None, "status": "sold", **fields}
        return factories.unit(self.branch, **values)

    def project(self, *units: Any, **fields: Any) -> Installation:
        made = units or (self.unit(),)
        return services.create_installation(**{"by": self.dispatcher, "units": list(made), **fields})

    def step(self, one: Installation, name: str, *, by: Any = None, **data: Any) -> Installation:
        office = {"agree", "make_orders", "close", "ask_correction", "cancel"}
        return services.do(
            one, name, by=by or (self.dispatcher if name in office else self.technician), data=data
        )

    # the way to a state

    def arrived(self, one: Installation) -> Installation:
        now = timezone.now()
        one = self.step(one, "agree", expected_at=now + timedelta(days=2), agreed_with="赵工", told_at=now)
        return self.step(one, "arrive", arrived_at=timezone.now())

    def unpacked(self, one: Installation) -> Installation:
        one = self.arrived(one)
        services.check_rest(one, by=self.technician)
        return self.step(one, "go_on")

    def installed(self, one: Installation) -> Installation:
        one = self.step(self.unpacked(one), "make_orders")
        for part in one.parts.all():
            WorkOrder.objects.filter(pk=part.order_id).update(state="completed")
            services.order_completed(part.order_id, at=timezone.now())
        return self.step(one, "go_on")

    def commissioned(self, one: Installation) -> Installation:
        one = self.installed(one)
        for part in one.parts.all():
            for line in part.measures.all():
                services.measure(
                    one,
                    line,
                    by=self.technician,
                    value=Decimal(2) if line.is_number else None,
                    passed=None if line.is_number else True,
                )
        return self.step(one, "go_on")

    def ran(self, one: Installation) -> Installation:
        """The trial run began so long ago that it is over."""
        one = self.commissioned(one)
        one = self.step(one, "start_trial", trial_hours=Decimal(24))
        ago = timezone.now() - timedelta(hours=30)
        before = dict.fromkeys(("arrived_at", "unpacked_at", "installed_at", "commissioned_at"), ago)
        Installation.objects.filter(pk=one.pk).update(trial_started_at=ago, **before)
        return self.step(one, "go_on")

    def handed_over(self, one: Installation) -> Installation:
        one = self.ran(one)
        for paper in one.papers.all():
            services.hand_over(one, paper, by=self.technician)
        services.sign_papers(one, by=self.technician, name="赵工", signature=signature_upload())
        return self.step(one, "go_on")

    def trained(self, one: Installation) -> Installation:
        one = self.handed_over(one)
        for topic in one.topics.all():
            services.hold_topic(one, topic, by=self.technician, hours=Decimal(2), trainer="程志强")
        trainee = services.add_trainee(one, by=self.technician, name="钱师傅", duty="操作工")
        services.sign_training(one, trainee, by=self.technician, signature=signature_upload())
        services.assess(one, trainee, by=self.technician, skills=list(one.skills.all()))
        return self.step(one, "go_on")

    def accept(self, one: Installation, **fields: Any) -> Installation:
        values = {
            "by": self.technician,
            "parts": list(one.parts.filter(accepted_at=None)),
            "signed_by": "赵工",
            "signature": signature_upload(),
            **fields,
        }
        return services.accept(one, **values)

    def remaining(self, one: Installation, **fields: Any) -> Remaining:
        values = {"text": "补装减振垫", "due_on": timezone.localdate() + timedelta(days=7), **fields}
        return services.add_remaining(one, by=self.technician, **values)


@pytest.fixture(autouse=True)
def news_is_heard_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subscribers hear of everything inside the transaction of the test, which never commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda call, *_rest, **_more: call())


@pytest.fixture
def site(db) -> Site:
    return Site()
