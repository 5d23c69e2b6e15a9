"""Planned maintenance without network: its order travels with its own checklist, and what was measured comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from jiannuo.operations.maintenance.services import order_job
from jiannuo.operations.maintenance.tests.conftest import Plant
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import do
from jiannuo.operations.workorders.tests import scene
from jiannuo.operations.workorders.tests.test_photo_proofs import owe


@pytest.fixture
def plant(db) -> Plant:
    return Plant()


@pytest.fixture
def phone(client, plant):
    client.force_login(plant.technician)
    return client


def send(client: Any, order: WorkOrder, step: str, key: str, at: Any, **data: Any) -> Any:
    body = {**data, "key": key, "at": at.isoformat()}
    return client.post(reverse("field:send", args=[order.number, step]), body)


def taken(client: Any, order: WorkOrder) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(reverse("field:take", args=[order.number])).json()
    return answer


@pytest.fixture
def order(plant) -> WorkOrder:
    """The order of a job of a plan, given to the technician."""
    made = order_job(plant.job(), by=plant.dispatcher)
    made = do(made, "assign", by=plant.dispatcher, data={"technician": plant.technician})
    made.timeline.update(at=timezone.now() - timedelta(hours=5))
    return made


def test_the_checklist_of_the_plan_travels_and_its_values_come_back_once(plant, phone, order):
    hello = phone.get(reverse("field:hello")).json()
    assert order.number in str(hello)
    pack = taken(phone, order)
    assert [(one["text"], one["limits"]) for one in pack["checks"]] == [
        ("接线端子无松动", ""),
        ("运行电流", "380–520 A"),
    ]
    began = timezone.now() - timedelta(hours=4)
    for number, step in enumerate(("accept", "set_out", "arrive")):
        assert send(phone, order, step, f"s{number}", began + timedelta(minutes=number)).status_code == 200
    terminals, current = pack["checks"]
    measured = began + timedelta(minutes=30)
    for _time in range(2):  # the answer to the first was lost in the basement
        answer = send(phone, order, "check", "c1", measured, check=current["id"], value="462")
        assert answer.status_code == 200, answer.json()
    assert answer.json()["again"]
    assert send(phone, order, "check", "c2", measured, check=terminals["id"], value="yes").status_code == 200
    assert send(phone, order, "check", "c3", measured, check=current["id"], value="viel").status_code == 422
    check = order.checks.get(pk=current["id"])
    assert (check.value, check.passed, check.recorded_at) == ("462", True, measured)
    done = {"test_result": "运行正常", "test_passed": "yes", "work_done": "紧固端子"}
    assert send(phone, order, "finding", "f", measured, work_done="紧固端子").status_code == 200
    end = began + timedelta(minutes=50)
    assert send(phone, order, "test", "t", end, **done).status_code == 200
    answer = send(phone, order, "complete", "z", end, **done)
    assert answer.status_code == 200, answer.json()
    assert order.state != WorkOrder.objects.get(pk=order.pk).state == "completed"


def test_the_photo_that_a_clause_wants_travels_with_the_job(phone, order):
    owe(order, "photo_after", metric="maintenance")
    needs = taken(phone, order)["needs"]["photos"]
    assert [one["purposes"] for one in needs] == [["after"]]
    assert "二之1（3）" in needs[0]["text"]
    now = timezone.now()
    for number, step in enumerate(("accept", "set_out", "arrive")):
        send(phone, order, step, f"s{number}", now)
    photo = SimpleUploadedFile("a.png", scene.drawing(), content_type="image/png")
    assert send(phone, order, "photos", "p", now, purpose="after", photos=[photo]).status_code == 200
    assert taken(phone, order)["needs"]["photos"] == []
