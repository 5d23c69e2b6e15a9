"""From a call to a signed work order: each person does the own part at the own screen."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

from django.utils import timezone
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from jiannuo.office.documents.models import Attachment
from jiannuo.office.notices.models import Delivery
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders.models import WorkOrder
from tests.browser.town import PASSWORD, PHONE
from tests.browser.words import zh

FAULT = "开机半小时后不制冷，外机不转"


def test_from_a_call_to_a_signed_work_order_and_a_kept_promise(visit, town):
    request = the_agent_registers_the_call(visit(), town)
    order = the_dispatcher_sends_the_one_who_fits(visit(town.dispatcher), town, request)
    the_technician_does_the_job(visit(town.technician, phone=True), order)
    the_supervisor_reviews_and_closes(visit(town.manager), order)

    request.refresh_from_db()
    assert request.state == "resolved"
    kept = {row.metric: row.state for row in request.obligations.all()}
    assert kept == {"response": "met", "arrival": "met", "repair": "met"}
    the_agent_sees_the_promise_kept(visit(town.agent), request)
    the_customer_opens_the_record(visit(phone=True), order)


def the_agent_registers_the_call(page: Page, town: Any) -> ServiceRequest:
    page.goto("/accounts/login/")
    page.get_by_label(zh("User name or e-mail")).fill("agent")
    page.get_by_label(zh("Password"), exact=True).fill(PASSWORD)
    page.get_by_role("button", name=zh("Sign in"), exact=True).click()
    page.wait_for_url(lambda url: "login" not in url)
    page.get_by_role("link", name=zh("Service desk"), exact=True).first.click()
    page.wait_for_url("**/desk/")

    page.get_by_label(zh("Phone number, name or serial number")).fill(PHONE)
    caller, promise = page.locator("#caller"), page.locator("#promise")
    expect(caller).to_contain_text("许美玲")
    caller.get_by_label(re.compile(town.old_unit.serial)).check()
    expect(promise).to_contain_text(zh("out of warranty"))
    caller.get_by_label(re.compile(town.unit.serial)).check()
    expect(promise).to_contain_text(zh("in warranty"))
    expect(promise).to_contain_text("整机自验收之日起保修12个月")
    expect(promise).to_contain_text("基本服务承诺")
    expect(promise).to_contain_text("报修后24小时内上门。")

    page.locator("#id_symptom_text").fill(FAULT)
    page.get_by_label("不制冷或制冷差").check()
    page.get_by_role("button", name=zh("Register"), exact=True).click()

    page.wait_for_url("**/requests/SR-**")
    request = ServiceRequest.objects.get()
    expect(page.get_by_role("main")).to_contain_text(request.number)
    expect(page.locator(".j-countdowns")).to_contain_text(zh("arrival on site"))
    assert (request.unit, request.customer, request.in_warranty) == (town.unit, town.customer, True)
    assert (request.symptom_text, request.symptom.code) == (FAULT, "S-01")
    assert {row.metric for row in request.obligations.open()} == {"response", "arrival", "repair"}
    return request


def the_dispatcher_sends_the_one_who_fits(page: Page, town: Any, request: ServiceRequest) -> WorkOrder:
    page.goto("/requests/")
    page.get_by_role("link", name=request.number).click()
    page.get_by_role("link", name=zh("Create work order"), exact=True).click()
    expect(page.locator("#id_fault")).to_have_value(FAULT)
    page.get_by_role("button", name=zh("Create and choose a technician")).click()

    page.wait_for_url("**/assign/")
    candidates = page.locator("#candidates li")
    expect(candidates.locator("strong")).to_have_text(["吴建国", "丁小波"])
    expect(candidates.first).to_contain_text("技能 5 级 · 负责本区域")
    begins = timezone.localtime() + timedelta(hours=1)
    page.locator("#id_appointment_from").fill(f"{begins:%Y-%m-%dT%H:%M}")
    page.locator("#id_appointment_to").fill(f"{begins + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    page.locator("#id_agreed_with").fill("许美玲")
    # Whoever is chosen while the list follows the appointment stays chosen.
    best = candidates.filter(has_text="吴建国").get_by_role("radio")
    best.check()
    page.wait_for_load_state("networkidle")
    expect(best).to_be_checked()
    page.get_by_role("button", name=zh("Assign"), exact=True).click()

    page.wait_for_url("**/dispatch/")
    order = WorkOrder.objects.get()
    expect(page.get_by_role("main")).not_to_contain_text(order.number)
    assert (order.state, order.technician, order.unit) == ("dispatched", town.technician, town.unit)
    assert order.visits.get().agreed_with == "许美玲"
    assert request.obligations.get(metric="response").state == "met", "the appointment was the response"
    return order


def the_technician_does_the_job(page: Page, order: WorkOrder) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 30.2801, "longitude": 120.1302})
    page.goto("/field/")
    card = page.get_by_role("article").filter(has_text="许美玲")
    expect(card).to_contain_text("不制冷")
    expect(card.get_by_role("link", name=zh("Call"))).to_have_attribute("href", "tel:+86-138-1234-0678")
    card.get_by_role("link", name=zh("Accept"), exact=True).click()
    expect(page.locator("main")).to_contain_text("浙江省杭州市西湖区翠苑小区12幢3单元502室")
    page.get_by_role("button", name=zh("Accept the job")).click()
    page.get_by_role("button", name=zh("Set out")).click()
    page.get_by_role("button", name=zh("Arrived"), exact=True).click()
    expect(page.locator("#s-checks")).to_be_visible()
    visit = order.visits.get()
    assert (visit.arrived_latitude, visit.arrived_longitude) == (30.2801, 120.1302)

    finish = page.get_by_role("button", name=zh("Complete the work"))
    finish.click()
    expect(page.locator("#s-finish .alert-danger")).to_contain_text("已断电并挂牌")
    answer_the_checklist(page.locator("#s-checks"))
    record_the_finding(page)
    take_a_part(page)
    take_photos(page, "before")
    take_photos(page, "after")
    test = page.locator("#s-test")
    test.locator("input[name=test_result]").fill("出风口温差 12 ℃，运行正常")
    test.get_by_text(zh("passed"), exact=True).click()
    test.get_by_role("button", name=zh("Save"), exact=True).click()
    expect(page.locator("#s-finish .alert")).to_have_count(0)
    finish.click()

    sign(page.locator("#s-sign"))
    expect(page.locator("main")).to_contain_text(zh("Signed. Thank you.")[:3])
    expect(page.locator("#s-sign")).to_have_count(0)
    order.refresh_from_db()
    assert (order.state, order.signed_by, order.rating) == ("signed", "许美玲", 5)
    assert order.test_passed
    assert [check.value for check in order.checks.all()] == ["yes", "12"]
    assert {line.payer for line in order.lines.all()} == {"manufacturer"}
    photos = order.attachments.exclude(purpose=Attachment.Purpose.SIGNATURE)
    assert sorted(photos.values_list("purpose", flat=True)) == ["after", "before"]


def answer_the_checklist(checks: Locator) -> None:
    checks.get_by_role("button", name=zh("yes"), exact=True).click()
    expect(checks.get_by_role("button", name=zh("yes"), exact=True)).to_have_attribute("aria-pressed", "true")
    value = checks.get_by_label("出风口温差")
    value.fill("25")
    value.press("Tab")
    expect(checks).to_contain_text(zh("Out of the allowed range"))
    value.fill("12")
    value.press("Tab")
    expect(checks).not_to_contain_text(zh("Out of the allowed range"))
    expect(checks).to_contain_text("2 / 2")


def record_the_finding(page: Page) -> None:
    finding = page.locator("#s-finding")
    finding.locator("select[name=symptom]").select_option(label="不制冷或制冷差")
    finding.locator("select[name=cause]").select_option(label="零部件质量")
    finding.locator("select[name=measure]").select_option(label="更换零部件")
    finding.locator("textarea[name=work_done]").fill("压缩机卡缸，更换后试机正常")
    with page.expect_response(re.compile("/finding/$")) as saved:
        finding.get_by_role("button", name=zh("Save"), exact=True).click()
    assert saved.value.ok


def take_a_part(page: Page) -> None:
    page.wait_for_load_state("networkidle")  # what was recorded before has been answered
    part = page.locator("#s-part")
    part.locator("summary").click()
    chooser = part.locator("#part-part-ts-control")
    chooser.click()
    chooser.press_sequentially("旋转")
    part.get_by_role("option", name=re.compile("旋转压缩机")).click()
    part.locator("input[name=new_serial]").fill("N2611220001")
    part.get_by_role("button", name=zh("Add the part")).click()
    expect(page.locator("#s-charges")).to_contain_text("旋转压缩机 QXA")
    expect(page.locator("#s-charges")).to_contain_text("N2611220001")


def take_photos(page: Page, purpose: str) -> None:
    form = page.locator("#s-photos form").filter(has=page.locator(f"input[name=purpose][value={purpose}]"))
    form.locator("input[type=file]").set_input_files(photo(f"{purpose}.jpg"))
    expect(form.locator("[data-photo-list] img")).to_be_visible()
    before = page.locator("#s-photos a > img").count()
    form.get_by_role("button", name=zh("Send photos")).click()
    expect(page.locator("#s-photos a > img")).to_have_count(before + 1)


def photo(name: str) -> dict[str, Any]:
    content = io.BytesIO()
    Image.new("RGB", (640, 480), "#5b7d9c").save(content, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": content.getvalue()}


def sign(section: Locator) -> None:
    """The customer reads what it costs, judges, and draws a name with the finger."""
    page = section.page
    expect(section).to_contain_text("0.00")
    section.get_by_text("5", exact=True).click()
    section.locator("textarea[name=opinion]").fill("师傅准时，修得好")
    section.locator("input[name=signed_by]").fill("许美玲")
    section.locator("input[name=test_agreed]").check()
    confirm = section.get_by_role("button", name=zh("Sign"), exact=True)
    confirm.click()
    expect(section).to_contain_text(zh("Please sign in the box first."))
    draw(page, section.locator("canvas"))
    expect(section.locator("input[name=signature]")).to_have_value(re.compile("^data:image/png"))
    confirm.click()


def draw(page: Page, canvas: Locator) -> None:
    """A stroke of a finger across the box."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    points = [(0.1, 0.7), (0.3, 0.2), (0.5, 0.8), (0.7, 0.3), (0.9, 0.6)]
    finger = page.context.new_cdp_session(page)
    for step, (x, y) in enumerate(points):
        point = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
        kind = "touchStart" if step == 0 else "touchMove"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def the_supervisor_reviews_and_closes(page: Page, order: WorkOrder) -> None:
    page.goto("/orders/")
    page.get_by_role("link", name=order.number).click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("压缩机卡缸，更换后试机正常")
    main.get_by_role("button", name=zh("Review"), exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.locator("textarea[name=remark]").fill("记录完整")
    dialog.get_by_role("button", name=zh("Review"), exact=True).click()
    expect(main.locator(".j-page-header, header").first).to_contain_text(zh("reviewed"))
    main.get_by_role("button", name=zh("Close"), exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=zh("Close"), exact=True).last.click()
    expect(main.locator(".j-page-header, header").first).to_contain_text(zh("closed"))
    order.refresh_from_db()
    assert order.state == "closed"


def the_agent_sees_the_promise_kept(page: Page, request: ServiceRequest) -> None:
    page.goto(f"/requests/{request.number}/")
    expect(page.locator(".j-countdowns").get_by_text(zh("kept"), exact=True)).to_have_count(3)
    expect(page.get_by_role("main")).to_contain_text(zh("resolved"))


def the_customer_opens_the_record(page: Page, order: WorkOrder) -> None:
    message = Delivery.objects.get(document=order.pk, to="xu@example.com", text__contains="/r/")
    link = re.search(r"https?://[^/\s]+(/r/\S+)", message.text)
    assert link, message.text

    page.goto(link.group(1))

    expect(page.get_by_role("heading", level=1)).to_have_text("服务记录")
    expect(page.locator("main")).to_contain_text("压缩机卡缸，更换后试机正常")
    signature = page.get_by_role("img", name=zh("Signature"))
    expect(signature).to_be_visible()
    assert signature.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 100
    photos = page.locator("main a > img")
    expect(photos).to_have_count(2)
    for number in range(2):
        assert photos.nth(number).evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 0
