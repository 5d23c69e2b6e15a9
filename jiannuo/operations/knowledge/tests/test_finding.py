"""Finding by words: segmentation, ranking, synonyms, freshness, scope."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.utils import timezone

from jiannuo.operations.knowledge import queries
from jiannuo.operations.knowledge.index import keeping, store
from jiannuo.operations.knowledge.index.cutting import pairs, without_phones, words
from jiannuo.operations.knowledge.models import IndexChange, SolvedCase, SynonymWord
from jiannuo.operations.knowledge.queries import About, find_articles, find_cases, reader_of
from jiannuo.operations.knowledge.services import do, remove_synonyms, save_synonyms
from jiannuo.operations.knowledge.services.rules import split_words
from jiannuo.operations.knowledge.suggesting import suggest
from jiannuo.operations.knowledge.tasks import index_changes, rebuild_index


def found(person, text, **more):
    return find_articles(reader_of(person), text, **more)


def fresh(person):
    """The person as another request reads them."""
    return type(person).objects.get(pk=person.pk)


def test_words_are_cut_as_the_trade_says_them():
    assert "不制冷" in words("空调不制冷，外机不转")
    assert {"压缩机", "启动电容"} <= set(words("压缩机的启动电容坏了"))
    assert words("请问怎么办") == []


def test_traditional_and_full_width_signs_are_the_same():
    assert words("空調不製冷ＫＦＲ") == words("空调不制冷kfr")


def test_pairs_make_phrases_of_any_cut():
    assert pairs("空调不凉 KFR-35") == ["空调", "调不", "不凉", "kfr", "35"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("请打 13800001111 找张师傅", "请打 … 找张师傅"),
        ("电话0571-88001234", "电话…"),
        ("编号 20261121001 压力 0.45", "编号 20261121001 压力 0.45"),
    ],
)
def test_phone_numbers_do_not_become_knowledge(text, kept):
    assert without_phones(text) == kept


def test_found_by_words_not_only_by_substring(library):
    article = library.article()
    library.article(
        title="地磅空秤数字跳动", question="空秤不回零", cause="", answer="检查接线盒", categories=[]
    )
    library.index()

    assert found(library.agent, "制冷 空调 清洗") == [article]
    assert found(library.agent, "家里的空调开了很久还是不制冷，怎么办？")[0] == article
    assert found(library.agent, "挖掘机履带") == []


def test_what_fits_better_comes_first(library):
    weak = library.article(
        title="空调使用说明", question="怎样使用空调", cause="", answer="按开关。若不制冷请报修"
    )
    strong = library.article(title="空调不制冷", question="不制冷没有冷风")
    library.index()

    assert found(library.agent, "空调不制冷")[:2] == [strong, weak]


def test_synonyms_find_each_other_at_once(library):
    article = library.article()
    library.index()
    assert found(library.agent, "不凉") == []

    group = save_synonyms(split_words("不制冷 = 不凉、不冷"), by=library.manager)

    assert found(library.agent, "不凉") == [article]
    assert found(library.agent, "风机开着可是不冷") == [article]
    remove_synonyms(group, by=library.manager)
    assert found(library.agent, "不凉") == []


@pytest.mark.parametrize("typed", ["不制冷", "不制冷 = 凉", "不制冷 = ！！", " = ", "不制冷 = " + "凉" * 31])
def test_synonyms_that_say_nothing_are_refused(library, typed):
    with pytest.raises(ValidationError):
        save_synonyms(split_words(typed), by=library.manager)
    assert not SynonymWord.objects.exists()


def test_a_word_stands_in_one_group(library):
    save_synonyms(["不制冷", "不凉"], by=library.manager)
    with pytest.raises(ValidationError, match="不凉"):
        save_synonyms(["不凉", "没冷气"], by=library.manager)


def test_only_managers_keep_synonyms(library):
    with pytest.raises(PermissionDenied):
        save_synonyms(["不制冷", "不凉"], by=library.agent)


def test_dealers_read_what_is_for_them_from_above(library):
    ours = library.article(audiences=["dealers"])
    staff = library.article(audiences=["staff"])
    technicians = library.article(audiences=["technician"])
    library.index()

    assert found(library.clerk, "不制冷") == [ours]
    assert set(found(library.agent, "不制冷")) == {staff}
    assert set(found(library.technician, "不制冷")) == {staff, technicians}
    assert set(queries.readable_by(library.clerk)) == {ours}


def test_what_one_dealer_writes_another_does_not_read(library):
    article = library.article(by=library.clerk, at=library.dealer)
    library.index()

    assert found(library.clerk, "不制冷") == [article]
    assert found(library.stranger, "不制冷") == []
    assert not queries.readable_by(library.stranger).exists()
    assert not queries.readable_by(AnonymousUser()).exists()


def test_a_withdrawn_article_is_found_no_more(library):
    article = library.article()
    library.index()
    do(article, "withdraw", by=library.writer, data={"reason": "过时"})

    assert found(library.agent, "不制冷") == []
    library.index()
    assert found(library.agent, "不制冷") == []


def test_articles_of_another_category_do_not_fit(library):
    library.article()
    general = library.article(title="机器不制冷先看电源", categories=[])
    library.index()

    assert found(library.agent, "不制冷", about=About(model=library.scale)) == [general]


def test_cases_are_for_the_own_scope(library):
    mine = library.case("空调不制冷", at=library.dealer)
    other = library.case("空调不制冷了", at=library.other)
    library.index()

    assert find_cases(library.clerk, "不制冷") == [mine]
    assert set(find_cases(library.agent, "不制冷")) == {mine, other}
    assert find_cases(library.stranger, "不制冷") == [other]


def test_history_tells_cause_parts_and_time_with_numbers(library):
    for minutes in (30, 40, 50, 60, 70):
        library.case("空调不制冷没有冷风", minutes=minutes)
    library.case("不制冷", cause_id=library.other_cause.pk, minutes=180, parts=())
    library.case("空秤跳动", model=library.scale, symptom_id=None)
    library.index()

    said = suggest(library.agent, "空调不制冷", about=About(model=library.model))

    assert (said.count, said.same_model) == (6, True)
    assert [(one.name, one.count, one.share) for one in said.causes] == [
        ("缺氟", 5, 83),
        ("压缩机损坏", 1, 17),
    ]
    assert [(one.name, one.count, one.share) for one in said.parts] == [("制冷剂 R32", 5, 83)]
    assert said.time is not None
    assert (said.time.median, said.time.count) == (55, 6)


def test_too_few_of_the_model_ask_the_whole_category(library):
    sister = type(library.model).objects.create(category=library.category, code="KFR-X", name="姐妹型")
    for _n in range(3):
        library.case("空调不制冷", model=sister)
    own = library.case("空调不制冷")
    library.index()

    said = suggest(library.agent, "不制冷", about=About(model=library.model, category=library.category))

    assert (said.count, said.same_model) == (4, False)
    assert said.cases[0] == own


def test_a_symptom_code_alone_suggests(library):
    case = library.case("客户说机器有问题")
    library.index()
    assert suggest(library.agent, "", about=About(symptom=library.symptom)).cases == [case]
    assert not suggest(library.agent, "冷")


def test_suggesting_costs_the_same_with_more_cases(library, django_assert_max_num_queries):
    for _n in range(12):
        library.case("空调不制冷")
    library.article()
    library.index()
    with django_assert_max_num_queries(10):
        said = suggest(fresh(library.agent), "空调不制冷", about=About(model=library.model))
    assert said.count == 12
    assert said.articles


def test_new_cases_and_articles_are_found_by_the_periodic_job(library):
    keeping.rebuild()
    case, article = library.case("压缩机过热保护"), library.article()
    index_changes()

    assert find_cases(library.agent, "压缩机过热") == [case]
    assert found(library.agent, "不制冷") == [article]
    assert keeping.refresh() == 0


def test_a_change_that_was_committed_late_is_not_missed(library):
    keeping.rebuild()
    early = library.case("水泵异响")
    late = library.case("水泵漏水")
    late_change = IndexChange.objects.get(object_id=late.pk)
    IndexChange.objects.filter(pk=late_change.pk).delete()
    keeping.refresh()
    late_change.at = timezone.now() - timedelta(minutes=30)
    late_change.save(force_insert=True)

    keeping.refresh()

    assert set(find_cases(library.agent, "水泵")) == {early, late}


def test_the_index_is_made_anew_when_missing_or_stale(library, settings):
    library.case("空调不制冷")
    assert find_cases(library.agent, "不制冷") == []
    with pytest.raises(keeping.NoIndex):
        keeping.refresh()
    assert rebuild_index.call() == 1
    assert rebuild_index.call() == 0

    with pytest.raises(keeping.NoIndex):
        keeping.refresh(timezone.now() + keeping.KEPT)
    assert keeping.is_outdated(timezone.now() + keeping.KEPT)
    assert len(find_cases(library.agent, "不制冷")) == 1


def test_made_anew_by_a_command_beside_the_present_one(library, capsys):
    library.case("空调不制冷")
    call_command("rebuild_knowledge")
    first = store.present()
    SolvedCase.objects.all().delete()
    call_command("rebuild_knowledge", "--cases")

    assert store.present() != first
    assert first is not None
    assert not first.exists()
    assert find_cases(library.agent, "不制冷") == []


def test_a_machine_of_its_own_follows(library):
    library.case("空调不制冷")
    call_command("follow_knowledge", "--once")
    case = library.case("风扇电机异响")
    call_command("follow_knowledge", "--once")
    assert find_cases(library.agent, "风扇电机") == [case]


def test_two_never_write_at_once(library):
    keeping.rebuild()
    library.case("空调不制冷")
    with store.sole_writer(), pytest.raises(store.Busy):
        keeping.refresh()
    with store.sole_writer():
        index_changes()
    assert keeping.refresh() == 1


def test_old_changes_are_forgotten(library):
    library.case("空调不制冷")
    assert keeping.forget_old_changes() == 0
    assert keeping.forget_old_changes(timezone.now() + timedelta(days=8)) == 1


def test_a_job_is_kept_once(library):
    from jiannuo.operations.knowledge.services import Solved, keep_cases

    case = library.case("空调不制冷", minutes=5_000_000)
    assert case.minutes is None
    job = Solved(case.document_id, library.branch.pk, case.closed_at, fault="改过的故障 13900001111")
    keep_cases([job, SimpleNamespace(**{name: getattr(job, name) for name in Solved.__slots__})][:1])
    case.refresh_from_db()

    assert SolvedCase.objects.count() == 1
    assert case.fault == "改过的故障 …"
    assert not case.parts.exists()
