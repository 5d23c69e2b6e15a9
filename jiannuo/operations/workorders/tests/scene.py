"""A small company for the tests of orders: a head office, two dealers, their people, a customer with a unit."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import create_order, do
from jiannuo.registry.products.models import ChecklistItem, Component, FaultCode, LabourItem, SparePart
from jiannuo.rules import CoverageOutcome, Decision
from jiannuo.testing import factories

DECIDED_AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@dataclass
class Scene:
    """Records that most tests of orders need."""

    head: Any
    dealer: Any
    other_dealer: Any
    dispatcher: Any
    manager: Any
    technician: Any
    colleague: Any
    stranger: Any
    customer: Any
    unit: Any
    compressor: Any
    filter: Any

    def order(self, **changes: Any) -> WorkOrder:
        """An order that waits for dispatch."""
        values = {
            "by": self.dispatcher,
            "organization": self.dealer,
            "customer": self.customer,
            "unit": self.unit,
            "fault": "不制冷",
            "decision": decision(),
            **changes,
        }
        return create_order(**values)

    def order_in(self, state: str, **changes: Any) -> WorkOrder:
        """An order led to ``state`` by the people who do that."""
        order = self.order(**changes)
        for step in PATHS[state]:
            order = self.step(order, step)
        return order

    def step(self, order: WorkOrder, name: str, by: Any = None, **data: Any) -> WorkOrder:
        """One action with sensible data, by the person whose it is."""
        office = {"assign", "review", "close", "cancel", "send_back", "release"}
        person = by or (self.dispatcher if name in office else self.technician)
        if name == "complete":
            answer_all(order, person)
        return do(order, name, by=person, data={**self.data_for(name), **data})

    def data_for(self, name: str) -> dict[str, Any]:
        if name == "assign":
            return {"technician": self.technician}
        if name == "complete":
            return completion()
        if name == "sign":
            return {"signed_by": "张伟", "signature": signature_upload(), "rating": 5}
        if name == "pause":
            return {"waiting_for": "waiting_parts", "reason": "等压缩机"}
        reasons = {"decline", "cancel", "send_back", "bring_in", "need_second_visit", "customer_absent"}
        return {"reason": "说明"} if name in reasons else {}


PATHS: dict[str, tuple[str, ...]] = {
    "ready": (),
    "dispatched": ("assign",),
    "accepted": ("assign", "accept"),
    "travelling": ("assign", "accept", "set_out"),
    "on_site": ("assign", "accept", "set_out", "arrive"),
    "waiting": ("assign", "accept", "set_out", "arrive", "pause"),
    "bench": ("assign", "accept", "set_out", "arrive", "bring_in"),
    "completed": ("assign", "accept", "set_out", "arrive", "complete"),
    "signed": ("assign", "accept", "set_out", "arrive", "complete", "sign"),
    "reviewed": ("assign", "accept", "set_out", "arrive", "complete", "sign", "review"),
    "closed": ("assign", "accept", "set_out", "arrive", "complete", "sign", "review", "close"),
    "cancelled": ("cancel",),
}


def build() -> Scene:
    """Make the company."""
    head = factories.organization()
    dealer, other = factories.organization(head, kind="dealer"), factories.organization(head, kind="dealer")
    technician = make_technician(dealer)
    customer = factories.customer(dealer)
    model = factories.product_model(meter_unit="小时")
    compressor = Component.objects.add_root(
        {
            "model": model,
            "code": "compressor",
            "name": "压缩机",
            "code_path": "compressor",
            "has_serial": True,
        }
    )
    screen = Component.objects.add_root(
        {"model": model, "code": "filter", "name": "滤网", "code_path": "filter", "has_serial": False}
    )
    make_catalogue(model.category)
    return Scene(
        head=head,
        dealer=dealer,
        other_dealer=other,
        dispatcher=factories.person("dispatcher", at=dealer),
        manager=factories.person("department_manager", at=dealer),
        technician=technician,
        colleague=make_technician(dealer),
        stranger=make_technician(other),
        customer=customer,
        unit=factories.unit(dealer, of=customer, model=model),
        compressor=compressor,
        filter=screen,
    )


def make_technician(at: Any, **fields: Any) -> Any:
    """A person with the role and the file of a technician."""
    person = factories.person("dealer_technician", at=at)
    Technician.objects.create(**{"user": person, "organization": at, **fields})
    return person


def make_catalogue(category: Any) -> None:
    """A checklist, codes, a part and a labour item of a category."""
    items = [("外观完好", "yes_no", None, None), ("高压压力", "number", "1.5", "2.5")]
    for position, (text, kind, low, high) in enumerate(items):
        ChecklistItem.objects.create(
            category=category, position=position, text=text, kind=kind, unit="MPa", minimum=low, maximum=high
        )
    codes = [
        ("symptom", "S1", "不制冷", ""),
        ("cause", "C1", "压缩机卡死", ""),
        ("cause", "C2", "进水", "misuse"),
    ]
    for kind, code, name, cause_class in [*codes, ("action", "A1", "更换", "")]:
        FaultCode.objects.add_root({"kind": kind, "code": code, "name": name, "cause_class": cause_class})
    SparePart.objects.create(code="P-100", name="压缩机 1.5P", list_price="860.00")
    LabourItem.objects.create(code="L-10", name="更换压缩机", minutes=120, price="200.00", category=category)


def completion(cause: str = "C1", **changes: Any) -> dict[str, Any]:
    """What a technician enters at the end."""
    return {
        "symptom": FaultCode.objects.get(code="S1"),
        "cause": FaultCode.objects.get(code=cause),
        "measure": FaultCode.objects.get(code="A1"),
        "work_done": "更换压缩机",
        "test_result": "出风 12 ℃",
        "test_passed": True,
        **changes,
    }


def answer_all(order: WorkOrder, by: Any) -> None:
    """Answer every check in order."""
    from jiannuo.operations.workorders.services import answer_check

    for check in order.checks.select_related("order"):
        answer_check(check, "yes" if check.kind == "yes_no" else "2.0", by=by)


def decision() -> Decision:
    """The compressor is covered with parts and labour, nothing else is."""

    def outcome(component: str, item: str, covered: bool) -> CoverageOutcome:
        payer = "manufacturer" if covered else "customer"
        return CoverageOutcome(
            component=(component,),
            item=item,
            in_warranty=covered,
            payer=payer,
            begins=date(2026, 3, 3),
            clause=f"cover-{component}" if covered else "",
            commitment="P12" if covered else "",
            version=1 if covered else 0,
        )

    covered = {("compressor", "parts"), ("compressor", "labour")}
    return Decision(
        decided_at=DECIDED_AT,
        coverage=tuple(
            outcome(component, item, (component, item) in covered)
            for component in ("compressor", "rest")
            for item in ("parts", "labour", "travel")
        ),
    )


def drawing() -> bytes:
    """A signature as PNG."""
    image = Image.new("RGB", (300, 120), "white")
    ImageDraw.Draw(image).line([(20, 90), (120, 30), (260, 80)], fill="black", width=3)
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


def signature_text(content: bytes | None = None) -> str:
    """A signature as the page sends it."""
    return "data:image/png;base64," + base64.b64encode(content or drawing()).decode()


def signature_upload() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("signature.png", drawing(), content_type="image/png")


def tomorrow(hour: int) -> datetime:
    """That hour of tomorrow in the zone of the office."""
    day = timezone.localtime() + timedelta(days=1)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)
