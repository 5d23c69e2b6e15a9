from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jiannuo.office.documents.approvals import ask
from jiannuo.operations.desk.tests.conftest import Desk
from jiannuo.operations.workorders.services import create_order
from jiannuo.promises.obligations.models import Obligation
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db
HOME = "/"


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


def test_each_finds_what_they_owe_soonest_first(client, desk, django_assert_max_num_queries):
    request = desk.request()
    client.force_login(desk.agent)
    client.get(HOME)
    with django_assert_max_num_queries(14):
        page = client.get(HOME)
    text = page.content.decode()
    assert page.status_code == 200
    assert [row.obligation.metric for row in page.context["promises"]] == ["response", "arrival", "repair"]
    assert request.number in text
    assert page.context["counters"].open == 3


def test_a_dispatcher_finds_orders_that_nobody_has_and_requests_that_wait(
    client, desk, django_assert_max_num_queries
):
    waiting = desk.request(by=None)
    served = desk.request(allow_duplicate=True)
    order = create_order(
        by=desk.dispatcher, organization=desk.branch, customer=desk.customer, unit=desk.unit, sources=[served]
    )
    client.force_login(desk.dispatcher)
    client.get(HOME)
    with django_assert_max_num_queries(14):
        page = client.get(HOME)
    text = page.content.decode()
    assert order.number in text
    assert waiting.number in text
    assert {row.obligation.document_id for row in page.context["promises"]} == {waiting.pk}


def test_a_technician_finds_the_own_jobs_and_nothing_else(client, desk, django_assert_max_num_queries):
    order = create_order(by=desk.dispatcher, organization=desk.branch, customer=desk.customer, unit=desk.unit)
    type(order).objects.filter(pk=order.pk).update(technician=desk.technician, state="dispatched")
    client.force_login(desk.technician)
    client.get(HOME)
    with django_assert_max_num_queries(14):
        page = client.get(HOME)
    assert f"/field/{order.number}/" in page.content.decode()
    assert "unassigned" not in page.context


def test_a_manager_sees_who_has_missed_what(client, desk, django_assert_max_num_queries):
    request = desk.request()
    past = timezone.now() - timedelta(hours=1)
    Obligation.objects.filter(document=request, metric="arrival").update(
        state="missed", due_at=past, missed_at=past
    )
    ask(request, "免费维修", ["department_manager"], by=desk.agent)
    client.force_login(desk.manager)
    client.get(HOME)
    with django_assert_max_num_queries(14):
        page = client.get(HOME)
    assert page.context["missed_by"] == [(str(desk.branch), 1)]
    assert page.context["counters"].missed == 1
    assert "免费维修" in page.content.decode()


def test_nobody_sees_the_promises_of_others(client, desk):
    request = desk.request()
    client.force_login(desk.stranger)
    page = client.get(HOME)
    assert page.status_code == 200
    assert request.number not in page.content.decode()
    client.force_login(factories.person("customer", at=desk.branch))
    assert client.get(HOME).status_code == 403
    client.logout()
    assert client.get(HOME).status_code == 302
