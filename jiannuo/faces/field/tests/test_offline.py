"""The addresses of the technician app: what is taken along, what is taken over later, and what is refused."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jiannuo.faces.field.offline.person import COOKIE, NOBODY, mark_of
from jiannuo.office.documents.models import Attachment
from jiannuo.office.notices.models import Notice
from jiannuo.operations.workorders.models import OrderCheck, WorkOrder
from jiannuo.operations.workorders.services import do, plan_times
from jiannuo.operations.workorders.tests import scene
from jiannuo.registry.products.models import ChecklistItem, FaultCode, LabourItem, SparePart

#: the most that one job's pack may ask of the database, however much was recorded
PACK_QUERIES = 50
#: the most that a greeting may ask without patrol rounds: whether there are rounds and routes is two of them, the van
#: and the duty logs are one each, so are installations, where loaners may be lent, those free and those that are out
GREETING_QUERIES = 13


@pytest.fixture
def phone(client, firm):
    client.force_login(firm.technician)
    return client


def take(client, order):
    return client.get(reverse("field:take", args=[order.number]))


def send(client, order, step, data=None, **headers):
    return client.post(reverse("field:send", args=[order.number, step]), data or {}, headers=headers)


def note(client, order, data):
    return client.post(reverse("field:note", args=[order.number]), data)


def photo(name="a.png"):
    return SimpleUploadedFile(name, scene.drawing(), content_type="image/png")


def fresh(order):
    return WorkOrder.objects.get(pk=order.pk)


def ago(minutes):
    return timezone.now() - timedelta(minutes=minutes)


# The app


def test_the_page_the_manifest_and_the_worker_are_for_anybody_and_say_nothing_about_anyone(client, db):
    page = client.get(reverse("field:app"))
    manifest = client.get(reverse("field:manifest")).json()
    worker = client.get(reverse("field:worker"))

    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe-eval" not in page.headers["Content-Security-Policy"]
    assert (manifest["name"], manifest["scope"]) == ("践诺现场服务", "/field/app/")
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    body = worker.content.decode()
    kept = json.loads(body[len("self.__field = ") : body.index(";\n")])
    assert kept["page"]["url"] == "/field/app/"
    assert all(entry["url"].startswith("/static/") and entry["revision"] for entry in kept["files"])
    for entry in kept["files"]:
        assert client.get(entry["url"]).status_code == 200


# Taking along


def test_hello_names_the_jobs_of_three_days_and_their_states(firm, phone, django_assert_max_num_queries):
    near = firm.step(firm.order(), "assign", appointment_from=scene.tomorrow(9))
    far = firm.step(firm.order(), "assign", appointment_from=scene.tomorrow(9) + timedelta(days=6))
    begun = firm.order_in("on_site")
    firm.step(firm.order(), "assign", technician=firm.colleague)

    with django_assert_max_num_queries(GREETING_QUERIES):
        said = phone.get(reverse("field:hello")).json()

    assert set(said["jobs"]) == {near.number, begun.number}
    assert far.number not in said["jobs"]
    assert said["person"] == mark_of(firm.technician)
    assert said["flow"]["next"]["dispatched"] == "accept"
    assert said["flow"]["steps"]["arrive"]["target"] == "on_site"


def test_the_word_of_a_job_changes_with_what_is_recorded(firm, phone):
    order = firm.order_in("on_site")

    def word():
        return phone.get(reverse("field:hello")).json()["jobs"][order.number]

    words = [word(), word()]
    send(phone, order, "finding", {"work_done": "清洗"})
    words.append(word())
    send(phone, order, "part", {"description": "铜管", "quantity": "1"})
    words.append(word())
    send(phone, order, "photos", {"photos": [photo()], "purpose": "before"})
    words.append(word())

    assert words[0] == words[1]
    assert len(set(words)) == 4


def test_a_plan_that_the_customer_does_not_know_is_told_apart_from_an_appointment(firm, phone):
    agreed = firm.step(firm.order(), "assign", appointment_from=scene.tomorrow(9))
    planned = firm.step(firm.order(), "assign")
    far = firm.step(firm.order(), "assign")
    begins = scene.tomorrow(13)
    word = phone.get(reverse("field:hello")).json()["jobs"][planned.number]
    plan_times(planned, starts_at=begins, ends_at=begins + timedelta(hours=1), by=firm.dispatcher)
    plan_times(
        far,
        starts_at=begins + timedelta(days=6),
        ends_at=begins + timedelta(days=6, hours=1),
        by=firm.dispatcher,
    )

    jobs = phone.get(reverse("field:hello")).json()["jobs"]

    assert set(jobs) == {agreed.number, planned.number}
    assert jobs[planned.number] != word
    times = take(phone, planned).json()["appointment"]
    assert (times["from"], datetime.fromisoformat(times["planned_from"])) == (None, begins)
    assert take(phone, agreed).json()["appointment"]["planned_from"] is None
    pages = [phone.get(reverse("field:jobs")), phone.get(reverse("field:job", args=[planned.number]))]
    assert all("计划时间" in page.content.decode() for page in pages)


def test_what_a_pack_asks_does_not_grow_with_what_was_recorded_nor_a_greeting_with_the_jobs(
    firm, phone, django_assert_max_num_queries
):
    order = firm.order_in("on_site")
    take(phone, order)  # the engine of the promises is made once
    with CaptureQueriesContext(connection) as first:
        take(phone, order)
    asked = len(first)
    for number in range(4):
        firm.order_in("closed")
        send(phone, order, "part", {"description": f"铜管{number}", "quantity": "1", "key": f"k{number}"})
        send(phone, order, "photos", {"photos": [photo()], "purpose": "before"})
    for _number in range(6):
        firm.step(firm.order(), "assign")

    with django_assert_max_num_queries(min(PACK_QUERIES, asked + 2)):
        assert len(take(phone, order).json()["lines"]) == 4
    with django_assert_max_num_queries(GREETING_QUERIES):
        assert len(phone.get(reverse("field:hello")).json()["jobs"]) == 7


def test_a_pack_holds_all_that_a_job_needs(firm, phone, django_assert_max_num_queries):
    earlier = firm.order_in("closed", fault="噪声")
    order = firm.order_in("on_site")

    with django_assert_max_num_queries(PACK_QUERIES):
        pack = take(phone, order).json()

    assert (pack["state"], pack["fault"], pack["unit"]["serial"]) == ("on_site", "不制冷", firm.unit.serial)
    assert [check["limits"] for check in pack["checks"]] == ["", "1.5–2.5 MPa"]
    assert pack["history"][0]["fault"] == earlier.fault
    assert {spec["name"] for spec in pack["forms"]["sign"]} >= {"signed_by", "test_agreed", "signature"}
    symptom = next(spec for spec in pack["forms"]["finding"] if spec["name"] == "symptom")
    assert [label for _key, label in symptom["choices"]] == ["不制冷"]
    assert [part["price"] for part in pack["catalogue"]["parts"].values()] == ["860.00"]
    assert [item["price"] for item in pack["catalogue"]["labour"].values()] == ["200.00"]
    assert set(pack["needs"]["fields"]) == {"symptom", "cause", "measure", "test_result", "test_passed"}


def test_the_quotes_of_a_pack_agree_with_what_is_charged_in_the_end(firm, phone):
    order = firm.order_in("on_site")
    quotes = take(phone, order).json()["quotes"]

    def quoted(kind, component="", *, added=False):
        own = [one for one in quotes if (one["kind"], one["added"], one["cause"]) == (kind, added, "")]
        own = [one for one in own if not one["consumable"]]
        exact = [one for one in own if one["component"] == component]
        return (exact or [one for one in own if not one["component"]])[0]

    part = {
        "part": SparePart.objects.get().pk,
        "component": firm.compressor.pk,
        "quantity": "1",
        "new_serial": "N",
    }
    send(phone, order, "part", part)
    send(phone, order, "part", {"description": "滤网", "component": firm.filter.pk, "quantity": "1"})
    labour = LabourItem.objects.get().pk
    send(phone, order, "labour", {"kind": "labour", "labour": labour, "quantity": "1"})
    added = {
        "kind": "other",
        "description": "支架",
        "quantity": "1",
        "unit_price": "80",
        "consented_by": "张",
    }
    send(phone, order, "added", added)

    charged = {line.description: line.payer for line in order.lines.all()}
    assert charged["压缩机 1.5P"] == quoted("parts", "compressor")["payer"] == "manufacturer"
    assert charged["滤网"] == quoted("parts", "filter")["payer"] == "customer"
    assert charged["更换压缩机"] == quoted("labour", "compressor")["payer"] == "manufacturer"
    assert charged["支架"] == quoted("other", added=True)["payer"] == "customer"


def test_jobs_of_others_are_not_taken_along(firm, client):
    order = firm.order_in("dispatched")
    client.force_login(firm.stranger)

    assert take(client, order).status_code == 404
    assert send(client, order, "accept").status_code == 404
    assert note(client, order, {"text": "x", "key": "k"}).status_code == 404


# Taking over


def test_a_whole_job_recorded_without_network_keeps_its_times(firm, phone):
    order = firm.order_in("dispatched")
    order.timeline.update(at=ago(300))
    place = {"latitude": "30.27", "longitude": "120.15"}
    codes = {
        name: FaultCode.objects.get(code=code).pk
        for name, code in [("symptom", "S1"), ("cause", "C1"), ("measure", "A1")]
    }
    steps = [("accept", {}), ("set_out", {}), ("arrive", place)]
    steps += [
        ("check", {"check": check.pk, "value": "yes" if check.kind == "yes_no" else "2.0"})
        for check in order.checks.all()
    ]
    steps += [
        ("finding", {**codes, "work_done": "更换"}),
        ("test", {"test_result": "12 ℃", "test_passed": "yes"}),
        ("complete", {**codes, "test_result": "12 ℃", "test_passed": "yes"}),
        (
            "sign",
            {
                "signed_by": "张伟",
                "signature": scene.signature_text(),
                "test_agreed": "on",
                "shown_total": "0.00",
            },
        ),
    ]
    times = [ago(240 - 10 * position) for position in range(len(steps))]
    for (step, data), at in zip(steps, times, strict=True):
        answer = send(phone, order, step, {**data, "key": step + str(data), "at": at.isoformat()})
        assert (answer.status_code, answer.json()["corrected"]) == (200, False), answer.json()

    order = fresh(order)
    visit = order.visits.get()
    assert (order.state, order.test_agreed) == ("signed", True)
    assert (visit.accepted_at, visit.set_out_at, visit.arrived_at) == tuple(times[:3])
    assert visit.arrived_latitude == 30.27
    assert order.signed_at == times[-1]
    assert order.checks.first().recorded_at == times[3]
    assert not order.timeline.filter(kind="comment").exists()


@pytest.mark.parametrize("said", ["2099-01-01T00:00:00+08:00", "1999-01-01T00:00:00+08:00", "yesterday", ""])
def test_a_clock_that_is_wrong_all_the_same_puts_nothing_into_the_future_or_before_the_assignment(
    firm, phone, said
):
    order = firm.order_in("dispatched")
    assigned = order.timeline.filter(action="assign").get().at

    answer = send(phone, order, "accept", {"at": said, "key": "k"}).json()

    assert answer["corrected"] is (said[:4] in ("2099", "1999"))
    assert assigned <= order.visits.get().accepted_at <= timezone.now()


def test_a_step_sent_again_is_answered_as_done(firm, phone):
    order = firm.order_in("on_site")
    sent = {"description": "铜管", "quantity": "1", "key": "k-1"}

    answers = [send(phone, order, "part", sent).json() for _time in range(2)]

    assert [answer.get("again", False) for answer in answers] == [False, True]
    assert order.lines.count() == 1


def test_a_photo_sent_again_is_kept_once_with_time_and_place(firm, phone):
    order = firm.order_in("on_site")
    taken = ago(60)
    sent = {
        "purpose": "before",
        "photos_taken_at": taken.isoformat(),
        "latitude": "30.1",
        "longitude": "120.2",
    }

    for _time in range(3):
        assert send(phone, order, "photos", {**sent, "photos": [photo()], "key": "p-1"}).status_code == 200

    kept = Attachment.objects.get(document_id=order.pk, purpose="before").file
    assert (kept.taken_at, kept.latitude, kept.longitude) == (taken, 30.1, 120.2)


def test_a_declined_job_answers_its_own_step_when_it_comes_again(firm, phone):
    order = firm.order_in("dispatched")
    sent = {"reason": "病了", "key": "k-1"}

    assert send(phone, order, "decline", sent).json()["done"]
    assert send(phone, order, "decline", sent).json() == {"done": True, "again": True}


def test_who_lost_the_job_is_told_and_can_leave_what_was_done_as_a_note(
    firm, phone, django_capture_on_commit_callbacks
):
    order = firm.order_in("accepted")
    do(order, "assign", by=firm.dispatcher, data={"technician": firm.colleague})

    refused = send(phone, order, "set_out", {"key": "k-1"})
    with django_capture_on_commit_callbacks(execute=True):
        sent = {"text": "已换电容", "key": "n-1", "note": "n-1"}
        left = [note(phone, order, sent), note(phone, order, sent)]
        left.append(note(phone, order, {"text": "", "photos": [photo()], "key": "n-2", "note": "n-1"}))

    assert (refused.status_code, refused.json()["code"]) == (409, "not_yours")
    assert [answer.status_code for answer in left] == [200, 200, 200]
    texts = [entry.text for entry in order.timeline.filter(kind="comment").order_by("pk")]
    assert len(texts) == 2
    assert "已换电容" in texts[0]
    assert Attachment.objects.filter(document_id=order.pk).count() == 1
    assert Notice.objects.filter(person=firm.dispatcher, kind="orders.field_note").count() == 1
    assert fresh(order).state == "dispatched"


def test_a_cancelled_job_says_so_with_the_reason(firm, phone):
    order = firm.order_in("accepted")
    do(order, "cancel", by=firm.dispatcher, data={"reason": "客户自行修好"})

    answer = send(phone, order, "set_out", {"key": "k-1"}).json()

    assert answer["code"] == "state"
    assert take(phone, order).status_code == 200


def test_another_sum_than_the_signed_one_is_told_to_the_dispatcher(
    firm, phone, django_capture_on_commit_callbacks
):
    order = firm.order_in("completed")
    sent = {
        "signed_by": "张",
        "signature": scene.signature_text(),
        "test_agreed": "on",
        "shown_total": "12.50",
    }

    with django_capture_on_commit_callbacks(execute=True):
        assert send(phone, order, "sign", {**sent, "key": "k"}).status_code == 200

    assert "12.50" in order.timeline.get(kind="comment").text
    assert Notice.objects.filter(person=firm.dispatcher, kind="orders.other_sum").count() == 1


REFUSED = [
    ("dispatched", "complete", {}, 409, "state"),
    ("on_site", "complete", {}, 422, "invalid"),
    ("accepted", "check", {"check": "CHECK", "value": "yes"}, 409, "state"),
    ("on_site", "check", {"check": "CHECK", "value": "maybe"}, 422, "invalid"),
    ("on_site", "part", {"part": "999999", "quantity": "1"}, 422, "invalid"),
    ("on_site", "photos", {"purpose": "before"}, 422, "invalid"),
    ("on_site", "photos", {"purpose": "before", "photos": "CUT"}, 422, "invalid"),
    ("completed", "sign", {"signed_by": "张", "signature": "SIGNATURE"}, 422, "invalid"),
    ("closed", "finding", {"work_done": "x"}, 409, "state"),
    ("on_site", "dance", {}, 404, "unknown"),
]


@pytest.mark.parametrize(("name", "step", "data", "status", "code"), REFUSED)
def test_a_bad_step_is_refused_with_words_and_changes_nothing(firm, phone, name, step, data, status, code):
    order = firm.order_in(name)
    cut = SimpleUploadedFile("a.png", scene.drawing()[:200], content_type="image/png")
    places = {"CHECK": str(order.checks.first().pk), "SIGNATURE": scene.signature_text(), "CUT": cut}
    sent = {
        field: places.get(value, value) if isinstance(value, str) else value for field, value in data.items()
    }

    answer = send(phone, order, step, {**sent, "key": "k"})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["text"]
    assert fresh(order).state == name
    # A refused step is not remembered as done: put right, it may come again under its key.
    assert not order.done_steps.exists()


# Who


def test_nobody_and_the_office_are_told_in_json(firm, client):
    order = firm.order_in("dispatched")
    addresses = [reverse("field:hello"), reverse("field:take", args=[order.number])]

    assert {client.get(address).status_code for address in addresses} == {401}
    assert send(client, order, "accept").json()["code"] == "signed_out"
    client.force_login(firm.dispatcher)
    assert {client.get(address).status_code for address in addresses} == {403}


def test_a_phone_that_holds_the_steps_of_another_person_is_refused(firm, phone):
    order = firm.order_in("dispatched")

    answer = send(phone, order, "accept", {"key": "k"}, X_Field_Person=mark_of(firm.colleague))

    assert (answer.status_code, answer.json()["code"]) == (409, "other_person")
    assert fresh(order).state == "dispatched"


def test_the_phone_is_marked_with_who_is_signed_in_and_with_nobody_afterwards(firm, client):
    client.force_login(firm.technician)
    client.get(reverse("accounts:profile"))
    assert COOKIE not in client.cookies
    client.get(reverse("field:jobs"))
    assert client.cookies[COOKIE].value == mark_of(firm.technician)

    client.post(reverse("account_logout"))
    assert client.cookies[COOKIE].value == NOBODY

    client.force_login(firm.colleague)
    client.get(reverse("accounts:profile"))
    assert client.cookies[COOKIE].value == mark_of(firm.colleague)


# Conduct


def test_the_conduct_is_asked_after_the_machine_and_needed_to_complete(firm):
    category = firm.unit.model.category
    ChecklistItem.objects.create(category=category, text="出示工牌", purpose="conduct", position=0)

    order = firm.order_in("on_site")

    assert [check.purpose for check in order.checks.all()] == ["work", "work", "conduct"]
    scene.answer_all(order, firm.technician)
    OrderCheck.objects.filter(order=order, purpose="conduct").update(recorded_at=None, value="")
    with pytest.raises(Exception, match="出示工牌"):
        do(order, "complete", by=firm.technician, data=scene.completion())
