"""Late, and a short clip, where there is no network; afterwards the customer is told and the office plays it."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from jiannuo.faces.field.tests.test_app import TOO_SMALL
from jiannuo.office.documents.models import Attachment
from jiannuo.operations.appointments.models import VisitNote
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import create_order, do
from tests.browser.test_patrol_offline import TOO_WIDE, opened, synchronised
from tests.browser.words import zh

pytestmark = pytest.mark.once

#: a film of a moving square, as a phone's camera gives one, as base64
FILM = """async (seconds) => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [320, 240];
  const paper = canvas.getContext('2d');
  let step = 0;
  const turn = setInterval(() => { paper.fillStyle = '#1d3f66'; paper.fillRect(0, 0, 320, 240);
    paper.fillStyle = '#ffb000'; paper.fillRect(10 + 8 * step++, 90, 60, 60); }, 60);
  const recorder = new MediaRecorder(canvas.captureStream(15), { mimeType: 'video/webm' });
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.start();
  await new Promise((done) => setTimeout(done, seconds * 1000));
  recorder.stop();
  await new Promise((done) => { recorder.onstop = done });
  clearInterval(turn);
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa([...bytes].map((one) => String.fromCharCode(one)).join(''));
}"""


def film(page: Page, name: str = "k.webm") -> Any:
    return {"name": name, "mimeType": "video/webm", "buffer": base64.b64decode(page.evaluate(FILM, 1))}


@pytest.fixture
def order(town: Any) -> WorkOrder:
    """An order accepted an hour ago, agreed for half an hour from now."""
    made = create_order(
        by=town.dispatcher, organization=town.branch, customer=town.customer, unit=town.unit, fault="不制冷"
    )
    begins = timezone.now() + timedelta(minutes=30)
    data = {
        "technician": town.technician,
        "appointment_from": begins,
        "appointment_to": begins + timedelta(hours=2),
        "agreed_with": "许美玲",
    }
    made = do(made, "assign", by=town.dispatcher, data=data)
    made = do(made, "accept", by=town.technician)
    made.timeline.update(at=timezone.now() - timedelta(hours=1))
    return made


@pytest.fixture
def phone(visit: Any, town: Any, order: WorkOrder) -> Page:
    """The app with the order on it, without network."""
    page: Page = visit(town.technician, phone=True)
    opened(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    synchronised(page)
    page.context.set_offline(True)
    page.evaluate(f"location.hash = '#/job/{order.number}'")
    expect(page.locator("h1")).to_be_visible()
    return page


def announce(page: Page, minutes: int, reason: str) -> None:
    page.locator("#s-delay summary").click()
    page.locator(f"#s-delay [data-later='{minutes}']").click()
    page.locator("#s-delay [name=reason]").fill(reason)
    page.locator("#s-delay [type=submit]").click()
    expect(page.locator("#late-notes [data-note=delay]")).to_contain_text(reason)


def local(page: Page, minutes: int) -> str:
    """A time so many minutes from now as the input wants it."""
    text: str = page.evaluate(
        "(n) => new Date(Date.now() + n * 60000 - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16)",
        minutes,
    )
    return text


def test_a_delay_without_network_is_shown_as_waiting_and_told_afterwards(
    phone: Page, order: WorkOrder
) -> None:
    phone.locator("#s-delay summary").click()
    assert phone.evaluate(TOO_SMALL) == []
    phone.locator("#s-delay [name=expected]").fill(local(phone, -5))
    phone.locator("#s-delay [type=submit]").click()
    expect(phone.locator("#s-delay [role=alert]")).to_have_text(zh("This time is over."))
    phone.locator("#s-delay [name=expected]").fill(local(phone, 10))
    phone.locator("#s-delay [type=submit]").click()
    expect(phone.locator("#s-delay [role=alert]")).to_have_text(zh("This is not later than agreed."))
    phone.locator("#s-delay summary").click()
    announce(phone, 30, "前一单延误")
    expect(phone.locator("#late-notes")).to_contain_text(
        zh("The customer is told as soon as there is a network, unless it is too late by then.")
    )
    assert not phone.evaluate(TOO_WIDE)
    phone.reload()
    expect(phone.locator("#late-notes")).to_contain_text("前一单延误")
    phone.locator("[data-next=set_out]").click()
    phone.locator("#s-customer-late summary").click()
    phone.locator("#s-customer-late [name=minutes]").fill("25")
    phone.locator("#s-customer-late [type=submit]").click()
    expect(phone.locator("#pill")).to_have_attribute("data-unsent", "3")
    assert not VisitNote.objects.exists()

    phone.context.set_offline(False)
    synchronised(phone)
    late, waited = VisitNote.objects.order_by("at")
    assert (late.kind, late.untold, late.reason) == ("delay", "", "前一单延误")
    assert (waited.kind, waited.minutes) == ("customer_late", 25)
    expect(phone.locator("#late-notes .text-warning")).to_have_count(0)
    expect(phone.locator("#late-notes li")).to_have_count(2)


def test_a_delay_of_which_it_is_too_late_to_tell_says_so_on_the_phone(phone: Page, order: WorkOrder) -> None:
    announce(phone, 30, "堵车")
    now = timezone.now()
    order.visits.update(arrived_at=now)

    phone.context.set_offline(False)
    synchronised(phone)
    expect(phone.locator("#late-notes")).to_contain_text(
        zh("the technician had arrived before there was a network")
    )
    assert VisitNote.objects.get().untold == "arrived"


def test_a_delay_of_an_order_given_away_becomes_a_note(phone: Page, town: Any, order: WorkOrder) -> None:
    announce(phone, 60, "等配件")
    WorkOrder.objects.filter(pk=order.pk).update(technician=town.novice)

    phone.context.set_offline(False)
    expect(phone.locator("#s-refused")).to_contain_text("等配件")
    phone.locator("[data-send-note]").click()
    synchronised(phone)
    assert "等配件" in order.timeline.filter(kind="comment").get().text
    assert not VisitNote.objects.exists()


def test_a_clip_is_kept_shown_sent_once_wherever_it_is_cut_and_played_in_the_office(
    phone: Page, visit: Any, town: Any, order: WorkOrder
) -> None:
    phone.context.set_offline(False)
    clip = film(phone)
    phone.context.set_offline(True)
    for step in ("set_out", "arrive"):
        phone.locator(f"[data-next={step}]").click()
        expect(phone.locator(f"[data-next={step}]")).to_have_count(0)
    phone.locator("[data-purpose=video] input").set_input_files(clip)
    expect(phone.locator(".j-clip video")).to_be_visible()
    phone.locator("#s-finding [name=work_done]").fill("清洗")
    phone.locator("#s-finding [type=submit]").click()
    expect(phone.locator("#pill")).to_have_attribute("data-unsent", "4")
    assert phone.evaluate("document.querySelector('.j-clip video').readyState >= 0")
    sent: list[str] = []

    def cut(route: Any) -> None:
        """Once on its way, once after the server had it, once by a broken server; then through."""
        sent.append(route.request.url)
        if len(sent) == 1:
            return route.abort("connectionreset")
        if len(sent) == 2:
            route.fetch()
            return route.abort("connectionreset")
        return route.fulfill(response=route.fetch())

    phone.context.route(re.compile("/jobs/.*/video$"), cut)
    phone.context.set_offline(False)
    expect(phone.locator("#pill")).to_have_attribute("data-unsent", "1")  # all but the clip
    for _turn in range(60):
        phone.evaluate("window.dispatchEvent(new Event('online'))")
        phone.wait_for_timeout(200)
        if phone.locator("#pill[data-situation=idle][data-unsent='0']").count():
            break
    phone.context.unroute_all(behavior="wait")
    synchronised(phone)

    assert len(sent) >= 2
    kept = Attachment.objects.get(document=order.pk, purpose="video")
    assert (kept.file.size, kept.file.content_type) == (len(clip["buffer"]), "video/webm")
    assert kept.file.taken_at is not None
    assert WorkOrder.objects.get(pk=order.pk).work_done == "清洗"

    office = visit(town.dispatcher)
    office.goto(order.get_absolute_url())
    office.get_by_role("tab", name=zh("Photos")).click()
    player = office.locator("video").first
    expect(player).to_be_visible()
    played = office.evaluate(
        "async () => { const film = document.querySelector('video'); film.muted = true; await film.play(); "
        "await new Promise((done) => setTimeout(done, 400)); return film.currentTime }"
    )
    assert played > 0


@pytest.fixture
def one_megabyte(settings: Any) -> None:
    """What the server tells the phone that a clip may have."""
    settings.FIELD_VIDEO_MEGABYTES = 1


def test_a_clip_too_large_or_of_the_wrong_kind_is_refused_before_it_is_kept(
    one_megabyte: None, phone: Page
) -> None:
    phone.locator("[data-next=set_out]").click()
    phone.locator("[data-next=arrive]").click()
    box = phone.locator("[data-purpose=video] input")
    box.set_input_files({"name": "a.mp4", "mimeType": "video/mp4", "buffer": b"<html>no film</html>" * 50})
    expect(phone.locator("#message")).to_have_text(
        zh("This is no video that can be kept (MP4, MOV or WebM).")
    )
    box.set_input_files(
        {
            "name": "a.mp4",
            "mimeType": "video/mp4",
            "buffer": b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 1_200_000,
        }
    )
    expect(phone.locator("#message")).to_contain_text("1.1 MB")
    expect(phone.locator("#pill")).to_have_attribute("data-unsent", "2")
    expect(phone.locator(".j-clip")).to_have_count(0)
