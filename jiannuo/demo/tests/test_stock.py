"""The demo's stock: every place filled through the ledger, every technician with a van."""

from __future__ import annotations

import pytest
from django.db.models import Sum
from django.utils import timezone

from jiannuo.demo.organizations import load_organizations, load_people
from jiannuo.demo.products import load_products
from jiannuo.demo.stock import load_stock
from jiannuo.demo.workforce import load_workforce
from jiannuo.operations.parts.models import StockBalance, StockEntry, StockLocation
from jiannuo.operations.parts.queries import in_van
from jiannuo.operations.workforce.models import Technician

pytestmark = pytest.mark.django_db


def test_each_technician_drives_a_van_with_parts(django_assert_max_num_queries):
    today = timezone.localdate()
    people = load_people(load_organizations(today))
    load_products()
    load_workforce(people, today)
    with django_assert_max_num_queries(620):
        vans = load_stock(people)
    assert vans == Technician.objects.count()
    assert all(in_van(technician.user) for technician in Technician.objects.select_related("user"))
    assert StockLocation.objects.exclude(kind="van").count() == 3
    sums = dict(StockEntry.objects.values_list("location").annotate(Sum("quantity")))
    assert sums == dict(StockBalance.objects.values_list("location").annotate(Sum("quantity")))
