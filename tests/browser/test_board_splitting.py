"""Lengths and parts on the dispatch board: a visit made longer or shorter, a job divided, by mouse and by keyboard."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from jiannuo.operations.dispatch.board.services import Placement, place
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import change_visit
from jiannuo.operations.workorders.services.visits import open_visit
from jiannuo.operations.workorders.tests import scene
from tests.browser.test_board import card, firm, on_line, open_board, order
from tests.browser.words import zh

__all__ = ["firm"]

pytestmark = pytest.mark.once


def put(firm: Any, hour: int, person: Any = None, fault: str = "不制冷", minutes: int = 60) -> WorkOrder:
    begins = scene.tomorrow(hour)
    placement = Placement(person or firm.technician, begins, begins + timedelta(minutes=minutes))
    return place(order(firm, fault), placement, by=firm.dispatcher, confirmed=(), reason="")


def minutes_of(one: WorkOrder) -> int:
    visit = open_visit(one)
    assert visit is not None
    assert visit.planned_from is not None
    assert visit.planned_to is not None
    return round((visit.planned_to - visit.planned_from).total_seconds() / 60)


def width(bar: Locator) -> float:
    """How long a bar is drawn (pixels)."""
    return float(bar.evaluate("element => element.getBoundingClientRect().width"))


def stretch(page: Page, bar: Locator, factor: float) -> None:
    """Drag the end of a bar until it is so many times as long."""
    said = page.locator("#modal:visible, .j-toast-text:visible").first
    for _turn in range(4):  # on a busy machine the handle may not follow at once
        bar.hover()
        box = bar.bounding_box()
        assert box is not None
        y = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + box["width"] - 2, y)
        page.mouse.down()
        target = box["x"] + box["width"] * factor - 2
        page.mouse.move(target - 12, y, steps=4)
        page.mouse.move(target, y, steps=3)
        page.wait_for_timeout(100)
        page.mouse.up()
        try:
            said.wait_for(timeout=8000)
        except Error:
            continue
        return
    raise AssertionError("the end of the bar could not be taken hold of")


def enter(page: Page, item: Locator, shown: Locator) -> None:
    """Press Enter on an item until what it opens is there; the board may be drawn anew under the first one."""
    for _turn in range(4):
        item.focus()
        page.keyboard.press("Enter")
        try:
            shown.wait_for(timeout=5000)
        except Error:
            continue
        return
    expect(shown).to_be_visible()


def leave(page: Page) -> None:
    """Escape from the dialog, again where it was pressed before the dialog had the focus."""
    dialog = page.locator("#modal")
    for _turn in range(4):
        page.keyboard.press("Escape")
        try:
            dialog.wait_for(state="hidden", timeout=3000)
        except Error:
            continue
        return
    expect(dialog).not_to_be_visible()


def by_key(page: Page, field: str, value: str) -> None:
    """Write an instant into a field without the mouse."""
    page.locator(field).focus()
    page.locator(field).fill(value)


# The length of a visit


def test_the_end_of_a_visit_is_dragged_and_the_length_stays(visit: Any, firm: Any) -> None:
    one = put(firm, 9)
    page = open_board(visit(firm.dispatcher))

    stretch(page, on_line(page, one), 2)

    expect(page.locator(".j-toast-text", has_text=one.number)).to_be_visible()
    made = minutes_of(one)
    assert 115 <= made <= 125
    page.reload()
    ends = scene.tomorrow(9) + timedelta(minutes=made)
    expect(on_line(page, one)).to_contain_text(f"09:00–{ends:%H:%M}")


def test_a_length_that_meets_another_visit_is_asked_and_taken_back(visit: Any, firm: Any) -> None:
    one, other = put(firm, 9), put(firm, 10, fault="漏水")
    page = open_board(visit(firm.dispatcher))
    before = width(on_line(page, one))

    stretch(page, on_line(page, one), 1.6)
    dialog = page.locator("#modal")
    expect(dialog).to_contain_text(other.number)
    dialog.get_by_role("button", name=zh("Cancel"), exact=True).click()

    expect(on_line(page, one)).to_contain_text("09:00–10:00")
    for _turn in range(20):  # until it was drawn anew
        if abs(width(on_line(page, one)) - before) < 2:
            break
        page.wait_for_timeout(200)
    assert abs(width(on_line(page, one)) - before) < 2
    assert minutes_of(one) == 60


def test_a_length_that_somebody_else_changed_meanwhile_is_refused(visit: Any, firm: Any) -> None:
    one = put(firm, 9)
    page = open_board(visit(firm.dispatcher))
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    change_visit(
        one,
        by=firm.manager,
        planned_from=scene.tomorrow(13),
        planned_to=scene.tomorrow(13) + timedelta(hours=1),
    )

    stretch(page, on_line(page, one), 2)
    dialog = page.locator("#modal")
    expect(dialog).to_contain_text(firm.manager.name)
    dialog.get_by_role("button", name=zh("Close"), exact=True).last.click()

    expect(on_line(page, one)).to_contain_text("13:00–14:00")
    assert minutes_of(one) == 60


def test_the_length_is_changed_by_keyboard_alone(visit: Any, firm: Any) -> None:
    one, other = put(firm, 9), put(firm, 11, fault="漏水")
    page = open_board(visit(firm.dispatcher))
    bar = on_line(page, one)
    panel = page.locator("#board-details")
    day = scene.tomorrow(0).date().isoformat()

    opened = panel.locator(f"[data-order='{one.number}']")
    enter(page, bar, opened)
    by_key(page, "#board-details [name=ends]", f"{day}T10:30")
    page.keyboard.press("Enter")
    expect(bar).to_contain_text("09:00–10:30")
    page.reload()
    expect(on_line(page, one)).to_contain_text("09:00–10:30")

    # Into the next visit: asked, and Escape leaves everything as it was.
    enter(page, on_line(page, one), opened)
    by_key(page, "#board-details [name=ends]", f"{day}T11:30")
    page.keyboard.press("Enter")
    expect(page.locator("#modal")).to_contain_text(other.number)
    leave(page)
    assert minutes_of(one) == 90


# Dividing


def test_a_job_is_divided_with_the_mouse_and_its_bars_belong_together(visit: Any, firm: Any) -> None:
    one = put(firm, 9, minutes=120)
    page = open_board(visit(firm.dispatcher))
    on_line(page, one).click()
    page.locator("#board-details").get_by_role("button", name=zh("Divide among several")).click()
    dialog = page.locator("#modal")
    day = scene.tomorrow(0).date().isoformat()
    dialog.locator("[name=part-0-purpose]").fill("拆旧机")
    dialog.locator("[name=part-1-purpose]").fill("装新机")
    dialog.locator("[name=part-1-technician]").select_option(label=firm.novice.name)
    dialog.locator("[name=part-1-begins]").fill(f"{day}T14:00")
    dialog.get_by_role("button", name=zh("One more part")).click()
    dialog.locator("[name=part-2-purpose]").fill("调试")
    dialog.locator("[name=part-2-begins]").fill(f"{day}T16:00")
    dialog.get_by_role("button", name=zh("Divide"), exact=True).click()

    expect(dialog).not_to_be_visible()
    parts = list(WorkOrder.objects.order_by("pk"))
    assert [part.technician for part in parts] == [firm.technician, firm.novice, None]
    for place_, part in enumerate(parts[:2], start=1):
        expect(on_line(page, part)).to_contain_text(f"{place_}/3")
    waiting = page.locator(f"[data-number='{parts[2].number}']")
    expect(waiting).to_contain_text("3/3")

    # Whoever looks at one sees the others, in the week as well.
    on_line(page, parts[0]).hover()
    expect(page.locator(".is-together")).to_have_count(3)
    card(page, parts[2]).focus()
    expect(page.locator(".ec-event.is-together")).to_have_count(2)
    page.get_by_role("button", name=zh("One week")).click()
    in_week = page.locator(".ec-event.is-narrow", has_text=parts[1].number)
    expect(in_week).to_contain_text("2/3")

    in_week.click()
    panel = page.locator("#board-details")
    expect(panel.locator("[data-order]")).to_have_attribute("data-order", parts[1].number)
    expect(panel).to_contain_text("调试")
    panel.get_by_role("button", name=parts[0].number).click()
    expect(panel.locator("[data-order]")).to_have_attribute("data-order", parts[0].number)


def test_a_job_is_divided_by_keyboard_alone(visit: Any, firm: Any) -> None:
    one = order(firm)
    page = open_board(visit(firm.dispatcher))
    day = scene.tomorrow(0).date().isoformat()
    button = page.locator("#board-details").get_by_role("button", name=zh("Divide among several"))
    enter(page, card(page, one), button)
    button.focus()
    page.keyboard.press("Enter")

    # The dialog begins with what the first part is for; Tab leads from field to field.
    expect(page.locator("[name=part-0-purpose]")).to_be_focused()
    for name, purpose, person, begins in (
        ("part-0", "拆旧机", firm.technician, "T09:00"),
        ("part-1", "装新机", firm.novice, "T14:00"),
    ):
        field = page.locator(f"[name={name}-purpose]")
        for _turn in range(12):
            if field.evaluate("element => element === document.activeElement"):
                break
            page.keyboard.press("Tab")
        expect(field).to_be_focused()
        page.keyboard.type(purpose)
        page.keyboard.press("Tab")
        expect(page.locator(f"[name={name}-technician]")).to_be_focused()
        for _turn in range(4):
            if page.locator(f"[name={name}-technician]").input_value() == str(person.pk):
                break
            page.keyboard.press("ArrowDown")
        expect(page.locator(f"[name={name}-technician]")).to_have_value(str(person.pk))
        by_key(page, f"[name={name}-begins]", f"{day}{begins}")
    page.keyboard.press("Enter")

    expect(page.locator("#modal")).not_to_be_visible()
    parts = list(WorkOrder.objects.order_by("pk"))
    assert [part.technician for part in parts] == [firm.technician, firm.novice]
    assert [part.state for part in parts] == ["dispatched", "dispatched"]


def test_parts_that_meet_another_visit_are_refused_and_nothing_is_lost(visit: Any, firm: Any) -> None:
    busy = put(firm, 14, firm.novice, fault="漏水")
    one = put(firm, 9, minutes=120)
    page = open_board(visit(firm.dispatcher))
    on_line(page, one).click()
    page.locator("#board-details").get_by_role("button", name=zh("Divide among several")).click()
    dialog = page.locator("#modal")
    day = scene.tomorrow(0).date().isoformat()
    dialog.locator("[name=part-0-purpose]").fill("拆旧机")
    dialog.locator("[name=part-1-purpose]").fill("装新机")
    dialog.locator("[name=part-1-technician]").select_option(label=firm.novice.name)
    dialog.locator("[name=part-1-begins]").fill(f"{day}T14:00")
    dialog.get_by_role("button", name=zh("Divide"), exact=True).click()

    expect(dialog).to_contain_text(busy.number)
    expect(dialog.locator("[name=part-1-purpose]")).to_have_value("装新机")
    assert WorkOrder.objects.count() == 2
    dialog.locator("[name=part-1-begins]").fill(f"{day}T16:00")
    dialog.get_by_role("button", name=zh("Divide"), exact=True).click()
    expect(dialog).not_to_be_visible()
    assert WorkOrder.objects.count() == 3


def test_a_job_is_divided_on_the_phone_and_on_its_page(visit: Any, firm: Any) -> None:
    one = put(firm, 9, minutes=120)
    page = visit(firm.dispatcher, phone=True)
    page.goto(f"/orders/{one.number}/")
    page.get_by_role("link", name=zh("Divide"), exact=True).click()
    dialog = page.locator("#modal")
    dialog.locator("[name=part-0-purpose]").fill("拆旧机")
    dialog.locator("[name=part-1-purpose]").fill("装新机")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    dialog.get_by_role("button", name=zh("Divide"), exact=True).click()

    second = page.locator("section", has_text=zh("Parts of the divided job")).get_by_role("link")
    expect(second).to_be_visible()
    expect(second).to_have_text(WorkOrder.objects.order_by("pk").last().number)  # type: ignore[union-attr]
