"""Units over the API."""

from __future__ import annotations

from uuid import uuid4

import pytest

from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db

URL = "/api/v1/units/"


@pytest.fixture
def api(client, agent):
    client.force_login(agent)

    def call(method, url=URL, body=None):
        headers = {"Idempotency-Key": uuid4().hex} if method == "post" else {}
        return getattr(client, method)(url, body, content_type="application/json", headers=headers)

    return call


def sent(at, of, **changes):
    return {
        "model": of.code,
        "serial": "SN-9",
        "organization": at.code,
        "produced_on": "2026-02-01",
        **changes,
    }


def test_unit_is_registered_and_changed(api, head, model, customer):
    made = api("post", body=sent(head, model, customer=customer.code, configuration={"电压": "220V"}))
    assert made.status_code == 201
    url = f"{URL}{made.json()['id']}/"

    changed = api("patch", url, {"batch": "2026-02", "version": 1})
    stale = api("patch", url, {"batch": "x", "version": 1})

    assert changed.status_code == 200
    assert changed.json()["customer"] == customer.code
    assert changed.json()["configuration"] == {"电压": "220V"}
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"model": "NOTHING"}, "model"),
        ({"serial": ""}, "serial"),
        ({"serial": "SN-TAKEN"}, "serial"),
        ({"accepted_on": "2026-01-31"}, "accepted_on"),
        ({"installed_on": "soon"}, "installed_on"),
        ({"price": -1}, "price"),
        ({"customer": "C999999"}, "customer"),
    ],
)
def test_bad_input_is_named_by_field(api, head, model, changes, place):
    factories.unit(head, model=model, serial="SN-TAKEN")

    answer = api("post", body=sent(head, model, **changes))

    assert answer.status_code == 422
    assert place in answer.json()["errors"]
    assert InstalledUnit.objects.count() == 1


def test_scope(client, head, model):
    branch, other = factories.organization(head), factories.organization(head)
    mine, theirs = factories.unit(branch, model=model), factories.unit(other, model=model)
    client.force_login(factories.person("dealer_clerk", at=branch))

    assert [row["id"] for row in client.get(URL).json()["results"]] == [mine.pk]
    assert client.get(f"{URL}{theirs.pk}/").status_code == 404
    answer = client.patch(f"{URL}{theirs.pk}/", {"version": 1}, content_type="application/json")
    assert answer.status_code == 404


def test_anything_but_an_object_is_refused(api):
    assert api("post", body=["x"]).status_code == 422
