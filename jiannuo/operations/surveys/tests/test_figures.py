"""Figures, targets and the statistics of opinions."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from jiannuo.kernel.months import months_before
from jiannuo.operations.surveys import queries, services
from jiannuo.operations.surveys.models import Invitation, Opinion, OpinionCategory, SurveyAnswer
from jiannuo.operations.surveys.tests.conftest import BAD, GOOD
from jiannuo.operations.surveys.wording import target_rows
from jiannuo.promises.commitments.services import load_content
from jiannuo.promises.commitments.tests.samples import content
from jiannuo.testing import factories


@pytest.fixture
def month():
    return timezone.localdate().replace(day=1)


@pytest.fixture
def span(firm, month):
    return queries.Span(firm.questionnaire, months_before(month, 5), month)


def test_figures_come_from_counted_answers(firm, span):
    firm.answer(GOOD)
    firm.answer({"overall": 4, "attitude": 4, "speed": 4, "recommend": 8})
    firm.answer(BAD)
    left = firm.answer(GOOD)
    services.do(left, "leave_out", by=firm.follow_up, data={"reason": "重复"})
    firm.invitation()
    Invitation.objects.filter(state="unsent").update(state="sent")

    months = queries.tallies(firm.general, span, "month", small_number=5)
    total = queries.total_of(months, small_number=5)

    assert len(months) == 6
    # 100, 75 and ((2·1 + 2)/3 − 1)/4 = 8.33
    assert (total.answers, total.csi, total.nps) == (3, Decimal("61.1"), Decimal("0.0"))
    assert total.satisfaction == Decimal("66.7")
    assert (total.asked, total.response) == (5, Decimal("80.0"))
    assert total.is_small
    assert months[0].csi is None


def test_figures_by_organisation_product_and_person_within_the_own_reach(firm, span):
    firm.answer(GOOD)
    dealer_customer = factories.customer(firm.dealer)
    firm.answer({"overall": 3, "attitude": 3}, organization=firm.dealer, customer=dealer_customer)

    by_organization = {one.label: one.csi for one in queries.tallies(firm.general, span, "organization")}
    own = queries.tallies(firm.clerk, span, "organization")

    assert by_organization == {"华东分公司": Decimal("100.0"), "甲店": Decimal("50.0")}
    assert [one.label for one in own] == ["甲店"]
    assert queries.tallies(firm.other_clerk, span, "organization") == []
    assert [one.answers for one in queries.tallies(firm.general, span, "model")] == [2]
    assert [one.label for one in queries.tallies(firm.general, span, "person")] == ["王师傅"]


def test_figures_cost_three_queries_whatever_there_is(firm, span, django_assert_max_num_queries):
    for _ in range(3):
        firm.answer(GOOD)
    firm.general.organization_scope()

    with django_assert_max_num_queries(4):
        queries.tallies(firm.general, span, "organization")
    with django_assert_max_num_queries(4):
        queries.question_figures(firm.general, span)


def test_each_question_is_counted(firm, span):
    firm.answer({**GOOD, "heard": 1, "good": [0, 2]})
    firm.answer({**GOOD, "overall": 3, "good": [0]})

    found = {one.question.code: one for one in queries.question_figures(firm.general, span)}

    assert found["overall"].rows[0] == ("5", 1, Decimal("50.0"))
    assert found["overall"].mean == Decimal("4.00")
    assert found["heard"].rows[1] == ("门店", 1, Decimal("100.0"))
    assert {name: count for name, count, _share in found["good"].rows} == {
        "态度": 2,
        "技术": 0,
        "速度": 1,
    }
    assert "say" not in found


def test_targets_are_those_of_the_clauses(firm, span):
    clause = {
        "id": "t1",
        "kind": "target",
        "text": "服务满意率98%以上。",
        "source": {"document": "规划", "article": "二之3"},
        "measure": "satisfaction",
        "comparison": "at_least",
        "value": 98,
        "over": "year",
    }
    load_content(content("T98", clauses=[clause]), by=None)
    firm.answer(GOOD)
    firm.answer({"overall": 3, "attitude": 5})

    rows = target_rows(
        queries.targets_for(span, queries.total_of(queries.tallies(firm.general, span, "month")))
    )

    assert [(row.figure, row.met) for row in rows] == [(Decimal("50.0"), False)]
    assert "98" in rows[0].wanted
    assert queries.targets_for(span, queries.total_of([])) == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("师傅态度很差，说话冲", "attitude"),
        ("又坏了，根本没修好", "repair"),
        ("上门费收得太贵，还没有发票", "charges"),
        ("嗯", None),
    ],
)
def test_a_category_is_suggested_by_its_words(firm, text, code):
    found = services.suggest_for(text)

    assert (found.code if found else None) == code


def test_only_confirmed_opinions_are_in_the_statistics(firm, span):
    for text in ("师傅态度很差", "等了三天没来，太慢", "上门费太贵"):
        firm.answer({**GOOD, "say": text})
    first, second, _third = Opinion.objects.order_by("pk")
    assert first.suggested.code == "attitude"

    services.confirm(first, first.suggested, by=firm.follow_up)
    services.confirm(second, OpinionCategory.objects.get(code="other"), by=firm.follow_up)
    figures = queries.opinion_figures(firm.general, span)

    assert {row.category.code: row.count for row in figures.rows} == {"attitude": 1, "other": 1}
    assert (figures.total, figures.unconfirmed) == (2, 1)
    assert figures.rows[0].examples
    with pytest.raises(PermissionDenied):
        services.confirm(first, first.suggested, by=firm.manager)


def test_opinions_are_told_apart_as_the_answers_are(firm, span, month):
    customer = factories.customer(firm.dealer)
    firm.answer({**GOOD, "say": "师傅态度很差"})
    firm.answer({**GOOD, "say": "上门费太贵"}, organization=firm.dealer, customer=customer)
    firm.answer({**GOOD, "say": "等了三天，太慢"}, organization=firm.dealer, customer=customer)
    firm.answer({**GOOD, "say": "还没有确认"}, organization=firm.dealer, customer=customer)
    for opinion in Opinion.objects.exclude(text="还没有确认"):
        services.confirm(opinion, opinion.suggested, by=firm.follow_up)

    of = {name: queries.opinion_groups(firm.general, span, name) for name in queries.GROUPS}

    assert [(one.label, one.count, one.unconfirmed) for one in of["organization"]] == [
        ("甲店", 2, 1),
        ("华东分公司", 1, 0),
    ]
    assert (of["organization"][0].share, of["organization"][0].of("收费与价格")) == (Decimal("66.7"), 1)
    assert [one.label for one in of["month"]] == [f"{one:%Y-%m}" for one in queries.months_of(span)]
    assert (of["month"][-1].key, of["month"][-1].count, of["month"][0].count) == (month, 3, 0)
    assert [(one.label, one.count) for one in of["model"]] == [(str(firm.model), 3)]
    assert [(one.label, one.count) for one in of["person"]] == [("王师傅", 3)]
    assert [one.label for one in queries.opinion_groups(firm.clerk, span, "organization")] == ["甲店"]
    assert queries.opinion_groups(firm.other_clerk, span, "organization") == []


def test_groups_of_opinions_cost_three_queries(firm, span, django_assert_max_num_queries):
    for words in ("师傅态度很差", "上门费太贵", "太慢"):
        firm.answer({**GOOD, "say": words})
    firm.general.organization_scope()

    for name in queries.GROUPS:
        with django_assert_max_num_queries(4):
            queries.opinion_groups(firm.general, span, name)


def test_an_erased_customer_leaves_the_answer_without_a_name(firm):
    from jiannuo.kernel.events import publish
    from jiannuo.registry.customers.events import CustomerErased

    answer = firm.answer(GOOD)
    assert answer.phone

    publish(CustomerErased(customer_id=firm.customer.pk))

    assert SurveyAnswer.objects.get(pk=answer.pk).phone == ""
    assert Invitation.objects.get().phone == ""
