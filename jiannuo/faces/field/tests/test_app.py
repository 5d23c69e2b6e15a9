"""The technician app in a real browser of a phone's size, with the network off."""

from __future__ import annotations

import io
import re
import time
from datetime import timedelta

import pytest
import segno
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from jiannuo.faces.field.offline.person import mark_of
from jiannuo.office.documents.models import Attachment
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.tests import scene
from jiannuo.registry.products.models import ChecklistItem

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

#: longest start without network (seconds)
START = 2.0


def picture(size=(1800, 1200)):
    content = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(content, "JPEG", quality=80)
    return {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


@pytest.fixture
def firm(transactional_db):
    firm = scene.build()
    ChecklistItem.objects.create(category=firm.unit.model.category, text="出示工牌", purpose="conduct")
    return firm


class Phone:
    """The app in a browser, signed in, with its files kept for the time without network."""

    def __init__(self, page, sign_in, person):
        self.page, self.context = page, page.context
        self.context.grant_permissions(["geolocation"])
        self.context.set_geolocation({"latitude": 30.27, "longitude": 120.15})
        sign_in(page, person)
        self.open()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def open(self):
        self.page.goto(reverse("field:app"))
        self.page.wait_for_selector("body[data-ready=yes]")

    def synchronised(self):
        expect(self.page.locator("#pill[data-situation=idle][data-unsent='0']")).to_be_visible(timeout=30_000)

    def fetched(self, order):
        self.synchronised()
        expect(self.page.locator(f"a[href='#/job/{order.number}']")).to_be_visible()

    def job(self, order):
        self.page.evaluate(f"location.hash = '#/job/{order.number}'")
        expect(self.page.locator("h1")).to_be_visible()

    def next(self, step):
        self.page.locator(f"[data-next={step}]").click()
        expect(self.page.locator(f"[data-next={step}]")).to_have_count(0)

    def unsent(self, number):
        expect(self.page.locator("#pill")).to_have_attribute("data-unsent", str(number))

    def offline(self, off=True):
        self.context.set_offline(off)


@pytest.fixture
def phone(phone_page, sign_in, firm):
    return lambda person=None: Phone(phone_page, sign_in, person or firm.technician)


#: what a thumb must hit and is smaller than 44 px
TOO_SMALL = """() => [...document.querySelectorAll('a, button, select, textarea, summary, label.btn, input')]
  .filter((one) => one.offsetParent && !one.matches('.visually-hidden, .btn-check, [type=hidden]'))
  .map((one) => [(one.type === 'checkbox' && one.closest('label')) || one, one.innerText || one.name])
  .map(([one, name]) => [one.getBoundingClientRect(), name])
  .filter(([box]) => box.width < 44 || box.height < 43.5).map(([box, name]) => `${name} ${box.width}x${box.height}`)"""


def choose(page, name, label):
    page.locator(f"[name={name}]").first.select_option(label=label)


def draw(page):
    canvas = page.locator("#s-sign canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 8):
        page.mouse.move(box["x"] + 30 + 25 * step, box["y"] + 60 + 12 * (-1) ** step)
    page.mouse.up()


def work(phone, order, *, photos=1):
    """From arriving to the customer's signature."""
    page = phone.page
    yes_no, number, conduct = order.checks.all()
    for check in (yes_no, conduct):
        page.locator(f"#check-{check.pk} button[value=yes]").click()
    page.locator(f"#check-{number.pk} input").fill("9.9")
    page.locator(f"#check-{number.pk} input").blur()
    expect(page.locator(f"#check-{number.pk} .text-danger[role=status]")).to_be_visible()
    page.locator(f"#check-{number.pk} input").fill("2.1")
    page.locator(f"#check-{number.pk} input").blur()
    expect(page.locator("#s-checks .card-actions")).to_have_text("2 / 2")
    for purpose in ("before", "after"):
        page.locator(f"[data-purpose={purpose}] input").set_input_files([picture() for _n in range(photos)])
        expect(page.locator(f"[data-purpose={purpose}] img")).to_have_count(photos)
    for name, label in (("symptom", "不制冷"), ("cause", "压缩机卡死"), ("measure", "更换")):
        page.locator(f"#s-finding [name={name}]").select_option(label=label)
    page.locator("#s-finding [name=meter_reading]").fill("1200")
    page.locator("#s-finding [type=submit]").click()
    expect(page.locator("#message")).to_be_visible()
    expect(page.locator("#s-finding [name=meter_reading]")).to_have_value("1200")
    assert page.evaluate(TOO_SMALL) == []
    page.locator("#s-added summary").click()
    page.locator("#s-added [name=kind]").select_option("other")
    page.locator("#s-added [name=description]").fill("支架")
    page.locator("#s-added [name=unit_price]").fill("80")
    expect(page.locator("#s-added [data-preview]")).to_contain_text("¥80.00")
    page.locator("#s-added [type=submit]").click()
    expect(page.locator("#s-added .is-invalid")).to_be_visible()
    page.locator("#s-added [name=consented_by]").fill("张伟")
    page.locator("#s-added [type=submit]").click()
    expect(page.locator("#total")).to_have_text("¥80.00")
    page.locator("#s-test [name=test_result]").fill("12 ℃")
    page.locator("#s-test label.btn").first.click()
    page.locator("#s-test [type=submit]").click()
    page.locator("[data-complete]").click()
    page.locator("#s-sign [name=signed_by]").fill("张伟")
    page.locator("#s-sign [type=submit]").click()
    expect(page.locator("#s-sign [role=alert]")).to_be_visible()
    page.locator("#s-sign [name=test_agreed]").check()
    draw(page)
    page.locator("#s-sign [type=submit]").click()
    page.locator("#s-sign").wait_for(state="detached")


def test_a_job_without_network_from_opening_to_the_signature_then_sent(firm, phone):
    order = firm.order_in("dispatched")
    order.timeline.update(at=timezone.now() - timedelta(hours=3))
    app = phone()
    app.fetched(order)

    app.offline()
    began = time.monotonic()
    app.open()
    expect(app.page.locator(f"a[href='#/job/{order.number}']")).to_be_visible()
    started = time.monotonic() - began
    assert started <= START
    app.job(order)
    for step in ("accept", "set_out", "arrive"):
        app.next(step)
    work(app, order)
    expect(app.page.locator("#pill")).to_have_attribute("data-unsent", "14")
    assert WorkOrder.objects.get(pk=order.pk).state == "dispatched"

    app.offline(False)
    app.synchronised()

    done = WorkOrder.objects.get(pk=order.pk)
    assert (done.state, done.signed_by, done.test_agreed, done.meter_reading) == (
        "signed",
        "张伟",
        True,
        1200,
    )
    assert done.visits.get().arrived_latitude == 30.27
    assert done.visits.get().arrived_at < done.signed_at
    assert done.lines.get().consented_by == "张伟"
    assert not done.timeline.filter(kind="comment").exists(), "the sum that was signed is the one charged"
    kept = [
        row.file for row in Attachment.objects.filter(document_id=order.pk, purpose__in=["before", "after"])
    ]
    assert [(file.latitude, file.taken_at is not None) for file in kept] == [(30.27, True)] * 2
    with Image.open(kept[0].file) as image:
        assert max(image.size) == 1600
    print(f"app start without network: {started:.2f} s")  # noqa: T201


def test_a_job_given_away_meanwhile_becomes_a_note_and_stops_no_other(firm, phone):
    lost, other = firm.order_in("on_site"), firm.order_in("dispatched")
    app = phone()
    app.fetched(lost)
    app.offline()
    app.job(lost)
    app.page.locator("#s-finding [name=work_done]").fill("已换电容")
    app.page.locator("#s-finding [type=submit]").click()
    app.page.locator("[data-purpose=before] input").set_input_files([picture()])
    app.unsent(2)
    app.job(other)
    app.next("accept")
    app.unsent(3)
    WorkOrder.objects.filter(pk=lost.pk).update(technician=firm.colleague)

    app.offline(False)
    app.unsent(2)
    assert WorkOrder.objects.get(pk=other.pk).state == "accepted"
    app.job(lost)
    expect(app.page.locator("#s-refused")).to_contain_text("已换电容")
    app.page.locator("[data-send-note]").click()
    app.synchronised()

    assert "已换电容" in lost.timeline.filter(kind="comment").order_by("pk").first().text
    assert Attachment.objects.filter(document_id=lost.pk).count() == 1
    app.page.evaluate("location.hash = '#/'")
    expect(app.page.locator(f"a[href='#/job/{lost.number}']")).to_have_count(0)


def test_a_session_that_ran_out_loses_nothing_and_nobody_else_sends_it(firm, phone, sign_in):
    order = firm.order_in("dispatched")
    app = phone()
    app.fetched(order)
    app.offline()
    app.job(order)
    app.next("accept")
    Session.objects.all().delete()
    app.offline(False)
    expect(app.page.locator("#signed-out")).to_be_visible()
    app.next("set_out")
    app.unsent(2)

    sign_in(app.page, firm.colleague)
    app.open()
    expect(app.page.locator("#foreign")).to_contain_text("2")
    expect(app.page.locator("#pill[data-situation=idle]")).to_be_visible()
    expect(app.page.locator(f"a[href='#/job/{order.number}']")).to_have_count(0)
    assert WorkOrder.objects.get(pk=order.pk).state == "dispatched"

    sign_in(app.page, firm.technician)
    app.open()
    expect(app.page.locator("#foreign")).to_have_count(0)
    app.synchronised()
    assert WorkOrder.objects.get(pk=order.pk).state == "travelling"


#: puts photos of jobs into the phone's own queue, as if they had been taken there
SEED = """async ([person, numbers, each, png]) => {
  const blob = new Blob([Uint8Array.from(atob(png), (one) => one.charCodeAt(0))], { type: 'image/png' });
  const asked = indexedDB.open('jiannuo-field-' + person);
  const db = await new Promise((done) => { asked.onsuccess = () => done(asked.result) });
  const change = db.transaction(['queue', 'blobs'], 'readwrite');
  for (const number of numbers) for (let n = 0; n < each; n++) {
    const key = crypto.randomUUID();
    change.objectStore('blobs').put(blob, key);
    change.objectStore('queue').put({ key, number, step: 'photos', fields: { purpose: 'before', photos_taken_at: '' },
      files: { photos: key }, at: new Date().toISOString(), offset: 0, state: 'waiting' });
  }
  await new Promise((done) => { change.oncomplete = done });
  db.close();
}"""


def test_sixty_photos_of_twenty_jobs_arrive_once_each_wherever_they_are_cut(firm, phone):
    orders = [firm.step(firm.order(), "assign") for _n in range(20)]
    WorkOrder.objects.update(state="on_site")
    app = phone()
    app.synchronised()
    png = scene.signature_text().partition(",")[2]
    app.page.evaluate(SEED, [mark_of(firm.technician), [order.number for order in orders], 3, png])
    seen = []

    def cut(route):
        """Of six requests one is cut on its way, one loses its answer, one meets a broken server."""
        seen.append(route.request.url)
        turn = len(seen) % 6
        if turn == 1:
            return route.abort("connectionreset")
        if turn == 5:
            return route.fulfill(status=502, body="Bad gateway")
        response = route.fetch()
        return route.abort("connectionreset") if turn == 3 else route.fulfill(response=response)

    app.context.route(re.compile("/jobs/.*/photos$"), cut)
    app.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(app.page.locator("#pill")).not_to_have_attribute("data-unsent", "0")
    for _turn in range(900):
        app.page.evaluate("window.dispatchEvent(new Event('online'))")
        app.page.wait_for_timeout(100)
        if app.page.locator("#pill[data-situation=idle][data-unsent='0']").count():
            break
    app.context.unroute_all(behavior="wait")

    assert len(seen) > 75
    kept = Attachment.objects.filter(purpose="before").values_list("document_id", flat=True)
    assert sorted(kept) == sorted([order.pk for order in orders] * 3)


def test_a_clock_that_is_a_day_wrong_is_shown_and_times_are_right(firm, phone_page, sign_in):
    order = firm.order_in("dispatched")
    order.timeline.update(at=timezone.now() - timedelta(hours=3))
    phone_page.clock.install(time=timezone.now() + timedelta(days=1))
    app = Phone(phone_page, sign_in, firm.technician)
    app.fetched(order)
    expect(app.page.locator("#clock")).to_be_visible()

    app.offline()
    app.job(order)
    app.next("accept")
    app.offline(False)
    app.synchronised()

    accepted = order.visits.get().accepted_at
    assert timezone.now() - timedelta(minutes=2) < accepted <= timezone.now()


def test_a_code_is_read_from_a_picture_by_the_reader_that_comes_with_the_app(firm, phone):
    order = firm.order_in("on_site")
    app = phone()
    app.fetched(order)
    app.offline()
    app.job(order)
    for content, shown in ((firm.unit.serial, "text-success"), ("SN-ANOTHER", "text-danger")):
        code = io.BytesIO()
        segno.make(content, micro=False).save(code, kind="png", scale=6)
        app.page.locator("#scan-unit").click()
        expect(app.page.locator("#scan[open]")).to_be_visible()
        app.page.locator("#scan input[type=file]").set_input_files(
            {"name": "code.png", "mimeType": "image/png", "buffer": code.getvalue()}
        )
        expect(
            app.page.locator(
                f"#unit-serial >> xpath=../../following-sibling::div[contains(@class, '{shown}')]"
            )
        ).to_be_visible()


#: from now on there is no room for jobs, or again
JOBS_FULL = """(full) => { const store = IDBObjectStore.prototype; window.put ??= store.put;
  store.put = function (...all) {
    if (full && ['jobs', 'meta'].includes(this.name)) throw new DOMException('full', 'QuotaExceededError');
    return window.put.apply(this, all) } }"""


def test_without_room_for_new_jobs_the_app_sends_says_so_and_goes_on_when_there_is_room(firm, phone):
    order = firm.order_in("on_site")
    app = phone()
    app.fetched(order)
    app.offline()
    app.job(order)
    app.page.locator("#s-finding [name=work_done]").fill("清洗")
    app.page.locator("#s-finding [type=submit]").click()
    app.unsent(1)
    new = firm.order_in("dispatched")

    app.page.evaluate(JOBS_FULL, True)
    app.offline(False)

    expect(app.page.locator("#pill[data-situation=full][data-unsent='0']")).to_be_visible(timeout=30_000)
    expect(app.page.locator("#message.alert-danger")).to_be_visible()
    assert WorkOrder.objects.get(pk=order.pk).work_done == "清洗"
    app.page.evaluate("location.hash = '#/me'")
    expect(app.page.locator("#refresh")).to_be_enabled()
    app.page.evaluate(JOBS_FULL, False)
    app.page.locator("#refresh").click()
    app.synchronised()
    expect(app.page.locator("#message.alert-danger")).to_have_count(0)
    app.page.evaluate("location.hash = '#/'")
    app.fetched(new)


def test_a_full_phone_says_so_and_signing_out_asks_when_something_waits(firm, phone):
    order = firm.order_in("on_site")
    app = phone()
    app.fetched(order)
    app.job(order)
    app.page.evaluate(
        "() => { const put = IDBObjectStore.prototype.put; IDBObjectStore.prototype.put = function (...all) {"
        " if (this.name === 'blobs') throw new DOMException('full', 'QuotaExceededError');"
        " return put.apply(this, all) } }"
    )
    app.page.locator("[data-purpose=before] input").set_input_files([picture((40, 30))])
    expect(app.page.locator("#message.alert-danger")).to_be_visible()
    app.unsent(0)

    app.offline()
    app.page.locator("#s-finding [name=work_done]").fill("清洗")
    app.page.locator("#s-finding [type=submit]").click()
    app.unsent(1)
    app.page.evaluate("location.hash = '#/me'")
    app.page.locator("#sign-out").click()
    expect(app.page.locator("#ask p")).to_contain_text("1")
    app.page.locator("#ask button[value=no]").click()

    app.offline(False)
    app.synchronised()
    app.page.locator("#sign-out").click()
    app.page.locator("#ask button[value=yes]").click()
    app.page.wait_for_url("**/accounts/login/**")
    names = app.page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))")
    assert [name for name in names if name.startswith("jiannuo-field-")] == []
    assert settings.SESSION_COOKIE_NAME not in {cookie["name"] for cookie in app.context.cookies()}
