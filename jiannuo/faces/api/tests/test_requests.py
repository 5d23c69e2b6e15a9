from __future__ import annotations

import pytest

from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.tests.conftest import Desk

pytestmark = pytest.mark.django_db
REQUESTS = "/api/v1/requests/"


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


def register(client, body, key="k1"):
    return client.post(REQUESTS, body, format="json", HTTP_IDEMPOTENCY_KEY=key)


def body_for(desk, **fields):
    return {"customer": desk.customer.code, "unit": desk.unit.serial, "symptom_text": "不制冷", **fields}


def test_a_program_registers_a_request_and_reads_what_is_owed(desk, as_program):
    client = as_program(desk.agent)
    answer = register(client, body_for(desk, reporter_phone="13800138000"))

    assert answer.status_code == 201, answer.json()
    data = answer.json()
    assert data["channel"] == "api"
    assert {one["metric"] for one in data["obligations"]} == {"response", "arrival", "repair"}
    assert data["cover"][0]["covered"] is True
    assert answer["Location"].endswith(f"{data['number']}/")
    read = client.get(f"{REQUESTS}{data['number']}/").json()
    assert read["reporter_phone"] == "+8613800138000"
    assert [row["number"] for row in client.get(REQUESTS, {"state": "new"}).json()["results"]] == [
        data["number"]
    ]


def test_the_same_key_registers_once(desk, as_program):
    client = as_program(desk.agent)
    first, again = (register(client, body_for(desk)) for _n in range(2))
    assert first.json()["number"] == again.json()["number"]
    assert ServiceRequest.objects.count() == 1
    assert register(client, body_for(desk, symptom_text="别的")).status_code == 422


def test_a_possible_duplicate_is_a_conflict(desk, as_program):
    client = as_program(desk.agent)
    first = register(client, body_for(desk)).json()
    answer = register(client, body_for(desk), key="k2")
    assert answer.status_code == 409
    assert first["number"] in str(answer.json())
    assert register(client, body_for(desk, allow_duplicate=True), key="k3").status_code == 201


def test_customer_and_unit_may_be_new(desk, as_program):
    body = {
        "new_customer": {"name": "王小明", "phone": "13900139000", "address": "文三路1号"},
        "new_unit": {"model": desk.unit.model.code, "serial": "NEW-1", "invoiced_on": "2026-01-01"},
        "symptom_text": "漏水",
    }
    answer = register(as_program(desk.agent), body)
    assert answer.status_code == 201, answer.json()
    assert answer.json()["unit"] == "NEW-1"


@pytest.mark.parametrize(
    "change",
    [
        {"customer": "nobody"},
        {"unit": "nothing"},
        {"symptom_text": ""},
        {"request_kind": "dance"},
        {"severity": "5"},
        {"received_at": "2099-01-01T00:00:00Z"},
        {"received_at": "yesterday"},
        {"reporter_phone": "12ab"},
        {"symptom": "X"},
        {"division": "99"},
        {"organization": "X"},
        {"new_customer": {"name": "a", "phone": "1"}},
        {"new_unit": {"model": "X", "serial": "1"}},
        {"wished_from": "2026-12-02T10:00:00Z", "wished_to": "2026-12-02T09:00:00Z"},
    ],
)
def test_bad_input_is_refused(desk, as_program, change):
    answer = register(as_program(desk.agent), body_for(desk, **change))
    assert answer.status_code in (400, 422), answer.json()
    assert answer.json()["errors"]
    assert not ServiceRequest.objects.exists()


def test_records_of_others_are_out_of_reach(desk, as_program):
    number = register(as_program(desk.agent), body_for(desk)).json()["number"]
    client = as_program(desk.stranger)
    assert client.get(f"{REQUESTS}{number}/").status_code == 404
    assert client.get(REQUESTS).json()["results"] == []
    assert register(client, body_for(desk), key="k9").status_code == 422
    assert register(as_program(desk.technician), body_for(desk), key="k8").status_code == 403


def test_actions_follow_the_same_rules(desk, as_program):
    client = as_program(desk.agent)
    number = register(client, body_for(desk)).json()["number"]
    url = f"{REQUESTS}{number}/actions/give_answer/"
    assert client.post(url, {}, format="json", HTTP_IDEMPOTENCY_KEY="a1").status_code == 422
    done = client.post(url, {"answer": "请清洗滤网"}, format="json", HTTP_IDEMPOTENCY_KEY="a2")
    assert done.json()["state"] == "answered"


def test_lists_stay_within_their_budget(desk, as_program, django_assert_max_num_queries):
    for _n in range(5):
        desk.request(allow_duplicate=True)
    client = as_program(desk.agent)
    with django_assert_max_num_queries(12):
        assert len(client.get(REQUESTS).json()["results"]) == 5
