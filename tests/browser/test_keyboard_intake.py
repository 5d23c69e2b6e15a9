"""An experienced agent takes a call without touching the mouse."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.registry.customers.models import Customer
from tests.browser.town import PHONE
from tests.browser.words import zh

pytestmark = pytest.mark.once


def tab_to(page: Page, selector: str, at_most: int = 8) -> None:
    """Press Tab until the element has the focus; a long way is a fault of the page."""
    for _press in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    found = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    pytest.fail(f"{selector} is more than {at_most} times Tab away; the focus is on {found}")


def open_the_desk(page: Page) -> None:
    page.goto("/requests/")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/desk/")
    expect(page.locator("#lookup")).to_be_focused()


def registered(page: Page) -> ServiceRequest:
    """The request, once the page of it is open."""
    page.wait_for_url("**/requests/SR-**")
    return ServiceRequest.objects.get()


def test_a_known_customer_is_served_with_the_keyboard_alone(visit, town):
    page = visit(town.agent)
    open_the_desk(page)

    page.keyboard.type(PHONE)
    expect(page.locator("#caller")).to_contain_text("许美玲")
    tab_to(page, f"input[name=unit][value='{town.old_unit.pk}']")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"input[name=unit][value='{town.unit.pk}']")).to_be_checked()
    expect(page.locator("#promise")).to_contain_text(zh("in warranty"))
    tab_to(page, "#id_symptom_text")
    page.keyboard.type("室内机漏水，滴到床上")
    expect(page.locator("#suggest")).to_contain_text("漏水")
    tab_to(page, "input[name=symptom]")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("漏水")).to_be_checked()
    page.keyboard.press("Control+Enter")

    request = registered(page)
    assert (request.customer, request.unit, request.in_warranty) == (town.customer, town.unit, True)
    assert request.symptom_text == "室内机漏水，滴到床上"
    assert request.symptom.name == "漏水"


def test_a_caller_is_chosen_among_several_with_the_keyboard(visit, town):
    from jiannuo.testing import factories

    other: Any = factories.customer(town.branch, name="许美玲玲")
    page = visit(town.agent)
    open_the_desk(page)

    page.keyboard.type("美玲")
    expect(page.locator("#caller .list-group-item").first).to_be_visible()
    tab_to(page, "#caller .list-group-item")
    while "许美玲玲" not in page.evaluate("document.activeElement.innerText"):
        tab_to(page, "#caller .list-group-item", at_most=1)
    page.keyboard.press("Enter")
    expect(page.locator("#caller input[name=customer]")).to_have_value(str(other.pk))
    tab_to(page, "#id_symptom_text", at_most=12)
    page.keyboard.type("咨询保养")
    page.keyboard.press("Control+Enter")

    assert registered(page).customer == other


def test_an_unknown_customer_and_unit_are_registered_in_the_same_step(visit, town):
    page = visit(town.agent)
    open_the_desk(page)

    page.keyboard.type("13777770001")
    expect(page.locator("#id_new_phone")).to_have_value("13777770001")
    tab_to(page, "#id_new_name")
    page.keyboard.type("陈志远")
    tab_to(page, "#id_new_address")
    page.keyboard.type("浙江省杭州市西湖区文三路90号")
    tab_to(page, "input[name=unit][value=none]")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#id_serial")).to_be_visible()
    tab_to(page, "#id_model-ts-control")
    page.keyboard.type("35GW")
    expect(page.get_by_role("option", name="KFR-35GW")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name="KFR-35GW")).to_be_hidden()
    tab_to(page, "#id_serial")
    page.keyboard.type("KFR2610777")
    tab_to(page, "#id_symptom_text", at_most=30)
    page.keyboard.type("不开机")
    page.keyboard.press("Control+Enter")

    request = registered(page)
    customer = Customer.objects.get(name="陈志远")
    assert customer.phones.get().number == "+8613777770001"
    assert customer.addresses.get().division_id.startswith("330106")
    assert request.customer == customer
    assert (request.unit.serial, request.unit.model, request.unit.customer) == (
        "KFR2610777",
        town.model,
        customer,
    )


def test_what_is_missing_is_said_and_the_rest_stays(visit, town):
    page = visit(town.agent)
    open_the_desk(page)
    page.keyboard.type("13777770001")
    expect(page.locator("#id_new_phone")).to_have_value("13777770001")
    tab_to(page, "#id_symptom_text", at_most=30)
    page.keyboard.type("不开机，指示灯不亮")

    page.keyboard.press("Control+Enter")

    expect(page.locator("#id_new_name")).to_be_focused()
    expect(page.get_by_role("main")).to_contain_text(zh("Write the name of the new customer."))
    expect(page.locator("#id_symptom_text")).to_have_value("不开机，指示灯不亮")
    expect(page.locator("#id_new_phone")).to_have_value("13777770001")
    assert not ServiceRequest.objects.exists()

    page.keyboard.type("陈志远")
    page.keyboard.press("Control+Enter")
    assert registered(page).customer.name == "陈志远"


def test_a_possible_duplicate_is_shown_before_saving(visit, town):
    page = visit(town.agent)
    for fault in ("不制冷", "不制冷，又打来了"):
        open_the_desk(page)
        page.keyboard.type(PHONE)
        expect(page.locator("#caller")).to_contain_text("许美玲")
        tab_to(page, f"input[name=unit][value='{town.old_unit.pk}']", at_most=10)
        page.keyboard.press("Space")
        expect(page.locator("#promise")).to_contain_text(zh("out of warranty"))
        tab_to(page, "#id_symptom_text", at_most=10)
        page.keyboard.type(fault)
        if fault == "不制冷":
            page.keyboard.press("Control+Enter")
            first = registered(page)

    expect(page.locator("#promise")).to_contain_text(first.number)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#intake > [role=alert], #intake .alert").first).to_be_visible()
    assert ServiceRequest.objects.count() == 1
    expect(page.locator("input[name=allow_duplicate]").first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/requests/SR-**")
    assert ServiceRequest.objects.count() == 2
