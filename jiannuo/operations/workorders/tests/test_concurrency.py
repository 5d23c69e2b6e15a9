"""Two people, or two taps, at the same time."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import Portion, add_line, do, once, split_order
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


def parts_on_site(firm, **fields):
    """A divided job whose two technicians are both on site."""
    first, second = split_order(
        firm.order(**fields),
        [Portion("拆旧机", scene.tomorrow(9), 60), Portion("装新机", scene.tomorrow(10), 60)],
        by=firm.dispatcher,
    )
    for order, person in ((first, firm.technician), (second, firm.colleague)):
        do(order, "assign", by=firm.dispatcher, data={"technician": person})
        for step in ("accept", "set_out", "arrive"):
            do(order, step, by=person)
        scene.answer_all(order, person)
    return first, second


def test_of_two_parts_that_end_at_once_one_is_the_last(monkeypatch):
    firm = scene.build()
    first, second = parts_on_site(firm)
    told = []
    monkeypatch.setattr("jiannuo.operations.workorders.services.sharing.publish", told.append)

    def end(order, person, key):
        return lambda: do(order, "complete", by=person, data=scene.completion(), key=key)

    answers = at_once(end(first, firm.technician, "a"), end(second, firm.colleague, "b"))

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert sorted(type(one).__name__ for one in told) == [
        "ShareCompleted",
        "WorkOrderCompleted",
        "WorkOrderCompleted",
    ]


def test_of_two_who_divide_at_once_one_is_refused():
    firm = scene.build()
    order = firm.order()
    portions = [Portion("拆旧机", scene.tomorrow(9), 60), Portion("装新机", scene.tomorrow(10), 60)]

    def divide(by):
        return lambda: split_order(order, portions, by=by, version=order.version)

    answers = at_once(divide(firm.dispatcher), divide(firm.manager))

    assert sum(isinstance(answer, StaleDocument) for answer in answers) == 1
    assert WorkOrder.objects.count() == 2
