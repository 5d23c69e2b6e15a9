from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from jiannuo.office.documents.services import create_document
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.promises.commitments.services import decide, facts_for
from jiannuo.promises.commitments.tests.samples import load
from jiannuo.promises.obligations.services import open_obligations
from jiannuo.testing import factories

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class Case:
    """A company that has promised, a customer, and a request that came in at nine in the morning."""

    def __init__(self) -> None:
        self.office = factories.organization()
        self.branch = factories.organization(self.office)
        self.agent = factories.person("service_agent", at=self.branch)
        self.dispatcher = factories.person("dispatcher", at=self.branch)
        self.manager = factories.person("general_manager", at=self.office)
        self.customer = factories.customer(self.branch)
        self.unit = factories.unit(self.branch, of=self.customer)
        load()

    def request(self, **fields) -> ServiceRequest:
        values = {
            "organization": self.branch,
            "customer": self.customer,
            "received_at": START,
            "symptom_text": "不制冷",
            "title": "不制冷",
            **fields,
        }
        with transaction.atomic():
            return create_document(ServiceRequest(**values), by=self.agent)

    def promised(self, request=None, at=START):
        request = request or self.request(received_at=at)
        decision = decide(facts_for(unit=self.unit, customer=self.customer), at, self.branch)
        owed = open_obligations(
            request, decision, organization=self.branch, customer=self.customer, person=self.agent, at=at
        )
        return request, {one.metric: one for one in owed}


@pytest.fixture
def case(db) -> Case:
    return Case()


def after(**span) -> datetime:
    return START + timedelta(**span)
