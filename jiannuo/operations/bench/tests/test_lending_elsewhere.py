"""Loaners over the API, on the page of the customer, and the tasks that lending finishes."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from jiannuo.operations.bench.around_customer import goods
from jiannuo.operations.bench.models import Loan
from jiannuo.operations.bench.tests.test_loans import CONSENT
from jiannuo.operations.tasks.models import Task
from jiannuo.operations.tasks.services import Origin, make_task
from jiannuo.operations.workorders.tests.scene import signature_text
from jiannuo.promises.commitments.services import load_pack
from jiannuo.testing import factories

LOANS = "/api/v1/loans/"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subscribers hear of everything at once."""
    monkeypatch.setattr(transaction, "on_commit", lambda call, *_rest, **_more: call())


def api_of(person: Any) -> APIClient:
    api = APIClient()
    api.force_authenticate(person)
    return api


def post(api: APIClient, address: str, body: dict[str, Any], key: str = "", **more: Any) -> Any:
    return api.post(address, body, format="json", HTTP_IDEMPOTENCY_KEY=key or str(uuid.uuid4()), **more)


def body_for(**changes: Any) -> dict[str, Any]:
    return {
        "equipment": "BJ-001",
        "condition": "完好",
        "signed_by": "张伟",
        "signature": signature_text(),
        **changes,
    }


def test_a_piece_is_lent_for_a_receipt_and_taken_back_with_its_damage(house):
    receipt, api, key = house.on_bench(), api_of(house.clerk), str(uuid.uuid4())
    made = post(api, LOANS, body_for(receipt=receipt.number), key)
    assert made.status_code == 201, made.content
    assert (made.json()["was_owed"], made.json()["receipt"]) == (True, receipt.number)
    assert post(api, LOANS, body_for(receipt=receipt.number), key).json()["number"] == made.json()["number"]
    assert post(api, LOANS, body_for(receipt=receipt.number)).status_code == 422  # it is out
    assert Loan.objects.count() == 1

    back = f"{LOANS}{made.json()['number']}/take-back/"
    damaged = {"returned_by": "张伟", "condition": "外壳裂", "amount": "80.00"}
    refused = post(api, back, damaged)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["damage"])
    damaged["damage"] = "外壳破裂"
    assert post(api, back, damaged, HTTP_IF_MATCH='"99"').status_code == 409
    taken = post(api, back, {**damaged, "usable": False})
    assert (taken.status_code, taken.json()["state"]) == (200, "returned")
    assert taken.json()["damage_state"] == "charged"
    house.piece.refresh_from_db()
    assert house.piece.state == "repair"
    assert post(api, back, damaged).status_code == 409  # back already


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"equipment": "BJ-404"}, "equipment"),
        ({"receipt": "CI-404"}, "receipt"),
        ({"order": "WO-404"}, "order"),
        ({"customer": "C-404"}, "customer"),
        ({}, "customer"),
        ({"signature": "data:image/png;base64,AAAA"}, "signature"),
        ({"condition": ""}, "condition"),
        ({"meter": "-1"}, "meter"),
    ],
)
def test_what_cannot_be_lent_is_refused_by_field(house, changes, field):
    answer = post(api_of(house.clerk), LOANS, body_for(**changes))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert not Loan.objects.exists()


def test_it_is_not_due_back_yesterday(house):
    yesterday = (timezone.now() - timedelta(days=1)).isoformat()
    body = body_for(customer=house.customer.code, reason="展会", due_back_at=yesterday)
    answer = post(api_of(house.clerk), LOANS, body)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["due_back_at"])


def test_readers_and_strangers_neither_lend_nor_take_back(house):
    loan = house.lend(customer=house.customer, reason="重点客户")
    back = {"returned_by": "张伟", "condition": "完好"}
    assert post(api_of(house.reader), LOANS, body_for(customer=house.customer.code)).status_code == 403
    assert post(api_of(house.reader), f"{LOANS}{loan.number}/take-back/", back).status_code == 403
    assert post(api_of(house.stranger), f"{LOANS}{loan.number}/take-back/", back).status_code == 404
    assert post(api_of(house.stranger), LOANS, body_for(reason="x")).status_code == 422  # sees no such piece
    loan.refresh_from_db()
    assert loan.is_out


def test_a_consent_that_a_clause_wants_is_asked_for(house):
    load_pack(CONSENT, by=None)
    factories.person("general_manager", at=house.dealer)
    receipt = house.take_in()
    answer = post(api_of(house.clerk), LOANS, body_for(receipt=receipt.number))
    assert answer.status_code == 202, answer.content
    assert not Loan.objects.exists()
    assert receipt.order.approvals.get().steps.get().role == "general_manager"
    assert post(api_of(house.clerk), LOANS, body_for(receipt=receipt.number)).status_code == 422  # still open


def test_lending_finishes_the_task_of_the_order_only(house, heard):
    receipt, other = house.take_in(), house.firm.order()
    mine, foreign = (
        make_task("loaner", Origin(house.dealer, source=order, customer=house.customer), key=str(order.pk))
        for order in (receipt.order, other)
    )
    loan = house.lend(receipt)
    mine.refresh_from_db()
    foreign.refresh_from_db()
    assert (mine.state, mine.person, foreign.state) == ("done", house.clerk, "open")
    assert loan.number in mine.result
    assert Task.objects.unfinished().count() == 1
    house.take_back(loan)
    house.lend(customer=house.customer, reason="展会")  # of no order: finishes nothing
    foreign.refresh_from_db()
    assert foreign.state == "open"


def test_the_customer_shows_goods_and_loans_to_those_who_may_see_them(
    client, house, django_assert_max_num_queries
):
    receipt = house.take_in()
    loan = house.lend(receipt)
    client.force_login(house.clerk)
    address = reverse("customers:tab", args=[house.customer.pk, "bench"])
    text = client.get(address).content.decode()
    assert receipt.number in text
    assert loan.number in text
    with django_assert_max_num_queries(4):
        goods(house.customer, house.clerk)
    assert goods(house.customer, house.stranger)["receipts"] == []
    assert goods(house.customer, house.stranger)["loans"] == []
    client.force_login(house.stranger)
    assert client.get(address).status_code == 404
