"""A manager announces a season twice, moves it and calls it off; what every dealer owes before it follows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jiannuo.promises.commitments.services import load_content
from jiannuo.promises.commitments.tests.samples import content, time_clause
from jiannuo.promises.obligations.models import AnnouncedEvent, Obligation
from jiannuo.testing import factories
from tests.browser.words import zh

pytestmark = pytest.mark.once


def test_a_season_is_announced_moved_and_called_off(visit: Any, town: Any) -> None:
    manager = factories.person("department_manager", at=town.branch, username="seasons")
    factories.organization(town.branch, kind="dealer", name="滨江店")
    plan = time_clause(
        "plan", "1", limit={"amount": "30", "unit": "days"}, before="season_opened", debtor="dealer"
    )
    load_content(content(code="SEASON", clauses=[plan]), by=None, organization=town.branch)
    year = timezone.localdate().year + 1

    page = visit(manager)
    for _twice in range(2):
        page.goto("/obligations/events/")
        page.get_by_role("link", name=zh("Announce an event")).first.click()
        page.locator("#id_event").select_option("season_opened")
        page.locator("#id_on").fill(f"{year}-06-01")
        page.get_by_role("button", name=zh("Announce"), exact=True).click()
        page.wait_for_url("**/obligations/events/")
    expect(page.locator("body")).to_contain_text("已经预告过")
    assert (AnnouncedEvent.objects.count(), Obligation.objects.count()) == (1, 1)

    page.get_by_role("link", name=zh("Another day")).click()
    page.locator("#id_on").fill(f"{year}-07-01")
    page.get_by_role("button", name=zh("Save"), exact=True).click()
    page.wait_for_url("**/obligations/events/")
    owed = Obligation.objects.get()
    assert owed.due_at is not None
    assert timezone.localtime(owed.due_at).date() == date(year, 6, 2)

    page.locator("#results").get_by_role("link", name=zh("what is owed")).click()
    expect(page.get_by_role("main")).to_contain_text("滨江店")
    page.go_back()
    page.locator("#results").get_by_role("link", name=zh("Call the event off")).click()
    page.locator("#id_reason").fill("今年不开季")
    page.get_by_role("button", name=zh("Call the event off"), exact=True).click()
    page.wait_for_url("**/obligations/events/")
    expect(page.get_by_role("main")).to_contain_text("已撤销")
    assert Obligation.objects.get().state == "cancelled"
