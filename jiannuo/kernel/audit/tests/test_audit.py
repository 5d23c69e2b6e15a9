"""The audit trail: who changed what, for those who may know."""

from __future__ import annotations

import pytest
from auditlog.context import set_actor
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.tests import makers
from jiannuo.registry.customers.models import Customer
from jiannuo.testing import factories

AUDIT = reverse("audit:list")


@pytest.fixture
def company(db):
    return makers.company()


@pytest.fixture
def changed(company):
    """A customer whose name the agent changed."""
    with set_actor(company.agent):
        customer = factories.customer(company.dealer_a, name="张三丰")
        customer.name = "李四光"
        customer.save()
    return customer


def test_the_trail_is_a_list_within_its_budget(client, company, changed, django_assert_max_num_queries):
    client.force_login(company.general_manager)
    with django_assert_max_num_queries(12):
        page = client.get(AUDIT).content.decode()
    assert "张三丰" in page
    assert "李四光" in page
    assert company.agent.name in page


def test_a_new_record_is_not_asked_what_points_to_it(company):
    with CaptureQueriesContext(connection) as asked:
        person = User.objects.create(username="new", name="新人", organization=company.head)
    reads = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
    assert not [sql for sql in reads if "django_content_type" not in sql]
    assert LogEntry.objects.get_for_object(person).get().changes_dict["name"][1] == "新人"


def test_personal_data_is_masked_for_who_need_not_know_it(client, company, changed):
    client.force_login(factories.person("auditor", at=company.head))
    page = client.get(AUDIT).content.decode()

    assert "李**" in page
    for hidden in ("张三丰", "李四光", changed.phones.get().number):
        assert hidden not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"model": "customers.customer"}, True),
        ({"model": "organizations.organization"}, False),
        ({"person": "王芳"}, True),
        ({"person": "nobody"}, False),
        ({"q": "李四光"}, True),
        ({"action": "2"}, False),
        ({"day": "2000-01-01"}, False),
    ],
)
def test_filters(client, company, changed, query, shown):
    client.force_login(company.general_manager)
    assert ("李四光" in client.get(AUDIT, query).content.decode().split('id="results"')[1]) is shown


def test_bad_filters_are_refused_and_not_an_error(client, company):
    client.force_login(company.general_manager)
    for query in ({"day": "yesterday"}, {"model": "x.y"}, {"action": "9"}):
        assert client.get(AUDIT, query).status_code == 422


def test_an_auditor_of_a_branch_sees_what_its_people_did(client, company, changed):
    with set_actor(company.general_manager):
        factories.customer(company.dealer_b, name="王五")
    client.force_login(factories.person("auditor", "department_manager", at=company.branch))

    page = client.get(AUDIT).content.decode()
    assert "李四光" in page
    assert "王五" not in page


def test_others_are_refused(client, company):
    assert client.get(AUDIT).status_code == 302
    client.force_login(company.clerk_a)
    assert client.get(AUDIT).status_code == 403
    assert Customer.objects.count() == 0
