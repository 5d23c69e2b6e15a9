from __future__ import annotations

from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from jiannuo.office.accounts.models import ApiToken
from jiannuo.office.documents.tests import makers
from jiannuo.operations.desk.models import ServiceRequest


@pytest.fixture
def company(db):
    return makers.company()


@pytest.fixture(autouse=True)
def plain_service(monkeypatch):
    monkeypatch.setattr(ServiceRequest, "SERVICE", makers.PERFORM)


@pytest.fixture
def as_program():
    """Call with a person: a client that has a key of theirs."""

    def client_of(person, **options) -> APIClient:
        _token, key = ApiToken.issue(person, "test", **options)
        return APIClient(HTTP_AUTHORIZATION=f"Bearer {key}", HTTP_ACCEPT_LANGUAGE="en")

    return client_of


@pytest.fixture
def new_key():
    """Header with a fresh Idempotency-Key."""
    return lambda: {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
