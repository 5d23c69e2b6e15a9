"""Customers over the API: the same scope and the same refusals as the pages."""

from __future__ import annotations

from uuid import uuid4

import pytest

from jiannuo.registry.customers.models import Customer
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db

URL = "/api/v1/customers/"


@pytest.fixture
def api(client, agent):
    client.force_login(agent)

    def call(method, url=URL, body=None, key=None):
        headers = {"Idempotency-Key": key or uuid4().hex} if method == "post" else {}
        return getattr(client, method)(url, body, content_type="application/json", headers=headers)

    return call


def sent(head, **changes):
    return {
        "name": "王小明",
        "organization": head.code,
        "phones": [{"number": "138 0013 8000", "label": "手机"}],
        "addresses": [{"detail": "浙江省杭州市西湖区文三路100号"}],
        "tags": ["老客户"],
        **changes,
    }


def test_customer_is_registered_once_for_a_key(api, head, divisions):
    first = api("post", body=sent(head), key="one")
    again = api("post", body=sent(head), key="one")

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert Customer.objects.count() == 1
    made = first.json()
    assert made["phones"][0]["number"] == "+8613800138000"
    assert made["addresses"][0]["division"] == "330106"
    assert made["tags"] == ["老客户"]
    assert made["consent_messages"] is True


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name": ""}, "name"),
        ({"phones": [{"number": "1380013800x"}]}, "phones.0.number"),
        ({"phones": "13800138000"}, "phones"),
        ({"phones": []}, "phones"),
        ({"addresses": [{"division": "999999", "detail": "1号"}]}, "addresses.0.division"),
        ({"addresses": [{"detail": "西湖区文三路"}]}, "addresses.0.detail"),
        ({"organization": "NOWHERE"}, "organization"),
        ({"kind": "robot"}, "kind"),
        ({"contacts": [{"position": "科长"}]}, "contacts.0.name"),
        ({"tags": ["标" * 31]}, "tags"),
    ],
)
def test_bad_input_is_named_by_place(api, head, divisions, changes, place):
    answer = api("post", body=sent(head, **changes))

    assert answer.status_code == 422
    assert place in answer.json()["errors"]
    assert Customer.objects.count() == 0


def test_possible_duplicate_is_a_conflict(api, head, divisions):
    known = factories.customer(head, phone="+8613800138000")

    refused = api("post", body=sent(head))
    made = api("post", body=sent(head, not_duplicate=True))

    assert refused.status_code == 409
    assert known.code in refused.json()["detail"]
    assert made.status_code == 201


def test_change_keeps_what_is_left_out_and_needs_the_version(api, head, divisions):
    made = api("post", body=sent(head)).json()
    url = f"{URL}{made['id']}/"

    without = api("patch", url, {"name": "乙"})
    changed = api("patch", url, {"name": "乙", "version": 1})
    stale = api("patch", url, {"name": "丙", "version": 1})

    assert without.status_code == 422
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (200, "乙", 2)
    assert changed.json()["phones"] == made["phones"]
    assert changed.json()["tags"] == ["老客户"]
    assert stale.status_code == 409


def test_scope_and_permissions(client, head):
    branch, other = factories.organization(head), factories.organization(head)
    mine, theirs = factories.customer(branch), factories.customer(other)
    assert client.get(URL).status_code in (401, 403)
    client.force_login(factories.person("dealer_clerk", at=branch))

    assert [row["id"] for row in client.get(URL).json()["results"]] == [mine.pk]
    assert client.get(f"{URL}{theirs.pk}/").status_code == 404
    headers = {"Idempotency-Key": "x"}
    into = client.post(URL, sent(other), content_type="application/json", headers=headers)
    assert into.status_code in (403, 422)
    client.force_login(factories.person("technician", at=branch))
    assert client.get(URL).status_code == 200
    assert client.post(URL, sent(branch), content_type="application/json", headers=headers).status_code == 403


def test_phones_are_masked(client, head):
    customer = factories.customer(head, phone="+8613800138000")
    client.force_login(factories.person("auditor", at=head))

    assert client.get(f"{URL}{customer.pk}/").json()["phones"][0]["number"] == "138****8000"


def test_list_within_budget(api, head, django_assert_max_num_queries):
    for _n in range(8):
        factories.customer(head)
    api("get")

    with django_assert_max_num_queries(12):
        assert len(api("get").json()["results"]) == 8
