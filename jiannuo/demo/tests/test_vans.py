"""Jobs of the demo take parts from the vans, as far as there are any."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jiannuo.demo.vans import Vans
from jiannuo.operations.workorders.models import OrderLine
from jiannuo.operations.workorders.tests import scene
from jiannuo.operations.workorders.tests import vans as stock

pytestmark = pytest.mark.django_db

SUPPLIES = [
    # how many are loaded, hours since then, how many lines want one: how many come from the van
    (2, 1, 1, 1),
    (2, 1, 3, 2),
    (0, 1, 1, 0),
    (2, -1, 1, 0),
]


@pytest.mark.parametrize(("loaded", "hours", "wanted", "from_van"), SUPPLIES)
def test_a_part_comes_from_the_van_where_it_was_loaded_by_then(loaded, hours, wanted, from_van):
    firm = scene.build()
    vans = stock.Vans(firm)
    vans.of(firm.technician, loaded)
    order = firm.order_in("on_site")
    lines = [
        OrderLine(order=order, kind="parts", part=vans.part, description="压缩机") for _n in range(wanted)
    ]

    known = Vans()
    for line in lines:
        known.supply(line, firm.technician, timezone.now() + timedelta(hours=hours))
    OrderLine.objects.bulk_create(lines)

    assert order.lines.filter(source="van", drawn__isnull=False).count() == from_van
    assert vans.left() == loaded - from_van
