"""The API: lists in scope, what is booked once for each key, problems with a type."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from jiannuo.operations.parts import services
from jiannuo.operations.parts.models import StockBalance, StockEntry
from jiannuo.operations.parts.services import Item

ENTRIES = "/api/v1/stock-entries/"


def api(person):
    client = APIClient()
    client.force_authenticate(person)
    return client


def post(person, path, body, key=""):
    return api(person).post(path, body, format="json", HTTP_IDEMPOTENCY_KEY=key or str(uuid.uuid4()))


@pytest.fixture
def loaded(stores):
    services.receive(stores.store, stores.part, 10, by=stores.manager)
    services.move(stores.store, stores.van, [Item(stores.part, Decimal(3))], by=stores.manager)
    return stores


def items(stores, quantity="2", **fields):
    return [{"part": stores.part.code, "quantity": quantity, **fields}]


def test_each_lists_what_they_may_see(loaded, django_assert_max_num_queries):
    technician = api(loaded.technician)
    for path, wanted in (("stock", 2), ("stock-places", 2), ("stock-entries", 3)):
        with django_assert_max_num_queries(8):
            assert len(technician.get(f"/api/v1/{path}/").data["results"]) == wanted
        assert api(loaded.stranger).get(f"/api/v1/{path}/").data["results"] == (
            [] if path != "stock-places" else [_place(loaded.elsewhere)]
        )
    row = technician.get("/api/v1/stock/", {"kind": "van"}).data["results"][0]
    assert (row["part"], row["quantity"], row["location_name"]) == (loaded.part.code, "3.00", "张伟的车")
    entry = StockEntry.objects.first()
    assert api(loaded.manager).get(f"{ENTRIES}{entry.pk}/").data["quantity"] == "10.00"
    assert api(loaded.stranger).get(f"{ENTRIES}{entry.pk}/").status_code == 404
    assert api(loaded.stranger).get(f"/api/v1/stock-places/{loaded.van.pk}/").status_code == 404


def _place(place):
    return {
        "id": place.pk,
        "organization": place.organization.code,
        "kind": "main",
        "name": place.name,
        "person": None,
        "active": True,
    }


def test_parts_are_received_moved_and_counted_once_for_each_key(loaded):
    key = str(uuid.uuid4())
    body = {"location": loaded.store.pk, "items": items(loaded), "note": "到货"}
    for _turn in range(2):
        answer = post(loaded.manager, f"{ENTRIES}receive/", body, key)
        assert (answer.status_code, answer.data[0]["quantity"]) == (201, "2.00")
    body = {"source": loaded.store.pk, "target": loaded.van.pk, "items": items(loaded, "4")}
    moved = post(loaded.manager, f"{ENTRIES}move/", body)
    assert [row["quantity"] for row in moved.data] == ["-4.00", "4.00"]
    body = {"location": loaded.van.pk, "part": loaded.part.code, "counted": "6", "reason": "盘点"}
    assert post(loaded.manager, f"{ENTRIES}count/", {**body, "expected": "7"}).data[0]["quantity"] == "-1.00"
    assert post(loaded.manager, f"{ENTRIES}count/", body).data == []
    stale = post(loaded.manager, f"{ENTRIES}count/", {**body, "expected": "7"})
    assert (stale.status_code, stale.data["type"].rsplit(":", 1)[-1]) == (409, "stock-changed")
    held = dict(StockBalance.objects.values_list("location", "quantity"))
    assert held == {loaded.store.pk: 5, loaded.van.pk: 6}


def test_an_entry_is_taken_back_once(loaded):
    entry = StockEntry.objects.get(cause="moved", quantity__gt=0)
    red = post(loaded.manager, f"{ENTRIES}{entry.pk}/reverse/", {"reason": "装错车"})
    assert [row["reverses"] for row in red.data] == [entry.pk - 1, entry.pk]
    again = post(loaded.manager, f"{ENTRIES}{entry.pk}/reverse/", {"reason": "再来"})
    assert again.status_code == 409
    assert post(loaded.manager, f"{ENTRIES}{entry.pk}/reverse/", {}).status_code == 422


def test_what_is_short_answers_409_and_books_nothing(loaded):
    before = StockEntry.objects.count()
    body = {"source": loaded.store.pk, "target": loaded.van.pk, "items": items(loaded, "8")}
    answer = post(loaded.manager, f"{ENTRIES}move/", body)
    assert (answer.status_code, answer.data["type"].rsplit(":", 1)[-1]) == (409, "stock-short")
    assert StockEntry.objects.count() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"items": []}, "items"),
        ({"items": [{"part": "NONE", "quantity": "1"}]}, "items.0.part"),
        ({"items": [{"part": "P", "quantity": "NaN"}]}, "items"),
        ({"items": [{"part": "P", "quantity": "1", "condition": "new"}]}, "items"),
        ({"location": 999999}, "location"),
        ({"location": 10**30}, "location"),
        ({"location": "x"}, "location"),
        ({"cause": "used"}, "cause"),
    ],
)
def test_bad_bodies_are_refused_by_field(loaded, change, field):
    body = {"location": loaded.store.pk, "items": items(loaded), **change}
    answer = post(loaded.manager, f"{ENTRIES}receive/", body)
    assert answer.status_code == 422
    assert field in answer.data["errors"]


@pytest.mark.parametrize("quantity", ["0", "-3"])
def test_a_quantity_is_above_zero(loaded, quantity):
    body = {"location": loaded.store.pk, "items": items(loaded, quantity)}
    assert post(loaded.manager, f"{ENTRIES}receive/", body).status_code == 422


def test_who_does_not_keep_the_place_is_refused(loaded):
    body = {"location": loaded.van.pk, "items": items(loaded)}
    assert post(loaded.technician, f"{ENTRIES}receive/", body).status_code == 403
    assert post(loaded.stranger, f"{ENTRIES}receive/", body).status_code == 422
    assert api(loaded.manager).post(f"{ENTRIES}receive/", body, format="json").status_code == 400
