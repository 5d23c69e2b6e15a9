"""A storekeeper loads a van; the technician finds the parts on the phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jiannuo.operations.parts.models import StockEntry
from jiannuo.operations.parts.queries import in_van
from jiannuo.operations.parts.services import add_location, receive
from jiannuo.registry.products.models import SparePart
from jiannuo.testing import factories
from tests.browser.words import zh

pytestmark = pytest.mark.once


def choose(page: Page, select: str, typed: str, found: str) -> None:
    """Choose in a select that searches."""
    box = page.locator(f"#{select}-ts-control")
    box.click()
    # What is proposed before anything is typed has come; an answer that is still on its way would take its place.
    expect(page.locator(".ts-dropdown:visible .option").first).to_be_visible()
    box.press_sequentially(typed)
    page.locator(".ts-dropdown:visible .option", has_text=found).first.click()


def test_a_van_is_loaded_and_its_technician_sees_it(visit: Any, town: Any) -> None:
    keeper = factories.person("storekeeper", at=town.branch, name="库管小郑")
    part = SparePart.objects.create(code="ZKB-99", name="主控板")
    fan = SparePart.objects.create(code="FJ-99", name="风机电机")
    store = add_location(town.branch, "regional", "杭州库", by=keeper)
    van = add_location(town.branch, "van", "小吴的车", by=keeper, person=town.technician)
    receive(store, part, 5, by=keeper)
    receive(store, fan, 2, by=keeper)

    page = visit(keeper)
    page.goto(van.get_absolute_url())
    page.get_by_role("link", name=zh("Load"), exact=True).click()
    choose(page, "id_source", "杭州", "杭州库")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text(zh("Another part"))
    choose(page, "id_lines-0-balance", "ZKB", "主控板")
    page.locator("#id_lines-0-quantity").fill("9")
    choose(page, "id_lines-1-balance", "FJ", "风机")
    page.locator("#id_lines-1-quantity").fill("1")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main form")).to_contain_text("只有 5")
    assert in_van(town.technician) == {}
    page.locator("#id_lines-0-quantity").fill("3")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(f"**{van.get_absolute_url()}")
    assert in_van(town.technician) == {part.pk: 3, fan.pk: 1}

    phone = visit(town.technician, phone=True)
    phone.goto("/stock/van")
    expect(phone.locator("main")).to_contain_text("主控板")
    expect(phone.locator("main")).to_contain_text("杭州库")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    page.goto("/stock/ledger/")
    page.locator("main table tbody a", has_text=zh("Take back", context="stock")).first.click()
    page.locator("#id_reason").fill("装错车")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/stock/places/**")
    assert StockEntry.objects.filter(reverses__isnull=False).count() == 2
    phone.reload()
    expect(phone.locator(".list-group-item strong").first).to_be_visible()
