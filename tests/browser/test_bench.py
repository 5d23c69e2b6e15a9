"""A machine from the counter to its owner: taken in, a loaner lent, the estimate accepted, repaired, collected."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jiannuo.operations.bench.links import token_of
from jiannuo.operations.bench.models import CarryIn, Loan, LoanEquipment
from jiannuo.operations.bench.services import do
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import add_line, answer_check
from jiannuo.operations.workorders.services import do as do_order
from jiannuo.registry.products.models import FaultCode
from tests.browser.words import zh

pytestmark = pytest.mark.once


def sign(page: Page) -> None:
    """Draw something into the box."""
    box = page.locator("[data-signature] canvas")
    box.scroll_into_view_if_needed()
    frame = box.bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + 20, frame["y"] + 40)
    page.mouse.down()
    page.mouse.move(frame["x"] + 90, frame["y"] + 20, steps=4)
    page.mouse.move(frame["x"] + 150, frame["y"] + 60, steps=4)
    page.mouse.up()


def press(page: Page, message: str, context: str = "") -> None:
    page.locator("main form").get_by_role("button", name=zh(message, context=context), exact=True).click()


def repair(receipt: CarryIn, technician: Any) -> None:
    """What the technician records on the order."""
    order = WorkOrder.objects.get(pk=receipt.order_id)
    for check in order.checks.select_related("order"):
        answer_check(check, "yes" if check.kind == "yes_no" else "10", by=technician)
    codes = {code.kind: code for code in FaultCode.objects.order_by("-code")}
    record = {
        "symptom": codes["symptom"],
        "cause": codes["cause"],
        "measure": codes["action"],
        "test_result": "运行正常",
        "test_passed": True,
    }
    do_order(order, "complete", by=technician, data=record)


def test_a_machine_from_the_counter_to_its_owner(visit: Any, town: Any) -> None:
    LoanEquipment.objects.create(organization=town.branch, model=town.model, serial="BJ-001", grade=5)
    desk = visit(town.agent)
    desk.goto("/bench/new")
    desk.locator("#id_serial").fill(town.unit.serial)
    desk.locator("#id_fault").fill("不制冷")
    desk.locator("#id_condition").fill("外壳右侧有划痕")
    desk.locator("#id_accessories").fill("遥控器")
    desk.locator("#id_brought_name").fill("许美玲")
    press(desk, "Write the receipt")
    desk.wait_for_url("**/bench/CR-**")
    receipt = CarryIn.objects.get()
    assert receipt.serial_matches

    desk.goto(f"/loans/new?receipt={receipt.number}")
    desk.locator("#id_equipment").select_option(index=1)
    desk.locator("#id_reason").fill("客户家有老人")
    desk.locator("#id_condition").fill("完好")
    sign(desk)
    press(desk, "Lend")
    desk.wait_for_url("**/loans/LN-**")
    loan = Loan.objects.get()

    receipt = do(receipt, "take_on", by=town.technician)
    line = {"kind": "other", "description": "外壳整形", "unit_price": Decimal(120)}
    add_line(receipt.order, line, by=town.technician)
    desk.goto(f"/bench/{receipt.number}/")
    desk.locator("[data-action='ask_customer']").first.click()
    desk.locator("#modal-content form button[type=submit]").click()
    expect(desk.locator("dialog[open]")).to_have_count(0)
    desk.wait_for_load_state("networkidle")

    phone = visit(phone=True)
    phone.goto(f"/b/{token_of(receipt)}")
    expect(phone.get_by_role("main")).to_contain_text("外壳整形")
    phone.get_by_label(zh("Repair it"), exact=True).check()
    phone.locator("#id_name").fill("许美玲")
    press(phone, "Send")
    expect(phone.get_by_role("main")).to_contain_text(zh("You accepted the estimate"))

    repair(receipt, town.technician)
    receipt.refresh_from_db()
    assert receipt.state == "ready"

    desk.goto(f"/bench/{receipt.number}/hand-over")
    desk.get_by_role("link", name=zh("Take it back now")).click()
    desk.wait_for_url("**/take-back")
    desk.locator("#id_condition").fill("完好")
    press(desk, "Take back", "loan")
    desk.wait_for_url(f"**/bench/{receipt.number}/")
    desk.goto(f"/bench/{receipt.number}/hand-over")
    desk.get_by_label("遥控器").check()
    sign(desk)
    press(desk, "Hand over", "carry-in")
    desk.wait_for_url(f"**/bench/{receipt.number}/")
    receipt.refresh_from_db()
    loan.refresh_from_db()
    assert (receipt.state, receipt.collected_by, receipt.charged, loan.state) == (
        "collected",
        "许美玲",
        120,
        "returned",
    )
