"""A customer before a broken machine: scans the code, reports the fault, follows it. No account."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from jiannuo.faces.portal import tokens
from jiannuo.operations.desk.models import ServiceRequest


def photo(name: str = "外机.jpg", size: tuple[int, int] = (2400, 1800)) -> dict[str, Any]:
    """A picture as a phone takes it, larger than what is sent in the end."""
    content = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(content, "JPEG", quality=90)
    return {"name": name, "mimeType": "image/jpeg", "buffer": content.getvalue()}


def open_report(page: Page, town: Any) -> None:
    page.goto(f"/q/{town.unit.label_code}")
    page.get_by_role("link", name="报修").click()
    page.wait_for_url("**/report")


def wait_for_the_proof(page: Page) -> None:
    """The browser itself solves the task that the server set."""
    solved = page.locator("input[name=altcha]")
    expect(solved).to_have_value(re.compile(r".{40,}"), timeout=30_000)


def test_a_customer_reports_a_fault_with_a_photo_and_follows_it(visit, town):
    page = visit(phone=True)

    page.goto(f"/q/{town.unit.label_code}")
    expect(page.get_by_role("heading", level=1)).to_have_text("1.5 匹壁挂式空调")
    expect(page.locator("main")).to_contain_text("保内")
    expect(page.locator("main")).not_to_contain_text("许美玲")
    page.get_by_role("link", name="报修").click()
    page.get_by_label("出了什么问题").fill("不制冷，外机不转，显示 E5")
    page.get_by_label("您的姓名").fill("许美玲")
    page.get_by_label("您的电话").fill("138 1234 0678")
    page.get_by_label("您方便的时间").select_option(label="上午")
    page.locator("input[type=file]").set_input_files(photo())
    expect(page.locator("[data-photo-list] img")).to_be_visible()
    wait_for_the_proof(page)
    page.get_by_role("button", name="提交").click()

    page.wait_for_url("**/p/**")
    request = ServiceRequest.objects.get()
    expect(page.locator("main")).to_contain_text(request.number)
    expect(page.get_by_role("listitem").first).to_contain_text("已受理")
    assert (request.channel, request.unit, request.customer) == ("qr", town.unit, town.customer)
    assert request.symptom_text == "不制冷，外机不转，显示 E5"
    assert request.reporter_phone == "+8613812340678"
    assert request.wished_from is not None
    sent = request.attachments.get().file
    with Image.open(sent.file) as picture:
        assert max(picture.size) == 1600, "the phone made it smaller before sending"
    assert {row.metric for row in request.obligations.open()} == {"response", "arrival", "repair"}


@pytest.mark.once
def test_a_wrong_number_is_refused_and_what_was_typed_stays(visit, town):
    page = visit(phone=True)
    open_report(page, town)
    page.get_by_label("出了什么问题").fill("漏水，一直滴")
    page.get_by_label("您的姓名").fill("许美玲")
    page.get_by_label("您的电话").fill("1381234abcd")
    wait_for_the_proof(page)

    with page.expect_response(re.compile("/report$")) as answer:
        page.get_by_role("button", name="提交").click()

    assert answer.value.status == 422
    expect(page.get_by_label("出了什么问题")).to_have_value("漏水，一直滴")
    expect(page.get_by_label("您的姓名")).to_have_value("许美玲")
    expect(page.get_by_label("您的电话")).to_have_value("1381234abcd")
    expect(page.locator(".invalid-feedback").first).to_be_visible()
    assert not ServiceRequest.objects.exists()

    page.get_by_label("您的电话").fill("13812340678")
    wait_for_the_proof(page)
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/p/**")
    assert ServiceRequest.objects.count() == 1


@pytest.mark.once
def test_a_second_report_is_taken_when_the_customer_says_it_is_another_fault(visit, town):
    first = visit(phone=True)
    report(first, town, "不制冷")
    second = visit(phone=True)

    open_report(second, town)
    fill(second, "遥控器没有反应")
    second.get_by_role("button", name="提交").click()

    expect(second.locator(".alert")).to_contain_text(ServiceRequest.objects.get().number)
    expect(second.get_by_label("出了什么问题")).to_have_value("遥控器没有反应")
    second.locator("input[name=allow_duplicate]").check()
    wait_for_the_proof(second)
    second.get_by_role("button", name="提交").click()
    second.wait_for_url("**/p/**")
    assert ServiceRequest.objects.count() == 2


def report(page: Page, town: Any, fault: str) -> None:
    open_report(page, town)
    fill(page, fault)
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/p/**")


def fill(page: Page, fault: str) -> None:
    page.get_by_label("出了什么问题").fill(fault)
    page.get_by_label("您的姓名").fill("许美玲")
    page.get_by_label("您的电话").fill("13812340678")
    wait_for_the_proof(page)


@pytest.mark.once
@pytest.mark.parametrize(("address", "status"), [("/p/", 410), ("/r/", 410)])
def test_an_expired_link_says_so_and_what_to_do(visit, town, address, status):
    purpose = {"/p/": "progress", "/r/": "record"}[address]
    page = visit(phone=True)

    answer = page.goto(address + tokens.make(purpose, "SR-1", timedelta(seconds=-5)))

    assert answer is not None
    assert answer.status == status
    expect(page.get_by_role("heading", level=1)).to_contain_text("过期")
    expect(page.locator("main")).to_contain_text("扫")


@pytest.mark.once
def test_a_code_that_is_on_no_machine_is_refused_kindly(visit, town):
    page = visit(phone=True)

    page.goto("/q/")
    page.get_by_role("textbox").fill("ABCD2345")
    page.keyboard.press("Enter")

    expect(page.get_by_role("textbox")).to_have_value("ABCD2345")
    expect(page.locator("main")).to_contain_text("没有")
