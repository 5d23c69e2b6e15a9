"""Two phones of one person that take from the van at the same time, on both databases."""

from __future__ import annotations

import pytest

from jiannuo.operations.parts.services import PartGone
from jiannuo.operations.workorders.models import OrderLine
from jiannuo.operations.workorders.services import add_line, update_line
from jiannuo.operations.workorders.tests import scene
from jiannuo.operations.workorders.tests.test_concurrency import at_once
from jiannuo.operations.workorders.tests.vans import Vans

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_phones_that_use_the_last_part_of_a_van_one_is_refused():
    firm = scene.build()
    vans = Vans(firm)
    vans.of(firm.technician, 1)
    orders = [firm.order_in("on_site") for _n in range(2)]

    def use(order):
        line = {"kind": "parts", "part": vans.part, "quantity": 1, "source": "van"}
        return lambda: add_line(order, line, by=firm.technician)

    answers = at_once(*map(use, orders))

    assert sum(isinstance(answer, PartGone) for answer in answers) == 1
    assert sum(isinstance(answer, OrderLine) for answer in answers) == 1
    assert (vans.left(), vans.moves()) == (0, [-1])


def test_changes_of_two_lines_with_the_same_part_leave_no_part_out():
    firm = scene.build()
    vans = Vans(firm)
    vans.of(firm.technician, 4)
    orders = [firm.order_in("on_site") for _n in range(2)]
    data = {"kind": "parts", "part": vans.part, "quantity": 1, "source": "van"}
    lines = [add_line(order, data, by=firm.technician) for order in orders]

    answers = at_once(
        *[lambda line=line: update_line(line, {"quantity": 2}, by=firm.technician) for line in lines]
    )

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert vans.left() == 0
