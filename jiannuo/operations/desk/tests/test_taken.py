"""A request that a rule sends to another unit stays readable for who took it, and for nobody else there."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from jiannuo.kernel.files.services import store
from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.documents.services import attach
from jiannuo.office.documents.tests.makers import photo
from jiannuo.operations.desk.models import HandBackReason, RoutingRule, ServiceRequest
from jiannuo.operations.desk.routing.defaults import fill
from jiannuo.operations.desk.routing.services import save_rule
from jiannuo.operations.desk.services import do, register_request
from jiannuo.testing import factories


class Firm:
    """Two dealers beside each other; what the first takes of a certain kind goes to the second."""

    def __init__(self) -> None:
        self.head = factories.organization()
        self.first = factories.organization(self.head, kind="dealer", name="甲店")
        self.second = factories.organization(self.head, kind="dealer", name="乙店")
        self.taker = factories.person("service_agent", at=self.first, name="小甲")
        self.colleague = factories.person("service_agent", "dealer_clerk", at=self.first)
        self.there = factories.person("dealer_clerk", at=self.second)
        self.beside = factories.organization(self.head, kind="dealer", name="丙店")
        self.third = factories.person("dealer_clerk", at=self.beside)
        self.customer_person = factories.person("customer", at=self.first)
        self.manager = factories.person("general_manager", at=self.head)
        save_rule(
            RoutingRule(
                organization=self.head,
                name="乙店",
                kinds=["repair"],
                to_organization=self.second,
                to_role="dealer_clerk",
            ),
            by=self.manager,
        )
        self.customer = factories.customer(self.first)

    def request(self, **fields: Any) -> ServiceRequest:
        values = {"by": self.taker, "customer": self.customer, "symptom_text": "漏油", **fields}
        return register_request(**values)


@pytest.fixture
def firm(db, monkeypatch) -> Firm:
    monkeypatch.setattr(transaction, "on_commit", lambda call, *_rest, **_more: call())
    return Firm()


def sees(client, who: Any, request: ServiceRequest) -> set[str]:
    """On which faces ``who`` gets the request."""
    client.force_login(who)
    addresses = {
        "page": reverse("desk:request_detail", args=[request.number]),
        "api": f"/api/v1/requests/{request.number}/",
    }
    found = {name for name, address in addresses.items() if client.get(address).status_code == 200}
    lists = {"list": reverse("desk:request_list"), "api list": "/api/v1/requests/"}
    return found | {
        name for name, address in lists.items() if request.number in client.get(address).content.decode()
    }


EVERYWHERE = {"page", "api", "list", "api list"}


def test_who_took_it_goes_on_reading_it(client, firm):
    request = firm.request()

    assert (request.organization, request.taken_at) == (firm.second, firm.first)
    assert sees(client, firm.taker, request) == EVERYWHERE
    assert sees(client, firm.there, request) == EVERYWHERE


def test_nobody_else_does(client, firm):
    request = firm.request()
    for who in (firm.colleague, firm.third, firm.customer_person):
        assert sees(client, who, request) == set(), who
    client.logout()
    assert client.get(reverse("desk:request_detail", args=[request.number])).status_code == 302


def test_they_read_it_and_no_more(client, firm):
    request = firm.request()
    for name, data in (("contacted", {"way": "phone"}), ("cancel", {"reason": "错了"})):
        with pytest.raises(PermissionDenied):
            do(request, name, by=firm.taker, data=data)
    client.force_login(firm.taker)
    page = client.get(reverse("desk:request_detail", args=[request.number])).content.decode()
    assert reverse("documents:action", args=[request.number, "triage"]) not in page
    comment = client.post(reverse("documents:comment", args=[request.number]), {"text": "我再问问"})
    assert comment.status_code in (403, 404)
    acted = client.post(
        f"/api/v1/requests/{request.number}/actions/cancel/",
        {"reason": "错了"},
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="taken-1",
    )
    assert acted.status_code in (403, 404)
    assert ServiceRequest.objects.get(pk=request.pk).state == "new"


def test_its_files_too_are_for_who_took_it(client, firm):
    request = firm.request()
    attachment = attach(request, store(photo(), by=firm.there), by=firm.there)
    address = reverse("files:serve", args=[attachment.file.pk])
    for who, status in ((firm.taker, 200), (firm.there, 200), (firm.colleague, 404), (firm.third, 404)):
        client.force_login(who)
        assert client.get(address).status_code == status, who


def test_who_leaves_the_unit_reads_it_no_more(client, firm):
    request = firm.request()
    RoleAssignment.objects.filter(user=firm.taker).delete()
    RoleAssignment.objects.create(user=firm.taker, role="service_agent", organization=firm.beside)
    assert sees(client, User.objects.get(pk=firm.taker.pk), request) == set()


def test_who_lost_the_role_reads_it_no_more(client, firm):
    request = firm.request()
    firm.taker.role_assignments.update(role="technician")
    assert sees(client, User.objects.get(pk=firm.taker.pk), request) == set()


def test_what_stays_in_view_is_as_before(client, firm):
    request = firm.request(request_kind="consultation")
    assert (request.organization, request.taken_at) == (firm.first, None)
    assert sees(client, firm.colleague, request) == EVERYWHERE
    assert sees(client, firm.there, request) == set()


def test_the_list_costs_the_same(client, firm, django_assert_max_num_queries):
    for _ in range(3):
        firm.request(allow_duplicate=True)
    client.force_login(firm.taker)
    with django_assert_max_num_queries(12):
        client.get(reverse("desk:request_list"))


def finds(client, who: Any, request: ServiceRequest) -> set[str]:
    """By which words ``who`` finds the request in the search of the house."""
    client.force_login(who)
    found = set()
    for words in (request.number, request.customer.name, "13700001234"):
        for page in ("search:suggest", "search:results"):
            answer = client.get(reverse(page), {"q": words}).content.decode()
            if request.get_absolute_url() in answer:
                found.add(words)
    return found


def test_the_search_finds_it_for_who_took_it_and_where_it_went(client, firm):
    request = firm.request(reporter_phone="13700001234")
    every = {request.number, request.customer.name, "13700001234"}
    assert finds(client, firm.taker, request) == every
    assert finds(client, firm.there, request) == every
    assert finds(client, firm.manager, request) == every


def test_the_search_finds_it_for_nobody_else(client, firm):
    request = firm.request(reporter_phone="13700001234")
    for who in (firm.colleague, firm.third, firm.customer_person):
        assert finds(client, who, request) == set(), who
    RoleAssignment.objects.filter(user=firm.taker).delete()
    RoleAssignment.objects.create(user=firm.taker, role="service_agent", organization=firm.beside)
    assert finds(client, User.objects.get(pk=firm.taker.pk), request) == set()


def test_the_search_follows_a_request_that_is_handed_back(client, firm):
    request = firm.request()
    fill(HandBackReason)
    why = HandBackReason.objects.get(code="staff")
    do(request, "hand_back", by=firm.there, data={"why": why, "reason": "都在外面"})
    request.refresh_from_db()
    assert request.organization != firm.second
    assert finds(client, firm.there, request) == set()
    assert finds(client, firm.taker, request) != set()
    assert finds(client, firm.colleague, request) == set()


def test_the_search_costs_the_same_however_many_were_sent_away(client, firm, django_assert_max_num_queries):
    for _ in range(3):
        firm.request(allow_duplicate=True)
    client.force_login(firm.taker)
    client.get(reverse("search:results"), {"q": "SR-"})
    with django_assert_max_num_queries(14):
        client.get(reverse("search:results"), {"q": "SR-"})
