from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from jiannuo.office.documents import approvals
from jiannuo.office.documents.models import ApprovalStep, Document
from jiannuo.operations.knowledge.index import keeping
from jiannuo.operations.knowledge.models import Article, KindRule, SolvedCase, SynonymGroup
from jiannuo.operations.knowledge.services import Solved, UsedPart, create_article, do, keep_cases
from jiannuo.registry.products.models import FaultCode
from jiannuo.testing import factories

CLOSED = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_index(settings, tmp_path):
    """An index of the test's own."""
    settings.JIANNUO_KNOWLEDGE_INDEX = tmp_path / "index"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subscribers hear of everything inside the transaction of the test, which never commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda call, *_rest, **_more: call())


def keep_rules() -> None:
    """The rules that a new database begins with, also after a test that emptied every table."""
    for kind, months in {"faq": 12, "case": 12, "plan": 12, "document": 24}.items():
        values = {"approver": "department_manager", "review_months": months}
        KindRule.objects.get_or_create(article_kind=kind, defaults=values)


def forget_synonyms() -> None:
    """Without the words that a company begins with: a test that is about words writes its own."""
    SynonymGroup.objects.all().delete()


class Library:
    """A head office with a branch and two dealers, and the people who write, approve and read."""

    def __init__(self) -> None:
        keep_rules()
        forget_synonyms()
        self.head = factories.organization()
        self.branch = factories.organization(self.head)
        self.dealer = factories.organization(self.branch, kind="dealer")
        self.other = factories.organization(self.branch, kind="dealer")
        self.writer = factories.person("quality_engineer", at=self.head)
        self.manager = factories.person("department_manager", at=self.head)
        self.agent = factories.person("service_agent", at=self.branch)
        self.technician = factories.person("technician", at=self.branch)
        self.clerk = factories.person("dealer_clerk", at=self.dealer)
        self.stranger = factories.person("dealer_clerk", at=self.other)
        self.auditor = factories.person("auditor", at=self.head)
        self.model = factories.product_model()
        self.category = self.model.category
        self.scale = factories.product_model("weighing/scale")
        self.symptom = self.code("symptom", "S1", "不制冷")
        self.cause = self.code("cause", "C1", "缺氟")
        self.other_cause = self.code("cause", "C2", "压缩机损坏")
        self.measure = self.code("action", "A1", "补漏加氟")

    def code(self, kind: str, code: str, name: str) -> FaultCode:
        return FaultCode.objects.add_root({"kind": kind, "code": code, "name": name})

    def values(self, **changes: Any) -> dict[str, Any]:
        return {
            "title": "空调不制冷怎么办",
            "question": "开机半小时仍不制冷",
            "cause": "滤网堵塞或缺氟",
            "answer": "先清洗滤网\n再检查冷媒压力",
            "audiences": ["staff", "dealers"],
            "categories": [self.category],
            **changes,
        }

    def draft(self, kind: str = "faq", *, by: Any = None, at: Any = None, **changes: Any) -> Article:
        return create_article(
            kind, self.values(**changes), organization=at or self.head, by=by or self.writer
        )

    def approve(self, article: Article, by: Any = None) -> Article:
        step = ApprovalStep.objects.get(approval__document=article.pk, approval__state="pending")
        approvals.approve(step, by=by or self.manager)
        return Article.objects.get(pk=article.pk)

    def article(self, kind: str = "faq", **changes: Any) -> Article:
        """A published article."""
        article = self.draft(kind, **changes)
        do(article, "submit", by=article.owner)
        return self.approve(article)

    def case(self, fault: str, *, at: Any = None, model: Any = None, **fields: Any) -> SolvedCase:
        """A closed job."""
        place = at or self.branch
        number = f"WO-T-{Document.objects.count():05d}"
        document = Document.objects.create(
            number=number, kind="workorder", organization=place, state="closed"
        )
        model = model or self.model
        values: dict[str, Any] = {
            "category_id": model.category_id,
            "model_id": model.pk,
            "symptom_id": self.symptom.pk,
            "cause_id": self.cause.pk,
            "measure_id": self.measure.pk,
            "work_done": "补焊后加注制冷剂",
            "minutes": 60,
            "parts": (UsedPart(None, "制冷剂 R32"),),
            **fields,
        }
        keep_cases([Solved(document.pk, place.pk, CLOSED, fault=fault, **values)])
        return SolvedCase.objects.get(document=document.pk)

    def index(self) -> None:
        try:
            keeping.refresh()
        except keeping.NoIndex:
            keeping.rebuild()


@pytest.fixture
def library(db) -> Library:
    return Library()
