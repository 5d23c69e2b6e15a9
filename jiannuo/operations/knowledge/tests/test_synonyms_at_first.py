"""A company begins with the common words of after-sales service; what people write always goes first."""

from __future__ import annotations

import pytest
from django.apps import apps

from jiannuo.operations.knowledge import queries
from jiannuo.operations.knowledge.defaults import SYNONYMS, fill, take_back
from jiannuo.operations.knowledge.models import SynonymGroup, SynonymWord
from jiannuo.operations.knowledge.services import remove_synonyms, save_synonyms
from jiannuo.operations.knowledge.services.rules import MOST_WORDS, split_words
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


def model_of(name):
    return apps.get_model("knowledge", name)


@pytest.fixture
def manager():
    return factories.person("department_manager", at=factories.organization())


def test_a_fresh_company_finds_by_common_words():
    assert {frozenset(group) for group in queries.synonyms()} == {frozenset(group) for group in SYNONYMS}


def test_the_words_are_such_as_a_manager_could_write(manager):
    words = [word for group in SYNONYMS for word in group]
    assert len(words) == len(set(words)), "a word stands in one group"
    SynonymGroup.objects.all().delete()
    for group in SYNONYMS:
        assert 2 <= len(group) <= MOST_WORDS
        assert split_words(" = ".join(group)) == list(group)
        save_synonyms(group, by=manager)


def test_what_people_wrote_is_never_touched(manager):
    SynonymGroup.objects.all().delete()
    own = save_synonyms(["不冷", "没凉气"], by=manager)

    fill(model_of)
    fill(model_of)

    assert [str(word) for word in own.words.all()] == ["不冷", "没凉气"]
    assert not SynonymWord.objects.filter(word="不制冷").exists()
    assert SynonymGroup.objects.count() == len(SYNONYMS)


def test_people_change_and_remove_them(manager):
    group = SynonymGroup.objects.get(words__word="不冷")
    save_synonyms(["不制冷", "不冷", "冷气不足"], by=manager, group=group)
    other = SynonymGroup.objects.get(words__word="滴水")
    remove_synonyms(other, by=manager)

    assert {"不制冷", "不冷", "冷气不足"} in [set(one) for one in queries.synonyms()]
    assert not SynonymWord.objects.filter(word="滴水").exists()


def test_taking_the_migration_back_leaves_what_people_changed(manager):
    changed = SynonymGroup.objects.get(words__word="不冷")
    save_synonyms(["不制冷", "不冷", "冷气不足"], by=manager, group=changed)
    noted = SynonymGroup.objects.get(words__word="滴水")
    save_synonyms([str(word) for word in noted.words.all()], by=manager, note="水路", group=noted)
    own = save_synonyms(["死机", "宕机"], by=manager)

    take_back(model_of)

    assert set(SynonymGroup.objects.all()) == {changed, noted, own}
