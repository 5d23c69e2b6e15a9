"""Two clerks at the same time: one piece, one loan; one machine, one hand-over."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.operations.bench.models import CarryIn, GoodsMove, Loan
from jiannuo.operations.bench.services import do
from jiannuo.operations.bench.tests.scene import House

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Run the works in threads that start together; what each gave or raised."""
    barrier, answers = threading.Barrier(len(works)), [None] * len(works)

    def run(position, work):
        barrier.wait()
        try:
            answers[position] = work()
        except Exception as error:
            answers[position] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_of_two_loans_of_a_piece_at_once_one_is_refused():
    house = House()

    def lend():
        return house.lend(customer=house.customer, reason="展会")

    answers = at_once(lend, lend, lend)
    assert sum(isinstance(one, Loan) for one in answers) == 1
    assert sum(isinstance(one, ValidationError) for one in answers) == 2
    assert Loan.objects.filter(is_out=True).count() == 1


def test_of_two_hand_overs_at_once_one_is_refused():
    house = House()
    receipt = do(house.take_in(), "take_on", by=house.technician)
    receipt = do(receipt, "give_back", by=house.technician, data={"reason": "无法修复"})

    answers = at_once(lambda: house.hand_over(receipt), lambda: house.hand_over(receipt))
    assert sum(isinstance(one, CarryIn) for one in answers) == 1
    assert sum(isinstance(one, ActionNotAllowed) for one in answers) == 1
    assert GoodsMove.objects.filter(reason="collected").count() == 1
