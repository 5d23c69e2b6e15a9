from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.services import register_request
from jiannuo.promises.commitments.services import load_content
from jiannuo.promises.commitments.tests.samples import content, time_clause
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.sweep import sweep
from jiannuo.testing import factories

CALLED = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)


class Firm:
    """A branch whose people promised something; what a miss brings about is told by each test."""

    def __init__(self) -> None:
        self.head = factories.organization()
        self.branch = factories.organization(self.head)
        self.other = factories.organization(self.head)
        self.agent = factories.person("service_agent", at=self.branch)
        self.dispatcher = factories.person("dispatcher", at=self.branch)
        self.storekeeper = factories.person("storekeeper", at=self.branch)
        self.finance = factories.person("finance_clerk", at=self.head)
        self.manager = factories.person("department_manager", at=self.branch)
        self.general = factories.person("general_manager", at=self.head)
        self.stranger = factories.person("service_agent", "department_manager", at=self.other)
        self.customer = factories.customer(self.branch)
        self.unit = factories.unit(self.branch, of=self.customer, price=Decimal("3299.00"))

    def promise(self, *consequences: dict[str, Any], metric: str = "repair", **fields: Any) -> None:
        """Whoever calls is promised a repair within four hours, or else."""
        clause = time_clause(metric, "4", consequences=list(consequences))
        load_content(content("T10", clauses=[clause], **fields), by=None)

    def request(self, **fields: Any) -> ServiceRequest:
        values = {
            "by": self.agent,
            "customer": self.customer,
            "unit": self.unit,
            "symptom_text": "不制冷",
            "received_at": CALLED,
            **fields,
        }
        return register_request(**values)

    def missed(self, *consequences: dict[str, Any], late: timedelta = timedelta(minutes=1)) -> ServiceRequest:
        """A request whose repair is late."""
        self.promise(*consequences)
        request = self.request()
        sweep(CALLED + timedelta(hours=4) + late)
        return request

    def owed(self, request: ServiceRequest, metric: str = "repair") -> Obligation:
        return Obligation.objects.get(document=request.pk, metric=metric)


@pytest.fixture(autouse=True)
def news_is_heard_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subscribers hear of everything inside the transaction of the test, which never commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda call, *_rest, **_more: call())


@pytest.fixture
def firm(db) -> Firm:
    return Firm()
