"""A customer complains by the code on the machine and follows the complaint; the service sees nothing of it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from jiannuo.operations.complaints.models import Complaint
from tests.browser.test_portal import photo, wait_for_the_proof
from tests.browser.words import zh

pytestmark = pytest.mark.once


def test_a_customer_complains_with_a_photo_and_follows_it(visit: Any, town: Any) -> None:
    page = visit(phone=True)
    page.goto(f"/q/{town.unit.label_code}")
    page.get_by_role("link", name=zh("Make a complaint")).click()
    page.wait_for_url("**/complain")
    page.locator("#id_text").fill("维修工多收两百元，不开发票")
    page.locator("#id_reporter_name").fill("许美玲")
    page.locator("#id_reporter_phone").fill("138 1234 0678")
    page.locator("input[type=file]").set_input_files(photo())
    expect(page.locator("[data-photo-list] img")).to_be_visible()
    wait_for_the_proof(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], "nothing is wider than the phone"
    page.get_by_role("button", name=zh("Send")).click()

    page.wait_for_url("**/c/**")
    complaint = Complaint.objects.get()
    expect(page.locator("main")).to_contain_text(complaint.number)
    expect(page.get_by_role("listitem").first).to_contain_text(zh("Received"))
    assert (complaint.channel, complaint.unit, complaint.customer) == ("web", town.unit, town.customer)
    assert complaint.attachments.count() == 1

    page.goto(f"/q/{town.unit.label_code}")
    expect(page.locator("main")).not_to_contain_text(complaint.number)
