"""The same key is carried out once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jiannuo.faces.api.idempotency import forget_old
from jiannuo.faces.api.models import IdempotencyRecord
from jiannuo.office.documents.tests import makers
from jiannuo.operations.desk.models import ServiceRequest

pytestmark = pytest.mark.urls("jiannuo.faces.api.tests.routes")
NEW = "/test/v1/new/"


def create(client, key, text="不制冷"):
    return client.post(NEW, {"symptom_text": text}, format="json", HTTP_IDEMPOTENCY_KEY=key)


def test_a_repetition_gets_the_same_answer_and_creates_nothing(company, as_program):
    client = as_program(company.agent)

    first, again = create(client, "k1"), create(client, "k1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Location"] == first["Location"]
    assert again["Idempotency-Replayed"] == "true"
    assert ServiceRequest.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(company, as_program):
    client = as_program(company.agent)
    create(client, "k1")

    response = create(client, "k1", text="异响")

    assert response.status_code == 422
    assert response.json()["type"] == "urn:jiannuo:problem:idempotency-key-reused"
    assert ServiceRequest.objects.count() == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "schlüssel".encode().decode("latin-1")])
def test_a_missing_or_unusable_key_is_refused(company, as_program, key):
    response = create(as_program(company.agent), key)

    assert response.status_code == 400
    assert "idempotency-key" in response.json()["type"]
    assert ServiceRequest.objects.count() == 0


def test_keys_of_others_do_not_matter(company, as_program):
    assert create(as_program(company.agent), "k1").json() != create(as_program(company.clerk_a), "k1").json()
    assert ServiceRequest.objects.count() == 2


def test_what_failed_may_be_corrected_under_the_same_key(company, as_program):
    client = as_program(company.agent)
    client.raise_request_exception = False

    assert create(client, "k1", text="x" * 21).status_code == 422
    assert create(client, "k1", text="boom").status_code == 500
    assert create(client, "k1").status_code == 201
    assert ServiceRequest.objects.count() == 1


def test_keys_expire_after_a_day(company, as_program):
    client = as_program(company.agent)
    create(client, "k1")
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=25))

    assert create(client, "k1", text="异响").status_code == 201
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert forget_old() == 1


@pytest.mark.django_db(transaction=True)
def test_of_duplicates_that_arrive_at_once_one_is_carried_out(as_program):
    company = makers.company()
    clients = [as_program(company.agent) for _ in range(5)]

    def send(client):
        try:
            return create(client, "k1").json()["number"]
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=5) as pool:
        numbers = set(pool.map(send, clients))

    assert len(numbers) == 1
    assert ServiceRequest.objects.count() == 1
