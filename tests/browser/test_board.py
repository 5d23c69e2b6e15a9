"""The dispatch board as dispatchers use it: by mouse, by keyboard, two at once, when somebody is ill."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from jiannuo.operations.dispatch.board.services import Placement, place
from jiannuo.operations.dispatch.tests.many import fill
from jiannuo.operations.workforce.models import Skill
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import create_order
from jiannuo.operations.workorders.services.visits import open_visit
from jiannuo.operations.workorders.tests import scene
from tests.browser.words import zh

pytestmark = pytest.mark.once


#: when the page was answered, first painted, had its script, had its data, and was drawn (milliseconds)
TIMES = """() => {
  const entry = (type, part) => performance.getEntriesByType(type).find((one) => one.name.includes(part));
  return {
    'the page': entry('navigation', '').responseEnd,
    'the first paint': entry('paint', 'first-contentful-paint').startTime,
    'the script': entry('resource', 'parts/board.js').responseEnd,
    'the data asked': entry('resource', '/board/data').requestStart,
    'the data': entry('resource', '/board/data').responseEnd,
    'the drawn board': performance.getEntriesByName('board-drawn')[0].startTime,
  };
}"""


@pytest.fixture
def firm(town: Any) -> Any:
    """Both technicians can do everything; whoever dispatches may do so."""
    Skill.objects.create(technician=town.novice.technician, category=town.model.category, level=3)
    for person in (town.novice, town.technician):
        person.technician.areas = []
        person.technician.save()
    return town


def order(town: Any, fault: str = "不制冷", **fields: Any) -> WorkOrder:
    return create_order(
        by=town.dispatcher,
        organization=town.branch,
        customer=town.customer,
        unit=town.unit,
        fault=fault,
        **fields,
    )


def day() -> str:
    return scene.tomorrow(0).date().isoformat()


def open_board(page: Page) -> Page:
    page.goto(f"/dispatch/board/?day={day()}")
    expect(page.locator("#board")).not_to_have_attribute("aria-busy", "true")
    return page


def card(page: Page, one: WorkOrder) -> Locator:
    return page.locator(f"[data-number='{one.number}'] .j-card-open")


def drag(page: Page, what: Locator, person: Any, *, share: float = 0.4) -> None:
    """Drag onto the row of a technician, so far along the line."""
    row = page.locator(".j-line-person", has_text=person.name).bounding_box()
    line = page.locator("[data-board-line]").bounding_box()
    start = what.bounding_box()
    assert row is not None
    assert line is not None
    assert start is not None
    page.mouse.move(start["x"] + 20, start["y"] + 8)
    page.mouse.down()
    x, y = line["x"] + 130 + share * (line["width"] - 130), row["y"] + row["height"] / 2
    page.mouse.move(x - 30, y, steps=4)
    page.mouse.move(x, y, steps=2)
    page.mouse.up()


def on_line(page: Page, one: WorkOrder) -> Locator:
    return page.locator(".ec-event.j-job", has_text=one.number)


def test_two_dispatchers_at_once(visit: Any, firm: Any) -> None:
    first, second = order(firm, "不制冷"), order(firm, "漏水")
    here, there = open_board(visit(firm.dispatcher)), open_board(visit(firm.manager))
    there.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")

    drag(here, card(here, first), firm.technician)
    expect(on_line(here, first)).to_be_visible()
    assert WorkOrder.objects.get(pk=first.pk).technician == firm.technician

    # The other, whose screen does not show it yet, drags the same order: refused, and told who was quicker.
    drag(there, card(there, first), firm.novice)
    dialog = there.locator("#modal")
    expect(dialog).to_contain_text(firm.dispatcher.name)
    dialog.get_by_role("button", name=zh("Close"), exact=True).last.click()
    assert WorkOrder.objects.get(pk=first.pk).technician == firm.technician

    # The same time for another order is asked, and nothing happens without a reason.
    there.evaluate("delete document.hidden")
    expect(on_line(there, first)).to_be_visible()
    drag(there, card(there, second), firm.technician)
    expect(dialog).to_contain_text(first.number)
    dialog.get_by_role("button", name=zh("Cancel"), exact=True).click()
    expect(card(there, second)).to_be_visible()
    assert WorkOrder.objects.get(pk=second.pk).state == "ready"

    # What one moves, the other sees within seconds.
    drag(here, on_line(here, first), firm.novice)
    expect(here.locator(".j-toast-text", has_text=firm.novice.name)).to_be_visible()
    expect(there.locator("[data-board-news]")).not_to_be_empty(timeout=10_000)
    assert WorkOrder.objects.get(pk=first.pk).technician == firm.novice


def test_by_keyboard_alone_and_at_the_phone(visit: Any, firm: Any) -> None:
    one = order(firm, severity="critical")
    page = open_board(visit(firm.dispatcher))
    card(page, one).focus()
    page.keyboard.press("Enter")
    panel = page.locator("#board-details")
    expect(panel).to_contain_text(firm.customer.name)
    panel.locator("[data-board-use]").first.focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("button", name=zh("Insert emergency"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(on_line(page, one)).to_be_visible()
    visit_made = open_visit(one)
    assert visit_made is not None
    assert visit_made.planned_from is not None

    panel.get_by_role("button", name=zh("Lock technician and time")).click()
    expect(panel.get_by_role("button", name=zh("Unlock"))).to_be_visible()

    phone = open_board(visit(firm.dispatcher, phone=True))
    phone.locator(".j-person-job", has_text=firm.customer.name).click()
    expect(phone.locator("#board-details")).to_contain_text(one.number)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_jobs_of_an_ill_technician_are_given_away(visit: Any, firm: Any) -> None:
    one = order(firm)
    begins = scene.tomorrow(10)
    place(one, Placement(firm.technician, begins, begins + timedelta(hours=1)), by=firm.dispatcher)
    page = visit(firm.dispatcher)
    query = f"technician={firm.technician.pk}&begins={day()}T08:00&ends={day()}T18:00"
    page.goto(f"{reverse('dispatch:board_absent')}?{query}")
    expect(page.locator(f"#who-{one.number}")).to_have_value(str(firm.novice.pk))
    page.locator("#absent-reason").fill("病假")
    page.get_by_role("button", name=zh("Give away in one step")).click()

    expect(page.get_by_role("main")).to_contain_text(zh("Nothing left to give away"))
    assert WorkOrder.objects.get(pk=one.pk).technician == firm.novice


def test_a_full_board_is_drawn(visit: Any, firm: Any, client: Any, record_property: Any) -> None:
    office = SimpleNamespace(dealer=firm.branch, customer=firm.customer, unit=firm.unit)
    fill(office, technicians=40, waiting=150, planned=150)
    client.force_login(firm.dispatcher)
    for name in ("dispatch:board", "dispatch:board_data"):  # as of a server that is up
        assert client.get(reverse(name), {"day": day()}).status_code == 200

    page = open_board(visit(firm.dispatcher))

    expect(page.locator(".j-card-open")).to_have_count(150)
    for name, at in page.evaluate(TIMES).items():
        record_property(f"milliseconds to {name}", round(at))
