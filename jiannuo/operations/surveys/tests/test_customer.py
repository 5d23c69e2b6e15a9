"""Everything around a customer on one page, and key accounts at a glance."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from jiannuo.operations.complaints.models import Complaint
from jiannuo.operations.surveys.tests.conftest import BAD, GOOD
from jiannuo.operations.workorders.models import OrderLine, WorkOrder
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.services import announce
from jiannuo.registry.customers.around import tabs
from jiannuo.registry.customers.models import Customer
from jiannuo.testing import factories


def tab(client, customer, name):
    return client.get(reverse("customers:tab", args=[customer.pk, name]))


def owe(firm, customer, metric, days, state="open"):
    due = timezone.now() + timedelta(days=days)
    return Obligation.objects.create(
        organization=firm.branch,
        customer=customer,
        clause="c",
        metric=metric,
        text="每年两次上门",
        started_at=due - timedelta(days=30),
        due_at=due,
        state=state,
    )


@pytest.fixture
def key(firm):
    Customer.objects.filter(pk=firm.customer.pk).update(grade="key", name="杭州示范医院")
    firm.customer.refresh_from_db()
    return firm


def test_the_page_names_the_tabs_and_reads_them_only_when_opened(key, client, django_assert_max_num_queries):
    answer = key.answer(BAD)
    client.force_login(key.supervisor)
    with django_assert_max_num_queries(25):
        page = client.get(key.customer.get_absolute_url()).content.decode()

    for panel in tabs.allowed(key.supervisor):
        assert reverse("customers:tab", args=[key.customer.pk, panel.name]) in page
        with django_assert_max_num_queries(25):
            assert tab(client, key.customer, panel.name).status_code == 200
    assert answer.number not in page
    assert answer.number in tab(client, key.customer, "surveys").content.decode()
    assert Complaint.objects.get().number in tab(client, key.customer, "complaints").content.decode()


def test_complaints_are_for_those_alone_who_may_see_them(key, client):
    key.answer(BAD)
    number = Complaint.objects.get().number
    client.force_login(key.agent)

    page = client.get(key.customer.get_absolute_url()).content.decode()

    assert reverse("customers:tab", args=[key.customer.pk, "complaints"]) not in page
    assert tab(client, key.customer, "complaints").status_code == 404
    assert tab(client, key.customer, "nothing").status_code == 404
    assert number not in tab(client, key.customer, "documents").content.decode()
    client.force_login(key.manager)
    assert number not in tab(client, key.customer, "complaints").content.decode()
    client.force_login(key.other_clerk)
    assert tab(client, key.customer, "documents").status_code == 404


def test_tabs_show_promises_and_money(key, client):
    owe(key, key.customer, "visit", 10)
    owe(key, key.customer, "arrival", -3, state="missed")
    order = key.order()
    values = {"order": order, "kind": "other", "quantity": 2, "unit_price": Decimal(40)}
    OrderLine.objects.create(description="上门", payer="customer", **values)
    OrderLine.objects.create(description="人工", payer="manufacturer", **values)
    client.force_login(key.agent)

    money = tab(client, key.customer, "charges")
    promises = tab(client, key.customer, "promises")

    assert (money.context["total"], money.context["paid"]) == (Decimal(160), Decimal(80))
    assert len(promises.context["running"]) == 1
    assert len(promises.context["missed"]) == 1


def test_the_contracts_of_the_customer_stand_with_what_is_promised(key, client):
    day = timezone.localdate()
    about = {"organization": key.customer.organization, "customer": key.customer, "on": day}
    announce("contract_signed", occasion="HT-2026-018", note="年度保养合同", **about)
    other = factories.customer(key.customer.organization)
    announce("contract_signed", occasion="HT-2026-019", **{**about, "customer": other})
    client.force_login(key.agent)

    page = tab(client, key.customer, "promises").content.decode()

    assert "HT-2026-018" in page
    assert "年度保养合同" in page
    assert "HT-2026-019" not in page


def test_key_accounts_at_a_glance_within_budget(key, client, django_assert_max_num_queries):
    owe(key, key.customer, "visit", 10)
    owe(key, key.customer, "visit", 40)
    owe(key, key.customer, "arrival", -3, state="missed")
    key.answer(BAD)
    WorkOrder.objects.update(signed_at=timezone.now())
    for _ in range(5):
        other = factories.customer(key.branch, grade="key")
        key.answer(GOOD, customer=other, contact_phone="")
    factories.customer(key.branch, name="普通客户")
    client.force_login(key.supervisor)
    client.get(reverse("customers:key_accounts"))

    with django_assert_max_num_queries(12):
        page = client.get(reverse("customers:key_accounts"))

    text = page.content.decode()
    rows = {customer.pk: (spoken, cells) for customer, spoken, cells in page.context["rows"]}
    spoken, cells = rows[key.customer.pk]
    shown = {str(label): cell for label, cell in cells}
    assert len(rows) == 6
    assert "普通客户" not in text
    assert spoken is not None
    assert any(cell.style == "danger" for cell in shown.values())
    visit = [cell.at for cell in shown.values() if cell.at]
    assert len(visit) == 1
    assert timedelta(days=9) < visit[0] - timezone.now() < timedelta(days=11)
    assert any("n=1" in cell.text for cell in shown.values())


def test_a_dealer_sees_its_own_key_accounts_without_complaints(key, client):
    own = factories.customer(key.dealer, grade="key", name="甲店大客户")
    client.force_login(key.clerk)

    page = client.get(reverse("customers:key_accounts"))

    assert [customer for customer, _spoken, _cells in page.context["rows"]] == [own]
    assert "complaints" not in {column.name for column in page.context["columns"]}
