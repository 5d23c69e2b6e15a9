"""A complaint is raised twice, once by a failed call-back and once by what was found, and closed by call-back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jiannuo.operations.complaints.defaults import fill
from jiannuo.operations.complaints.models import Complaint, Matter, PenaltyRule, UpgradeRule
from jiannuo.testing import factories
from tests.browser.words import zh

pytestmark = pytest.mark.once


@pytest.fixture
def supervisor(town: Any) -> Any:
    fill(Matter, UpgradeRule, PenaltyRule)
    return factories.person("complaint_supervisor", at=town.office, username="care", name="蒋慧敏")


def press(page: Page, action: str, **fields: str) -> None:
    """Press the button of an action and fill in its dialog."""
    page.locator(f"[data-action='{action}']").first.click()
    form = page.locator("#modal-content form")
    expect(form).to_be_visible()
    for name, value in fields.items():
        control = form.locator(f"[name={name}]")
        if control.first.get_attribute("type") == "checkbox":
            form.locator(f"[name={name}][value='{value}']").check()
        elif control.evaluate("element => element.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    form.locator("button[type=submit]").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.wait_for_load_state("networkidle")


def take(page: Page, town: Any) -> Complaint:
    page.goto("/complaints/")
    page.get_by_role("link", name=zh("Take a complaint")).first.click()
    page.locator("#id_complainant").fill("许美玲")
    page.locator("#id_phone").fill("13812340678")
    page.locator("#id_organization").select_option(str(town.branch.pk))
    page.locator("#id_text").fill("约好上门，三次都没有来")
    page.get_by_role("button", name=zh("Register"), exact=True).click()
    page.wait_for_url("**/complaints/CP-**")
    return Complaint.objects.get()


def work(page: Page, supervisor: Any, town: Any, *, first: bool, **found: str) -> None:
    """From assigning, or from where the call-back sent it, to the answer."""
    if first:
        press(page, "assign", officer=str(supervisor.pk), weight="minor")
    branch = {"responsibility": "department", "responsible_organization": str(town.branch.pk)}
    press(page, "investigate", findings="派工后无人跟进", founded="yes", **branch, **found)
    press(page, "decide", ruling="当天补派人员")
    press(page, "give_answer", answer="今天18点前上门")


def ask(page: Page, result: str) -> None:
    press(page, "verify_with_unit", result="solved", spoken_with="站长")
    expect(page.get_by_role("main")).to_contain_text("请回访客户")
    press(page, "call_back", result=result, whom="customer", spoken_with="许美玲")


def test_raised_twice_and_closed_by_call_back(visit: Any, town: Any, supervisor: Any) -> None:
    page = visit(supervisor)
    rule = UpgradeRule.objects.get(trigger="callbacks_failed")
    page.goto("/complaints/settings/")
    page.get_by_role("link", name=rule.name).click()
    page.locator("#id_threshold").fill("1")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/complaints/settings/")

    complaint = take(page, town)
    work(page, supervisor, town, first=True)
    ask(page, "unsolved")
    complaint.refresh_from_db()
    assert (complaint.state, complaint.grade) == ("assigned", "repeat")
    expect(page.get_by_role("main")).to_contain_text("重复投诉")

    work(page, supervisor, town, first=False, circumstances="serious")
    complaint.refresh_from_db()
    assert complaint.grade == "malicious"
    ask(page, "solved")
    complaint.refresh_from_db()
    assert complaint.state == "verified"
    press(page, "close")
    complaint.refresh_from_db()
    assert complaint.state == "closed"
    assert [change.after for change in complaint.changes.filter(axis="grade")] == ["repeat", "malicious"]

    agent = visit(town.agent)
    agent.goto("/")
    expect(agent.get_by_role("link", name=zh("Complaints"), exact=True)).to_have_count(0)
    agent.goto(f"/complaints/{complaint.number}/")
    expect(agent.get_by_role("main")).not_to_contain_text("三次都没有来")
