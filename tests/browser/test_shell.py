"""What every page has: language, light and dark, search, lists, forms that forget nothing."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from jiannuo.kernel.tables.models import SavedView
from jiannuo.registry.customers.models import Customer
from jiannuo.testing import factories
from tests.browser.words import zh

pytestmark = pytest.mark.once


def choose_language(page: Page, present: str, name: str) -> None:
    page.locator(".j-topbar").get_by_role("button", name=zh("Language", present), exact=True).click()
    page.get_by_role("button", name=name, exact=True).click()


def test_the_language_changes_for_good(visit, town):
    page = visit(town.agent)
    page.goto("/customers/")
    html, heading = page.locator("html"), page.get_by_role("heading", level=1)
    expect(html).to_have_attribute("lang", "zh-hans")
    expect(heading).to_have_text(zh("Customers"))

    choose_language(page, "zh-hans", "繁體中文")
    expect(html).to_have_attribute("lang", "zh-hant")
    expect(heading).to_have_text("客戶")

    choose_language(page, "zh-hant", "English")
    expect(html).to_have_attribute("lang", "en")
    expect(heading).to_have_text("Customers")
    town.agent.refresh_from_db()
    assert town.agent.language == "en"

    elsewhere = visit(town.agent)
    elsewhere.goto("/customers/")
    expect(elsewhere.locator("html")).to_have_attribute("lang", "en")
    choose_language(elsewhere, "en", "简体中文")
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("客户")


def test_the_dark_theme_is_remembered(visit, town):
    page = visit(town.agent)
    page.goto("/customers/")
    before = background(page)

    page.get_by_role("button", name=zh("Light or dark"), exact=True).click()
    page.get_by_role("button", name=zh("Dark"), exact=True).click()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert background(page) != before
    page.goto(f"/customers/{town.customer.pk}/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


@pytest.mark.parametrize("typed", ["美玲", "0678", "xml"])
def test_the_search_box_finds_by_two_characters_phone_tail_and_initials(visit, town, typed):
    page = visit(town.agent)
    page.goto("/customers/")

    page.keyboard.press("/")
    page.keyboard.type(typed)
    expect(page.locator("#search-results").get_by_role("option", name="许美玲")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/customers/{town.customer.pk}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("许美玲")


def test_the_search_box_finds_a_unit_by_its_serial_number(visit, town):
    page = visit(town.agent)
    page.goto("/customers/")

    page.locator("#global-search").fill("2605001")
    page.locator("#search-results").get_by_role("option", name=re.compile("KFR2605001")).click()

    page.wait_for_url("**/units/**")
    expect(page.locator("main")).to_contain_text("KFR2605001")


def test_search_that_finds_nothing_says_what_to_try(visit, town):
    page = visit(town.agent)
    page.goto("/customers/")

    page.locator("#global-search").fill("没有这个人")

    expect(page.locator("#search-results")).to_contain_text("没有找到")


def test_the_keyboard_leads_everywhere_and_explains_itself(visit, town):
    page = visit(town.agent)
    page.goto("/customers/")

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text(zh("Go to the search box"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/requests/")


@pytest.fixture
def companies(town) -> list[Any]:
    """Two companies beside the household of the town."""
    return [
        factories.customer(town.branch, kind="company", name=name)
        for name in ("杭州示范第一中学", "杭州示范酒店")
    ]


def test_a_filtered_list_is_saved_as_a_view_and_found_again(visit, town, companies):
    page = visit(town.agent)
    page.goto("/customers/")
    rows = page.locator("#results tbody tr")
    expect(rows).to_have_count(3)

    page.locator("select[name=kind]").select_option("company")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name=zh("Save this view"), exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[name=title]").fill("我常看的单位")
    dialog.get_by_role("button", name=zh("Save"), exact=True).click()

    page.wait_for_url("**view=**")
    assert SavedView.objects.get().owner == town.agent
    page.goto("/customers/?view=")
    expect(rows).to_have_count(3)
    page.get_by_role("link", name="我常看的单位", exact=True).click()
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="许美玲")).to_have_count(0)


def test_the_export_holds_exactly_what_is_shown(visit, town, companies):
    page = visit(town.agent)
    page.goto("/customers/")
    page.locator("select[name=kind]").select_option("company")
    expect(page.locator("#results tbody tr")).to_have_count(2)
    shown = page.locator("#results thead th").all_inner_texts()

    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()

    assert download.value.suggested_filename.endswith(".xlsx")
    content = io.BytesIO(download.value.path().read_bytes())
    sheet = load_workbook(content).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [str(text) for text in rows[0]] == [text.strip() for text in shown]
    assert {row[1] for row in rows[1:]} == {"杭州示范第一中学", "杭州示范酒店"}


def test_a_refused_form_keeps_what_was_typed(visit, town):
    page = visit(town.agent)
    page.goto("/customers/new")
    page.locator("input[name=name]").fill("周杰")
    page.locator("input[name=phones-0-number]").fill("138-abc")
    page.locator("textarea[name=remark]").fill("只在周末有人")

    page.keyboard.press("Control+Enter")

    wrong = page.locator("input[name=phones-0-number]")
    expect(wrong).to_have_class(re.compile("is-invalid"))
    expect(wrong).to_be_focused()
    expect(wrong).to_have_value("138-abc")
    expect(page.locator("input[name=name]")).to_have_value("周杰")
    expect(page.locator("textarea[name=remark]")).to_have_value("只在周末有人")
    assert not Customer.objects.filter(name="周杰").exists()

    wrong.fill("138 5812 0099")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    assert Customer.objects.get(name="周杰").phones.get().number == "+8613858120099"


def test_of_two_who_change_the_same_record_the_second_sees_both_values(visit, town):
    first, second = visit(town.agent), visit(town.dispatcher)
    address = f"/customers/{town.customer.pk}/edit"
    first.goto(address)
    second.goto(address)

    save_remark(first, "周末不上门")
    first.wait_for_url(re.compile(r"/customers/\d+/$"))
    save_remark(second, "先打电话")

    warning = second.get_by_role("alert").first
    expect(warning).to_contain_text("周末不上门")
    expect(warning).to_contain_text("先打电话")
    expect(second.locator("textarea[name=remark]")).to_have_value("先打电话")
    town.customer.refresh_from_db()
    assert town.customer.remark == "周末不上门"

    second.keyboard.press("Control+Enter")
    second.wait_for_url(re.compile(r"/customers/\d+/$"))
    town.customer.refresh_from_db()
    assert town.customer.remark == "先打电话"


def save_remark(page: Page, text: str) -> None:
    page.locator("textarea[name=remark]").fill(text)
    page.keyboard.press("Control+Enter")


def test_a_wrong_password_is_refused_and_the_name_stays(visit, town):
    page = visit()
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill("agent")
    page.locator("input[name=password]").fill("not the password")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("input[name=login]")).to_have_value("agent")
