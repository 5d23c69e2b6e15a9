"""Product models over the API."""

from __future__ import annotations

import pytest

from jiannuo.testing import factories

pytestmark = pytest.mark.django_db

URL = "/api/v1/models/"


def test_model_is_made_changed_and_read(client, quality, agent):
    category = factories.category()
    client.force_login(quality)
    body = {"code": "X1", "name": "新机型", "category": category.code_path, "specification": {"功率": "1匹"}}
    headers = {"Idempotency-Key": "k"}

    made = client.post(URL, body, content_type="application/json", headers=headers)
    url = f"{URL}{made.json()['id']}/"
    changed = client.patch(url, {"name": "改名", "version": 1}, content_type="application/json")
    stale = client.patch(url, {"name": "又改", "version": 1}, content_type="application/json")

    assert made.status_code == 201
    assert made.json()["active"] is True
    assert (changed.json()["name"], changed.json()["specification"]) == ("改名", {"功率": "1匹"})
    assert stale.status_code == 409
    client.force_login(agent)
    assert client.get(URL).json()["results"][0]["code"] == "X1"
    assert client.patch(url, {"version": 2}, content_type="application/json").status_code == 403


def test_bad_model_is_refused(client, quality):
    factories.product_model(code="X1")
    client.force_login(quality)
    body = {"code": "X1", "name": "", "category": "nowhere"}

    answer = client.post(URL, body, content_type="application/json", headers={"Idempotency-Key": "k"})

    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"code", "name", "category"}
