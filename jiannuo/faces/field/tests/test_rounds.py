"""Patrol rounds without network: what the phone takes along, what is taken over later, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from jiannuo.faces.field.offline.rounds import key_of
from jiannuo.office.documents.models import Attachment
from jiannuo.office.notices.models import Notice
from jiannuo.operations.maintenance.models import ChecklistLine, PatrolRound, WalkStep
from jiannuo.operations.maintenance.services import (
    PointEntry,
    add_point,
    close_past_rounds,
    do_round,
    plan_round,
    plan_special,
    record_point,
    remove_point,
    save_route,
)
from jiannuo.operations.maintenance.tests.conftest import Plant
from jiannuo.operations.workorders.tests import scene

#: the most that a greeting may ask of the database, and one round of many points
GREETING_QUERIES, ROUND_QUERIES = 18, 14


@pytest.fixture
def plant(db):
    return Plant()


@pytest.fixture
def route(plant):
    return plant.route(("1号高杆灯", plant.unit), person=plant.technician)


@pytest.fixture
def phone(client, plant):
    client.force_login(plant.technician)
    return client


def today_key(route):
    return key_of(route.pk, timezone.localdate())


def hello(phone):
    return phone.get(reverse("field:hello")).json()["rounds"]


def take(phone, key):
    return phone.get(reverse("field:walk", args=[key]))


def send(phone, key, step, data=None):
    return phone.post(reverse("field:send_walk", args=[key, step]), data or {})


def answers(point, *, terminals="yes", current="450", **more):
    """What the phone sends for a point of a taken round."""
    values = {f"check-{c['key']}": terminals if c["kind"] == "yes_no" else current for c in point["checks"]}
    return {"point": point["id"], **values, **more}


def photo():
    return SimpleUploadedFile("a.png", scene.drawing(), content_type="image/png")


def refused(answer):
    return answer.status_code, answer.json()["code"]


# Taking along


def test_the_rounds_of_three_days_come_along_also_those_not_planned_yet(plant, route, phone):
    special = plan_special(route, day=plant.today, occasion="台风", by=plant.dispatcher)
    plan_round(plant.route(name="别人的", person=plant.second))
    free = plan_round(plant.route(name="谁都行"))
    plan_round(route)

    known = hello(phone)

    days = [plant.today + timedelta(days=n) for n in range(3)]
    wanted = {key_of(route.pk, day) for day in days}
    assert set(known) == wanted | {special.number, key_of(free.route_id, plant.today)}
    pack = take(phone, key_of(route.pk, days[2])).json()
    assert (pack["number"], pack["state"], pack["day"]) == ("", "planned", days[2].isoformat())
    first, second = pack["points"]
    assert (first["name"], first["unit"]) == ("1号高杆灯", None)
    assert second["unit"]["serial"] == plant.unit.serial
    assert [check["limits"] for check in first["checks"]] == ["", "380–520 A"]


def test_the_word_of_a_round_changes_with_its_route_and_with_what_is_recorded(plant, route, phone):
    key = today_key(route)
    words = [hello(phone)[key]]
    add_point(route, PointEntry(place="3号高杆灯"), by=plant.dispatcher)
    words.append(hello(phone)[key])
    ChecklistLine.objects.filter(text="运行电流").update(maximum=500)
    words.append(hello(phone)[key])
    one = do_round(plan_round(route), "start", by=plant.technician)
    words.append(hello(phone)[key])
    point = one.points.first()
    record_point(
        point,
        {c.pk: "yes" if c.kind == "yes_no" else "450" for c in point.checks.all()},
        by=plant.technician,
    )
    words.append(hello(phone)[key])
    assert hello(phone)[key] == words[-1]
    assert len(set(words)) == 5


@pytest.mark.parametrize("routes", [2, 9])
def test_what_rounds_ask_of_the_database_does_not_grow(plant, phone, django_assert_max_num_queries, routes):
    for n in range(routes):
        places = tuple(f"{n}-{m}号灯" for m in range(4))
        plan_round(plant.route(places, name=f"路线{n}", person=plant.technician))
    walked = plant.round(plant.route(name="走着的", person=plant.technician))
    phone.get(reverse("field:hello"))
    with django_assert_max_num_queries(GREETING_QUERIES):
        known = hello(phone)
    with django_assert_max_num_queries(ROUND_QUERIES):
        assert take(phone, key_of(walked.route_id, plant.today)).status_code == 200
    assert len(known) == 3 * (routes + 1)


def test_strangers_and_people_who_walk_no_rounds_get_none(client, plant, route):
    key = today_key(route)
    for person, status in ((None, 401), (plant.finance, 403), (plant.dispatcher, 403), (plant.second, 404)):
        client.logout()
        if person is not None:
            client.force_login(person)
        assert take(client, key).status_code == status
    client.force_login(plant.technician)
    for wrong in ("0-20261122", f"{route.pk}-20261399", "RD-none", f"{route.pk}-19700101"):
        assert take(client, wrong).status_code == 404
        assert refused(send(client, wrong, "start")) == (404, "unknown")


# Taking over


def test_a_round_begun_where_there_was_no_network_is_planned_walked_and_finished_at_its_times(
    plant, route, phone
):
    key = today_key(route)
    now = timezone.now()
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    begin = max(now - timedelta(hours=2), midnight)
    first, second = take(phone, key).json()["points"]

    assert send(phone, key, "start", {"key": "s", "at": begin.isoformat()}).status_code == 200
    data = answers(
        first, current="560", key="p1", at=now.isoformat(), scanned="on", latitude="30.27", longitude="120.15"
    )
    assert send(phone, key, "point", data).status_code == 200
    assert send(phone, key, "skip", {"point": second["id"], "reason": "门锁着", "key": "p2"}).json()["done"]
    assert send(phone, key, "finish", {"remark": "2号次日补", "key": "f"}).status_code == 200

    one = PatrolRound.objects.get()
    assert (one.state, one.person, one.started_at) == ("finished", plant.technician, begin)
    met, left = one.points.all()
    assert (met.state, met.scanned, met.latitude, met.recorded_at) == ("done", True, 30.27, now)
    assert (left.state, left.remark) == ("skipped", "门锁着")
    assert "560" in one.findings_in.get().value
    pack = take(phone, key).json()
    assert (pack["state"], pack["points"][0]["checks"][1]["passed"]) == ("finished", False)


def test_what_is_sent_again_is_answered_as_done_and_changes_nothing(plant, route, phone):
    key = today_key(route)
    first = take(phone, key).json()["points"][0]
    steps = [("start", {"key": "s"}), ("point", answers(first, key="p", current="560"))]
    for step, data in [*steps, *steps, *steps]:
        assert send(phone, key, step, data).json()["done"]
    one = PatrolRound.objects.get()
    assert one.findings_in.count() == 1
    assert WalkStep.objects.count() == 2
    reason = {"reason": "雷雨", "key": "b"}
    assert "again" not in send(phone, key, "break_off", reason).json()
    assert send(phone, key, "break_off", reason).json()["again"]
    assert one.timeline.filter(action="break_off").count() == 1


def test_a_photo_that_a_check_asks_for_arrives_with_its_time_and_place(plant, route, phone):
    ChecklistLine.objects.create(checklist=plant.checklist, position=9, text="现场照片", kind="photo")
    key = today_key(route)
    first = take(phone, key).json()["points"][0]
    wanted = first["checks"][2]["key"]
    send(phone, key, "start")
    data = answers(first)
    del data[f"check-{wanted}"]
    assert refused(send(phone, key, "point", data)) == (422, "invalid")
    taken = timezone.now() - timedelta(minutes=5)
    more = {f"photo-{wanted}": photo(), f"taken-{wanted}": taken.isoformat(), "latitude": "30.2"}
    assert send(phone, key, "point", {**data, **more, "longitude": "120.1", "key": "p"}).status_code == 200
    file = PatrolRound.objects.get().points.first().checks.get(kind="photo").photo
    assert (file.taken_at, file.latitude) == (taken, 30.2)
    assert Attachment.objects.filter(document=PatrolRound.objects.get()).count() == 1


def test_a_clock_that_is_a_day_wrong_is_put_right(plant, route, phone):
    key = today_key(route)
    first = take(phone, key).json()["points"][0]
    now = timezone.now()
    begun = send(phone, key, "start", {"at": (now - timedelta(days=1)).isoformat()}).json()
    assert begun["corrected"]
    later = send(phone, key, "point", answers(first, at=(now + timedelta(days=1)).isoformat())).json()
    assert later["corrected"]
    one = PatrolRound.objects.get()
    assert timezone.localdate(one.started_at) == plant.today
    assert one.started_at <= one.points.first().recorded_at <= timezone.now()
    assert datetime.fromisoformat(later["at"]) <= timezone.now()


# Refused


def test_bad_answers_are_refused_by_check_and_nothing_is_kept(plant, route, phone):
    key = today_key(route)
    first = take(phone, key).json()["points"][0]
    assert refused(send(phone, key, "point", answers(first)))[0] == 409  # not begun
    send(phone, key, "start")
    for bad in (
        answers(first, current="很低"),
        answers(first, current="1e999"),
        answers(first, terminals=""),
        answers(first, latitude="200"),
        {"point": "x"},
        {"point": ""},
    ):
        assert refused(send(phone, key, "point", bad)) == (422, "invalid")
    assert refused(send(phone, key, "skip", {"point": first["id"], "reason": " "})) == (422, "invalid")
    assert refused(send(phone, key, "finish")) == (422, "invalid")
    assert refused(send(phone, key, "break_off")) == (422, "invalid")
    assert refused(send(phone, key, "dance")) == (404, "unknown")
    assert refused(send(phone, key, "point", answers({**first, "id": 0}))) == (409, "changed")
    extra = {**answers(first), "check-000000000000": "5"}
    assert refused(send(phone, key, "point", extra)) == (409, "changed")
    assert PatrolRound.objects.get().points.filter(state="open").count() == 2


def test_a_round_called_off_closed_or_given_away_is_refused_and_kept_as_a_note(plant, route, phone):
    key = today_key(route)
    one = plan_round(route)

    do_round(one, "give", by=plant.dispatcher, data={"person": plant.second})
    answer = send(phone, key, "start", {"key": "s"})
    assert refused(answer) == (409, "not_yours")
    assert "丁小波" in answer.json()["text"]
    assert key not in hello(phone)
    do_round(one, "give", by=plant.dispatcher, data={"person": plant.technician})
    assert send(phone, key, "start", {"key": "s"}).status_code == 200
    do_round(one, "give_on", by=plant.dispatcher, data={"person": plant.second})
    assert refused(send(phone, key, "finish")) == (409, "not_yours")

    note = {"text": "1号 450 A", "key": "n1", "note": "n1"}
    for _again in range(2):
        assert send(phone, key, "note", note).status_code == 200
    more = {"text": "", "key": "n2", "note": "n1", "photos": [photo()]}
    assert send(phone, key, "note", more).status_code == 200
    assert refused(send(phone, key, "note", {"text": " ", "key": "n3"})) == (422, "invalid")
    said = one.timeline.filter(kind="comment").order_by("pk")
    assert "450 A" in said[0].text
    assert len(said) == 2
    assert Notice.objects.filter(kind="maintenance.round_note", person=plant.dispatcher).count() == 1

    other = plan_round(plant.route(name="乙", person=plant.technician))
    do_round(other, "call_off", by=plant.dispatcher, data={"reason": "台风停工"})
    answer = send(phone, key_of(other.route_id, plant.today), "start")
    assert refused(answer) == (409, "cancelled")
    assert "台风停工" in answer.json()["text"]

    late = plan_round(plant.route(name="丙", person=plant.technician), today=plant.ago(1))
    close_past_rounds()
    assert refused(send(phone, key_of(late.route_id, plant.ago(1)), "start")) == (409, "over")


def test_a_point_recorded_by_somebody_else_or_taken_off_is_said_and_the_rest_goes_on(plant, route, phone):
    key = today_key(route)
    first, second = take(phone, key).json()["points"]
    send(phone, key, "start")
    met, other = PatrolRound.objects.get().points.all()
    record_point(
        met, {c.pk: "yes" if c.kind == "yes_no" else "450" for c in met.checks.all()}, by=plant.second
    )
    answer = send(phone, key, "point", answers(first, current="500", key="p"))
    assert refused(answer) == (409, "recorded")
    assert "丁小波" in answer.json()["text"]
    remove_point(other.point, by=plant.dispatcher)
    assert refused(send(phone, key, "point", answers(second)))[0] == 422
    assert refused(send(phone, key, "skip", {"point": second["id"], "reason": "没了"}))[0] == 422
    assert send(phone, key, "finish", {"key": "f"}).status_code == 200


def test_a_route_changed_before_its_round_was_planned_asks_for_none(plant, route, phone):
    key = today_key(route)
    weekday = str((plant.today.weekday() + 1) % 7)
    route.weekdays = weekday
    save_route(route, by=plant.dispatcher)
    assert key not in hello(phone)
    assert refused(send(phone, key, "start")) == (404, "unknown")
    tomorrow = key_of(route.pk, plant.today + timedelta(days=1))
    assert tomorrow in hello(phone)
    assert refused(send(phone, tomorrow, "start")) == (404, "unknown")
    assert not PatrolRound.objects.exists()
