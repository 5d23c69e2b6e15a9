"""The board's pages and data: budgets, scope, conflicts between dispatchers, absences, group trips."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.documents.services import act
from jiannuo.operations.appointments.models import VisitNote
from jiannuo.operations.dispatch.board import trips
from jiannuo.operations.dispatch.board.services import Placement, Refused, place
from jiannuo.operations.dispatch.models import GroupTrip
from jiannuo.operations.dispatch.tests.many import fill
from jiannuo.operations.workforce.models import Absence, Certificate, CertificateKind, Shift, Skill
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import change_visit
from jiannuo.operations.workorders.services.visits import open_visit
from jiannuo.operations.workorders.tests import scene
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(firm: Any) -> Any:
    """The company with two technicians at work tomorrow who can do everything of the unit."""
    for person in (firm.technician, firm.colleague):
        Skill.objects.create(technician=person.technician, category=firm.unit.model.category, level=4)
        Shift.objects.create(
            technician=person.technician, starts_at=scene.tomorrow(8), ends_at=scene.tomorrow(18)
        )
    return firm


@pytest.fixture
def desk(shop: Any) -> Client:
    """The browser of the dealer's dispatcher."""
    client = Client()
    client.force_login(shop.dispatcher)
    return client


def day() -> str:
    return scene.tomorrow(0).date().isoformat()


def data_of(client: Client, **query: Any) -> dict[str, Any]:
    response = client.get(reverse("dispatch:board_data"), {"day": day(), **query})
    assert response.status_code == 200
    return json.loads(response.content)


def send(client: Client, order: WorkOrder, person: Any, hour: int, **more: Any) -> Any:
    url = reverse("dispatch:board_place", args=[order.number])
    begins = scene.tomorrow(hour).strftime("%Y-%m-%dT%H:%M")
    values = {"technician": person.pk, "begins": begins, "version": order.version, **more}
    return client.post(url, values, headers={"HX-Request": "true"})


def placed(shop: Any, person: Any, hour: int, minutes: int = 60, **fields: Any) -> WorkOrder:
    begins = scene.tomorrow(hour)
    placement = Placement(person, begins, begins + timedelta(minutes=minutes))
    return place(shop.order(**fields), placement, by=shop.dispatcher)


# Data


def test_three_hundred_orders_and_forty_technicians_in_fifteen_queries(
    firm, client, django_assert_max_num_queries
):
    fill(firm, technicians=40, waiting=150, planned=150)
    client.force_login(factories.person("dispatcher", at=firm.head))

    with django_assert_max_num_queries(15):
        found = data_of(client)

    assert len(found["queue"]) == 150
    assert len(found["jobs"]) == 150
    assert sum(len(group["people"]) for group in found["groups"]) >= 40
    assert len(json.dumps(found, ensure_ascii=False)) < 120_000


def test_the_page_the_details_and_the_pulse_keep_to_their_budgets(shop, desk, django_assert_max_num_queries):
    order = placed(shop, shop.technician, 9)
    with django_assert_max_num_queries(12):
        assert desk.get(reverse("dispatch:board")).status_code == 200
    with django_assert_max_num_queries(25):
        page = desk.get(reverse("dispatch:board_order", args=[order.number]))
    assert order.number in page.content.decode()
    waiting = shop.order()
    with django_assert_max_num_queries(25):
        desk.get(reverse("dispatch:board_order", args=[waiting.number]))
    with django_assert_max_num_queries(11):
        desk.get(reverse("dispatch:board_pulse"), {"day": day()})


@pytest.mark.parametrize("ends", [None, -1, 0, 30])
def test_a_planned_visit_is_marked_when_the_certificate_is_missing_or_expired(shop, desk, ends):
    order = placed(shop, shop.technician, 9)
    kind = CertificateKind.objects.create(name="制冷作业证")
    kind.categories.add(shop.unit.model.category)
    visit_day = scene.tomorrow(9).date()
    if ends is not None:
        Certificate.objects.create(
            technician=shop.technician.technician,
            kind=kind,
            number="ZL-1",
            expires_on=visit_day + timedelta(days=ends),
        )

    job = next(one for one in data_of(desk)["jobs"] if one["n"] == order.number)
    page = desk.get(reverse("dispatch:board_order", args=[order.number])).content.decode()

    lacks = ends is None or ends < 0
    assert any("制冷作业证" in text for text in job["w"]) == lacks
    assert ("没有有效证书：制冷作业证" in page) == lacks


def test_the_pulse_is_still_until_somebody_changes_something(shop, desk):
    order = shop.order()
    url = f"{reverse('dispatch:board_pulse')}?day={day()}"
    first = desk.get(url)
    tag = first["ETag"]
    assert desk.get(url, headers={"If-None-Match": tag}).status_code == 304

    order = place(
        order, Placement(shop.technician, scene.tomorrow(9), scene.tomorrow(10)), by=shop.dispatcher
    )
    changed = desk.get(url, headers={"If-None-Match": tag})
    assert changed.status_code == 204
    tag = changed["ETag"]
    change_visit(order, by=shop.dispatcher, locked=True)
    assert desk.get(url, headers={"If-None-Match": tag}).status_code == 204


def test_the_board_tells_what_is_planned_and_what_speaks_against_it(shop, desk):
    placed(shop, shop.technician, 9)
    Skill.objects.all().delete()
    waiting = shop.order(severity="critical")

    found = data_of(desk)

    (job,) = found["jobs"]
    assert job["f"].endswith("T09:00")
    assert job["p"] == shop.technician.pk
    assert len(job["w"]) == 1
    assert [one["n"] for one in found["queue"]] == [waiting.number]
    assert {one["k"] for one in found["back"]} == {"shift"}


@pytest.mark.parametrize("query", [{"day": "nonsense"}, {"day": "9999-12-31"}, {"days": "x"}, {"days": "70"}])
def test_nonsense_in_the_address_shows_today(desk, query):
    for name in ("board", "board_data", "board_pulse"):
        assert desk.get(reverse(f"dispatch:{name}"), query).status_code in {200, 204}


# Who may


def test_a_technician_may_not_open_the_board(shop, client):
    client.force_login(shop.technician)
    for name in ("board", "board_data", "board_pulse", "board_absent", "trip_new"):
        assert client.get(reverse(f"dispatch:{name}")).status_code == 403


def test_a_dealer_sees_and_moves_only_the_own(shop, desk):
    order = placed(shop, shop.technician, 9)
    other = Client()
    other.force_login(factories.person("dispatcher", at=shop.other_dealer))

    assert data_of(other)["jobs"] == []
    assert order.number not in other.get(reverse("dispatch:board_data")).content.decode()
    assert other.get(reverse("dispatch:board_order", args=[order.number])).status_code == 404
    assert send(other, order, shop.stranger, 9).status_code == 404
    assert send(desk, order, shop.stranger, 9).status_code == 422  # a technician of the other dealer


# Conflicts


def test_two_dispatchers_drag_the_same_order(shop, desk):
    order = shop.order()
    assert send(desk, order, shop.colleague, 9).status_code == 204
    second = Client()
    second.force_login(shop.manager)

    answer = send(second, order, shop.technician, 9)

    assert answer.status_code == 409
    assert shop.dispatcher.name in answer.content.decode()
    order.refresh_from_db()
    assert order.technician == shop.colleague


def test_two_dispatchers_drag_onto_the_same_time(shop, desk):
    one, other = shop.order(), shop.order()
    assert send(desk, one, shop.technician, 9).status_code == 204
    second = Client()
    second.force_login(shop.manager)

    answer = send(second, other, shop.technician, 9)

    assert answer.status_code == 409
    assert one.number in answer.content.decode()
    other.refresh_from_db()
    assert other.state == "ready"


def test_an_order_that_was_closed_meanwhile_is_refused(shop, desk):
    order = shop.order()
    shop.step(order, "cancel")

    answer = send(desk, order, shop.technician, 9)

    assert answer.status_code == 409
    assert "取消" in answer.content.decode() or "cancel" in answer.content.decode()


def test_an_unreadable_time_is_explained(shop, desk):
    url = reverse("dispatch:board_place", args=[shop.order().number])
    answer = desk.post(url, {"technician": shop.technician.pk, "begins": "gestern"})
    assert answer.status_code == 422


def test_the_dialog_goes_on_with_a_reason(shop, desk):
    placed(shop, shop.technician, 9)
    order = shop.order()
    asked = send(desk, order, shop.technician, 9)
    keys = [key for key in asked.context["keys"] if not key.startswith("pushed")]

    assert send(desk, order, shop.technician, 9, confirmed=keys, later="mark").status_code == 409
    done = send(desk, order, shop.technician, 9, confirmed=keys, later="mark", reason="同一地点")

    assert done.status_code == 204
    assert "board-changed" in done["HX-Trigger"]
    assert [job["w"] != [] for job in data_of(desk)["jobs"]] == [True, True]


# Lunch


def with_lunch(shop: Any) -> None:
    Shift.objects.update(break_from=scene.tomorrow(12), break_to=scene.tomorrow(13))


def test_a_visit_over_lunch_is_marked_and_the_break_is_drawn(shop, desk):
    placed(shop, shop.technician, 9)
    over = placed(shop, shop.colleague, 11, minutes=90)
    with_lunch(shop)

    found = data_of(desk)

    marked = {job["n"] for job in found["jobs"] if job["w"]}
    assert marked == {over.number}
    assert {(one["f"][11:], one["t"][11:]) for one in found["back"] if one["k"] == "lunch"} == {
        ("12:00", "13:00")
    }


def test_who_is_away_has_no_lunch_on_the_board(shop, desk):
    with_lunch(shop)
    span = {"starts_at": scene.tomorrow(8), "ends_at": scene.tomorrow(18)}
    Absence.objects.create(technician=shop.technician.technician, reason="illness", **span)

    lunches = [one["p"] for one in data_of(desk)["back"] if one["k"] == "lunch"]

    assert lunches == [shop.colleague.pk]


def test_no_time_over_lunch_is_suggested(shop, desk):
    placed(shop, shop.technician, 12)
    with_lunch(shop)

    (row,) = desk.get(absent_url(shop.technician)).context["rows"]

    assert row["begins"] == scene.tomorrow(13)
    assert row["options"][0].warnings == []


# An emergency is put in


def told_a_window(shop: Any, hour: int, minutes: int) -> WorkOrder:
    begins = scene.tomorrow(hour)
    data = {
        "technician": shop.technician,
        "appointment_from": begins,
        "appointment_to": begins + timedelta(minutes=minutes),
        "planned_from": begins,
        "planned_to": begins + timedelta(hours=1),
    }
    return act(shop.order(), "assign", by=shop.dispatcher, data=data)


def push_in(shop: Any, desk: Client, **more: Any) -> Any:
    emergency = shop.order(severity="critical")
    asked = send(desk, emergency, shop.technician, 9)
    values = {"confirmed": asked.context["keys"], "later": "push", "reason": "停机", **more}
    return asked, send(desk, emergency, shop.technician, 9, **values)


def test_customers_whose_time_is_pushed_are_told_the_new_one(shop, desk):
    late, within = told_a_window(shop, 9, 30), told_a_window(shop, 13, 240)

    asked, done = push_in(shop, desk, tell="on")

    assert asked.context["tell"]
    assert 'name="tell" checked' in asked.content.decode()
    assert done.status_code == 204, done.content.decode()
    planned = open_visit(late).planned_from
    assert planned > scene.tomorrow(9) + timedelta(minutes=30)
    (note,) = VisitNote.objects.filter(kind=VisitNote.Kind.DELAY)
    assert (note.visit.order_id, note.expected_at) == (late.pk, planned)
    assert late.number in json.loads(done["HX-Trigger"])["toast"]["text"]
    assert within.number not in json.loads(done["HX-Trigger"])["toast"]["text"]


def test_nobody_is_told_when_the_dispatcher_does_not_want_it(shop, desk):
    late = told_a_window(shop, 9, 30)

    _asked, done = push_in(shop, desk)

    assert done.status_code == 204
    assert open_visit(late).planned_from > scene.tomorrow(9)
    assert not VisitNote.objects.exists()


def test_when_the_insertion_fails_nobody_is_told(shop, desk):
    late = told_a_window(shop, 9, 30)

    _asked, refused = push_in(shop, desk, tell="on", reason="")

    assert refused.status_code == 409
    assert 'name="tell" checked' in refused.content.decode()
    assert open_visit(late).planned_from == scene.tomorrow(9)
    assert not VisitNote.objects.exists()


# Somebody is ill


def absent_url(person: Any) -> str:
    query = f"technician={person.pk}&begins={day()}T08:00&ends={day()}T18:00"
    return f"{reverse('dispatch:board_absent')}?{query}"


def test_the_jobs_of_an_ill_technician_are_given_away_in_one_step(shop, desk, django_assert_max_num_queries):
    first, second = placed(shop, shop.technician, 9), placed(shop, shop.technician, 11)
    change_visit(second, by=shop.dispatcher, locked=True)
    url = absent_url(shop.technician)
    with django_assert_max_num_queries(40):
        page = desk.get(url)
    rows = page.context["rows"]
    assert [row["slot"].order for row in rows] == [first.pk, second.pk]
    assert [row["chosen"] for row in rows] == [str(shop.colleague.pk)] * 2

    values = {"reason": "病假", "order": [first.number, second.number]}
    for row in rows:
        number = row["slot"].number
        values |= {
            f"version-{number}": row["slot"].version,
            f"who-{number}": row["chosen"],
            f"from-{number}": row["begins"].strftime("%Y-%m-%dT%H:%M"),
            f"minutes-{number}": row["minutes"],
            f"seen-{number}": row["seen"],
        }
    answer = desk.post(url, values)

    assert [one.done for one in answer.context["outcomes"]] == [True, True]
    assert answer.context["rows"] == []
    for order in (first, second):
        order.refresh_from_db()
        assert order.technician == shop.colleague


def test_what_changed_meanwhile_is_not_given_away(shop, desk):
    order = placed(shop, shop.technician, 9)
    url = absent_url(shop.technician)
    values = {
        "reason": "病假",
        "order": order.number,
        f"version-{order.number}": order.version - 1,
        f"who-{order.number}": shop.colleague.pk,
        f"from-{order.number}": f"{day()}T09:00",
        f"minutes-{order.number}": "60",
    }

    answer = desk.post(url, values)

    assert answer.status_code == 409
    assert [one.done for one in answer.context["outcomes"]] == [False]
    assert desk.post(url, {**values, "reason": ""}).status_code == 409
    assert desk.get(reverse("dispatch:board_absent"), {"technician": "x"}).status_code == 422


def given_without_a_time(shop: Any, **fields: Any) -> WorkOrder:
    order = shop.order(**fields)
    return act(order, "assign", by=shop.dispatcher, data={"technician": shop.technician})


def test_an_order_given_without_a_time_is_given_away_too(shop, desk):
    timed = placed(shop, shop.technician, 9)
    untimed = given_without_a_time(shop)
    later = given_without_a_time(shop)
    WorkOrder.objects.filter(pk=later.pk).update(due_at=scene.tomorrow(18) + timedelta(days=3))
    WorkOrder.objects.filter(pk=untimed.pk).update(due_at=scene.tomorrow(16))

    page = desk.get(absent_url(shop.technician))

    rows = page.context["rows"]
    assert [row["slot"].order for row in rows] == [timed.pk, untimed.pk]
    row = rows[1]
    assert row["chosen"] == str(shop.colleague.pk)
    assert row["begins"] == scene.tomorrow(8)
    number = untimed.number
    values = {
        "reason": "病假",
        "order": number,
        f"version-{number}": row["slot"].version,
        f"who-{number}": row["chosen"],
        f"from-{number}": row["begins"].strftime("%Y-%m-%dT%H:%M"),
        f"minutes-{number}": row["minutes"],
        f"seen-{number}": row["seen"],
    }
    answer = desk.post(absent_url(shop.technician), values)
    assert [one.done for one in answer.context["outcomes"]] == [True]
    untimed.refresh_from_db()
    assert untimed.technician == shop.colleague


def test_who_is_ill_no_longer_counts_as_at_work_and_that_can_be_taken_back(shop, desk):
    placed(shop, shop.technician, 9)
    url = absent_url(shop.technician)

    answer = desk.post(url, {"reason": "病假", "record": "on", "kind": "illness"})

    (absence,) = Absence.objects.all()
    assert (absence.technician.user, absence.reason) == (shop.technician, "illness")
    assert (absence.starts_at, absence.ends_at) == (scene.tomorrow(8), scene.tomorrow(18))
    assert {one["k"] for one in data_of(desk)["back"] if one["p"] == shop.technician.pk} == {
        "shift",
        "absence",
    }
    assert reverse("workforce:absence_remove", args=[absence.pk]) in answer.content.decode()
    desk.post(url, {"reason": "病假", "record": "on", "kind": "illness"})
    assert Absence.objects.count() == 1  # said twice, written down once
    desk.post(reverse("workforce:absence_remove", args=[absence.pk]))
    assert not Absence.objects.exists()


def test_only_the_rest_of_a_span_is_recorded_where_a_part_stands_already(shop, desk):
    begins, ends = scene.tomorrow(10), scene.tomorrow(12)
    Absence.objects.create(
        technician=shop.technician.technician, starts_at=begins, ends_at=ends, reason="training"
    )

    desk.post(absent_url(shop.technician), {"record": "on", "kind": "illness"})

    spans = Absence.objects.filter(reason="illness").order_by("starts_at")
    assert [(one.starts_at, one.ends_at) for one in spans] == [
        (scene.tomorrow(8), begins),
        (ends, scene.tomorrow(18)),
    ]


def test_an_absence_of_no_known_kind_changes_nothing(shop, desk):
    order = placed(shop, shop.technician, 9)

    answer = desk.post(absent_url(shop.technician), {"reason": "病假", "record": "on", "kind": "moon"})

    assert answer.status_code == 422
    assert not Absence.objects.exists()
    order.refresh_from_db()
    assert order.technician == shop.technician


# Group trips


def outing(shop: Any, count: int = 3, **more: Any) -> trips.Outing:
    places = [(30.30, 120.10), (30.32, 120.12), (30.34, 120.11)]
    shop.technician.technician.home_latitude, shop.technician.technician.home_longitude = 30.2, 120.1
    shop.technician.technician.save()
    orders = tuple(shop.order(latitude=lat, longitude=lon) for lat, lon in places[:count])
    return trips.Outing(shop.technician, scene.tomorrow(9), orders, **more)


def make(shop: Any, plan: trips.Outing) -> GroupTrip:
    minutes = {order.pk: 60 for order in plan.orders}
    return trips.make_trip(plan, by=shop.dispatcher, minutes=minutes)


def test_a_group_trip_plans_its_orders_one_after_the_other_and_saves_kilometres(shop, desk):
    plan = outing(shop)

    trip = make(shop, plan)

    stops = trips.stops_of(trip)
    assert [order.pk for order, _begins, _ends in stops] == [order.pk for order in plan.orders]
    assert all(one[2] <= other[1] for one, other in pairwise(stops))
    assert trip.saved_kilometres > trip.kilometres / 2
    (block,) = data_of(desk)["trips"]
    assert block["jobs"] == [order.pk for order in plan.orders]
    assert desk.get(reverse("dispatch:trip", args=[trip.pk])).status_code == 200


def test_moving_a_trip_moves_all_of_it(shop, desk):
    trip = make(shop, outing(shop))
    before = [begins for _order, begins, _ends in trips.stops_of(trip)]
    url = reverse("dispatch:trip_move", args=[trip.pk])
    begins = (before[0] + timedelta(hours=1)).astimezone(timezone.get_current_timezone())
    values = {
        "technician": shop.colleague.pk,
        "begins": begins.strftime("%Y-%m-%dT%H:%M"),
        "version": trip.version,
    }

    assert desk.post(url, values).status_code == 204

    trip.refresh_from_db()
    stops = trips.stops_of(trip)
    assert [begins - timedelta(hours=1) for _order, begins, _ends in stops] == [
        begin.replace(second=0, microsecond=0) for begin in before
    ]
    assert {order.technician_id for order, _begins, _ends in stops} == {shop.colleague.pk}
    assert desk.post(url, values).status_code == 409  # moved meanwhile


def test_an_order_of_a_trip_is_not_moved_alone(shop, desk):
    plan = outing(shop)
    trip = make(shop, plan)
    order = WorkOrder.objects.get(pk=plan.orders[2].pk)
    with pytest.raises(Refused):
        place(order, Placement(shop.technician, scene.tomorrow(16), scene.tomorrow(17)), by=shop.dispatcher)
    url = reverse("dispatch:trip_dissolve", args=[trip.pk])

    assert desk.post(url, {"version": trip.version, "order": order.number}).status_code == 204

    assert len(trips.stops_of(trip)) == 2
    assert open_visit(order).planned_from is not None
    trip.refresh_from_db()
    assert desk.post(url, {"version": trip.version}).status_code == 204
    assert desk.get(reverse("dispatch:trip", args=[trip.pk])).status_code == 404


def test_a_trip_is_all_or_nothing(shop, desk):
    plan = outing(shop)
    shop.step(plan.orders[1], "cancel")

    with pytest.raises(Refused):
        make(shop, plan)

    assert not GroupTrip.objects.exists()
    assert not WorkOrder.objects.filter(state="dispatched").exists()


def test_the_page_of_a_trip_checks_sorts_and_makes_it(shop, desk):
    plan = outing(shop)
    numbers = [order.number for order in plan.orders]
    url = reverse("dispatch:trip_new")
    assert numbers[0] in desk.get(url, {"order": numbers}).content.decode()
    values = {
        "order": [numbers[2], numbers[0], numbers[1]],
        "technician": shop.technician.pk,
        "sets_out": f"{day()}T08:30",
        "means": "car",
    }
    checked = desk.post(url, {**values, "sort": "near"})
    assert [stop["order"].number for stop in checked.context["stops"]] == numbers
    assert desk.post(url, {**values, "order": numbers[:1], "make": "1"}).status_code == 422

    made = desk.post(url, {**values, "make": "1"})

    assert made.status_code == 302
    assert GroupTrip.objects.get().stops.count() == 3


def test_another_dealer_finds_no_trip_of_ours(shop):
    trip = make(shop, outing(shop))
    other = Client()
    other.force_login(factories.person("dispatcher", at=shop.other_dealer))

    assert other.get(reverse("dispatch:trip", args=[trip.pk])).status_code == 404
    assert other.post(reverse("dispatch:trip_move", args=[trip.pk]), {}).status_code == 404
