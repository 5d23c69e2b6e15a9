"""A call on the hotline: the card opens by itself, the agent registers a consultation and answers it.

Afterwards, or in the same step with the article that answers it.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from jiannuo.office.documents import approvals
from jiannuo.office.documents.models import ApprovalStep
from jiannuo.operations.channels.models import Call, Connection, Extension
from jiannuo.operations.channels.tests.conftest import call_event, post
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.knowledge.models import Article, ArticleUse, KindRule
from jiannuo.operations.knowledge.services import create_article, do
from jiannuo.testing import factories
from tests.browser.town import PHONE
from tests.browser.words import zh

pytestmark = pytest.mark.once


def _hotline(town: Any) -> tuple[Connection, str]:
    """A telephone system whose extension 801 is the agent's, and its secret."""
    source = Connection(organization=town.branch, name="总机", kind="telephone")
    secret = source.new_secret()
    source.save()
    Extension.objects.create(connection=source, number="801", person=town.agent)
    return source, secret


def _article(town: Any, title: str) -> Article:
    """A published article, written by one and approved by another."""
    KindRule.objects.update_or_create(
        article_kind="faq", defaults={"approver": "department_manager", "review_months": 12}
    )
    writer = factories.person("quality_engineer", at=town.office)
    boss = factories.person("department_manager", at=town.office)
    values = {"title": title, "question": title, "answer": "每两周一次", "audiences": ["staff"]}
    article = create_article("faq", values, organization=town.office, by=writer)
    do(article, "submit", by=writer)
    approvals.approve(ApprovalStep.objects.get(approval__document=article.pk), by=boss)
    return article


def test_a_call_is_answered_and_closed_in_one_step_with_its_article(visit: Any, town: Any) -> None:
    # given an article, and a call that the agent has taken
    source, secret = _hotline(town)
    article = _article(town, "滤网多久洗一次")
    page = visit(town.agent)
    page.goto("/calls/")
    post(source, secret, call_event("ringing", number=PHONE))
    post(source, secret, call_event("answered", number=PHONE))
    page.locator("[data-ringing]").get_by_role("link", name=zh("Register a request")).click()
    page.wait_for_url("**/desk/**")
    expect(page.locator("#caller")).to_contain_text("许美玲")
    # when the question is answered on the telephone with the article, in the same step
    page.locator("[name=request_kind]").select_option("consultation")
    page.locator("#id_symptom_text").fill("想知道滤网多久洗一次")
    page.get_by_text(zh("Answered at once: register, answer and close in one step")).click()
    page.locator("#id_answer").fill("每两周洗一次，晾干再装回")
    page.locator("#id_article-ts-control").click()
    page.locator(".ts-dropdown [data-selectable]").get_by_text("滤网多久洗一次").click()
    page.get_by_role("button", name=zh("Answered and closed")).click()
    page.wait_for_url("**/requests/SR-**")
    # then it is closed, with the answer, the article and the call
    request, call = ServiceRequest.objects.get(), Call.objects.get()
    assert (request.state, request.answer) == ("closed", "每两周洗一次，晾干再装回")
    assert (request.channel, call.request) == ("hotline", request)
    assert ArticleUse.objects.get().document_id == request.pk
    expect(page.locator("main")).to_contain_text(article.number)
    post(source, secret, call_event("ended", number=PHONE))
    page.goto(call.get_absolute_url())
    expect(page.locator("main")).to_contain_text(request.number)


def test_a_missed_call_stands_on_the_home_page_until_it_is_called_back(visit: Any, town: Any) -> None:
    # given
    source, secret = _hotline(town)
    post(source, secret, call_event("ringing", number=PHONE))
    post(source, secret, call_event("missed", number=PHONE))
    page = visit(town.agent)
    # when the agent begins the day
    page.goto("/")
    card = page.locator(".j-document-side", has_text=zh("To be called back and answered"))
    expect(card).to_contain_text("许美玲")
    card.get_by_role("link", name=zh("Call back")).first.click()
    page.locator("[data-step=take]").click()
    expect(page.locator("main")).to_contain_text(str(town.agent))
    # and speaks with the customer
    post(source, secret, call_event("answered", call="c2", number=PHONE, direction="out"))
    # then it is gone
    page.goto("/")
    expect(page.locator("main")).not_to_contain_text(zh("To be called back and answered"))


def test_a_call_opens_the_card_and_is_answered(visit: Any, town: Any) -> None:
    source, secret = _hotline(town)
    page = visit(town.agent)
    page.goto("/calls/")

    answer = post(source, secret, call_event("ringing", number=PHONE))
    assert answer.status_code == 202, answer.content

    panel = page.locator("[data-ringing]")
    expect(panel).to_contain_text("许美玲")
    expect(panel).to_contain_text("1.5 匹壁挂式空调")
    post(source, secret, call_event("answered", number=PHONE))
    panel.get_by_role("link", name=zh("Register a request")).click()
    page.wait_for_url("**/desk/**")
    expect(page.locator("#caller")).to_contain_text("许美玲")
    page.locator("[name=request_kind]").select_option("consultation")
    page.locator("#id_symptom_text").fill("想知道滤网多久洗一次")
    page.get_by_role("button", name=zh("Register"), exact=True).click()
    page.wait_for_url("**/requests/SR-**")
    post(source, secret, call_event("ended", number=PHONE))

    page.locator("[data-action='give_answer']").first.click()
    page.locator("#modal-content [name=answer]").fill("每两周洗一次，晾干再装回")
    page.locator("#modal-content form button[type=submit]").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    request = ServiceRequest.objects.get()
    call = Call.objects.get()
    assert (request.state, call.request, call.state) == ("answered", request, "ended")
    page.goto(call.get_absolute_url())
    expect(page.locator("main")).to_contain_text(request.number)
