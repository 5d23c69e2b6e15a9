"""An article is written, approved by somebody else, found in a customer's words, and voted on, all in the browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from jiannuo.operations.knowledge.index import keeping
from jiannuo.operations.knowledge.models import Article, KindRule
from jiannuo.testing import factories
from tests.browser.words import zh

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def own_index(settings, tmp_path):
    settings.JIANNUO_KNOWLEDGE_INDEX = tmp_path / "index"


def test_from_writing_to_helping(town, visit):
    writer = factories.person("quality_engineer", at=town.office, username="writer", name="王敏")
    boss = factories.person("department_manager", at=town.office, username="boss", name="陈建国")
    agent = factories.person("service_agent", at=town.office, username="asker", name="刘洋")
    KindRule.objects.update_or_create(
        article_kind="faq", defaults={"approver": "department_manager", "review_months": 12}
    )

    page = visit(writer)
    page.goto("/knowledge/articles/new/")
    page.locator("#id_title").fill("空调不制冷先看滤网")
    page.locator("#id_question").fill("开机半小时仍不制冷")
    page.locator("#id_answer").fill("清洗滤网\n再检查冷媒压力")
    page.get_by_role("button", name=zh("Save")).click()
    page.get_by_role("button", name=zh("Submit for approval")).click()
    page.locator("dialog, .modal").get_by_role("button", name=zh("Submit for approval")).click()
    expect(page.locator("main")).to_contain_text(zh("in review"))

    page = visit(boss)
    page.goto("/approvals/")
    page.get_by_role("button", name=zh("Approve")).first.click()
    page.locator("dialog, .modal").get_by_role("button", name=zh("Approve")).click()
    expect(page.locator("dialog[open], .modal.show")).to_have_count(0)
    assert Article.objects.get().state == "published"
    keeping.rebuild()

    page = visit(agent)
    page.goto("/knowledge/")
    page.locator("#knowledge-q").fill("家里空调不凉了")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="空调不制冷先看滤网").click()
    page.get_by_role("button", name=zh("It helped"), exact=True).click()
    expect(page.locator("main")).to_contain_text("1")
    assert Article.objects.get().counter.useful == 1
