"""A technician walks a patrol in a basement: begun, recorded and finished with the network off, sent afterwards."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from jiannuo.faces.field.tests.test_app import TOO_SMALL
from jiannuo.operations.maintenance.models import Checklist, ChecklistLine, Finding, PatrolRound, PatrolRoute
from jiannuo.operations.maintenance.services import PointEntry, do_round, plan_round, save_route
from tests.browser.words import zh

pytestmark = pytest.mark.once

#: what a thumb must hit and is smaller than 44 px, and a page wider than the phone
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def picture(image: Image.Image) -> Any:
    content = io.BytesIO()
    image.save(content, "PNG")
    return {"name": "a.png", "mimeType": "image/png", "buffer": content.getvalue()}


def scan(page: Page, button: str, code: str) -> None:
    """The number under the code, typed where the camera cannot be used (reading a picture is tested with the app)."""
    page.locator(button).click()
    expect(page.locator("#scan[open]")).to_be_visible()
    page.locator("#scan input[name=typed]").fill(code)
    page.locator("#scan button[value=typed]").click()


@pytest.fixture
def route(town: Any) -> PatrolRoute:
    checklist = Checklist.objects.create(organization=town.office, name="地下泵房巡查")
    lines: list[dict[str, Any]] = [
        {"text": "阀门无渗漏"},
        {"text": "出水压力", "kind": "number", "unit_of_measure": "MPa", "minimum": "0.3", "maximum": "0.6"},
        {"text": "仪表照片", "kind": "photo"},
        {"text": "异响描述", "kind": "text", "required": False},
    ]
    for position, line in enumerate(lines):
        ChecklistLine.objects.create(checklist=checklist, position=position, **line)
    route = PatrolRoute(
        organization=town.branch,
        customer=town.customer,
        name="地下泵房",
        weekdays="0123456",
        starts_on=timezone.localdate(),
        checklist=checklist,
        person=town.technician,
    )
    return save_route(
        route, [PointEntry(place="1号泵"), PointEntry(unit=town.unit), PointEntry(place="集水坑")], by=None
    )


def opened(page: Page) -> None:
    page.goto("/field/app/")
    page.wait_for_selector("body[data-ready=yes]")


def synchronised(page: Page) -> None:
    expect(page.locator("#pill[data-situation=idle][data-unsent='0']")).to_be_visible(timeout=30_000)


def record(page: Page, pressure: str) -> None:
    """All that one point asks, from the half-filled form on."""
    page.locator("#point-form button[value=yes]").click()
    page.get_by_label("出水压力").fill(pressure)
    page.locator("input[type=file][id^=value-]").set_input_files(
        picture(Image.effect_noise((320, 240), 60).convert("RGB"))
    )
    expect(page.locator(".j-photo-list img")).to_be_visible()
    page.get_by_role("button", name=zh("Record this point"), exact=True).click()


def test_a_round_without_network_from_its_start_to_its_end_then_sent(
    visit: Any, town: Any, route: Any
) -> None:
    phone = visit(town.technician, phone=True)
    opened(phone)
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    synchronised(phone)
    phone.context.set_offline(True)
    opened(phone)
    expect(phone.locator("[data-walk]")).to_have_count(3)

    assert phone.evaluate(TOO_SMALL) == []
    phone.locator("[data-walk]").first.click()
    phone.locator("[data-start]").click()
    phone.locator("[data-next-point]").click()
    phone.get_by_label("出水压力").fill("很低")
    phone.get_by_role("button", name=zh("Record this point"), exact=True).click()
    expect(phone.get_by_role("alert")).to_have_count(3)  # yes or no, number, photo
    phone.get_by_label("出水压力").fill("0.9")
    expect(
        phone.get_by_text(zh("Out of the allowed range; it is registered as a hidden danger."))
    ).to_be_visible()
    phone.reload()  # what was typed stays, also when the browser was closed behind the camera
    expect(phone.get_by_label("出水压力")).to_have_value("0.9")
    assert not phone.evaluate(TOO_WIDE)
    assert phone.evaluate(TOO_SMALL) == []
    record(phone, "0.9")
    expect(phone.locator("h1")).to_contain_text(town.unit.serial)
    phone.locator(".j-back").click()
    assert phone.evaluate(TOO_SMALL) == []
    scan(phone, "#scan-point", "SN-ANOTHER")
    expect(phone.locator("#message")).to_contain_text("SN-ANOTHER")
    scan(phone, "#scan-point", town.unit.serial)
    expect(phone.locator(".text-success[role=status]")).to_be_visible()
    record(phone, "0.45")
    expect(phone.locator("h1")).to_contain_text("集水坑")
    phone.locator("#s-skip summary").click()
    phone.locator("#skip-reason").fill("积水")
    phone.get_by_role("button", name=zh("Leave it out"), exact=True).click()
    phone.locator("#s-finish button").click()
    expect(phone.locator("#pill")).to_have_attribute("data-unsent", "5")
    assert not PatrolRound.objects.exists()

    phone.context.set_offline(False)
    synchronised(phone)
    one = PatrolRound.objects.get()
    assert (one.state, one.person, one.points.filter(state="done").count()) == (
        "finished",
        town.technician,
        2,
    )
    assert list(one.points.values_list("scanned", flat=True)) == [False, True, False]
    assert one.points.first().checks.get(kind="photo").photo.taken_at is not None
    assert Finding.objects.get().value == "0.9 MPa"


def test_a_round_given_away_meanwhile_becomes_a_note(visit: Any, town: Any, route: Any) -> None:
    one = do_round(plan_round(route), "start", by=town.technician)
    phone = visit(town.technician, phone=True)
    opened(phone)
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    synchronised(phone)
    phone.context.set_offline(True)
    phone.goto(f"/field/app/#/round/{route.pk}-{one.day:%Y%m%d}/{one.points.first().point_id}")
    record(phone, "0.45")
    expect(phone.locator("#pill")).to_have_attribute("data-unsent", "1")
    do_round(one, "give_on", by=town.dispatcher, data={"person": town.dispatcher})

    phone.context.set_offline(False)
    phone.goto(f"/field/app/#/round/{route.pk}-{one.day:%Y%m%d}")
    expect(phone.locator("#s-refused")).to_contain_text("0.45")
    phone.locator("[data-send-note]").click()
    synchronised(phone)
    assert "出水压力 0.45" in one.timeline.filter(kind="comment").order_by("pk")[0].text
    assert one.attachments.count() == 1
    expect(phone.locator("#s-refused")).to_have_count(0)
