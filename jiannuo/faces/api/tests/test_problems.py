"""Errors are problem documents, in the language of the caller."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework.throttling import UserRateThrottle

from jiannuo.office.accounts.models import ApiToken
from jiannuo.testing import factories

pytestmark = pytest.mark.urls("jiannuo.faces.api.tests.routes")
NEW, REQUESTS = "/test/v1/new/", "/test/v1/requests/"


def check(response, status, kind="about:blank"):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert {"type", "title", "status", "detail", "instance"} <= set(problem)
    assert problem["status"] == status
    assert problem["type"] == (kind if kind == "about:blank" else f"urn:jiannuo:problem:{kind}")
    return problem


def test_without_a_key_the_answer_is_401(db):
    response = APIClient().get(REQUESTS)
    check(response, 401)
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer wrong", "Bearer schlüssel"])
def test_keys_that_are_none_are_refused(db, header):
    check(APIClient(HTTP_AUTHORIZATION=header).get(REQUESTS), 401)


def test_an_expired_key_and_one_of_a_person_who_left_are_refused(company, as_program):
    expired = as_program(company.agent, expires_at=timezone.now() - timedelta(seconds=1))
    left = as_program(company.clerk_a)
    company.clerk_a.is_active = False
    company.clerk_a.save()

    assert "expired" in check(expired.get(REQUESTS), 401)["detail"]
    check(left.get(REQUESTS), 401)


def test_a_key_is_kept_as_a_digest_and_its_use_is_noted(company, as_program):
    client = as_program(company.agent)

    assert client.get(REQUESTS).status_code == 200

    token = ApiToken.objects.get()
    assert token.last_used_at is not None
    assert client._credentials == {} or token.digest not in str(client._credentials)


def test_a_session_needs_its_csrf_token(company):
    client = Client(enforce_csrf_checks=True)
    client.force_login(company.agent)

    assert client.get(REQUESTS).status_code == 200
    response = client.post(
        NEW, {"symptom_text": "x"}, content_type="application/json", HTTP_IDEMPOTENCY_KEY="1"
    )
    assert "CSRF" in check(response, 403)["detail"]


def test_a_view_without_permission_is_open_to_nobody(company, as_program):
    check(as_program(company.general_manager).get("/test/v1/closed/"), 403)


def test_roles_without_the_permission_get_403(company, as_program, new_key):
    auditor = as_program(factories.person("auditor", at=company.head))

    assert auditor.get(NEW).status_code == 200
    check(auditor.post(NEW, {"symptom_text": "x"}, format="json", **new_key()), 403)
    check(as_program(factories.person("customer", at=company.head)).get(NEW), 403)


def test_what_is_not_there_is_a_problem_document_too(company, as_program):
    client = as_program(company.agent)
    check(client.get("/api/v1/nothing/"), 404)
    check(client.get("/api/v2/"), 404)
    check(client.get(f"{REQUESTS}SR-20000101-0001/"), 404)
    check(APIClient().get("/api/v1/nothing/"), 401)


def test_bad_bodies_methods_and_formats(company, as_program, new_key):
    client = as_program(company.agent)

    check(client.generic("POST", NEW, "{broken", content_type="application/json", **new_key()), 400)
    check(client.generic("POST", NEW, "a", content_type="text/csv", **new_key()), 415)
    check(client.delete(NEW), 405)
    check(client.post(f"{REQUESTS}SR-20000101-0001/", {}, format="json"), 405)
    check(client.get(NEW, HTTP_ACCEPT="text/csv"), 406)


def test_errors_are_told_by_field_in_the_language_of_the_caller(company, as_program, new_key):
    client = as_program(company.agent)

    english = client.post(NEW, {}, format="json", **new_key())
    chinese = client.post(NEW, {}, format="json", HTTP_ACCEPT_LANGUAGE="zh-CN", **new_key())

    assert check(english, 422, "invalid")["errors"] == {"symptom_text": ["This field is required."]}
    assert chinese.json()["errors"] != english.json()["errors"]
    assert english.json()["instance"] == NEW


def test_what_nobody_expected_is_500_without_details_and_the_signal_still_goes_out(
    company, as_program, new_key
):
    client = as_program(company.agent)
    client.raise_request_exception = False

    response = client.post(NEW, {"symptom_text": "boom"}, format="json", **new_key())

    problem = check(response, 500)
    assert "ZeroDivision" not in str(problem)
    check(client.post(NEW, {"symptom_text": "busy"}, format="json", **new_key()), 503)


def test_too_many_requests_are_told_when_to_come_back(company, as_program, monkeypatch):
    cache.clear()
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min"})
    client = as_program(company.agent)

    answers = [client.get(NEW) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    check(answers[2], 429)
    assert int(answers[2]["Retry-After"]) > 0
    cache.clear()
