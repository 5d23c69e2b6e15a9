from __future__ import annotations

import pytest

from jiannuo.office.documents.tests import makers
from jiannuo.operations.desk.models import ServiceRequest


@pytest.fixture
def company(db):
    return makers.company()


@pytest.fixture(autouse=True)
def plain_service(monkeypatch):
    monkeypatch.setattr(ServiceRequest, "SERVICE", makers.PERFORM)
