"""A commitment is written, mended, approved by somebody else, published and tried, all in the browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jiannuo.promises.commitments.models import Commitment
from jiannuo.testing import factories
from tests.browser.words import zh

pytestmark = pytest.mark.once


@pytest.fixture
def writer(town) -> Any:
    return factories.person("quality_engineer", at=town.office, username="writer", name="王敏")


@pytest.fixture
def boss(town) -> Any:
    return factories.person("general_manager", at=town.office, username="boss", name="陈建国")


def choose(page: Page, field: str, *labels: str) -> None:
    """Type into a searching select and take what it finds, as a person does."""
    control = page.locator(f"#{field}-ts-control, fieldset#{field} .ts-control input").first
    for label in labels:
        control.click()
        page.keyboard.type(label)
        expect(page.locator(".ts-dropdown-content .option.active:visible")).to_contain_text(label)
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")


def add(page: Page, kind: str) -> None:
    page.locator(f"a[href$='/draft/new/{kind}/']").click()
    page.wait_for_url(f"**/draft/new/{kind}/")


def save(page: Page) -> None:
    page.get_by_role("button", name=zh("Save the clause")).click()


def found(page: Page) -> None:
    page.goto("/commitments/")
    page.get_by_role("link", name=zh("New commitment")).click()
    page.locator("#id_code").fill("N01")
    page.locator("#id_name").fill("空调延保承诺")
    page.get_by_role("button", name=zh("Begin to write")).click()
    page.wait_for_url("**/commitments/N01/draft/")


def write_three_clauses(page: Page) -> None:
    add(page, "time")
    page.locator("#f-text").fill("报修后两小时到场。")
    choose(page, "f-metric", zh("arrival on site"))
    page.locator("[name='limit.amount']").fill("两")
    page.locator("[name='limit.unit']").select_option("hours")
    expect(page.locator("#preview")).to_contain_text("报修后两小时到场。")
    save(page)
    # a mistake stays where it was made, with its mend
    expect(page.locator("[name='limit.amount']")).to_have_value("两")
    expect(page.locator("#f-limit")).to_contain_text(zh("Write a number, or a blank as {name}."))
    page.locator("[name='limit.amount']").fill("2")
    page.locator("[name='limit.unit']").select_option("hours")
    expect(page.locator("#preview")).to_contain_text("2")
    save(page)
    page.wait_for_url("**/draft/#clause-0")

    add(page, "coverage")
    page.locator("#f-text").fill("整机保修三年。")
    page.locator("[name='term.years']").fill("3")
    choose(page, "f-begins-events", zh("event\x04invoice"))
    save(page)
    page.wait_for_url("**/draft/#clause-1")

    add(page, "remedy")
    page.locator("#f-text").fill("保修期内可以换货。")
    choose(page, "f-offers", "换货")
    page.locator("[name='while_covered']").check()
    save(page)
    page.wait_for_url("**/draft/#clause-2")


def send_for_approval(page: Page) -> None:
    page.get_by_role("button", name=zh("Send for approval")).click()
    dialog = page.locator("#modal-content form")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name=zh("Send"), exact=True).click()
    page.wait_for_url("**/commitments/reviews/CR-**")


def test_a_commitment_from_the_first_word_to_the_obligation(visit, town, writer, boss):
    page = visit(writer)
    found(page)
    write_three_clauses(page)
    expect(page.locator("#mistakes")).to_have_count(0)
    send_for_approval(page)
    review = page.url

    other = visit(boss)
    other.goto(review)
    other.get_by_role("button", name=zh("Approve"), exact=True).click()
    other.locator("#modal-content form button[type=submit]").click()
    expect(other.locator("dialog[open]")).to_have_count(0)
    other.wait_for_load_state("networkidle")
    other.locator("button[hx-get$='/publish/']").click()
    dialog = other.locator("#modal-content form")
    dialog.locator("#id_valid_from").fill("2026-01-01")
    dialog.locator("button[type=submit]").click()
    other.wait_for_url("**/commitments/N01/")
    assert Commitment.objects.get(code="N01").versions.get().state == "published"

    # Tried beside the house's own promise of 24 hours: this one counts, that one is told as the loser
    other.get_by_role("link", name=zh("Try this")).click()
    choose(other, "f-request_kind", zh("kind of request\x04repair"))
    other.get_by_role("button", name=zh("Decide")).click()
    bar = other.locator(".j-bar", has_text="报修后两小时到场。")
    expect(bar).to_be_visible()
    expect(other.locator("#result")).to_contain_text("报修后24小时内上门。")
    expect(other.locator("#losers ~ ul").first).to_contain_text("报修后24小时内上门。")


def test_a_clause_is_written_with_the_keyboard_alone(visit, town, writer):
    page = visit(writer)
    found(page)
    add(page, "time")
    page.locator("#f-text").focus()
    page.keyboard.type("一小时内响应。")
    tab_to(page, "#f-metric-ts-control")
    page.keyboard.type(zh("first response"))
    expect(page.locator(".ts-dropdown-content .option.active:visible")).to_contain_text(zh("first response"))
    page.keyboard.press("Enter")
    tab_to(page, "[name='limit.amount']")
    page.keyboard.type("1")
    tab_to(page, "[name='limit.unit']")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name='limit.unit']")).to_have_value("hours")
    tab_to(page, "[data-rows-add]", 25)
    page.keyboard.press("Enter")
    expect(page.locator("[name='when.0.fact']")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/draft/#clause-0")

    clause = Commitment.objects.get(code="N01").versions.get().pack["clauses"][0]
    assert clause["metric"] == "response"
    assert clause["limit"]["amount"] == 1


def tab_to(page: Page, selector: str, at_most: int = 12) -> None:
    """Press Tab until the element has the focus; a long way is a fault of the page."""
    for _press in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    focus = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    pytest.fail(f"{selector} is more than {at_most} times Tab away; the focus is on {focus}")


@pytest.mark.once
def test_the_pages_of_commitments_are_whole_named_and_chinese(visit, town, writer):
    from jiannuo.promises.commitments import drafts
    from tests.browser.test_pages_look import problems_of

    house = Commitment.objects.get(code="HOUSE")
    drafts.begin(house, by=writer)
    addresses = (
        "/commitments/",
        "/commitments/new/",
        "/commitments/import/",
        "/commitments/HOUSE/",
        "/commitments/HOUSE/draft/",
        "/commitments/HOUSE/draft/clauses/0/",
        *(f"/commitments/HOUSE/draft/new/{kind}/" for kind in ("coverage", "charge", "remedy", "recurring")),
        *(f"/commitments/HOUSE/draft/new/{kind}/" for kind in ("target", "approval", "settlement")),
        *(
            f"/commitments/HOUSE/draft/parts/{part}/"
            for part in ("about", "blanks", "zones", "calendars", "words")
        ),
        "/commitments/HOUSE/compare/",
        "/commitments/simulator/?try=HOUSE",
    )
    problems = list(problems_of(visit(writer), {address: address for address in addresses}))
    assert not problems, "\n".join(problems)
