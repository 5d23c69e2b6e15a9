"""A survey answered on a phone; its low score is a complaint that the service does not see."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jiannuo.office.documents.services import create_document
from jiannuo.operations.complaints.models import Complaint
from jiannuo.operations.surveys import services
from jiannuo.operations.surveys.defaults import fill
from jiannuo.operations.surveys.links import token_of
from jiannuo.operations.surveys.models import (
    Invitation,
    LowScoreRule,
    OpinionCategory,
    Question,
    Questionnaire,
    SurveyAnswer,
)
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.testing import factories
from tests.browser.words import zh

QUESTIONS: tuple[dict[str, Any], ...] = (
    {"code": "overall", "text": "您对这次服务总体上满意吗？", "is_overall": True},
    {"code": "recommend", "text": "您愿意推荐我们吗？", "kind": "nps"},
    {"code": "say", "text": "还有什么意见？", "kind": "text", "required": False},
)


def invitation_of(town: Any) -> Invitation:
    """The customer of the town is asked about a repair."""
    fill(OpinionCategory)
    general = factories.person("general_manager", at=town.office, username="boss")
    asked = services.save_questionnaire(
        Questionnaire(organization=town.office, code="after", name="顾客满意度调查表"), by=general
    )
    draft = asked.editions.get()
    draft.least_seconds = 0
    services.save_part(draft, by=general)
    for place, values in enumerate(QUESTIONS, start=1):
        services.save_part(Question(edition=draft, position=place, **values), by=general)
    services.save_part(LowScoreRule(edition=draft, measure="overall", at_most=Decimal(2)), by=general)
    edition = services.publish_edition(draft, by=general)
    order = WorkOrder(organization=town.branch, customer=town.customer, unit=town.unit, title="不制冷")
    create_document(order, by=None)
    made = services.invite(order, edition, customer=town.customer, at=timezone.now())
    assert made is not None
    return made


@pytest.mark.once
def test_a_low_score_on_the_phone_reaches_the_complaint_desk_alone(visit: Any, town: Any) -> None:
    invitation = invitation_of(town)
    supervisor = factories.person("complaint_supervisor", at=town.office, username="care")
    phone = visit(phone=True)
    url = f"/s/{token_of(invitation)}"

    phone.goto(url)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    phone.get_by_role("button", name=zh("Send"), exact=True).click()
    expect(phone.locator("main")).to_contain_text(zh("Please answer this question."))
    phone.locator("label[for$='overall_0']").click()
    phone.locator("label[for$='recommend_1']").click()
    phone.get_by_label("还有什么意见？").fill("修了三次都没修好，态度很差")
    phone.get_by_role("button", name=zh("Send"), exact=True).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(zh("Thank you"))

    answer = SurveyAnswer.objects.get()
    complaint = Complaint.objects.get()
    assert (answer.csi, answer.nps, answer.state) == (0, 1, "counted")
    assert complaint.source_id == answer.pk
    desk = visit(supervisor)
    desk.goto(f"/surveys/answers/{answer.number}/")
    desk.get_by_role("link", name=complaint.number).click()
    expect(desk.get_by_role("main")).to_contain_text("态度很差")
    agent = visit(town.agent)
    agent.goto(f"/surveys/answers/{answer.number}/")
    expect(agent.get_by_role("main")).to_contain_text("修了三次都没修好")
    expect(agent.get_by_role("link", name=complaint.number)).to_have_count(0)
    agent.goto(f"/complaints/{complaint.number}/")
    expect(agent.get_by_role("main")).not_to_contain_text("态度很差")
