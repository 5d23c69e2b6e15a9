"""A call on the hotline: the card opens by itself, the agent registers a consultation and answers it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from jiannuo.operations.channels.models import Call, Connection, Extension
from jiannuo.operations.channels.tests.conftest import call_event, post
from jiannuo.operations.desk.models import ServiceRequest
from tests.browser.town import PHONE
from tests.browser.words import zh

pytestmark = pytest.mark.once


def test_a_call_opens_the_card_and_is_answered(visit: Any, town: Any) -> None:
    source = Connection(organization=town.branch, name="总机", kind="telephone")
    secret = source.new_secret()
    source.save()
    Extension.objects.create(connection=source, number="801", person=town.agent)
    page = visit(town.agent)
    page.goto("/calls/")

    answer = post(source, secret, call_event("ringing", number=PHONE))
    assert answer.status_code == 202, answer.content

    panel = page.locator("[data-ringing]")
    expect(panel).to_contain_text("许美玲")
    expect(panel).to_contain_text("1.5 匹壁挂式空调")
    post(source, secret, call_event("answered", number=PHONE))
    panel.get_by_role("link", name=zh("Register a request")).click()
    page.wait_for_url("**/desk/**")
    expect(page.locator("#caller")).to_contain_text("许美玲")
    page.locator("[name=request_kind]").select_option("consultation")
    page.locator("#id_symptom_text").fill("想知道滤网多久洗一次")
    page.get_by_role("button", name=zh("Register"), exact=True).click()
    page.wait_for_url("**/requests/SR-**")
    post(source, secret, call_event("ended", number=PHONE))

    page.locator("[data-action='give_answer']").first.click()
    page.locator("#modal-content [name=answer]").fill("每两周洗一次，晾干再装回")
    page.locator("#modal-content form button[type=submit]").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    request = ServiceRequest.objects.get()
    call = Call.objects.get()
    assert (request.state, call.request, call.state) == ("answered", request, "ended")
    page.goto(call.get_absolute_url())
    expect(page.locator("main")).to_contain_text(request.number)
