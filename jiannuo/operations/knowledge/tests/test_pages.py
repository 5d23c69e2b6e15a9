"""Pages of the knowledge: reading, voting, keeping; who is refused; what they cost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jiannuo.operations.knowledge.models import Article, KindRule, SynonymGroup
from jiannuo.operations.knowledge.services import do


@pytest.fixture
def article(library) -> Article:
    made = library.article()
    library.index()
    return made


def test_searching_and_reading(client, library, article, django_assert_max_num_queries):
    case = library.case("空调不制冷")
    library.index()
    client.force_login(library.agent)
    with django_assert_max_num_queries(14):
        page = client.get(reverse("knowledge:home"), {"q": "不制冷"}).content.decode()
    assert reverse("knowledge:read", args=[article.number]) in page
    assert reverse("knowledge:case", args=[case.pk]) in page
    with django_assert_max_num_queries(25):
        shown = client.get(reverse("knowledge:read", args=[article.number])).content.decode()
    assert "先清洗滤网" in shown
    article.counter.refresh_from_db()
    assert article.counter.views == 1
    with django_assert_max_num_queries(14):
        assert client.get(reverse("knowledge:home")).status_code == 200
    assert client.get(reverse("knowledge:case", args=[case.pk])).status_code == 200


@pytest.mark.parametrize("query", ["q=" + "冷" * 5000, "q=%00&kind=zz", "q=AND(OR", "q=*?[", "q=不"])
def test_no_question_breaks_the_search(client, library, article, query):
    client.force_login(library.agent)
    assert client.get(f"{reverse('knowledge:home')}?{query}").status_code == 200
    assert (
        client.get(f"{reverse('knowledge:suggest')}?{query}&symptom=x&model=99999999999999999999").status_code
        == 200
    )
    assert client.get(f"{reverse('knowledge:choose')}?{query}").status_code == 200


def test_voting(client, library, article):
    client.force_login(library.agent)
    address = reverse("knowledge:vote", args=[article.number])
    assert client.post(address, {"useful": "1"}).status_code == 302
    assert client.post(address, {"useful": "0"}).status_code == 422
    assert client.post(address, {"useful": "maybe"}).status_code == 422
    assert client.get(address).status_code == 405
    assert article.votes.get().useful


def test_what_is_not_for_them_is_not_there(client, library, article):
    hidden = library.article(audiences=["technician"])
    case = library.case("空调不制冷", at=library.other)
    client.force_login(library.clerk)
    assert client.get(reverse("knowledge:read", args=[hidden.number])).status_code == 404
    assert client.post(reverse("knowledge:vote", args=[hidden.number]), {"useful": "1"}).status_code == 404
    assert client.get(reverse("knowledge:case", args=[case.pk])).status_code == 404
    assert client.get(article.get_absolute_url()).status_code == 404
    client.force_login(library.agent)
    assert client.get(reverse("knowledge:edit", args=[article.number])).status_code == 404


@pytest.mark.parametrize("name", ["home", "suggest", "choose", "list", "synonyms", "rules", "create"])
def test_strangers_sign_in_first(client, name):
    assert client.get(reverse(f"knowledge:{name}")).status_code == 302


def test_the_list(client, library, article, django_assert_max_num_queries):
    for _n in range(6):
        library.draft()
    client.force_login(library.writer)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("knowledge:list")).content.decode()
    assert article.number in page
    for query in ("q=KB-", "audience=staff", "state=draft", "review=due", f"category={library.category.pk}"):
        assert client.get(f"{reverse('knowledge:list')}?{query}").status_code == 200


def test_the_page_of_one(client, library, article, django_assert_max_num_queries):
    do(article, "revise", by=library.writer)
    client.force_login(library.writer)
    address = reverse("knowledge:detail", args=[article.number])
    with django_assert_max_num_queries(25):
        page = client.get(address).content.decode()
    assert reverse("knowledge:edit", args=[article.number]) in page
    assert client.get(reverse("knowledge:edition", args=[article.number, 1])).status_code == 200
    assert client.get(reverse("knowledge:edition", args=[article.number, 9])).status_code == 404


def test_writing_from_the_form_to_the_approval(client, library):
    client.force_login(library.writer)
    address = reverse("knowledge:create")
    assert client.get(address).status_code == 200
    assert client.post(address, {"title": "", "answer": ""}).status_code == 422
    values = {
        "article_kind": "plan",
        "organization": library.head.pk,
        "title": "不制冷标准预案",
        "answer": "第一步\n第二步",
        "audiences": ["staff"],
        "symptoms": [library.symptom.pk],
        "product_models": [library.model.pk],
    }
    past = {"review_on": (timezone.localdate() - timedelta(days=1)).isoformat()}
    assert client.post(address, {**values, **past}).status_code == 422
    assert client.post(address, values).status_code == 302
    article = Article.objects.get()
    edit = reverse("knowledge:edit", args=[article.number])
    form = client.get(edit).content.decode()
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version is not None
    assert client.post(edit, {**values, "title": "改名", "version": version[1]}).status_code == 302
    assert client.post(edit, {**values, "version": version[1]}).status_code == 409
    submit = reverse("documents:action", args=[article.number, "submit"])
    assert client.post(submit, {"remark": "请审"}).status_code == 302
    article.refresh_from_db()
    assert (article.state, article.title) == ("in_review", "改名")
    assert client.get(edit).status_code == 409


def test_synonyms_and_rules_are_the_managers(client, library):
    client.force_login(library.agent)
    assert client.get(reverse("knowledge:synonyms")).status_code == 200
    assert client.post(reverse("knowledge:synonym_new"), {"words": "甲乙 = 丙丁"}).status_code == 403
    client.force_login(library.manager)
    new = reverse("knowledge:synonym_new")
    assert client.get(new).status_code == 200
    assert client.post(new, {"words": "不制冷"}).status_code == 422
    assert client.post(new, {"words": "不制冷 = 不凉"}).status_code == 204
    group = SynonymGroup.objects.get()
    address = reverse("knowledge:synonym_edit", args=[group.pk])
    assert "不凉" in client.get(address).content.decode()
    assert client.post(address, {"words": "不制冷 = 不冷", "note": "口语"}).status_code == 204
    assert str(SynonymGroup.objects.get()) == "不制冷 = 不冷"
    assert client.post(reverse("knowledge:synonym_remove", args=[group.pk])).status_code == 302
    rule = reverse("knowledge:rule_edit", args=["faq"])
    assert client.get(rule).status_code == 200
    assert client.post(rule, {"approver": "department_manager", "review_months": "0"}).status_code == 422
    assert client.post(rule, {"approver": "department_manager", "review_months": "6"}).status_code == 204
    assert KindRule.objects.get(article_kind="faq").review_months == 6


def test_customers_ask_on_the_portal(client, library):
    unit = library_unit(library)
    ours = library.article(audiences=["customers"])
    staff = library.article(title="内部资料", audiences=["staff"])
    other = library.article(title="地磅", audiences=["customers"], categories=[library.scale.category])
    library.index()

    listed = client.get(reverse("portal:help", args=[unit.label_code])).content.decode()
    found = client.get(reverse("portal:help", args=[unit.label_code]), {"q": "不制冷"}).content.decode()

    address = reverse("portal:help_article", args=[unit.label_code, ours.number])
    for page in (listed, found):
        assert address in page
        assert staff.number not in page
        assert other.number not in page
    assert client.get(address).status_code == 200
    assert client.post(address, {"useful": "1"}).status_code == 302
    assert client.post(address, {"useful": ""}).status_code == 422
    assert ours.votes.get().voter == f"unit:{unit.pk}"
    assert client.get(reverse("portal:help_article", args=[unit.label_code, staff.number])).status_code == 404
    assert client.get(reverse("portal:help", args=["NONE"])).status_code == 404


def library_unit(library):
    from jiannuo.testing import factories

    return factories.unit(library.branch, of=factories.customer(library.branch), model=library.model)


def test_over_the_api(client, library, article):
    library.case("空调不制冷")
    library.index()
    client.force_login(library.agent)
    said = client.get("/api/v1/knowledge/", {"q": "不制冷"}).json()
    assert (len(said["articles"]), len(said["cases"])) == (1, 1)
    suggested = client.get("/api/v1/knowledge/suggest/", {"q": "不制冷", "model": library.model.pk}).json()
    assert (suggested["count"], suggested["minutes"]["median"]) == (1, 60)
    assert client.get("/api/v1/knowledge/").status_code in (400, 422)
    client.force_login(library.writer)
    assert client.get(f"/api/v1/articles/{article.number}/").json()["published"]["number"] == 1
    body = {
        "article_kind": "faq",
        "organization": library.head.pk,
        "title": "新",
        "answer": "答",
        "audiences": ["staff"],
    }
    send = {"content_type": "application/json", "HTTP_IDEMPOTENCY_KEY": "k1"}
    made = client.post("/api/v1/articles/", body, **send)
    assert made.status_code == 201
    assert client.post("/api/v1/articles/", body, **send).json()["number"] == made.json()["number"]
    empty = client.post("/api/v1/articles/", {}, **{**send, "HTTP_IDEMPOTENCY_KEY": "k2"})
    assert empty.status_code in (400, 422)
    client.force_login(library.auditor)
    refused = client.post("/api/v1/articles/", body, **{**send, "HTTP_IDEMPOTENCY_KEY": "k3"})
    assert refused.status_code == 403
