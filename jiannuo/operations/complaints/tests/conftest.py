from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from jiannuo.operations.complaints.defaults import fill
from jiannuo.operations.complaints.models import Complaint, Matter, PenaltyRule, UpgradeRule
from jiannuo.operations.complaints.services import do, register_complaint
from jiannuo.operations.desk.services import register_request
from jiannuo.promises.commitments.services import load_content
from jiannuo.promises.commitments.tests.samples import content, time_clause
from jiannuo.testing import factories

CALLED = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)

#: a clause that leaves compensations up to 500 yuan to the desk
POWER = {
    "kind": "approval",
    "id": "a",
    "text": "赔偿 500 元以上须经总经理批准",
    "source": {"document": "d", "article": "1"},
    "subject": "compensation",
    "approvers": ["general_manager"],
    "above": "500",
}


class Firm:
    """A branch with its service and a station below it, and the complaint desk at the head office."""

    def __init__(self) -> None:
        fill(Matter, UpgradeRule, PenaltyRule)
        self.head = factories.organization()
        self.branch = factories.organization(self.head, name="华东分公司")
        self.station = factories.organization(self.branch, kind="station", name="宁波站")
        self.other = factories.organization(self.head)
        self.supervisor = factories.person("complaint_supervisor", at=self.head, name="蒋慧敏")
        self.colleague = factories.person("complaint_supervisor", at=self.head)
        self.general = factories.person("general_manager", at=self.head)
        self.manager = factories.person("department_manager", at=self.branch)
        self.agent = factories.person("service_agent", at=self.branch)
        self.dispatcher = factories.person("dispatcher", at=self.branch)
        self.technician = factories.person("technician", at=self.branch)
        self.clerk = factories.person("dealer_clerk", at=self.station)
        self.finance = factories.person("finance_clerk", at=self.head)
        self.quality = factories.person("quality_engineer", at=self.head)
        self.auditor = factories.person("auditor", at=self.head)
        self.admin = factories.person("administrator", at=self.head)
        self.customer = factories.customer(self.branch)

    @property
    def service(self) -> list[Any]:
        """Those who must not see into the desk."""
        return [
            self.agent,
            self.dispatcher,
            self.technician,
            self.clerk,
            self.finance,
            self.quality,
            self.admin,
        ]

    def promise(self, *clauses: dict[str, Any]) -> None:
        clauses = clauses or (time_clause("answer", "48", start="complained"),)
        load_content(content("C10", clauses=list(clauses)), by=None)

    def request(self, **fields: Any) -> Any:
        values = {
            "by": self.agent,
            "customer": self.customer,
            "request_kind": "complaint",
            "symptom_text": "维修工态度恶劣",
            "received_at": CALLED,
            **fields,
        }
        return register_request(**values)

    def complaint(self, **fields: Any) -> Complaint:
        values = {
            "by": self.supervisor,
            "organization": self.branch,
            "customer": self.customer,
            "text": "约好上门，三次没有来，电话里态度恶劣",
            "received_at": CALLED,
            **fields,
        }
        values.setdefault("at", min(values["received_at"], timezone.now()))
        return register_complaint(**values)

    def step(
        self, complaint: Complaint, name: str, *, by: Any = None, at: Any = None, **data: Any
    ) -> Complaint:
        return do(complaint, name, by=by or self.supervisor, data=data, at=at or CALLED + timedelta(hours=1))

    def assigned(self, complaint: Complaint, **data: Any) -> Complaint:
        values = {"officer": self.supervisor, "weight": "minor", **data}
        return self.step(complaint, "assign", **values)

    def investigated(self, complaint: Complaint, **data: Any) -> Complaint:
        values = {
            "findings": "派工后无人跟进",
            "is_valid": True,
            "at_fault": False,
            "responsibility": "department",
            "responsible_organization": self.branch,
            "circumstances": list(complaint.circumstances),
            **data,
        }
        return self.step(complaint, "investigate", **values)

    def answered(self, complaint: Complaint, *, at: Any = None, **decided: Any) -> Complaint:
        """From wherever it stands to answered."""
        if complaint.state in ("registered", "reopened"):
            complaint = self.assigned(complaint)
        if complaint.state == "assigned":
            complaint = self.investigated(complaint)
        if complaint.state == "investigated":
            complaint = self.step(complaint, "decide", ruling="当天补派", at=at, **decided)
        return self.step(complaint, "give_answer", answer="今天 18 点前上门", at=at)

    def asked(
        self, complaint: Complaint, unit: str = "solved", customer: str = "solved", *, at: Any = None
    ) -> Complaint:
        complaint = self.step(complaint, "verify_with_unit", result=unit, spoken_with="站长", at=at)
        if unit != "solved":
            return complaint
        return self.step(complaint, "call_back", result=customer, spoken_with="客户", whom="customer", at=at)

    def closed(self, **fields: Any) -> Complaint:
        complaint = self.asked(self.answered(self.complaint(**fields)))
        return self.step(complaint, "close")


@pytest.fixture(autouse=True)
def news_is_heard_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subscribers hear of everything inside the transaction of the test, which never commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda call, *_rest, **_more: call())


@pytest.fixture
def firm(db) -> Firm:
    return Firm()
