"""What quotations are tested with: a price list, a finding with a quotation of two lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jiannuo.operations.maintenance.models import Finding, Quotation
from jiannuo.operations.maintenance.services import create_quotation, do_quotation, raise_by_hand, save_line
from jiannuo.operations.maintenance.tests.conftest import Plant
from jiannuo.registry.products.models import LabourItem, SparePart

EMAIL = "customer@client.example"

COVER = """
code: COVER
name: 冷水机组保修
kind: contract
scope: {product: machinery/chiller}
labels: {machinery/chiller: 冷水机组}
clauses:
  - id: parts-free
    kind: coverage
    text: 自验收起五年内备件免费。
    source: {document: 维保合同, article: 第8条}
    term: {years: 5}
    begins: {events: [accepted]}
    includes: [parts]
"""
TIME_TO_DECIDE = """
code: DECIDE
name: 报价约定
kind: contract
scope: {product: machinery/chiller}
labels: {machinery/chiller: 冷水机组}
clauses:
  - id: five-days
    kind: time
    text: 客户收到报价后5天内答复。
    source: {document: 维保合同, article: 第9条}
    metric: answer
    start: quoted
    limit: {amount: 5, unit: days}
    debtor: customer
    creditor: provider
  - id: quoted-in-three-days
    kind: time
    text: 发现隐患后3天内报价。
    source: {document: 维保合同, article: 第10条}
    metric: quotation
    start: discovered
    limit: {amount: 3, unit: days}
"""
CONSENTS = """
code: CONSENT
name: 报价审批
kind: contract
scope: {product: machinery/chiller}
labels: {machinery/chiller: 冷水机组}
clauses:
  - id: below-the-list
    kind: approval
    text: 低于价目表须经部门经理批准。
    source: {document: 价格管理办法, article: 第2条}
    subject: discount
    approvers: [department_manager]
  - id: above-ten-thousand
    kind: approval
    text: 一万元以上的报价须经总经理批准。
    source: {document: 价格管理办法, article: 第3条}
    subject: quotation
    approvers: [general_manager]
    above: 10000
"""


class Offers:
    """A plant with a price list, and the way of its quotations."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        category = plant.model.category
        self.labour = LabourItem.objects.create(
            code="L-40", name="更换端子排", price=Decimal(300), category=category
        )
        self.part = SparePart.objects.create(
            code="P-40", name="接线端子排", list_price=Decimal(450), cost=Decimal(200)
        )

    def finding(self, **fields: Any) -> Finding:
        plant = self.plant
        values = {"customer": plant.customer, "unit": plant.unit, "text": "接线端子发热变色", **fields}
        return raise_by_hand(by=plant.dispatcher, organization=plant.branch, **values)

    def draft(self, *findings: Finding, **price: Any) -> Quotation:
        """Labour 300, a part at its list price of 450 (or another ``unit_price``)."""
        by = self.plant.dispatcher
        made = create_quotation(findings or [self.finding()], by=by)
        save_line(made, {"kind": "labour", "labour": self.labour}, by=by)
        save_line(made, {"kind": "parts", "part": self.part, **price}, by=by)
        return Quotation.objects.select_related("organization").get(pk=made.pk)

    def send(self, quotation: Quotation | None = None, **data: Any) -> Quotation:
        values = {"email": EMAIL, "phone": "", "valid_days": 14, "tax_percent": None, "note": "", **data}
        return do_quotation(quotation or self.draft(), "send", by=self.plant.dispatcher, data=values)
