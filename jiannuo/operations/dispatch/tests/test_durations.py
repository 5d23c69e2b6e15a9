"""How long orders take: labour on the order, standard plan, table of usual times, setting."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from jiannuo.operations.dispatch.durations import Duration, durations_of, minutes_of
from jiannuo.operations.dispatch.planning.models import PlanningSettings, UsualTime
from jiannuo.operations.knowledge.models import Article, ArticleVersion
from jiannuo.operations.workorders.models import OrderLine
from jiannuo.registry.products.models import FaultCode, LabourItem
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


def standard_plan(firm, minutes, *, categories=(), state="published"):
    article = Article(
        organization=firm.head, number=f"KB-{minutes}", kind="article", article_kind="plan", state=state
    )
    article.save()
    version = ArticleVersion.objects.create(
        article=article, number=1, title="更换", answer="…", minutes=minutes
    )
    version.symptoms.add(FaultCode.objects.get(code="S1"))
    version.categories.set(categories)
    article.published = version
    article.save()


def test_the_labour_planned_on_the_order_comes_first(firm):
    order = firm.order()
    labour = LabourItem.objects.get(code="L-10")
    OrderLine.objects.create(order=order, kind="labour", labour=labour, description="更换压缩机", quantity=2)

    assert durations_of([order]) == {order.pk: Duration(240, "labour")}


def test_a_standard_plan_of_the_symptom_counts_where_it_fits_the_product(firm):
    other = factories.category("it/printer")
    standard_plan(firm, 75, categories=[firm.unit.model.category])
    standard_plan(firm, 20, categories=[other])
    standard_plan(firm, 15, state="draft")
    order = firm.order(symptom=FaultCode.objects.get(code="S1"))

    assert durations_of([order]) == {order.pk: Duration(75, "plan")}


def test_the_closest_line_of_the_table_counts(firm):
    category = firm.unit.model.category
    labour = LabourItem.objects.get(code="L-10")
    UsualTime.objects.create(organization=firm.head, minutes=50)
    UsualTime.objects.create(
        organization=firm.head, job="repair", category=factories.category("appliance"), minutes=70
    )
    UsualTime.objects.create(organization=firm.head, job="installation", category=category, labour=labour)
    UsualTime.objects.create(organization=firm.other_dealer, job="repair", category=category, minutes=5)
    repair, installation, inspection = (
        firm.order(),
        firm.order(job="installation"),
        firm.order(job="inspection"),
    )

    assert minutes_of([repair, installation, inspection]) == {
        repair.pk: 70,
        installation.pk: 120,
        inspection.pk: 50,
    }


def test_without_all_that_the_setting_of_the_nearest_organisation_counts(firm):
    order = firm.order()
    assert durations_of([order.pk]) == {order.pk: Duration(60, "setting")}

    PlanningSettings.objects.create(organization=firm.head, usual_minutes=80)
    PlanningSettings.objects.create(organization=firm.dealer, usual_minutes=45)

    assert minutes_of([order]) == {order.pk: 45}


def test_a_usual_time_is_either_a_figure_or_that_of_a_labour_item(firm):
    labour = LabourItem.objects.get(code="L-10")

    with pytest.raises(ValidationError):
        UsualTime(organization=firm.head, minutes=30, labour=labour).full_clean()


def test_many_orders_cost_no_more_queries_than_one(firm, django_assert_max_num_queries):
    standard_plan(firm, 75)
    UsualTime.objects.create(organization=firm.head, minutes=50)
    orders = [firm.order(symptom=FaultCode.objects.get(code="S1")) for _one in range(6)] + [firm.order()]

    with django_assert_max_num_queries(8):
        assert sorted(minutes_of(orders).values()) == [50, 75, 75, 75, 75, 75, 75]
    assert minutes_of([]) == {}
