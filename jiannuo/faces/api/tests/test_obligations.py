"""The ledger and the fulfilment over the API."""

from __future__ import annotations

import pytest
from django.utils import timezone

from jiannuo.promises.obligations import services
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.sweep import sweep
from jiannuo.promises.obligations.tests.conftest import START, Case, after
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db
LEDGER = "/api/v1/obligations/"


@pytest.fixture
def case(db) -> Case:
    return Case()


@pytest.fixture
def send(as_program, new_key):
    def post(person, obligation, name, body=None):
        url = f"{LEDGER}{obligation.pk}/{name}/"
        return as_program(person).post(url, body or {}, format="json", **new_key())

    return post


def test_the_ledger_is_listed_within_scope_and_budget(case, as_program, django_assert_max_num_queries):
    for _n in range(4):
        case.promised()
    client = as_program(case.manager)
    client.get(LEDGER)

    with django_assert_max_num_queries(12):
        rows = client.get(LEDGER, {"metric": "arrival", "state": "open"}).json()["results"]

    assert len(rows) == 4
    assert rows[0]["commitment"] == "T01"
    assert (rows[0]["debtor"], rows[0]["creditor"]) == ("provider", "customer")
    beside = factories.person("dispatcher", at=factories.organization(case.office))
    assert as_program(beside).get(LEDGER).json()["results"] == []
    assert client.get(LEDGER, {"month": "soon"}).status_code in (400, 422)


def test_one_is_read_with_its_ladder(case, as_program, django_assert_max_num_queries):
    _request, owed = case.promised()
    client = as_program(case.manager)
    with django_assert_max_num_queries(25):
        data = client.get(f"{LEDGER}{owed['repair'].pk}/").json()
    assert [step["role"] for step in data["steps"]] == ["dispatcher", "", "general_manager"]
    assert data["consequences"][0]["code"] == "loaner"
    beside = factories.person("dispatcher", at=factories.organization(case.office))
    assert as_program(beside).get(f"{LEDGER}{owed['repair'].pk}/").status_code == 404


def test_it_is_paused_resumed_and_waived(case, send):
    _request, owed = case.promised(at=timezone.now())
    repair = owed["repair"]

    assert send(case.dispatcher, repair, "pause", {"reason": "waiting_parts"}).status_code == 422
    assert send(case.dispatcher, repair, "pause", {"reason": "waiting_customer"}).json()["paused"] is True
    assert send(case.dispatcher, repair, "resume").json()["paused"] is False
    assert send(case.dispatcher, repair, "waive", {"reason": "x"}).status_code == 403
    assert send(case.manager, repair, "waive", {"reason": "客户同意"}).json()["state"] == "waived"
    refused = send(case.manager, repair, "waive", {"reason": "客户同意"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:jiannuo:problem:not-open")


def test_it_is_kept_with_a_proof(case, send):
    _request, owed = case.promised()
    Obligation.objects.update(started_at=START.replace(year=2020))
    arrival = owed["arrival"]
    at = "2021-01-01T10:00:00+08:00"
    assert send(case.dispatcher, arrival, "keep", {"at": at}).status_code == 422
    answer = send(case.dispatcher, arrival, "keep", {"at": at, "text": "电话 10:05"})
    assert answer.json()["state"] == "met"
    assert answer.json()["evidence"][0]["text"] == "电话 10:05"


def test_an_escalation_is_acknowledged_by_those_who_were_told(case, send):
    _request, owed = case.promised()
    sweep(after(hours=3, minutes=30))
    assert send(case.dispatcher, owed["repair"], "acknowledge").status_code == 200
    assert (
        send(factories.person("technician", at=case.branch), owed["repair"], "acknowledge").status_code == 403
    )


def test_the_figures_are_those_of_the_ledger(case, as_program):
    request, _owed = case.promised()
    services.fulfil(request, "response", at=after(minutes=5))
    services.fulfil(request, "arrival", at=after(hours=9))
    client = as_program(case.manager)

    data = client.get("/api/v1/fulfilment/", {"by": "metric", "month": f"{START:%Y-%m}"}).json()

    assert data["together"]["total"] == 2
    assert data["together"]["share"] == 0.5
    for line in data["results"]:
        for name, query in line["ledger"].items():
            assert len(client.get(f"{LEDGER}?{query}").json()["results"]) == line[name]
    assert client.get("/api/v1/fulfilment/", {"by": "weather"}).status_code == 422
    assert client.get("/api/v1/fulfilment/", {"month": "soon"}).status_code == 422
    beside = factories.person("dispatcher", at=factories.organization(case.office))
    assert as_program(beside).get("/api/v1/fulfilment/").json()["results"] == []
    assert (
        as_program(factories.person("customer", at=case.branch)).get("/api/v1/fulfilment/").status_code == 403
    )
