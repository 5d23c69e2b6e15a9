"""The pages of technicians in a real browser of a phone's size."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.tests import scene

pytestmark = pytest.mark.django_db(transaction=True)


def draw(page):
    """Sign with a finger."""
    canvas = page.locator("#s-sign canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 8):
        page.mouse.move(box["x"] + 30 + 25 * step, box["y"] + 60 + 12 * (-1) ** step)
    page.mouse.up()


def test_a_job_from_accepting_to_the_signature_on_the_phone(phone_page, sign_in):
    firm = scene.build()
    order = firm.order_in("dispatched")
    page = phone_page
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 30.27, "longitude": 120.15})
    sign_in(page, firm.technician)
    page.goto(reverse("field:jobs"))
    page.locator("article .btn-primary").click()

    for path in ("accept", "set_out", "arrive"):
        page.locator(f'form[action$="/{path}/"] button[type=submit]').click()
        page.locator(f'form[action$="/{path}/"]').first.wait_for(state="detached")
    page.wait_for_selector("#s-checks")

    yes_no, number = order.checks.all()
    page.locator(f"#check-{yes_no.pk} button[value=yes]").click()
    expect(page.locator("#checks-count")).to_have_text(re.compile(r"1\s*/\s*2"))
    page.locator(f"#check-{number.pk} input[name=value]").fill("9")
    page.locator(f"#check-{number.pk} input[name=value]").blur()
    expect(page.locator(f"#check-{number.pk} input[name=value]")).to_have_class(re.compile("is-invalid"))
    expect(page.locator("#checks-count")).to_have_text(re.compile(r"2\s*/\s*2"))

    for field, label in (("symptom", "不制冷"), ("cause", "压缩机卡死"), ("measure", "更换")):
        page.locator(f"#s-finding [name={field}]").select_option(label=label)
    page.locator("#s-finding button[type=submit]").click()
    page.locator("#s-added summary").click()
    page.locator("#s-added [name=description]").fill("支架")
    page.locator("#s-added [name=unit_price]").fill("80")
    page.locator("#s-added [name=kind]").select_option("other")
    page.locator("#s-added button[type=submit]").click()
    expect(page.locator("#s-added .is-invalid").first).to_be_visible()
    page.locator("#s-added [name=consented_by]").fill("张伟")
    page.locator("#s-added button[type=submit]").click()
    expect(page.locator("#s-charges")).to_contain_text("80.00")

    page.locator("#s-test [name=test_result]").fill("12 ℃")
    page.locator("#s-test label.btn").first.click()
    page.locator("#s-test button[type=submit]").click()
    expect(page.locator("#s-finish li")).to_have_count(0)
    page.locator("#s-finish button[type=submit]").click()

    page.wait_for_selector("#s-sign")
    page.locator("#s-sign [name=signed_by]").fill("张伟")
    page.locator("#s-sign button[type=submit]").click()
    expect(page.locator("[data-signature-error]")).to_be_visible()
    draw(page)
    page.locator("#s-sign label.btn").last.click()
    page.locator("#s-sign [name=test_agreed]").check()
    page.locator("#s-sign button[type=submit]").click()
    page.locator("#s-sign").wait_for(state="detached")

    done = WorkOrder.objects.get(pk=order.pk)
    assert (done.state, done.rating, done.signed_by) == ("signed", 5, "张伟")
    assert done.visits.get().arrived_latitude == 30.27
