"""A technician installs in a cellar: from the arrival of the goods to the signed acceptance with the network off."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from jiannuo.faces.field.tests.test_app import TOO_SMALL
from jiannuo.operations.installations import services
from jiannuo.operations.installations.models import Installation, Procedure, ProcedureItem
from jiannuo.testing import factories

pytestmark = pytest.mark.once

TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def picture() -> Any:
    content = io.BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(content, "PNG")
    return {"name": "a.png", "mimeType": "image/png", "buffer": content.getvalue()}


@pytest.fixture
def project(town: Any) -> Installation:
    """The goods come tomorrow; the product needs neither work order nor trial run."""
    row = Procedure.objects.create(
        name="空调安装", category=town.model.category, needs_trial=False, needs_installation=False
    )
    lines: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("packing", "室内机", {}),
        ("packing", "连接管", {"quantity": 2}),
        ("value", "出风温差", {"unit": "K", "minimum": "8", "maximum": "20"}),
        ("value", "排水通畅", {}),
        ("paper", "说明书", {}),
        ("topic", "使用与保养", {"hours": "1"}),
        ("skill", "会清洗滤网", {}),
    )
    for kind, text, more in lines:
        ProcedureItem.objects.create(procedure=row, kind=kind, text=text, **more)
    unit = factories.unit(
        town.branch, of=town.customer, model=town.model, serial="KFR2611008", installed_on=None, status="sold"
    )
    one = services.create_installation(by=town.dispatcher, units=[unit], contact_name="许美玲")
    one = services.do(one, "name_persons", by=town.dispatcher, data={"persons": [town.technician]})
    expected = timezone.now() + timedelta(days=1)
    data = {"expected_at": expected, "agreed_with": "许美玲", "told_at": timezone.now()}
    return services.do(one, "agree", by=town.dispatcher, data=data)


def opened(page: Page) -> None:
    page.goto("/field/app/")
    page.wait_for_selector("body[data-ready=yes]")


def taken_along(page: Page) -> None:
    """The app with everything on the phone, and no network from now on."""
    opened(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    synchronised(page)
    page.context.set_offline(True)


def synchronised(page: Page) -> None:
    expect(page.locator("#pill[data-situation=idle][data-unsent='0']")).to_be_visible(timeout=30_000)


def looks_right(page: Page) -> None:
    assert page.evaluate(TOO_SMALL) == []
    assert not page.evaluate(TOO_WIDE)


def form(page: Page, name: str) -> Locator:
    return page.locator(f"[data-form$='{name}']")


def save(page: Page, name: str) -> None:
    form(page, name).locator("[type=submit]").click()


def sign(page: Page, name: str) -> None:
    canvas = form(page, name).locator("canvas")
    canvas.scroll_into_view_if_needed()
    place = canvas.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 20, place["y"] + 40)
    page.mouse.down()
    for step in range(1, 8):
        page.mouse.move(place["x"] + 20 + step * 25, place["y"] + 40 + (step % 3) * 25)
    page.mouse.up()
    save(page, name)


def go_on(page: Page) -> None:
    page.locator("[data-next=go-on]").click()


def test_from_the_arrival_to_the_signed_acceptance_without_network(
    visit: Any, town: Any, project: Installation
) -> None:
    phone = visit(town.technician, phone=True)
    taken_along(phone)
    opened(phone)
    looks_right(phone)
    phone.locator("[data-site]").click()
    looks_right(phone)
    phone.locator("[data-next=arrive]").click()

    # Unpacking: a pipe is missing, the crate of the other is dented
    phone.locator("[data-line]", has_text="连接管").click()
    packing = form(phone, f"packing/{project.packing.get(text='连接管').pk}")
    packing.locator("[name=received]").fill("1")
    packing.get_by_text("损坏").click()
    packing.locator("[type=submit]").click()
    expect(packing.locator("[role=alert]")).to_have_count(2)  # what is wrong, and a photo
    packing.locator("[name=remark]").fill("压扁")
    packing.locator("input[type=file]").set_input_files(picture())
    expect(packing.locator(".j-photo-list img")).to_be_visible()
    phone.reload()  # what was typed and the photo stay, also when the browser was closed behind the camera
    expect(packing.locator("[name=remark]")).to_have_value("压扁")
    expect(packing.locator(".j-photo-list img")).to_be_visible()
    looks_right(phone)
    packing.locator("[type=submit]").click()
    phone.locator("[data-rest]").click()
    expect(phone.locator("#s-lacks")).to_contain_text("连接管")
    phone.locator("[data-notice]").click()
    form(phone, "notice").locator("[name=supplier]").fill("宁波空调配件厂")
    looks_right(phone)
    save(phone, "notice")
    go_on(phone)

    # Commissioning: a value outside the limits is shown at once
    value = project.parts.get().measures.first()
    assert value is not None
    phone.locator(f"#value-{value.pk}").fill("5")
    expect(phone.locator("#s-commissioning [role=status]")).to_be_visible()
    looks_right(phone)
    phone.locator(f"[data-measure='{value.pk}'] button").click()
    expect(phone.locator("#s-lacks")).to_contain_text("出风温差")
    phone.locator(f"#value-{value.pk}").fill("12.5")
    phone.locator(f"[data-measure='{value.pk}'] button").click()
    phone.locator("#s-commissioning button[value=yes]").click()
    go_on(phone)

    # Documents and training
    phone.locator("[data-paper]").click()
    phone.locator("[data-paper-sign]").click()
    sign(phone, "paper-sign")
    go_on(phone)
    phone.locator("[data-topic]").click()
    save(phone, f"topic/{project.topics.get().pk}")
    phone.locator("[data-add-trainee]").click()
    form(phone, "trainee-add").locator("[name=name]").fill("许小明")
    save(phone, "trainee-add")
    phone.locator("[data-trainee]").click()
    phone.get_by_label("会清洗滤网").check()
    phone.locator("#s-assess [type=submit]").click()
    looks_right(phone)
    canvas = phone.locator("#s-sign form").get_attribute("data-form") or ""
    sign(phone, canvas)
    expect(phone.locator("#s-sign")).to_have_count(0)
    phone.locator(".j-back").click()
    go_on(phone)

    # Acceptance with a reservation
    phone.locator("[data-add-remaining]").click()
    form(phone, "remaining").locator("[name=text]").fill("补装连接管护套")
    due = timezone.localdate() + timedelta(days=5)
    form(phone, "remaining").locator("[name=due_on]").fill(due.isoformat())
    save(phone, "remaining")
    phone.locator("[data-accept]").click()
    save(phone, "accept")
    expect(phone.locator("[role=alert]")).to_be_visible()  # not signed
    form(phone, "accept").locator("[name=opinion]").fill("装得很好")
    looks_right(phone)
    sign(phone, "accept")
    expect(phone.locator(".alert-success", has_text="已验收")).to_contain_text("许美玲")
    phone.goto("/field/app/#/queue")
    looks_right(phone)
    waiting = int(phone.locator("#pill").get_attribute("data-unsent") or 0)
    assert waiting > 15
    project.refresh_from_db()
    assert project.state == "agreed"
    signed = timezone.now()

    phone.context.set_offline(False)
    synchronised(phone)
    project.refresh_from_db()
    unit = project.parts.get().unit
    today = timezone.localdate(signed)
    assert (project.state, unit.status) == ("accepted", "in_use")
    assert (unit.delivered_on, unit.installed_on, unit.accepted_on) == (today, today, today)
    assert project.accepted_at is not None
    assert project.accepted_at <= signed
    assert project.packing.get(text="连接管").photos.count() == 1
    assert list(value.readings.values_list("passed", flat=True)) == [False, True]
    trainee = project.trainees.get()
    assert (trainee.name, trainee.known.count(), trainee.signature is not None) == ("许小明", 1, True)
    assert project.acceptances.get().signature is not None
    phone.goto("/field/app/#/")
    expect(phone.locator("[data-site]")).to_contain_text("已验收")


def test_what_the_office_did_meanwhile_is_said_and_dropped_and_the_rest_is_sent(
    visit: Any, town: Any, project: Installation
) -> None:
    one = services.do(project, "arrive", by=town.technician)
    services.check_rest(one, by=town.technician)
    phone = visit(town.technician, phone=True)
    taken_along(phone)
    phone.goto(f"/field/app/#/installation/{one.number}")
    go_on(phone)
    value = one.parts.get().measures.first()
    assert value is not None
    phone.locator(f"#value-{value.pk}").fill("9")
    phone.locator(f"[data-measure='{value.pk}'] button").click()
    expect(phone.locator("#pill")).to_have_attribute("data-unsent", "2")
    services.do(one, "go_on", by=town.dispatcher)

    phone.context.set_offline(False)
    expect(phone.locator("#s-refused[data-code=state]")).to_be_visible(timeout=30_000)
    looks_right(phone)
    phone.locator("#s-refused [data-drop]").click()
    phone.locator("#ask button[value=yes]").click()
    synchronised(phone)
    assert value.readings.count() == 1
    one.refresh_from_db()
    assert one.state == "commissioning"


def test_a_trial_run_is_logged_and_ended_without_network(
    visit: Any, town: Any, project: Installation
) -> None:
    begun = timezone.now() - timedelta(hours=2)
    Installation.objects.filter(pk=project.pk).update(
        state="trial", needed=[*project.needed, "trial"], trial_hours="4", trial_started_at=begun
    )
    phone = visit(town.technician, phone=True)
    taken_along(phone)
    phone.goto(f"/field/app/#/installation/{project.number}")
    for kind, words in (("stopped", "停电"), ("resumed", "来电")):
        phone.locator(f"#s-trial-{kind} summary").click()
        form(phone, f"trial/{kind}").locator("[name=text]").fill(words)
        looks_right(phone)
        save(phone, f"trial/{kind}")
        expect(phone.locator("#s-trial li", has_text=words)).to_be_visible()
    expect(phone.locator("#s-lacks")).to_contain_text("试运行到")
    phone.context.set_offline(False)
    synchronised(phone)
    assert [entry.kind for entry in project.trial.all()] == ["stopped", "resumed"]

    ago = timezone.now() - timedelta(hours=9)
    Installation.objects.filter(pk=project.pk).update(trial_started_at=ago)
    phone.reload()
    synchronised(phone)
    phone.locator("#s-trial-stopped summary").click()
    form(phone, "trial/stopped").locator("[name=text]").fill("太晚")
    save(phone, "trial/stopped")
    expect(form(phone, "trial/stopped").locator("[role=alert]")).to_be_visible()  # it had run its hours
    go_on(phone)
    expect(phone.locator("section#s-documents")).to_be_visible()
    synchronised(phone)
    project.refresh_from_db()
    assert project.state == "documents"
    assert project.trial_ended_at is not None
