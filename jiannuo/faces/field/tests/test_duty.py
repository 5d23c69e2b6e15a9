"""Duty logs without network: what the phone takes along, what is taken over at its time, and what is refused."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.documents.models import Attachment
from jiannuo.office.notices.models import Notice
from jiannuo.operations.maintenance.models import DutyBook, DutyShift, LogStep, MaintenanceSettings, OpenItem
from jiannuo.operations.maintenance.services import (
    accept_shift,
    begin_shift,
    close_item,
    do_shift,
    raise_item,
    save_book,
    write_entry,
)
from jiannuo.operations.maintenance.tests.conftest import Plant
from jiannuo.operations.workorders.tests import scene

#: the most that one log may ask of the database, whatever is in it
LOG_QUERIES = 16


@pytest.fixture
def plant(db):
    return Plant()


@pytest.fixture
def book(plant):
    return save_book(
        DutyBook(organization=plant.branch, name="污水厂运行日志", shifts="早班,中班,夜班"),
        by=plant.dispatcher,
    )


@pytest.fixture
def phone(client, plant):
    client.force_login(plant.technician)
    return client


def ago(minutes):
    return timezone.now() - timedelta(minutes=minutes)


def key_of(book):
    return f"log-{book.pk}"


def hello(phone):
    return phone.get(reverse("field:hello")).json()["logs"]


def take(phone, book):
    return phone.get(reverse("field:log", args=[key_of(book)]))


def send(phone, book, step, *, at=None, **data):
    if at is not None:
        data["at"] = at.isoformat()
    return phone.post(reverse("field:send_log", args=[key_of(book), step]), data)


def refused(answer):
    return answer.status_code, answer.json()["code"]


def photo():
    return SimpleUploadedFile("a.png", scene.drawing(), content_type="image/png")


def handed(plant, shift, **more):
    return do_shift(shift, "hand_over", by=plant.technician, data={"summary": "运行平稳"}, **more)


# Taking along


def test_logs_come_along_with_who_is_on_duty_and_what_is_open(plant, book, phone):
    shift = begin_shift(book, by=plant.second, shift_name="早班")
    write_entry(shift, by=plant.second, kind="running", text="切换到2号泵")
    raise_item(shift, by=plant.second, text="3号阀门待更换")
    save_book(
        DutyBook(organization=plant.branch, name="停用", shifts="a", is_active=False), by=plant.dispatcher
    )
    save_book(DutyBook(organization=plant.elsewhere, name="外地", shifts="a"), by=None)

    assert set(hello(phone)) == {key_of(book)}
    pack = take(phone, book).json()

    assert (pack["shifts"], pack["shift"]["mine"], pack["shift"]["person"]) == (
        ["早班", "中班", "夜班"],
        False,
        "丁小波",
    )
    assert [one["text"] for one in pack["shift"]["entries"]] == ["切换到2号泵"]
    assert [one["text"] for one in pack["items"]] == ["3号阀门待更换"]


def test_the_word_of_a_log_changes_with_whatever_happens_in_it(plant, book, phone):
    words = [hello(phone)[key_of(book)]]

    def changed():
        words.append(hello(phone)[key_of(book)])

    shift = begin_shift(book, by=plant.technician, shift_name="早班")
    changed()
    write_entry(shift, by=plant.technician, kind="running", text="x")
    changed()
    item = raise_item(shift, by=plant.technician, text="y")
    changed()
    close_item(item, shift, by=plant.technician, result="z")
    changed()
    handed(plant, shift)
    changed()
    accept_shift(shift, by=plant.second, shift_name="中班", read=[])
    changed()
    assert len(set(words)) == 7
    assert hello(phone)[key_of(book)] == words[-1]


@pytest.mark.parametrize("entries", [2, 30])
def test_what_a_log_asks_of_the_database_does_not_grow(
    plant, book, phone, entries, django_assert_max_num_queries
):
    shift = begin_shift(book, by=plant.technician, shift_name="早班")
    for n in range(entries):
        write_entry(shift, by=plant.technician, kind="running", text=str(n))
        raise_item(shift, by=plant.technician, text=str(n))
    phone.get(reverse("field:hello"))
    with django_assert_max_num_queries(LOG_QUERIES):
        assert take(phone, book).status_code == 200


def test_strangers_and_people_who_keep_no_logs_get_none(client, plant, book):
    for person, status in ((None, 401), (plant.finance, 403), (plant.stranger, 403)):
        client.logout()
        if person is not None:
            client.force_login(person)
        assert take(client, book).status_code == status
    client.force_login(plant.technician)
    for wrong in ("log-0", "log-x", "0", "log-99999999999999999999"):
        assert client.get(reverse("field:log", args=[wrong])).status_code == 404
        answer = client.post(reverse("field:send_log", args=[wrong, "begin"]), {"shift_name": "早班"})
        assert refused(answer) == (404, "unknown")


# Taking over


def test_a_shift_begun_written_and_handed_over_without_network_keeps_its_times(plant, book, phone):
    times = [ago(minutes) for minutes in (240, 200, 180, 120, 60)]
    values = json.dumps([["出水压力", "0.45", "MPa"], ["电流", "12，5", "A"]])
    steps = [
        ("begin", {"key": "k-begin", "shift_name": "早班"}),
        ("entry", {"key": "k1", "shift": "k-begin", "kind": "reading", "text": "", "readings": values}),
        (
            "entry",
            {"key": "k2", "shift": "k-begin", "kind": "fault", "text": "2号泵异响", "photo-0": photo()},
        ),
        ("item", {"key": "k3", "shift": "k-begin", "text": "2号泵待检"}),
        ("hand_over", {"key": "k4", "shift": "k-begin", "summary": "运行平稳"}),
    ]
    for (step, data), at in zip(steps, times, strict=True):
        assert send(phone, book, step, at=at, **data).json() == {
            "done": True,
            "at": at.isoformat(),
            "corrected": False,
        }
    for (step, data), at in zip(steps, times, strict=True):
        data.pop("photo-0", None)
        assert send(phone, book, step, at=at, **data).json()["again"]

    shift = DutyShift.objects.get()
    assert (shift.state, shift.began_at, shift.handed_at, shift.summary) == (
        "handed_over",
        times[0],
        times[4],
        "运行平稳",
    )
    reading, fault = shift.entries.all()
    assert (reading.at, [str(one) for one in reading.readings.all()]) == (
        times[1],
        ["出水压力 0.45 MPa", "电流 12.5 A"],
    )
    assert (fault.at, fault.photos.count()) == (times[2], 1)
    assert Attachment.objects.filter(document=shift.pk).count() == 1
    assert OpenItem.objects.get().raised_at == times[3]
    assert [one.item.text for one in shift.handed.all()] == ["2号泵待检"]
    assert LogStep.objects.count() == 5
    assert take(phone, book).json()["readings"] == [["电流", "A"], ["出水压力", "MPa"]]


def test_a_shift_is_taken_over_without_network_with_all_that_is_open_read_and_signed(plant, book, phone):
    shift = begin_shift(book, by=plant.second, shift_name="早班", at=ago(300))
    item = raise_item(shift, by=plant.second, text="阀门", at=ago(200))
    do_shift(shift, "hand_over", by=plant.second, data={"summary": "x"}, at=ago(100))
    data = {"shift": shift.number, "shift_name": "中班", "signature": scene.signature_text(), "key": "a"}
    assert refused(send(phone, book, "accept", at=ago(90), read="", **data)) == (409, "changed")
    assert send(phone, book, "accept", at=ago(90), read=str(item.pk), **data).status_code == 200
    assert (
        send(phone, book, "close", shift="a", item=str(item.pk), result="换好", at=ago(50)).status_code == 200
    )

    shift.refresh_from_db()
    mine = DutyShift.objects.get(is_running=True)
    assert (shift.accepted_by, mine.person, mine.shift_name) == (plant.technician, plant.technician, "中班")
    assert abs(mine.began_at - ago(90)) < timedelta(seconds=5)
    item.refresh_from_db()
    assert (item.result, item.closed_in) == ("换好", mine)


def test_a_clock_that_is_a_day_wrong_is_put_right(plant, book, phone):
    shift = begin_shift(book, by=plant.technician, shift_name="早班", at=ago(60))
    early = send(phone, book, "entry", at=ago(24 * 60), shift=shift.number, kind="running", text="a").json()
    late = send(phone, book, "entry", at=ago(-24 * 60), shift=shift.number, kind="running", text="b").json()
    assert early["corrected"]
    assert late["corrected"]
    first, second = shift.entries.all()
    assert (first.at, second.at <= timezone.now()) == (shift.began_at, True)


def test_an_entry_may_speak_of_an_earlier_time_of_its_shift(plant, book, phone):
    shift = begin_shift(book, by=plant.technician, shift_name="早班", at=ago(120))
    when = ago(90)
    send(
        phone,
        book,
        "entry",
        at=ago(5),
        when=when.isoformat(),
        shift=shift.number,
        kind="work",
        text="清洗格栅",
    )
    assert shift.entries.get().at == when


def test_bad_entries_are_refused_and_nothing_is_kept(plant, book, phone):
    shift = begin_shift(book, by=plant.technician, shift_name="早班")
    good = {"shift": shift.number, "kind": "reading", "text": "抄表"}
    for wrong in (
        {"text": " "},
        {"kind": "dance"},
        {"readings": "{"},
        {"readings": '[["压力", "很低", "MPa"]]'},
        {"readings": '[["压力", "1e999", ""]]'},
        {"readings": '[["压力", "NaN", ""]]'},
        {"readings": '[["", "1", ""]]'},
        {"readings": '[["压力", "1"]]'},
        {"readings": '[["压力", "1", ""], ["压力", "2", ""]]'},
        {"readings": "7"},
        {"photo-0": SimpleUploadedFile("a.png", b"nothing")},
    ):
        assert refused(send(phone, book, "entry", **{**good, **wrong})) == (422, "invalid"), wrong
    assert refused(send(phone, book, "entry", **{**good, "shift": "DL-none"})) == (409, "changed")
    assert refused(send(phone, book, "close", shift=shift.number, item="0", result="x")) == (409, "changed")
    assert refused(send(phone, book, "dance")) == (404, "unknown")
    assert refused(send(phone, book, "hand_over", shift=shift.number, summary=" ")) == (422, "invalid")
    assert not shift.entries.exists()
    assert not LogStep.objects.exists()


# Refused, and what becomes of it


def test_what_arrives_after_the_hand_over_is_kept_late_with_its_reason_where_the_office_allows_it(
    plant, book, phone
):
    shift = begin_shift(book, by=plant.technician, shift_name="早班", at=ago(300))
    handed(plant, shift, at=ago(60))
    mine = accept_shift(shift, by=plant.second, shift_name="中班", read=[], at=ago(50))
    entry = {"shift": shift.number, "kind": "fault", "text": "2号泵跳闸一次", "key": "e"}
    item = {"shift": shift.number, "text": "2号泵待查", "key": "i"}
    for step, data in (("entry", entry), ("item", item)):
        assert refused(send(phone, book, step, at=ago(90), **data)) == (409, "late")
        for _turn in range(2):
            late = {**data, "late_reason": "地下室没有信号", "key": f"{data['key']}2"}
            assert send(phone, book, step, at=ago(90), **late).status_code == 200

    kept = shift.entries.get()
    assert (kept.text, kept.late_reason) == ("2号泵跳闸一次", "地下室没有信号")
    assert abs(kept.at - ago(90)) < timedelta(seconds=5)
    assert kept.recorded_at > ago(2)
    assert OpenItem.objects.get().late_reason == "地下室没有信号"
    assert Notice.objects.filter(kind="maintenance.late_entry", person=plant.second).count() == 2
    client = phone
    client.force_login(plant.dispatcher)
    page = client.get(reverse("maintenance:shift", args=[shift.number])).content.decode()
    assert "地下室没有信号" in page
    assert mine.entries.count() == 0


def test_late_entries_end_with_the_hours_that_the_managers_set(plant, book, phone):
    shift = begin_shift(book, by=plant.technician, shift_name="早班", at=ago(300))
    handed(plant, shift, at=ago(119))
    data = {"shift": shift.number, "kind": "fault", "text": "x", "late_reason": "没有信号"}
    for hours, said in ((0, "over"), (1, "over")):
        MaintenanceSettings.objects.update_or_create(pk=1, defaults={"late_entry_hours": hours})
        assert refused(send(phone, book, "entry", at=ago(200), **data)) == (409, said)
    MaintenanceSettings.objects.update(late_entry_hours=2)
    assert send(phone, book, "entry", at=ago(200), **data).status_code == 200


def test_a_late_item_goes_with_the_hand_over_that_nobody_has_accepted_yet(plant, book, phone):
    shift = begin_shift(book, by=plant.technician, shift_name="早班", at=ago(300))
    handed(plant, shift, at=ago(60))
    late = {"shift": shift.number, "text": "阀门", "late_reason": "没有信号"}
    assert send(phone, book, "item", at=ago(90), **late).status_code == 200
    assert [one.item.text for one in shift.handed.all()] == ["阀门"]
    assert not Notice.objects.filter(kind="maintenance.late_entry").exists()


def test_who_is_on_duty_is_named_when_a_shift_cannot_begin(plant, book, phone):
    begin_shift(book, by=plant.second, shift_name="早班")
    answer = send(phone, book, "begin", shift_name="早班", key="b")
    assert refused(answer) == (409, "running")
    assert "丁小波" in answer.json()["text"]
    assert refused(send(phone, book, "entry", shift="b", kind="running", text="x")) == (409, "changed")


def test_a_shift_begun_on_the_page_meanwhile_is_the_one_that_the_phone_began(plant, book, phone):
    shift = begin_shift(book, by=plant.technician, shift_name="早班")
    assert send(phone, book, "begin", shift_name="早班", key="b").status_code == 200
    assert send(phone, book, "entry", shift="b", kind="running", text="x").status_code == 200
    assert shift.entries.count() == 1


def test_nobody_writes_into_the_shift_of_another_or_hands_over_twice(plant, book, phone, client):
    shift = begin_shift(book, by=plant.technician, shift_name="早班")
    client.force_login(plant.second)
    assert refused(send(client, book, "entry", shift=shift.number, kind="running", text="x")) == (
        409,
        "not_yours",
    )
    client.force_login(plant.technician)
    assert send(client, book, "hand_over", shift=shift.number, summary="x", key="h").status_code == 200
    assert refused(send(client, book, "hand_over", shift=shift.number, summary="x", key="h2")) == (
        409,
        "state",
    )
    own = {"shift": shift.number, "shift_name": "中班", "read": "", "signature": scene.signature_text()}
    assert refused(send(client, book, "accept", **own)) == (422, "invalid")
