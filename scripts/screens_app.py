"""Leads the technician app into the states that its pictures show. What is done here never reaches the server.

Each function takes a page on which the app has fetched its jobs, with the network off unless it says otherwise.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

Prepare = Callable[["Page"], None]
STATES: dict[str, Prepare] = {}
#: those that need the network, or an answer in its place
ONLINE = {"conflict", "conflict_late", "full"}
#: how long fetching all jobs may take on a busy machine (milliseconds)
FETCHING = 120_000
#: the storage refuses pictures from now on
NO_ROOM = """() => { const put = IDBObjectStore.prototype.put; IDBObjectStore.prototype.put = function (...all) {
  if (['blobs', 'queue'].includes(this.name)) throw new DOMException('full', 'QuotaExceededError');
  return put.apply(this, all) } }"""


def state(function: Prepare) -> Prepare:
    """Register a state under the name of its function."""
    STATES[function.__name__] = function
    return function


def open_app(page: Page) -> None:
    """The app with its files, its jobs and its rounds on the phone."""
    page.goto("/field/app/")
    page.wait_for_selector("body[data-ready=yes]")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_selector("#pill[data-situation=idle]", timeout=FETCHING)
    if page.evaluate("navigator.serviceWorker.controller === null"):
        page.reload()
        page.wait_for_selector("#pill[data-situation=idle]", timeout=FETCHING)


def open_job(page: Page, *wanted: str) -> None:
    """The first job whose big button is one of the steps ``wanted``; raises LookupError."""
    addresses = page.locator("a[href^='#/job/']").evaluate_all(
        "all => all.map((one) => one.getAttribute('href'))"
    )
    for address in addresses:
        page.evaluate("(address) => { location.hash = address }", address)
        page.wait_for_selector(f".j-subtitle:has-text('{address.split('/')[-1]}')")
        if any(page.locator(f"[data-next={step}]").count() for step in wanted):
            return
    raise LookupError(f"no job of the demonstration waits for {wanted}")


def press(page: Page, *steps: str) -> None:
    """Do those of the steps in turn that the job has not behind it."""
    for step in steps:
        if not page.locator(f"[data-next={step}]").count():
            continue
        page.locator(f"[data-next={step}]").click()
        page.locator(f"[data-next={step}]").wait_for(state="detached")


def picture(words: str) -> Any:
    """A photo with some words on it."""
    image = Image.new("RGB", (640, 480), "#3d5a73")
    draw = ImageDraw.Draw(image)
    draw.rectangle((60, 120, 580, 400), fill="#c9d3dc", outline="#20303f", width=6)
    draw.ellipse((230, 170, 410, 350), outline="#20303f", width=10)
    draw.text((70, 40), words, fill="white")
    content = io.BytesIO()
    image.save(content, "JPEG", quality=80)
    return {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


#: a second of a moving square, as a phone's camera films it
FILM = """async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
  const paper = canvas.getContext('2d');
  let step = 0;
  const turn = setInterval(() => { paper.fillStyle = '#3d5a73'; paper.fillRect(0, 0, 320, 180);
    paper.fillStyle = '#ffb000'; paper.fillRect(20 + 6 * step++, 60, 60, 60); }, 60);
  const recorder = new MediaRecorder(canvas.captureStream(15), { mimeType: 'video/webm' });
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.start();
  await new Promise((done) => setTimeout(done, 1000));
  recorder.stop();
  await new Promise((done) => { recorder.onstop = done });
  clearInterval(turn);
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa([...bytes].map((one) => String.fromCharCode(one)).join(''));
}"""


def draw_name(page: Page, form: str) -> None:
    canvas = page.locator(f"{form} canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 10):
        page.mouse.move(box["x"] + 40 + 22 * step, box["y"] + 60 + 18 * (-1) ** step)
    page.mouse.up()


def choose_first(page: Page, selector: str) -> None:
    """The first real entry of a list, chosen or typed."""
    field = page.locator(selector)
    if field.evaluate("one => one.tagName") == "SELECT":
        field.select_option(index=1)
    else:
        label = field.evaluate("one => one.list.options[0].value")
        field.fill(label)


# Jobs


@state
def job_new(page: Page) -> None:
    open_job(page, "accept", "set_out")


@state
def job_late(page: Page) -> None:
    """On the way, late, and the customer is to be told."""
    _late(page)
    page.locator("#s-delay summary").click()


def _late(page: Page) -> None:
    addresses = page.locator("a[href^='#/job/']").evaluate_all(
        "all => all.map((one) => one.getAttribute('href'))"
    )
    for address in addresses:
        page.evaluate("(address) => { location.hash = address }", address)
        page.wait_for_selector(f".j-subtitle:has-text('{address.split('/')[-1]}')")
        press(page, "accept", "set_out")
        if page.locator("#s-delay").count():
            break
    page.locator("#s-delay summary").click()
    page.locator("#s-delay [data-later='60']").click()
    page.locator("#s-delay [name=reason]").fill("前一单更换压缩机，多用了一个小时")
    page.locator("#s-delay [type=submit]").click()
    page.locator("#late-notes").wait_for()


def at_work(page: Page) -> None:
    open_job(page, "accept", "set_out", "arrive")
    press(page, "accept", "set_out", "arrive")


@state
def job_work(page: Page) -> None:
    at_work(page)


@state
def job_checks(page: Page) -> None:
    """Some answered, one out of its limits."""
    at_work(page)
    for button in page.locator("#s-checks button[value=yes]").all()[:2]:
        button.click()
    numbers = page.locator("#s-checks input[inputmode=decimal]")
    if numbers.count():
        numbers.first.fill("99")
        numbers.first.blur()
    _only(page, "#s-checks", "#s-conduct")


@state
def job_photos(page: Page) -> None:
    at_work(page)
    clip = base64.b64decode(page.evaluate(FILM))
    page.locator("[data-purpose=before] input").set_input_files([picture("before"), picture("plate")])
    page.locator("[data-purpose=after] input").set_input_files([picture("after")])
    page.locator("[data-purpose=video] input").set_input_files(
        {"name": "k.webm", "mimeType": "video/webm", "buffer": clip}
    )
    page.locator(".j-clip video").wait_for()
    _only(page, "#s-photos")


@state
def job_lines(page: Page) -> None:
    """A part and labour added, another part about to be."""
    at_work(page)
    _line(page)
    page.locator("#s-part summary").click()
    choose_first(page, "#s-part [name=part]")
    page.locator("#s-part [name=quantity]").fill("2")
    _only(page, "#s-part", "#s-labour", "#s-added", "#s-charges")


def _line(page: Page) -> None:
    page.locator("#s-labour summary").click()
    kind = page.locator("#s-labour [name=kind]")
    if kind.count() and kind.first.evaluate("one => one.tagName") == "SELECT":
        kind.first.select_option("labour")
    choose_first(page, "#s-labour [name=labour]")
    page.locator("#s-labour [name=quantity]").fill("1")
    page.locator("#s-labour [type=submit]").click()
    page.locator("#total").wait_for()


@state
def job_finish(page: Page) -> None:
    """What is still missing before the work can be completed."""
    at_work(page)
    _only(page, "#s-test", "#s-finish")


def _completed(page: Page) -> None:
    at_work(page)
    for section in ("#s-checks", "#s-conduct"):
        for button in page.locator(f"{section} button[value=yes]").all():
            button.click()
        for number in page.locator(f"{section} input[inputmode=decimal]").all():
            number.fill(
                _within(
                    number.evaluate("one => one.closest('li').querySelector('.j-number')?.innerText ?? ''")
                )
            )
            number.blur()
        for text in page.locator(f"{section} input.form-control:not([inputmode])").all():
            text.fill("正常")
            text.blur()
        for photo in page.locator(f"{section} input[type=file]").all():
            photo.set_input_files([picture("check")])
    page.locator("[data-purpose=before] input").set_input_files([picture("before")])
    page.locator("[data-purpose=after] input").set_input_files([picture("after")])
    _line(page)
    for name in ("symptom", "cause", "measure"):
        if not page.locator(f"#s-finding [name={name}]").input_value():
            choose_first(page, f"#s-finding [name={name}]")
    page.locator("#s-finding [name=work_done]").fill("更换风扇电机，清洗滤网")
    meter = page.locator("#s-finding [name=meter_reading]")
    if meter.count():
        meter.fill("1200")
    page.locator("#s-finding [type=submit]").click()
    page.locator("#s-test [name=test_result]").fill("出风口温差 12 ℃，运行正常")
    page.locator("#s-test label.btn").first.click()
    page.locator("#s-test [type=submit]").click()
    page.locator("[data-complete]:enabled").click()
    page.locator("#s-sign").wait_for()


def _within(limits: str) -> str:
    """A number within limits such as “8–20 ℃”."""
    found = "".join(sign if sign.isdigit() or sign in ".–" else " " for sign in limits).split()
    low = found[0].split("–")[0] if found else ""
    return low or "1"


@state
def job_sign(page: Page) -> None:
    _completed(page)
    page.locator("#s-sign [name=signed_by]").fill(page.locator("main .fs-3.fw-bold").first.inner_text())
    draw_name(page, "#s-sign")


@state
def job_done(page: Page) -> None:
    _completed(page)
    page.locator("#s-sign [name=signed_by]").fill(page.locator("main .fs-3.fw-bold").first.inner_text())
    page.locator("#s-sign [name=test_agreed]").check()
    draw_name(page, "#s-sign")
    page.locator("#s-sign [type=submit]").click()
    page.locator("#s-sign").wait_for(state="detached")


def _only(page: Page, *wanted: str) -> None:
    """Leave the wanted sections on the picture; the page as a whole is on another."""
    page.add_style_tag(content=f"main > .card:not({', '.join(wanted)}), main > div.card {{ display: none }}")
    page.evaluate("window.scrollTo(0, 0)")


# What waits, what was refused, what has no room


@state
def queue(page: Page) -> None:
    _late(page)
    page.evaluate("location.hash = '#/'")
    at_work(page)
    page.locator("#s-finding [name=work_done]").fill("更换风扇电机")
    page.locator("#s-finding [type=submit]").click()
    page.locator("[data-purpose=before] input").set_input_files([picture("before")])
    page.evaluate("location.hash = '#/queue'")
    page.locator("#send-now").wait_for()


def _refuse(page: Page, status: int, code: str, text: str, *, step: str) -> None:
    """Answer ``step`` with a refusal, and what comes before it as done, without asking the server."""
    refusal = json.dumps({"done": False, "code": code, "text": text, "details": []})

    def answer(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        if route.request.url.endswith(f"/{step}"):
            return route.fulfill(status=status, body=refusal, content_type="application/json")
        return route.fulfill(body='{"done": true}', content_type="application/json")

    page.context.route("**/field/app/*/*/*", answer)


@state
def conflict(page: Page) -> None:
    """The job was given to somebody else while there was no network."""
    page.context.set_offline(True)
    open_job(page, "accept", "set_out")
    press(page, "accept", "set_out")
    _refuse(page, 409, "not_yours", "该工单已改派他人。请把您的记录发给派工员。", step="set_out")
    page.context.set_offline(False)
    page.locator("#s-refused").wait_for()


@state
def conflict_late(page: Page) -> None:
    """The shift was handed over meanwhile."""
    page.context.set_offline(True)
    log(page)
    _refuse(page, 409, "late", "该班次现为“待接班”。", step="entry")
    page.context.set_offline(False)
    page.locator("#s-late").wait_for()


@state
def full(page: Page) -> None:
    page.context.set_offline(True)
    at_work(page)
    page.evaluate(NO_ROOM)
    page.locator("[data-purpose=before] input").set_input_files([picture("before")])
    page.locator("#message").wait_for()
    _only(page, "#s-photos")


@state
def me(page: Page) -> None:
    page.evaluate("location.hash = '#/me'")
    page.locator("#refresh").wait_for()


# Rounds and duty logs


def _round(page: Page) -> None:
    page.locator("[data-walk]:has(.j-state)").first.click()
    start = page.locator("[data-start]")
    if start.count():
        start.click()


@state
def walk(page: Page) -> None:
    _round(page)
    page.locator("#points").wait_for()


@state
def walk_point(page: Page) -> None:
    _round(page)
    page.locator("[data-next-point]").click()
    numbers = page.locator("#point-form input[inputmode=decimal]")
    if numbers.count():
        numbers.first.fill("999")
    else:
        page.locator("#point-form button[value=no]").first.click()


def _site(page: Page, section: str = "") -> None:
    """The first installation, or the first whose present stage is ``section``; raises LookupError."""
    addresses = page.locator("[data-site] a").evaluate_all(
        "all => all.map((one) => one.getAttribute('href'))"
    )
    for address in addresses:
        page.evaluate("(address) => { location.hash = address }", address)
        page.wait_for_selector(f".j-subtitle:has-text('{address.split('/')[-1]}')")
        if not section or page.locator(f"section#s-{section}").count():
            return
    raise LookupError(f"no installation of the demonstration is at {section}")


@state
def installation(page: Page) -> None:
    _site(page, "unpacking")


@state
def installation_line(page: Page) -> None:
    """A line of the packing list that is damaged."""
    _site(page, "unpacking")
    page.locator("[data-line]").first.click()
    page.locator("form[data-form] label.btn").nth(1).click()
    page.locator("form[data-form] [name=remark]").fill("外壳凹陷")


@state
def installation_value(page: Page) -> None:
    """The values of an installation in its trial run."""
    _site(page, "trial")
    page.locator("#s-commissioning summary").click()


@state
def loaners(page: Page) -> None:
    page.evaluate("location.hash = '#/loaner'")
    page.locator("#s-pool").wait_for()


@state
def loaner_lend(page: Page) -> None:
    page.evaluate("location.hash = '#/loaner/lend'")
    page.locator("[name=piece]").wait_for()


@state
def log(page: Page) -> None:
    """On duty, with a value, a photo and something open."""
    page.locator("[data-log]:has-text('值班电话')").first.click()
    page.locator("h1").wait_for()
    if page.locator("#s-accept").count():
        for tick in page.locator("#s-accept [name=read]").all():
            tick.check()
        draw_name(page, "#s-accept")
        page.locator("#s-accept [type=submit]").click()
    elif page.locator("#s-begin").count():
        page.locator("#s-begin button").click()
    page.locator("#entry-form").wait_for()
    page.locator("#entry-kind").select_option("reading")
    if not page.locator("[name=value-0]").count():
        page.locator("#more-values").click()
        page.locator("[name=name-0]").fill("出水压力")
        page.locator("[name=unit-0]").fill("MPa")
    page.locator("[name=value-0]").fill("0.45")
    page.locator("#entry-form input[type=file]").set_input_files([picture("gauge")])
    page.locator("#entry-form .j-photo-list img").wait_for()
    page.locator("#entry-form [type=submit]").click()
    page.locator("[data-entry]").first.wait_for()
    page.locator("#entry-text").fill("2号风机轴承异响，已切换到1号风机，通知机修")
