"""Pages of people outside on their phones: the supplier answers a goods notice, the customer a quotation."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jiannuo.operations.installations import services as installations
from jiannuo.operations.installations.links import token_of as notice_token
from jiannuo.operations.installations.models import GoodsNotice, Procedure, ProcedureItem
from jiannuo.operations.installations.tests.test_flow import photo
from jiannuo.operations.maintenance import services as maintenance
from jiannuo.operations.maintenance.links import token_of as quotation_token
from jiannuo.operations.maintenance.models import Finding, Quotation
from jiannuo.testing import factories
from tests.browser.words import zh

pytestmark = pytest.mark.once


def fits(page: Any) -> bool:
    """Whether nothing sticks out to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def damaged(town: Any) -> GoodsNotice:
    """A cabinet that was bent on the way, and tools that are missing; the supplier got the link."""
    row = Procedure.objects.create(name="空调安装", category=town.model.category, needs_trial=False)
    for text, quantity in (("电控柜", 1), ("随机工具", 2)):
        ProcedureItem.objects.create(procedure=row, kind="packing", text=text, quantity=quantity)
    unit = factories.unit(
        town.branch, of=town.customer, model=town.model, serial="KFR2611009", installed_on=None, status="sold"
    )
    one = installations.create_installation(by=town.dispatcher, units=[unit])
    expected = timezone.now() + timedelta(days=1)
    one = installations.do(one, "agree", by=town.dispatcher, data={"expected_at": expected})
    one = installations.do(one, "arrive", by=town.technician)
    cabinet, tools = one.packing.get(text="电控柜"), one.packing.get(text="随机工具")
    bad: dict[str, Any] = {"condition": "damaged", "remark": "柜门压凹，漆面划伤", "photos": [photo()]}
    installations.check_line(one, cabinet, by=town.technician, received=1, **bad)
    installations.check_line(one, tools, by=town.technician, received=1)
    return installations.send_notice(
        one,
        by=town.technician,
        lines=[cabinet, tools],
        supplier="宁波包装机械配套厂",
        email="shouhou@supplier.example",
    )


def test_the_supplier_answers_on_the_phone(visit: Any, town: Any) -> None:
    notice = damaged(town)
    phone = visit(phone=True)
    phone.goto(f"/n/{notice_token(notice)}")
    assert fits(phone)
    expect(phone.get_by_role("main")).to_contain_text("柜门压凹")
    expect(phone.locator("main img")).to_have_count(1)
    phone.get_by_role("button", name=zh("Send"), exact=True).click()
    expect(phone.locator(".invalid-feedback").first).to_be_visible()
    phone.get_by_text(zh("We replace what is damaged")).click()
    phone.locator("#id_promised_on").fill((timezone.localdate() + timedelta(days=3)).isoformat())
    phone.locator("#id_answer").fill("三天内换新柜，工具随车补发")
    phone.locator("#id_name").fill("王经理")
    phone.get_by_role("button", name=zh("Send"), exact=True).click()
    expect(phone.locator("main form")).to_have_count(0)
    expect(phone.get_by_role("main")).to_contain_text("王经理")
    assert fits(phone)
    assert GoodsNotice.objects.get(pk=notice.pk).state == "answered"

    office = visit(town.technician)
    office.goto(f"/installations/notices/{notice.number}/")
    expect(office.get_by_role("main")).to_contain_text("三天内换新柜")


def test_the_customer_accepts_a_quotation_on_the_phone(visit: Any, town: Any) -> None:
    finding = maintenance.raise_by_hand(
        by=town.dispatcher,
        organization=town.branch,
        customer=town.customer,
        unit=town.unit,
        text="外机支架锈蚀松动",
    )
    quotation = maintenance.create_quotation([finding], by=town.dispatcher)
    for kind, text, price in (("other", "更换镀锌支架", 380), ("travel", "上门", 60)):
        line = {"kind": kind, "description": text, "unit_price": Decimal(price)}
        maintenance.save_line(quotation, line, by=town.dispatcher)
    sent = {"email": "customer@client.example", "valid_days": 7, "tax_percent": "13", "note": "含高空作业"}
    quotation = maintenance.do_quotation(quotation, "send", by=town.dispatcher, data=sent)

    phone = visit(phone=True)
    phone.goto(f"/o/{quotation_token(quotation)}")
    assert fits(phone)
    expect(phone.get_by_role("main")).to_contain_text("外机支架锈蚀松动")
    phone.get_by_text(zh("I accept"), exact=True).click()
    phone.locator("#id_name").fill("陈女士")
    phone.get_by_role("button", name=zh("Send"), exact=True).click()
    expect(phone.get_by_role("main")).to_contain_text(zh("Tick that you agree, or choose “refuse”."))
    phone.locator("#id_consents_to").check()
    phone.get_by_role("button", name=zh("Send"), exact=True).click()
    expect(phone.locator("main form")).to_have_count(0)
    expect(phone.get_by_role("main")).to_contain_text(zh("You accepted this quotation"))
    assert fits(phone)
    quotation = Quotation.objects.select_related("order").get(pk=quotation.pk)
    assert quotation.order is not None
    assert Finding.objects.get(pk=finding.pk).state == "in_hand"

    office = visit(town.dispatcher)
    office.goto(f"/maintenance/quotations/{quotation.number}/")
    expect(office.get_by_role("link", name=quotation.order.number).first).to_be_visible()
