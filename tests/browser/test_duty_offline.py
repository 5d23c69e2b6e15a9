"""A duty log kept in a plant without network: begun, written, handed over, sent afterwards in its order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from jiannuo.faces.field.tests.test_app import TOO_SMALL
from jiannuo.operations.maintenance.models import DutyBook, DutyShift, MaintenanceSettings
from jiannuo.operations.maintenance.services import accept_shift, begin_shift, do_shift, raise_item, save_book
from tests.browser.test_patrol_offline import TOO_WIDE, opened, picture, synchronised
from tests.browser.words import zh

pytestmark = pytest.mark.once


@pytest.fixture
def book(town: Any) -> DutyBook:
    return save_book(
        DutyBook(
            organization=town.branch,
            customer=town.customer,
            name="污水处理站运行日志",
            shifts="早班,中班,夜班",
        ),
        by=None,
    )


def away(visit: Any, town: Any, book: DutyBook) -> Page:
    """The app with the log on it, without network."""
    page: Page = visit(town.technician, phone=True)
    opened(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    synchronised(page)
    page.context.set_offline(True)
    opened(page)
    page.locator(f"[data-log='log-{book.pk}']").click()
    expect(page.locator("h1")).to_have_text(book.name)
    return page


def write(page: Page, text: str) -> None:
    page.locator("#entry-text").fill(text)
    page.get_by_role("button", name=zh("Write it down"), exact=True).click()
    expect(page.locator("#entry-text")).to_have_value("")


def test_a_shift_from_its_beginning_to_the_hand_over_without_network(
    visit: Any, town: Any, book: DutyBook
) -> None:
    phone = away(visit, town, book)
    phone.locator("#s-begin select").select_option("中班")
    phone.locator("#s-begin button").click()
    assert phone.evaluate(TOO_SMALL) == []
    phone.get_by_role("button", name=zh("Write it down"), exact=True).click()
    expect(phone.locator("#entry-form [role=alert]")).to_be_visible()
    phone.locator("#entry-kind").select_option("reading")
    phone.locator("#more-values").click()
    phone.locator("[name=name-0]").fill("出水压力")
    phone.locator("[name=value-0]").fill("很低")
    phone.locator("[name=unit-0]").fill("MPa")
    phone.get_by_role("button", name=zh("Write it down"), exact=True).click()
    expect(phone.locator("#entry-form [role=alert]")).to_have_text(zh("Enter a number, such as 0.45."))
    phone.locator("[name=value-0]").fill("0.45")
    phone.locator("#entry-form input[type=file]").set_input_files(
        picture(Image.effect_noise((320, 240), 60).convert("RGB"))
    )
    expect(phone.locator("#entry-form .j-photo-list img")).to_be_visible()
    phone.reload()  # what was typed stays, also when the browser was closed behind the camera
    expect(phone.locator("[name=value-0]")).to_have_value("0.45")
    expect(phone.locator("#entry-form .j-photo-list img")).to_be_visible()
    write(phone, "")
    expect(phone.locator("[data-entry]")).to_contain_text("0.45 MPa")
    write(phone, "2号泵异响，切换到1号泵")
    phone.locator("#s-item summary").click()
    phone.locator("#s-item textarea").fill("2号泵待检")
    phone.locator("#s-item button").click()
    expect(phone.locator("#s-items")).to_contain_text("2号泵待检")
    assert not phone.evaluate(TOO_WIDE)
    assert phone.evaluate(TOO_SMALL) == []
    phone.locator("#s-hand-over summary").click()
    phone.locator("#s-hand-over textarea").fill("其余正常")
    phone.locator("#s-hand-over button").click()
    expect(phone.locator("#entry-form")).to_have_count(0)
    expect(phone.locator("#pill")).to_have_attribute("data-unsent", "5")
    assert not DutyShift.objects.exists()

    phone.context.set_offline(False)
    synchronised(phone)
    shift = DutyShift.objects.get()
    assert (shift.state, shift.shift_name, shift.summary) == ("handed_over", "中班", "其余正常")
    reading, running = shift.entries.all()
    assert ([str(one) for one in reading.readings.all()], reading.photos.count()) == (
        ["出水压力 0.45 MPa"],
        1,
    )
    assert running.text == "2号泵异响，切换到1号泵"
    assert [one.item.text for one in shift.handed.all()] == ["2号泵待检"]


def test_a_shift_is_taken_over_and_an_open_item_closed_without_network(
    visit: Any, town: Any, book: DutyBook
) -> None:
    shift = begin_shift(book, by=town.dispatcher, shift_name="早班", at=timezone.now() - timedelta(hours=5))
    item = raise_item(shift, by=town.dispatcher, text="3号阀门待更换")
    do_shift(shift, "hand_over", by=town.dispatcher, data={"summary": "运行平稳"})
    phone = away(visit, town, book)
    expect(phone.locator("#s-accept")).to_contain_text("运行平稳")
    phone.locator("#s-accept [type=submit]").click()
    expect(phone.locator("#message")).to_have_text(
        zh("Tick every open item that you have read and take over.")
    )
    phone.locator("#s-accept [name=read]").check()
    phone.locator("#s-accept select").select_option("中班")
    assert phone.evaluate(TOO_SMALL) == []
    canvas = phone.locator("#s-accept canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    phone.mouse.move(box["x"] + 30, box["y"] + 60)
    phone.mouse.down()
    for step in range(1, 8):
        phone.mouse.move(box["x"] + 30 + 25 * step, box["y"] + 60 + 12 * (-1) ** step)
    phone.mouse.up()
    phone.locator("#s-accept [type=submit]").click()
    phone.locator("[data-open-item] summary").click()
    phone.locator("[data-open-item] textarea").fill("已更换")
    phone.locator("[data-open-item] form button").click()
    expect(phone.locator("[data-open-item]")).to_have_count(0)

    phone.context.set_offline(False)
    synchronised(phone)
    item.refresh_from_db()
    mine = DutyShift.objects.get(is_running=True)
    assert (mine.person, mine.shift_name, item.result) == (town.technician, "中班", "已更换")
    expect(phone.locator("#entry-form")).to_be_visible()


@pytest.mark.parametrize("hours", [12, 0])
def test_a_shift_handed_over_meanwhile_takes_late_entries_with_a_reason_where_the_office_allows_it(
    visit: Any, town: Any, book: DutyBook, hours: int
) -> None:
    MaintenanceSettings.objects.update_or_create(pk=1, defaults={"late_entry_hours": hours})
    shift = begin_shift(book, by=town.technician, shift_name="早班", at=timezone.now() - timedelta(hours=5))
    phone = away(visit, town, book)
    write(phone, "2号泵跳闸")
    write(phone, "2号泵复位")
    do_shift(
        shift, "hand_over", by=town.technician, data={"summary": "x"}, at=timezone.now() - timedelta(hours=1)
    )
    accept_shift(shift, by=town.dispatcher, shift_name="中班", read=[])

    phone.context.set_offline(False)
    expect(phone.locator("#s-refused")).to_be_visible(timeout=30_000)
    assert phone.evaluate(TOO_SMALL) == []
    if hours:
        expect(phone.locator("#s-refused")).to_contain_text("2号泵复位")
        phone.locator("#late-reason").fill("地下室没有信号")
        phone.locator("#s-late button").click()
        synchronised(phone)
        assert list(shift.entries.values_list("text", "late_reason")) == [
            ("2号泵跳闸", "地下室没有信号"),
            ("2号泵复位", "地下室没有信号"),
        ]
    else:
        expect(phone.locator("#s-late")).to_have_count(0)
        for _turn in range(2):
            expect(phone.locator("#s-refused")).to_be_visible()
            phone.locator("[data-drop]").click()
            phone.locator("#ask button[value=yes]").click()
            expect(phone.locator("#ask[open]")).to_have_count(0)
            phone.wait_for_timeout(500)
        synchronised(phone)
        assert not shift.entries.exists()
    expect(phone.locator("#s-refused")).to_have_count(0)
