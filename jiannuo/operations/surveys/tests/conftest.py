from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from jiannuo.office.documents.services import create_document
from jiannuo.operations.complaints.defaults import fill as fill_complaints
from jiannuo.operations.complaints.models import Matter, PenaltyRule, UpgradeRule
from jiannuo.operations.surveys import services
from jiannuo.operations.surveys.defaults import fill
from jiannuo.operations.surveys.models import (
    Edition,
    Invitation,
    InvitationRule,
    LowScoreRule,
    OpinionCategory,
    Question,
    Questionnaire,
    SurveyAnswer,
)
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.testing import factories

QUESTIONS: tuple[dict[str, Any], ...] = (
    {"code": "overall", "text": "总体上您满意吗", "weight": 2, "is_overall": True},
    {"code": "attitude", "text": "维修人员的态度", "weight": 1},
    {"code": "speed", "text": "上门是否及时", "weight": 1, "required": False},
    {"code": "recommend", "text": "您愿意推荐我们吗", "kind": "nps", "required": False},
    {
        "code": "heard",
        "text": "从哪里知道我们",
        "kind": "choice",
        "options": "朋友\n门店\n网上",
        "required": False,
    },
    {
        "code": "good",
        "text": "哪些做得好",
        "kind": "choices",
        "options": "态度\n技术\n速度",
        "required": False,
    },
    {"code": "say", "text": "您还想说什么", "kind": "text", "required": False},
)
GOOD = {"overall": 5, "attitude": 5, "speed": 5, "recommend": 10}
BAD = {"overall": 1, "attitude": 2, "recommend": 2, "say": "师傅态度很差，不耐烦"}


class Firm:
    """Head office with a questionnaire, a branch that serves, a dealer below it."""

    def __init__(self) -> None:
        fill(OpinionCategory)
        fill_complaints(Matter, UpgradeRule, PenaltyRule)
        self.head = factories.organization(name="总部")
        self.branch = factories.organization(self.head, name="华东分公司")
        self.dealer = factories.organization(self.branch, kind="dealer", name="甲店", code="DEALER-A")
        self.other = factories.organization(self.branch, kind="dealer", name="乙店", code="DEALER-B")
        self.general = factories.person("general_manager", at=self.head)
        self.supervisor = factories.person("complaint_supervisor", at=self.head)
        self.follow_up = factories.person("follow_up_agent", at=self.head, name="回访员")
        self.manager = factories.person("department_manager", at=self.branch)
        self.agent = factories.person("service_agent", at=self.branch)
        self.technician = factories.person("technician", at=self.branch, name="王师傅", phone="13911112222")
        self.clerk = factories.person("dealer_clerk", at=self.dealer)
        self.other_clerk = factories.person("dealer_clerk", at=self.other)
        self.customer = factories.customer(self.branch, phone="+8613812340678")
        self.model = factories.product_model()
        self.questionnaire, self.edition = self.write()

    def write(self, code: str = "after-service") -> tuple[Questionnaire, Edition]:
        made = services.save_questionnaire(
            Questionnaire(organization=self.head, code=code, name="服务满意度调查表"), by=self.general
        )
        draft = made.editions.get()
        for place, values in enumerate(QUESTIONS, start=1):
            services.save_part(Question(edition=draft, position=place * 10, **values), by=self.general)
        for measure, at_most in (("csi", Decimal(40)), ("nps", Decimal(3))):
            services.save_part(LowScoreRule(edition=draft, measure=measure, at_most=at_most), by=self.general)
        return made, services.publish_edition(draft, by=self.general)

    def rule(self, **fields: Any) -> InvitationRule:
        values = {"organization": self.head, "event": "order_closed", "questionnaire": self.questionnaire}
        return services.save_rule(InvitationRule(**{**values, **fields}), by=self.general)

    def order(self, **fields: Any) -> WorkOrder:
        values = {
            "organization": self.branch,
            "customer": self.customer,
            "technician": self.technician,
            "contact_phone": "+8613812340678",
            "title": "不制冷",
            **fields,
        }
        if "unit" not in values:
            values["unit"] = factories.unit(values["organization"], of=values["customer"], model=self.model)
        return create_document(WorkOrder(**values), by=None)

    def invitation(self, **fields: Any) -> Invitation:
        from django.utils import timezone

        order = self.order(**fields)
        made = services.invite(order, self.edition, customer=order.customer, at=timezone.now())
        assert made is not None
        return made

    def answer(self, values: Any = None, **fields: Any) -> SurveyAnswer:
        return services.answer_invitation(self.invitation(**fields), GOOD if values is None else values)


@pytest.fixture(autouse=True)
def news_is_heard_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subscribers hear of everything inside the transaction of the test, which never commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda call, *_rest, **_more: call())


@pytest.fixture
def firm(db) -> Firm:
    return Firm()
