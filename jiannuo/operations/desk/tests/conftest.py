from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jiannuo.operations.desk.services import register_request
from jiannuo.promises.commitments.tests.samples import load
from jiannuo.testing import factories


class Desk:
    """A branch that has promised something, its people, a customer with a machine."""

    def __init__(self) -> None:
        self.office = factories.organization()
        self.branch = factories.organization(self.office)
        self.dealer = factories.organization(self.office, kind="dealer")
        self.agent = factories.person("service_agent", at=self.branch)
        self.dispatcher = factories.person("dispatcher", at=self.branch)
        self.manager = factories.person("department_manager", at=self.branch)
        self.technician = factories.person("technician", at=self.branch)
        self.stranger = factories.person("dealer_clerk", at=self.dealer)
        self.customer = factories.customer(self.branch, phone="+8613800138000")
        self.unit = factories.unit(self.branch, of=self.customer)
        self.received = timezone.now() - timedelta(minutes=10)
        load()

    def request(self, **fields):
        values = {
            "by": self.agent,
            "customer": self.customer,
            "unit": self.unit,
            "symptom_text": "不制冷，外机不转",
            "received_at": self.received,
            **fields,
        }
        return register_request(**values)


@pytest.fixture
def desk(db) -> Desk:
    return Desk()
