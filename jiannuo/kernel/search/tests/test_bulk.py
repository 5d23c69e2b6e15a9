"""Many records at once."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from jiannuo.kernel import bulk
from jiannuo.kernel.search.models import SearchEntry

pytestmark = pytest.mark.django_db


def entries(count: int, kind: str = "unit") -> list[SearchEntry]:
    return [SearchEntry(kind=kind, object_id=n, title=f"单元 {n}", url=f"/{n}") for n in range(count)]


def test_records_are_kept_as_given_and_know_their_keys(monkeypatch):
    monkeypatch.setattr(bulk, "MOST_VALUES", 100)  # so that it takes several statements
    made = entries(60)

    bulk.insert(made)

    kept = SearchEntry.objects.in_bulk([one.pk for one in made])
    assert [(kept[one.pk].object_id, kept[one.pk].title) for one in made] == [
        (one.object_id, one.title) for one in made
    ]
    made[0].title = "changed"
    made[0].save()
    assert SearchEntry.objects.count() == 60


def test_keys_go_on_where_others_stopped_and_others_go_on_after():
    before = SearchEntry.objects.create(kind="order", object_id=1, title="x", url="/x")

    bulk.insert(entries(3))

    after = SearchEntry.objects.create(kind="order", object_id=2, title="y", url="/y")
    assert SearchEntry.objects.filter(pk__gt=before.pk, pk__lt=after.pk).count() == 3


def test_a_record_that_contradicts_leaves_nothing():
    bulk.insert(entries(2))

    with pytest.raises(IntegrityError):
        bulk.insert([*entries(1, "order"), *entries(1)])

    assert SearchEntry.objects.count() == 2


def test_nothing_to_insert_is_no_error():
    bulk.insert([])
