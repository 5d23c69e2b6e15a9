"""Two people, or two taps, at the same time."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import add_line, do, once
from jiannuo.operations.workorders.tests import scene

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


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
        thread.join(20)
    return answers


def test_of_two_dispatchers_at_once_one_is_refused():
    firm = scene.build()
    order = firm.order()

    def give(by, to):
        return lambda: do(order, "assign", by=by, data={"technician": to}, version=order.version)

    answers = at_once(give(firm.dispatcher, firm.technician), give(firm.manager, firm.colleague))

    assert sum(isinstance(answer, StaleDocument) for answer in answers) == 1
    assert sum(isinstance(answer, WorkOrder) for answer in answers) == 1
    assert order.visits.count() == 1


def test_of_two_taps_with_one_key_one_is_done():
    firm = scene.build()
    order = firm.order_in("on_site")

    def tap():
        line = {"kind": "parts", "description": "铜管"}
        return once(
            "k1",
            order,
            "part",
            line,
            by=firm.technician,
            do=lambda: add_line(order, line, by=firm.technician),
        )

    answers = at_once(tap, tap, tap)

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert order.lines.count() == 1


def test_of_two_taps_without_keys_the_second_finds_the_state_changed():
    firm = scene.build()
    order = firm.order_in("dispatched")

    answers = at_once(*[lambda: do(order, "accept", by=firm.technician)] * 2)

    assert sum(isinstance(answer, ActionNotAllowed) for answer in answers) == 1
