"""Duty logs and the hand-over between shifts over the API."""

from __future__ import annotations

from typing import Any

import pytest

from jiannuo.operations.maintenance.models import DutyShift
from jiannuo.operations.maintenance.tests.conftest import Plant
from jiannuo.operations.workorders.tests.scene import signature_text

ROOT = "/api/v1/"


def send(client: Any, path: str, data: dict[str, Any], key: str = "") -> Any:
    send.count += 1  # type: ignore[attr-defined]
    key = key or f"duty-{send.count}"  # type: ignore[attr-defined]
    return client.post(
        f"{ROOT}{path}", data, content_type="application/json", headers={"Idempotency-Key": key}
    )


send.count = 0  # type: ignore[attr-defined]


@pytest.fixture
def plant(db):
    return Plant()


def as_(client: Any, person: Any) -> Any:
    client.force_login(person)
    return client


@pytest.fixture
def log(client, plant) -> int:
    """A log with three shifts, kept over the API."""
    body = {"organization": plant.branch.code, "name": "污水厂运行日志", "shifts": ["早班", "中班", "夜班"]}
    made = send(as_(client, plant.dispatcher), "duty-logs/", body, "log")
    assert made.status_code == 201, made.content
    assert send(client, "duty-logs/", body, "log").json()["id"] == made.json()["id"]
    assert send(client, "duty-logs/", body).status_code == 422  # the name is taken
    return int(made.json()["id"])


def begun(client: Any, plant: Any, log: int) -> str:
    made = send(as_(client, plant.technician), f"duty-logs/{log}/begin/", {"shift_name": "早班"})
    assert made.status_code == 201, made.content
    return str(made.json()["number"])


def test_a_shift_is_written_handed_over_and_accepted(client, plant, log, django_assert_max_num_queries):
    number = begun(client, plant, log)
    entry = send(client, f"duty-shifts/{number}/entries/", {"kind": "reading", "text": "出水 COD 38 mg/L"})
    assert entry.status_code == 201, entry.content
    item = send(client, f"duty-shifts/{number}/items/", {"text": "3号阀门待更换"}).json()["id"]
    shown = client.get(f"{ROOT}duty-shifts/{number}/").json()
    assert [one["text"] for one in shown["entries"]] == ["出水 COD 38 mg/L"]
    assert [one["id"] for one in shown["items"]] == [item]
    handed = send(client, f"duty-shifts/{number}/actions/hand_over/", {"summary": "运行平稳"})
    assert (handed.status_code, handed.json()["state"]) == (200, "handed_over")

    take = {"shift_name": "中班", "read": [], "signature": signature_text()}
    as_(client, plant.second)
    assert send(client, f"duty-shifts/{number}/accept/", take).status_code == 409  # not read
    take["read"] = [item]
    mine = send(client, f"duty-shifts/{number}/accept/", take, "take")
    assert (mine.status_code, mine.json()["shift_name"]) == (201, "中班"), mine.content
    assert send(client, f"duty-shifts/{number}/accept/", take, "take").json() == mine.json()
    assert send(client, f"duty-shifts/{number}/accept/", take).status_code == 409
    own = mine.json()["number"]
    closed = send(client, f"duty-shifts/{own}/items/{item}/close/", {"result": "已更换"})
    assert closed.json()["result"] == "已更换"
    assert send(client, f"duty-shifts/{own}/items/{item}/close/", {"result": "x"}).status_code == 422
    with django_assert_max_num_queries(12):
        assert len(client.get(f"{ROOT}duty-shifts/?book={log}").json()["results"]) == 2
    with django_assert_max_num_queries(12):
        (row,) = client.get(f"{ROOT}duty-logs/").json()["results"]
    assert (row["running"], row["open_count"]) == (own, 0)


def test_what_makes_no_sense_is_refused_by_field(client, plant, log):
    assert (
        send(as_(client, plant.technician), f"duty-logs/{log}/begin/", {"shift_name": "白班"}).status_code
        == 422
    )
    number = begun(client, plant, log)
    again = send(client, f"duty-logs/{log}/begin/", {"shift_name": "中班"})
    assert again.status_code == 422  # somebody is on duty
    for body, field in (
        ({"text": ""}, "text"),
        ({"text": "x", "kind": "poem"}, "kind"),
        ({"text": "x", "at": "2099-01-01T00:00:00+08:00"}, "at"),
        ({"text": "x", "serial": "NONE-1"}, "serial"),
    ):
        answer = send(client, f"duty-shifts/{number}/entries/", body)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    send(client, f"duty-shifts/{number}/actions/hand_over/", {"summary": "x"})
    unsigned = {"shift_name": "中班", "read": [], "signature": "data:image/png;base64,AAAA"}
    answer = send(as_(client, plant.second), f"duty-shifts/{number}/accept/", unsigned)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["signature"])
    own = {"shift_name": "中班", "read": [], "signature": signature_text()}
    assert send(as_(client, plant.technician), f"duty-shifts/{number}/accept/", own).status_code == 422


def test_others_neither_write_nor_see(client, plant, log):
    number = begun(client, plant, log)
    line = {"text": "x"}
    assert send(as_(client, plant.second), f"duty-shifts/{number}/entries/", line).status_code == 403
    assert send(as_(client, plant.finance), f"duty-shifts/{number}/items/", line).status_code == 403
    body = {"organization": plant.branch.code, "name": "另一本", "shifts": ["早班"]}
    assert send(as_(client, plant.technician), "duty-logs/", body).status_code == 403
    as_(client, plant.stranger)
    assert client.get(f"{ROOT}duty-shifts/{number}/").status_code == 404
    assert client.get(f"{ROOT}duty-logs/{log}/").status_code == 404
    assert client.get(f"{ROOT}duty-logs/").json()["results"] == []
    assert send(client, f"duty-logs/{log}/begin/", {"shift_name": "中班"}).status_code == 404
    assert DutyShift.objects.count() == 1
