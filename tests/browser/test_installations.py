"""An installation on phones: the technician's, from the crate to the signature, and the customer's, by the link."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from jiannuo.faces.portal import tokens
from jiannuo.office.documents.approvals import approve
from jiannuo.operations.installations import services
from jiannuo.operations.installations.models import Installation, Procedure, ProcedureItem
from jiannuo.operations.workorders.tests.scene import signature_upload
from jiannuo.testing import factories
from tests.browser.words import zh

pytestmark = pytest.mark.once


@pytest.fixture
def project(town: Any) -> Installation:
    """The goods have just arrived; the product needs neither work order nor trial run."""
    row = Procedure.objects.create(
        name="空调安装", category=town.model.category, needs_trial=False, needs_installation=False
    )
    for kind, text, more in (
        ("packing", "室内机", {}),
        ("packing", "连接管", {"quantity": 2}),
        ("value", "出风温差", {"unit": "K", "minimum": "8"}),
        ("paper", "说明书", {}),
        ("topic", "使用与保养", {"hours": "1"}),
    ):
        ProcedureItem.objects.create(procedure=row, kind=kind, text=text, **more)
    unit = factories.unit(
        town.branch, of=town.customer, model=town.model, serial="KFR2611007", installed_on=None, status="sold"
    )
    one = services.create_installation(by=town.dispatcher, units=[unit])
    expected = timezone.now() + timedelta(days=1)
    one = services.do(one, "agree", by=town.dispatcher, data={"expected_at": expected})
    return services.do(one, "arrive", by=town.technician)


def sign(page: Page) -> None:
    """Draw across the box."""
    page.wait_for_load_state("networkidle")
    box = page.locator("[data-signature] canvas")
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 20, place["y"] + 40)
    page.mouse.down()
    for step in range(1, 8):
        page.mouse.move(place["x"] + 20 + step * 25, place["y"] + 40 + (step % 3) * 25)
    page.mouse.up()


def send(page: Page) -> None:
    """Save the record; back on the project."""
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/installations/IN-*/#*")


def go_on(page: Page) -> None:
    page.locator("[data-action='go_on']").first.click()
    page.locator("#modal-content form button[type=submit]").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.wait_for_load_state("networkidle")


def test_from_the_crate_to_the_signature(visit: Any, town: Any, project: Installation) -> None:
    page = visit(town.technician, phone=True)
    page.goto(project.get_absolute_url())
    expect(page.get_by_role("main")).to_contain_text("装箱清单还有 2 行没有检查")

    page.get_by_role("link", name=f"{zh('Check', context='packing')}: 连接管").click()
    page.locator("#id_received").fill("1")
    send(page)
    page.get_by_role("link", name=zh("Rest in good order")).click()
    send(page)
    page.get_by_role("link", name=zh("Notice to the supplier")).click()
    page.locator("#id_supplier").fill("管件厂")
    send(page)
    go_on(page)

    page.get_by_role("link", name=f"{zh('Measure', context='commissioning')}: 出风温差").click()
    page.locator("#id_value").fill("11")
    send(page)
    go_on(page)

    page.get_by_role("link", name=f"{zh('Hand over', context='papers')}: 说明书").click()
    send(page)
    page.get_by_role("link", name=zh("Sign for the documents")).click()
    page.locator("#id_name").fill("许美玲")
    sign(page)
    send(page)
    go_on(page)

    page.get_by_role("link", name=f"{zh('Taught')}: 使用与保养").click()
    page.locator("#id_hours").fill("1")
    send(page)
    page.get_by_role("link", name=zh("Trainee"), exact=True).click()
    page.locator("#id_name").fill("许美玲")
    send(page)
    page.get_by_role("link", name=f"{zh('Sign')}: 许美玲").click()
    sign(page)
    send(page)
    go_on(page)

    page.get_by_role("link", name=zh("Acceptance by the customer")).first.click()
    page.locator("#id_signed_by").fill("许美玲")
    sign(page)
    send(page)
    expect(page.get_by_role("main")).to_contain_text("整机自验收之日起保修12个月")

    project = Installation.objects.get(pk=project.pk)
    unit = project.parts.get().unit
    assert (project.state, unit.accepted_on, unit.status) == ("accepted", timezone.localdate(), "in_use")


def brought_to_acceptance(one: Installation, technician: Any) -> Installation:
    """Everything up to the acceptance, recorded by the technician."""

    def go_on() -> Installation:
        return services.do(Installation.objects.get(pk=one.pk), "go_on", by=technician)

    part = one.parts.get()
    services.check_rest(one, by=technician)
    go_on()
    services.measure(one, part.measures.get(), by=technician, value=Decimal(11))
    go_on()
    for paper in one.papers.all():
        services.hand_over(one, paper, by=technician)
    services.sign_papers(one, by=technician, name="许美玲", signature=signature_upload())
    go_on()
    for topic in one.topics.all():
        services.hold_topic(one, topic, by=technician, hours=Decimal(1), trainer="程志强")
    trainee = services.add_trainee(one, by=technician, name="许美玲")
    services.sign_training(one, trainee, by=technician, signature=signature_upload())
    return go_on()


def test_the_customer_follows_it_on_the_phone_by_the_link_until_it_expires(
    visit: Any, town: Any, project: Installation
) -> None:
    def link(lasts: timedelta = tokens.RECORD_LASTS) -> str:
        return f"/i/{tokens.make('installation', project.number, lasts)}"

    address, page = link(), visit(phone=True)
    main, form = page.get_by_role("main"), page.get_by_role("link", name="PDF")

    page.goto(address)
    expect(main).to_contain_text("KFR2611007")
    expect(main).not_to_contain_text("出风温差")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    project = brought_to_acceptance(project, town.technician)
    page.reload()
    expect(main).to_contain_text("出风温差")
    expect(form).to_have_count(0)

    services.accept(
        project,
        by=town.technician,
        parts=list(project.parts.all()),
        signed_by="许美玲",
        signature=signature_upload(),
        opinion="安装规范，讲解清楚",
    )
    page.reload()
    for words in ("许美玲", "安装规范，讲解清楚", "整机自验收之日起保修12个月"):
        expect(main).to_contain_text(words)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    printed = page.request.get(form.get_attribute("href"))
    assert (printed.status, printed.headers["content-type"]) == (200, "application/pdf")

    project.refresh_from_db()
    services.do(project, "ask_correction", by=town.dispatcher, data={"reason": "机号签错"})
    approve(project.approvals.get().steps.get(), by=town.manager)
    page.reload()
    expect(main).not_to_contain_text("安装规范，讲解清楚")
    expect(form).to_have_count(0)

    for wrong, status, words in (
        (link(timedelta(seconds=-1)), 410, "链接已过期"),
        (address[:-3], 404, "链接不完整"),
    ):
        answer = page.goto(wrong)
        assert answer is not None
        assert answer.status == status
        expect(main).to_contain_text(words)
        expect(main).not_to_contain_text("KFR2611007")
