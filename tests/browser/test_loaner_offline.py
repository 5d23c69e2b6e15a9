"""A technician lends a loaner and takes it back with the network off; a piece that was gone meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jiannuo.operations.bench.models import Loan, LoanEquipment
from jiannuo.operations.bench.services import Lending, lend
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import create_order, do
from tests.browser.test_site_offline import (
    form,
    looks_right,
    picture,
    save,
    sign,
    synchronised,
    taken_along,
)

pytestmark = pytest.mark.once


@pytest.fixture
def pieces(town: Any) -> list[LoanEquipment]:
    return [
        LoanEquipment.objects.create(
            organization=town.branch, model=town.model, serial=serial, accessories="遥控器、电源线"
        )
        for serial in ("BJ-001", "BJ-002")
    ]


@pytest.fixture
def order(town: Any) -> WorkOrder:
    """The technician is at the customer's."""
    one = create_order(
        by=town.dispatcher, organization=town.branch, customer=town.customer, unit=town.unit, fault="不制冷"
    )
    one = do(one, "assign", by=town.dispatcher, data={"technician": town.technician})
    for step in ("accept", "set_out", "arrive"):
        one = do(one, step, by=town.technician)
    return one


def lent(phone: Page, order: WorkOrder, serial: str) -> None:
    """Fill in the form of a loan, sign it and be back at the job."""
    phone.locator("#s-loans summary").click()
    phone.locator("#s-loans [data-lend]").click()
    page = form(phone, f"lend/{order.number}")
    choice = page.locator("[name=piece]").locator("option", has_text=serial).get_attribute("value")
    page.locator("[name=piece]").select_option(choice)
    page.locator("[name=signed_by]").fill("许美玲")
    page.locator("input[type=file]").set_input_files(picture())
    expect(page.locator(".j-photo-list img")).to_be_visible()


def test_lent_and_taken_back_without_network_then_sent(
    visit: Any, town: Any, pieces: list[LoanEquipment], order: WorkOrder
) -> None:
    phone = visit(town.technician, phone=True)
    taken_along(phone)
    phone.goto(f"/field/app/#/job/{order.number}")
    lent(phone, order, "BJ-001")
    save(phone, f"lend/{order.number}")
    expect(phone.locator("[role=alert]")).to_be_visible()  # not signed
    phone.reload()  # what was typed and the photo stay
    expect(phone.locator("[name=signed_by]")).to_have_value("许美玲")
    looks_right(phone)
    sign(phone, f"lend/{order.number}")
    expect(phone.locator("#s-loans summary")).to_contain_text("1")

    phone.goto("/field/app/#/loaner")
    looks_right(phone)
    phone.locator("[data-loan]", has_text="BJ-001").click()
    back = phone.locator("form[data-form^='loaner/back']")
    back.locator("[name=amount]").fill("50")
    back.locator("[type=submit]").click()
    expect(back.locator("[role=alert]")).to_be_visible()  # what is damaged
    back.locator("[name=damage]").fill("遥控器缺失")
    looks_right(phone)
    back.locator("[type=submit]").click()
    expect(phone.locator("[data-loan]")).to_have_count(0)
    expect(phone.locator("#pill")).to_have_attribute("data-unsent", "2")
    assert not Loan.objects.exists()

    phone.context.set_offline(False)
    synchronised(phone)
    loan = Loan.objects.get()
    assert (loan.state, loan.customer, loan.equipment) == ("returned", town.customer, pieces[0])
    assert (loan.damage, loan.damage_amount) == ("遥控器缺失", 50)
    assert loan.signature is not None
    assert loan.attachments.filter(purpose="before").count() == 1
    assert loan.lent_at < (loan.returned_at or loan.lent_at)
    expect(phone.locator("[data-piece]")).to_have_count(2)


def test_a_piece_that_was_lent_meanwhile_is_said_and_another_one_sent(
    visit: Any, town: Any, pieces: list[LoanEquipment], order: WorkOrder
) -> None:
    phone = visit(town.technician, phone=True)
    taken_along(phone)
    phone.goto(f"/field/app/#/job/{order.number}")
    lent(phone, order, "BJ-001")
    sign(phone, f"lend/{order.number}")
    expect(phone.locator("#pill")).to_have_attribute("data-unsent", "1")
    counter = Lending(
        equipment=pieces[0],
        customer=town.customer,
        reason="柜台借出",
        signed_by="许先生",
        condition="完好",
        signature=None,
    )
    lend(counter, by=town.dispatcher)

    phone.context.set_offline(False)
    expect(phone.locator("#pill")).to_contain_text("未接受", timeout=30_000)
    phone.goto("/field/app/#/loaner")
    expect(phone.locator("[data-refused][data-code=gone]")).to_contain_text("BJ-001")
    looks_right(phone)
    phone.locator("[data-instead]").select_option(str(pieces[1].pk))
    phone.locator("[data-send-other]").click()
    synchronised(phone)
    loan = Loan.objects.get(equipment=pieces[1])
    assert (loan.signed_by, loan.order) == ("许美玲", order)
    assert loan.attachments.filter(purpose="before").count() == 1
