"""Maintenance over the API: a plan made and started, a round recorded point by point."""

from __future__ import annotations

import pytest

from jiannuo.operations.maintenance.models import MaintenancePlan
from jiannuo.operations.maintenance.services import do_round, plan_round
from jiannuo.operations.maintenance.tests.conftest import Plant

ROOT = "/api/v1/"


@pytest.fixture
def plant(db):
    return Plant()


def send(client, path, data, key):
    return client.post(ROOT + path, data, content_type="application/json", headers={"Idempotency-Key": key})


def new_plan(plant, **fields):
    return {
        "organization": plant.branch.code,
        "customer": plant.customer.code,
        "units": [plant.unit.serial],
        "work": "例行保养",
        "rhythm": "calendar",
        "every_amount": 3,
        "starts_on": plant.ago(85).isoformat(),
        "start": True,
        **fields,
    }


def test_a_plan_is_made_started_listed_and_its_job_ordered(client, plant):
    client.force_login(plant.dispatcher)
    made = send(client, "maintenance-plans/", new_plan(plant), "p1")
    assert made.status_code == 201, made.content
    assert send(client, "maintenance-plans/", new_plan(plant), "p1").json()["number"] == made.json()["number"]
    plan = MaintenancePlan.objects.get()
    assert client.get(f"{ROOT}maintenance-plans/{plan.number}/").json()["state"] == "active"
    (job,) = client.get(f"{ROOT}planned-jobs/?plan={plan.number}").json()["results"]
    assert job["serial"] == plant.unit.serial
    ordered = send(client, f"planned-jobs/{job['id']}/order/", {}, "p2")
    assert (ordered.status_code, ordered.json()["state"]) == (201, "ordered")
    assert send(client, f"planned-jobs/{job['id']}/order/", {}, "p3").status_code == 422


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"every_amount": 0}, "every_amount"),
        ({"units": ["NONE"]}, "units"),
        ({"customer": "NONE"}, "customer"),
        ({"rhythm": "season", "season": "春"}, "season"),
    ],
)
def test_bad_plans_are_refused_by_field(client, plant, fields, wrong):
    client.force_login(plant.dispatcher)
    answer = send(client, "maintenance-plans/", new_plan(plant, **fields), "x")
    assert answer.status_code == 422
    assert wrong in answer.content.decode()
    client.force_login(plant.technician)
    assert send(client, "maintenance-plans/", new_plan(plant), "y").status_code == 403


def test_a_round_is_recorded_point_by_point_once(client, plant):
    one = do_round(plan_round(plant.route()), "start", by=plant.technician)
    client.force_login(plant.technician)
    first, second = client.get(f"{ROOT}patrol-rounds/{one.number}/points/").json()
    answers = {str(c["id"]): "yes" if c["kind"] == "yes_no" else "600" for c in first["checks"]}
    path = f"patrol-rounds/{one.number}/points/"
    assert send(client, f"{path}{first['id']}/", {"answers": {}}, "a").status_code == 422
    assert send(client, f"{path}{first['id']}/", {"answers": answers}, "b").json()["state"] == "done"
    assert send(client, f"{path}{first['id']}/", {"answers": answers}, "c").status_code == 409
    skipped = send(client, f"{path}{second['id']}/", {"skip_reason": "锁着"}, "d")
    assert skipped.json()["state"] == "skipped"
    assert send(client, f"{path}999999/", {"answers": {}}, "e").status_code == 404
    assert send(client, f"patrol-rounds/{one.number}/actions/finish/", {}, "f").status_code == 200
    (finding,) = client.get(f"{ROOT}findings/").json()["results"]
    assert finding["found_in"] == one.number
    assert client.get(f"{ROOT}inspection-reports/").json()["results"] == []
    client.force_login(plant.stranger)
    assert client.get(f"{ROOT}patrol-rounds/{one.number}/").status_code == 404
