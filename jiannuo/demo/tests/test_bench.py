"""The demo's bench: each piece as far as its story says."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from django.utils import timezone

from jiannuo.demo.bench import load_bench
from jiannuo.demo.customers import load_customers
from jiannuo.demo.organizations import load_organizations, load_people
from jiannuo.demo.products import load_products
from jiannuo.demo.units import load_units
from jiannuo.demo.workforce import load_workforce
from jiannuo.operations.bench.models import CarryIn, GoodsMove, Loan

pytestmark = pytest.mark.django_db


def test_goods_in_every_state(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    today, random = timezone.localdate(), Random(1)
    organizations = load_organizations(today)
    people = load_people(organizations)
    data = load_products()
    customers = load_customers(organizations, random)
    units = load_units(customers, organizations, data, today, random)
    load_workforce(people, today)
    assert load_bench(people, units) == 8
    states = Counter(CarryIn.objects.values_list("state", flat=True))
    assert states == {"received": 4, "asked": 1, "ready": 2, "collected": 1}
    assert Counter(Loan.objects.values_list("state", flat=True)) == {"out": 1, "returned": 1}
    assert GoodsMove.objects.count() == 8 + 1 + 2 + 1
