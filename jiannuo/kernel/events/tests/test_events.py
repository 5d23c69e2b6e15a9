from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from jiannuo.kernel.events import Event, bus, delivery, publish, subscribe
from jiannuo.kernel.events.models import Delivery


@dataclass(frozen=True)
class KettleBoiled(Event):
    kettle: int
    at: datetime
    litres: Decimal
    key: UUID
    note: str | None = None
    cups: list[int] | None = None


@dataclass(frozen=True)
class KettleWhistled(KettleBoiled):
    pass


def boiled(**changes) -> KettleBoiled:
    values = {
        "kettle": 7,
        "at": datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        "litres": Decimal("1.50"),
        "key": uuid4(),
    }
    return KettleBoiled(**{**values, **changes})


@pytest.fixture(autouse=True)
def own_subscribers(monkeypatch):
    """Each test has its own subscribers."""
    monkeypatch.setattr(bus, "_subscribers", {})


def test_every_plain_value_survives_storage():
    event = boiled(note="水开了", cups=[1, 2])

    assert bus.decode(KettleBoiled, bus.encode(event)) == event


def test_an_unknown_name_is_told_apart_by_its_message():
    with pytest.raises(LookupError, match="renamed or removed"):
        bus.event_type_named("nobody.Knows")
    with pytest.raises(LookupError, match="renamed or removed"):
        bus.handler_named("nobody.knows")


@pytest.mark.django_db
def test_news_nobody_waits_for_costs_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        publish(boiled())


@pytest.mark.django_db(transaction=True)
def test_news_is_delivered_after_commit_and_forgotten():
    heard = []
    subscribe(KettleBoiled)(heard.append)
    event = boiled()

    with transaction.atomic():
        publish(event)
        assert heard == []
        assert Delivery.objects.count() == 1

    assert heard == [event]
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_news_of_what_did_not_happen_reaches_nobody():
    heard = []
    subscribe(KettleBoiled)(heard.append)

    with transaction.atomic():
        publish(boiled())
        transaction.set_rollback(True)

    assert heard == []
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_listens_to_a_kind_hears_of_every_special_case():
    kinds, special = [], []
    subscribe(KettleBoiled)(kinds.append)
    subscribe(KettleWhistled)(lambda event: special.append(event))
    whistled = KettleWhistled(1, timezone.now(), Decimal(1), uuid4())

    publish(boiled())
    publish(whistled)

    assert [type(event) for event in kinds] == [KettleBoiled, KettleWhistled]
    assert special == [whistled]


@pytest.mark.failing_subscribers
@pytest.mark.django_db(transaction=True)
def test_one_failing_subscriber_is_retried_alone():
    good, repaired = [], []
    broken = True

    @subscribe(KettleBoiled)
    def fails(event):
        Delivery.objects.create(
            event="trace", subscriber="x", payload={}, published_at=event.at, due_at=event.at
        )
        if broken:
            raise RuntimeError("no tea left")
        repaired.append(event)
        Delivery.objects.filter(event="trace").delete()

    subscribe(KettleBoiled)(good.append)
    event = boiled()

    publish(event)

    row = Delivery.objects.get()  # the half-done work of the failing subscriber was rolled back
    assert good == [event]
    assert row.attempts == 1
    assert "no tea left" in row.last_error
    assert row.due_at > timezone.now()
    assert delivery.redeliver_due() == 0, "not before its time"

    broken = False
    Delivery.objects.update(due_at=timezone.now())
    assert delivery.redeliver_due() == 1
    assert repaired == [event]
    assert good == [event]
    assert not Delivery.objects.exists()


@pytest.mark.failing_subscribers
@pytest.mark.django_db(transaction=True)
def test_a_hopeless_delivery_is_kept_and_can_be_revived():
    @subscribe(KettleBoiled)
    def fails(event):
        raise RuntimeError

    publish(boiled())
    for _ in range(delivery.MAX_ATTEMPTS + 2):
        Delivery.objects.update(due_at=timezone.now())
        delivery.redeliver_due()

    row = Delivery.objects.get()
    assert row.failed_at is not None
    assert row.attempts == delivery.MAX_ATTEMPTS

    assert delivery.revive_failed() == 1
    row.refresh_from_db()
    assert (row.failed_at, row.attempts) == (None, 0)


@pytest.mark.failing_subscribers
@pytest.mark.django_db(transaction=True)
def test_a_subscriber_that_the_code_lost_is_reported_not_forgotten():
    Delivery.objects.create(
        event="gone.Event",
        subscriber="gone.handler",
        payload={},
        published_at=timezone.now(),
        due_at=timezone.now(),
    )

    assert delivery.redeliver_due() == 0
    assert "gone.handler" in Delivery.objects.get().last_error


@pytest.mark.django_db(transaction=True)
def test_news_whose_publisher_died_is_delivered_later():
    heard = []
    handler = subscribe(KettleBoiled)(heard.append)
    event = boiled()
    delivery.record(bus.event_name(KettleBoiled), bus.encode(event), [bus.handler_name(handler)])

    assert delivery.redeliver_due() == 0, "the publisher may still be at it"
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert delivery.redeliver_due() == 1
    assert heard == [event]


@pytest.mark.django_db(transaction=True)
def test_a_subscriber_may_itself_publish():
    heard = []

    @subscribe(KettleWhistled)
    def relay(event):
        publish(boiled(kettle=99))

    @subscribe(KettleBoiled)
    def hear(event):
        heard.append(event.kettle)

    with transaction.atomic():
        publish(KettleWhistled(1, timezone.now(), Decimal(1), uuid4()))

    assert sorted(heard) == [1, 99]
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_processes_deliver_once():
    heard = []
    handler = subscribe(KettleBoiled)(heard.append)
    keys = delivery.record(bus.event_name(KettleBoiled), bus.encode(boiled()), [bus.handler_name(handler)])
    barrier = threading.Barrier(4)

    def race():
        barrier.wait()
        try:
            delivery.deliver(keys[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(heard) == 1
    assert not Delivery.objects.exists()


def test_pauses_grow_and_stop_growing():
    pauses = [delivery.pause_after(attempt) for attempt in range(1, delivery.MAX_ATTEMPTS + 1)]

    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=30)
    assert pauses[-1] == timedelta(hours=6)
