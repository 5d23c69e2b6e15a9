"""Several at once: the last piece goes once, nothing is lost, nobody waits in a circle."""

from __future__ import annotations

import threading
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import close_old_connections, connection
from django.db.models import Sum

from jiannuo.operations.parts import services
from jiannuo.operations.parts.models import StockBalance, StockEntry
from jiannuo.operations.parts.services import Item, PartGone, StockShort
from jiannuo.operations.parts.tests.scene import Stores
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Run the works in threads that start together; what each gave or raised."""
    barrier, answers = threading.Barrier(len(works)), [None] * len(works)

    def run(position, work):
        close_old_connections()
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
        thread.join(60)
    return answers


def order_of(stores):
    return WorkOrder.objects.create(
        organization=stores.branch,
        customer=factories.customer(stores.branch),
        number=f"WO-{uuid4().hex[:8]}",
        title="修理",
        kind="repair",
    )


def test_of_two_phones_that_take_the_last_piece_one_is_told_it_is_gone():
    stores = Stores()
    services.receive(stores.van, stores.part, 1, by=stores.manager)
    orders = [order_of(stores) for _turn in range(4)]

    def take(order):
        return lambda: services.draw(stores.technician, stores.part, 1, document=order, by=stores.technician)

    answers = at_once(*(take(order) for order in orders))
    assert sum(isinstance(one, StockEntry) for one in answers) == 1
    assert sum(isinstance(one, PartGone) for one in answers) == 3
    assert StockBalance.objects.get().quantity == 0


def test_a_form_that_is_sent_twice_at_once_books_once():
    stores, key = Stores(), uuid4()

    def receive():
        return services.receive(stores.store, stores.part, 5, by=stores.manager, key=key)

    answers = at_once(receive, receive, receive)
    assert {one.pk for one in answers} == {StockEntry.objects.get().pk}
    assert StockBalance.objects.get().quantity == 5


def test_moves_to_and_fro_lose_nothing_and_do_not_wait_in_a_circle():
    stores = Stores()
    for place in (stores.store, stores.van, stores.main):
        for part in (stores.part, stores.fan):
            services.receive(place, part, 6, by=stores.storekeeper)
    ways = [
        (stores.store, stores.van, stores.part, stores.fan),
        (stores.van, stores.store, stores.fan, stores.part),
        (stores.main, stores.van, stores.fan, stores.part),
        (stores.van, stores.main, stores.part, stores.fan),
    ]

    def carry(source, target, first, second):
        def work():
            for _turn in range(5):
                try:
                    items = [Item(first, Decimal(2)), Item(second, Decimal("0.3"))]
                    services.move(source, target, items, by=stores.storekeeper)
                except StockShort:
                    continue

        return work

    answers = at_once(*(carry(*way) for way in ways))
    assert answers == [None] * 4
    for part in (stores.part, stores.fan):
        assert StockBalance.objects.filter(part=part).aggregate(sum=Sum("quantity"))["sum"] == 18
    for balance in StockBalance.objects.all():
        entries = StockEntry.objects.filter(location=balance.location, part=balance.part)
        assert entries.aggregate(sum=Sum("quantity"))["sum"].quantize(Decimal("0.01")) == balance.quantity
        assert balance.quantity >= 0


def test_an_entry_is_taken_back_once_also_when_two_do_it_at_once():
    stores = Stores()
    entry = services.receive(stores.store, stores.part, 5, by=stores.manager)

    def take_back():
        return services.reverse(entry, by=stores.manager, reason="重复")

    answers = at_once(take_back, take_back)
    assert sum(isinstance(one, list) for one in answers) == 1
    assert StockBalance.objects.get().quantity == 0
