"""Planning over the API: a proposal made, compared, changed, published; refusals by role, scope and state."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from jiannuo.operations.dispatch.planning.models import PlanningSettings, Proposal
from jiannuo.operations.dispatch.planning.services import proposing
from jiannuo.operations.workforce.models import Shift, Skill
from jiannuo.operations.workorders.tests import scene
from jiannuo.testing import factories

PATH = "/api/v1/plans/"
TOMORROW = timezone.localdate() + timedelta(days=1)


def at(hour):
    return timezone.make_aware(datetime.combine(TOMORROW, time(hour)))


@pytest.fixture
def firm(db, monkeypatch):
    monkeypatch.setattr(proposing, "FIRST_SECONDS", 0.05)
    firm = scene.build()
    PlanningSettings.objects.create(organization=firm.head, improve_seconds=1)
    for user in (firm.technician, firm.colleague):
        person = user.technician
        person.home_latitude, person.home_longitude = 30.25, 120.17
        person.save()
        Skill.objects.create(technician=person, category=firm.unit.model.category, level=3)
        Shift.objects.create(technician=person, starts_at=at(8), ends_at=at(18))
    return firm


@pytest.fixture
def orders(firm):
    return [firm.order(latitude=30.26 + n / 100, longitude=120.18) for n in range(3)]


def send(client, path, data=None, key="k"):
    return client.post(
        PATH + path, data or {}, content_type="application/json", headers={"Idempotency-Key": key}
    )


def wanted(firm, **fields):
    return {
        "organization": firm.dealer.code,
        "first_day": TOMORROW.isoformat(),
        "improve": False,
        **fields,
    }


def test_a_plan_is_proposed_compared_changed_and_published(
    client, firm, orders, django_assert_max_num_queries
):
    client.force_login(firm.dispatcher)
    made = send(client, "", wanted(firm))
    assert made.status_code == 201, made.content
    plan = made.json()
    assert send(client, "", wanted(firm)).json()["id"] == plan["id"]
    assert made["Location"].endswith(f"/plans/{plan['id']}/")
    assert (plan["state"], plan["present"]["left_out"], plan["proposed"]["left_out"]) == ("ready", 3, 0)
    assert {one["order"] for one in plan["orders"]} == {one.number for one in orders}
    assert all(one["technician"] and one["starts_at"] for one in plan["orders"])
    own = f"{plan['id']}/"

    kept, left = orders[0].number, orders[1].number
    assert send(client, f"{own}orders/{left}/take-back/", key="a").status_code == 409
    answer = send(client, f"{own}orders/{left}/leave-out/", key="b").json()
    assert [one["order"] for one in answer["orders"] if one["dropped"]] == [left]
    answer = send(client, f"{own}orders/{kept}/lock/", key="c").json()
    assert [one["order"] for one in answer["orders"] if one["locked"]] == [kept]
    assert send(client, f"{own}orders/WO-NONE/lock/", key="d").status_code == 404
    assert send(client, f"{own}orders/{kept}/shout/", key="e").status_code == 404

    with django_assert_max_num_queries(12):
        assert client.get(PATH + own).json()["orders"] == answer["orders"]
    with django_assert_max_num_queries(12):
        assert [one["id"] for one in client.get(PATH).json()["results"]] == [plan["id"]]
    assert client.get(f"{PATH}?state=published").json()["results"] == []

    published = send(client, f"{own}publish/", key="f")
    assert (published.status_code, published.json()["state"]) == (200, "published")
    orders[0].refresh_from_db()
    orders[1].refresh_from_db()
    assert (orders[0].state, orders[1].state) == ("dispatched", "ready")
    assert send(client, f"{own}publish/", key="g").status_code == 409
    assert send(client, f"{own}discard/", key="h").status_code == 409


def test_progress_is_followed_and_the_work_stopped_and_given_up(client, firm, orders):
    client.force_login(firm.dispatcher)
    plan = send(client, "", wanted(firm, improve=True)).json()
    own = f"{plan['id']}/"
    assert (plan["state"], plan["progress"]) == ("improving", 0)
    refused = send(client, f"{own}publish/", key="a")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:jiannuo:problem:action-not-allowed")
    Proposal.objects.update(progress=40)
    assert client.get(PATH + own).json()["progress"] == 40

    assert send(client, f"{own}stop/", key="b").json()["state"] == "ready"
    assert send(client, f"{own}improve/", key="c").json()["state"] == "improving"
    assert send(client, f"{own}discard/", key="d").json()["state"] == "discarded"
    assert send(client, f"{own}improve/", key="e").status_code == 409


def test_what_was_changed_meanwhile_is_named_and_can_be_left_out(client, firm, orders):
    client.force_login(firm.dispatcher)
    own = f"{send(client, '', wanted(firm)).json()['id']}/"
    firm.step(orders[2], "cancel")

    refused = send(client, f"{own}publish/", key="a")

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:jiannuo:problem:plan-changed")
    assert set(refused.json()["errors"]) == {orders[2].number}
    assert client.get(PATH + own).json()["state"] == "stale"
    assert [one["id"] for one in client.get(f"{PATH}?state=stale").json()["results"]] == [int(own[:-1])]
    again = send(client, f"{own}publish/", key="a")
    assert (again.status_code, again.json()["type"]) == (409, "urn:jiannuo:problem:plan-changed")
    published = send(client, f"{own}publish/", {"without_changed": True}, key="b").json()
    assert (published["state"], orders[2].number in published["message"]) == ("published", True)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"organization": "NONE"}, "organization"),
        ({"first_day": "2020-01-01"}, "first_day"),
        ({"first_day": "soon"}, "first_day"),
        ({"days": 0}, "days"),
        ({"days": 8}, "days"),
        ({"technicians": ["nobody"]}, "technicians"),
        ({"technicians": []}, "technicians"),
        ({"orders": ["WO-NONE"]}, "orders"),
        ({"orders": []}, "orders"),
        ({"orders": "all"}, "orders"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_field(client, firm, orders, fields, wrong):
    client.force_login(firm.dispatcher)

    refused = send(client, "", wanted(firm, **fields))

    assert refused.status_code == 422
    assert set(refused.json()["errors"]) == {wrong}
    assert not Proposal.objects.exists()


def test_only_what_was_named_is_planned(client, firm, orders):
    client.force_login(firm.dispatcher)
    chosen = {"orders": [orders[0].number], "technicians": [firm.colleague.username]}

    plan = send(client, "", wanted(firm, **chosen)).json()

    assert [(one["order"], one["technician"]) for one in plan["orders"]] == [
        (orders[0].number, firm.colleague.username)
    ]


def test_only_dispatchers_of_the_place_plan(client, firm, orders):
    assert send(client, "", wanted(firm)).status_code == 401
    client.force_login(firm.dispatcher)
    own = f"{send(client, '', wanted(firm)).json()['id']}/"

    client.force_login(factories.person("dispatcher", at=firm.other_dealer))
    assert client.get(PATH + own).status_code == 404
    assert client.get(PATH).json()["results"] == []
    assert send(client, "", wanted(firm), key="a").status_code == 422
    for step in ("publish", "improve", "stop", "discard", f"orders/{orders[0].number}/lock"):
        assert send(client, f"{own}{step}/", key=step).status_code == 404
    client.force_login(firm.technician)
    assert client.get(PATH).status_code == 403
    assert send(client, "", wanted(firm), key="b").status_code == 403
    assert send(client, f"{own}publish/", key="c").status_code == 403
