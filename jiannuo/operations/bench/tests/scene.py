"""A service point with a bench, a pool of loaners and a customer with a machine."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from jiannuo.kernel.files.services import store
from jiannuo.operations.bench.models import BenchRules, CarryIn, Loan, LoanEquipment
from jiannuo.operations.bench.services import (
    Goods,
    HandOver,
    Lending,
    TakingBack,
    do,
    hand_over,
    lend,
    take_back,
    take_in,
)
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import add_line
from jiannuo.operations.workorders.services import do as do_order
from jiannuo.operations.workorders.tests import scene
from jiannuo.promises.commitments.services import load_pack
from jiannuo.registry.products.models import LabourItem
from jiannuo.testing import factories

PACK = """
code: BENCH
name: 送修服务承诺
kind: maker
clauses:
  - id: repair
    kind: time
    text: 送修机器三日内修复。
    source: {document: 承诺, article: 一}
    when: {request_kind: repair}
    metric: repair
    limit: {amount: 72, unit: hours}
    pausable: [waiting_customer, waiting_parts]
  - id: loaner
    kind: time
    text: 送修期间一日内提供同档次备机。
    source: {document: 承诺, article: 二}
    when: {request_kind: repair}
    metric: loaner
    limit: {amount: 24, unit: hours}
"""


class House:
    """The people and things of the tests, and the steps that lead to a state."""

    def __init__(self) -> None:
        load_pack(PACK, by=None)
        self.firm = scene.build()
        self.dealer, self.unit, self.customer = self.firm.dealer, self.firm.unit, self.firm.customer
        self.technician, self.manager = self.firm.technician, self.firm.manager
        self.clerk = factories.person("dealer_clerk", at=self.dealer)
        self.stranger = factories.person("dealer_clerk", at=self.firm.other_dealer)
        self.reader = factories.person("auditor", at=self.dealer)
        self.fee = LabourItem.objects.create(code="L-JC", name="检测费", price="50.00")
        self.rules = BenchRules.objects.create(
            organization=self.dealer, inspection_item=self.fee, storage_text="逾期30天收取保管费。"
        )
        self.piece = LoanEquipment.objects.create(
            organization=self.dealer, model=self.unit.model, serial="BJ-001", grade=5, value="1500"
        )

    def take_in(self, **changes: Any) -> CarryIn:
        """A receipt for the machine that the customer brought to the counter."""
        values = {
            "organization": self.dealer,
            "customer": self.customer,
            "unit": self.unit,
            "serial": self.unit.serial,
            "fault": "不制冷",
            "condition": "外壳右侧有划痕",
            "brought_name": "张伟",
            "brought_phone": "+8613800138000",
            "accessories": [("遥控器", 1), ("电源线", 2)],
            **changes,
        }
        by = values.pop("by", self.clerk)
        return take_in(Goods(**values), by=by)

    def on_bench(self, **changes: Any) -> CarryIn:
        """Taken in and in the hands of the technician."""
        return do(self.take_in(**changes), "take_on", by=self.technician)

    def with_lines(self, receipt: CarryIn, price: str = "300.00") -> CarryIn:
        """Labour planned on the order."""
        line = {"kind": "labour", "description": "更换电机", "unit_price": Decimal(price)}
        add_line(receipt.order, line, by=self.technician)
        return self.fresh(receipt)

    def asked(self) -> CarryIn:
        """The customer has an estimate."""
        return do(self.with_lines(self.on_bench()), "ask_customer", by=self.clerk, data={"note": ""})

    def finish(self, receipt: CarryIn) -> CarryIn:
        """Repaired: the receipt is ready by itself."""
        order = WorkOrder.objects.get(pk=receipt.order_id)
        scene.answer_all(order, self.technician)
        do_order(order, "complete", by=self.technician, data=scene.completion())
        return self.fresh(receipt)

    def ready(self) -> CarryIn:
        return self.finish(self.on_bench())

    def hand_over(self, receipt: CarryIn, **changes: Any) -> CarryIn:
        """Everything handed over against the receipt."""
        values = {
            "name": "张伟",
            "proof": "receipt",
            "returned": [one.pk for one in receipt.accessories.all()],
            "signature": self.signature(),
            **changes,
        }
        by = values.pop("by", self.clerk)
        return hand_over(receipt, HandOver(**values), by=by)

    def lend(self, receipt: CarryIn | None = None, **changes: Any) -> Loan:
        values = {
            "equipment": self.piece,
            "carry_in": receipt,
            "signed_by": "张伟",
            "condition": "完好",
            "signature": self.signature(),
            **changes,
        }
        by = values.pop("by", self.clerk)
        return lend(Lending(**values), by=by)

    def take_back(self, loan: Loan, **changes: Any) -> Loan:
        values = {"returned_by": "张伟", "condition": "完好", **changes}
        return take_back(loan, TakingBack(**values), by=self.clerk)

    def signature(self) -> Any:
        return store(scene.signature_upload(), by=self.clerk, kinds=("image",))

    def fresh(self, receipt: Any) -> Any:
        return type(receipt).objects.select_related("organization").get(pk=receipt.pk)


def photo(name: str = "外观.png") -> SimpleUploadedFile:
    """A small picture."""
    content = io.BytesIO()
    Image.new("RGB", (60, 40), "#7799bb").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/png")


def in_days(number: int) -> Any:
    return timezone.now() + timedelta(days=number)
