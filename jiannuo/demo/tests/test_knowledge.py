"""The demo's knowledge: published articles that readers find, whatever work there was."""

from __future__ import annotations

from random import Random

import pytest
from django.utils import timezone

from jiannuo.demo.knowledge import TEXTS, load_knowledge
from jiannuo.demo.organizations import load_organizations, load_people
from jiannuo.demo.products import load_products
from jiannuo.operations.knowledge.models import KindRule
from jiannuo.operations.knowledge.queries import find_articles, readable_by, reader_of
from jiannuo.operations.knowledge.tests.conftest import keep_rules

pytestmark = pytest.mark.django_db


def test_articles_are_published_and_found(settings, tmp_path):
    settings.JIANNUO_KNOWLEDGE_INDEX = tmp_path / "index"
    keep_rules()
    organizations = load_organizations(timezone.localdate())
    people = load_people(organizations)
    load_products()

    assert load_knowledge(people, organizations["HQ"], Random(1)) == len(TEXTS)

    assert readable_by(people["agent"]).count() == len(TEXTS)
    assert find_articles(reader_of(people["agent"]), "家里空调不凉")[0].title.startswith("空调不制冷")
    assert set(KindRule.objects.values_list("approver", flat=True)) == {"general_manager"}
