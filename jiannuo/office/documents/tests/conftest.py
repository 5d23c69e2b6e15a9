from __future__ import annotations

import pytest

from jiannuo.office.documents.tests import makers
from jiannuo.operations.desk.models import ServiceRequest


@pytest.fixture
def company(db):
    return makers.company()


@pytest.fixture(autouse=True)
def plain_service(monkeypatch):
    """Actions only change the document here; what follows from them is the business of the room of its kind."""
    monkeypatch.setattr(ServiceRequest, "SERVICE", makers.PERFORM)
