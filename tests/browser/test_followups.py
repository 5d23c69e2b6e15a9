"""A follow-up call whose answer turns into a repair: by the keyboard, over a reload, to the request and back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone
from playwright.sync_api import Page, expect

from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.followups.defaults import fill
from jiannuo.operations.followups.models import FollowUp, FollowUpKind
from jiannuo.operations.followups.services import make_followup
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.testing import factories
from tests.browser.words import zh

pytestmark = pytest.mark.once


@pytest.fixture
def caller(town: Any) -> Any:
    fill(lambda name: apps.get_model("followups", name), timezone.now())
    FollowUpKind.objects.update(call_from="00:00", call_to="23:59:59")
    return factories.person("follow_up_agent", at=town.branch, username="caller", name="褚文婷")


def wait_for(page: Page, question: str) -> None:
    expect(page.locator("#question-text")).to_contain_text(question)


def test_a_follow_up_becomes_a_repair(visit: Any, town: Any, caller: Any) -> None:
    unit = InstalledUnit.objects.select_related("customer").filter(customer__isnull=False)[0]
    followup = make_followup(
        FollowUpKind.objects.get(name="客户关怀电话"),
        unit.customer,
        by=None,
        organization=town.branch,
        unit=unit,
        due_at=timezone.now() + timedelta(hours=5),
        purpose="修后第三天回访",
    )
    page = visit(caller)
    page.goto("/followups/")
    page.get_by_role("button", name=zh("Next one")).click()
    page.wait_for_url(f"**/followups/{followup.number}/call/")
    wait_for(page, "使用情况")
    page.keyboard.press("3")  # 有故障
    wait_for(page, "什么问题")
    page.locator("#id_value").fill("昨天起不制冷，风机有异响")
    page.keyboard.press("Control+Enter")
    wait_for(page, "满意")
    page.keyboard.press("4")
    wait_for(page, "新的服务需求")
    page.reload()  # nothing is lost
    wait_for(page, "新的服务需求")
    expect(page.get_by_role("main")).to_contain_text("昨天起不制冷，风机有异响")
    page.keyboard.press("2")
    wait_for(page, "注意事项")
    page.keyboard.press("1")

    form = page.locator("#talk")
    expect(form).to_be_visible()
    expect(form.locator("#id_issue_kind")).to_have_value("repair")
    expect(form.locator("#id_issue_text")).to_have_value("昨天起不制冷，风机有异响")
    with page.expect_response("**/notes/"):
        form.locator("#id_summary").fill("修好三天后又不制冷")
        form.locator("#id_summary").blur()
    page.reload()
    expect(page.locator("#id_summary")).to_have_value("修好三天后又不制冷")
    page.locator("#id_spoken_with").fill("张女士")
    page.get_by_role("button", name=zh("Write it down")).click()
    page.wait_for_url(f"**/followups/{followup.number}/")

    request = ServiceRequest.objects.get()
    assert (request.request_kind, request.unit, request.customer) == ("repair", unit, unit.customer)
    page.reload()
    page.get_by_role("main").get_by_role("link", name=request.number).click()
    page.wait_for_url(f"**/requests/{request.number}/")
    expect(page.get_by_role("main")).to_contain_text(followup.number)
    done = FollowUp.objects.get()
    assert (done.state, done.spoken_with, done.answers.count()) == ("asking", "张女士", 5)
