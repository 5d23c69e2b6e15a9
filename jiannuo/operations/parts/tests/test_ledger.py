"""The ledger: entries are only added, balances follow, nothing falls below zero."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum

from jiannuo.operations.parts import services
from jiannuo.operations.parts.models import StockBalance, StockEntry
from jiannuo.operations.parts.models.ledger import LedgerIsClosed
from jiannuo.operations.parts.queries import in_van, van_of
from jiannuo.operations.parts.services import Item, PartGone, StockChanged, StockShort
from jiannuo.operations.parts.tests.scene import location
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.testing import factories

pytestmark = pytest.mark.usefixtures("english")


def held(place, part, condition="good"):
    row = StockBalance.objects.filter(location=place, part=part, condition=condition).first()
    return row.quantity if row else Decimal(0)


@pytest.fixture
def order(stores):
    customer = factories.customer(stores.branch)
    return WorkOrder.objects.create(
        organization=stores.branch, customer=customer, number="WO-1", title="修理", kind="repair"
    )


@pytest.fixture
def loaded(stores):
    services.receive(stores.store, stores.part, 10, by=stores.manager)
    services.move(stores.store, stores.van, [Item(stores.part, Decimal(3))], by=stores.manager)
    return stores


def test_received_parts_are_in_the_store_at_the_cost_of_the_day(stores):
    entry = services.receive(stores.main, stores.part, Decimal("2.5"), by=stores.storekeeper, note="采购")
    stores.part.cost = Decimal(99)
    stores.part.save()
    entry.refresh_from_db()
    assert (entry.quantity, entry.unit_cost, entry.cause) == (Decimal("2.50"), Decimal("12.50"), "received")
    assert held(stores.main, stores.part) == Decimal("2.50")


def test_a_van_is_loaded_by_a_move_with_two_sides(loaded):
    out, into = StockEntry.objects.filter(cause="moved").order_by("quantity")
    assert out.transfer == into.transfer is not None
    assert (out.location, out.quantity, into.location, into.quantity) == (loaded.store, -3, loaded.van, 3)
    assert in_van(loaded.technician) == {loaded.part.pk: 3}
    assert van_of(loaded.technician) == loaded.van
    assert van_of(loaded.manager) is None


def test_a_move_books_all_parts_or_none(loaded):
    items = [Item(loaded.part, Decimal(2)), Item(loaded.fan, Decimal(1)), Item(loaded.part, Decimal(6))]
    with pytest.raises(StockShort) as refused:
        services.move(loaded.store, loaded.van, items, by=loaded.manager)
    assert [(part, wanted, there) for part, wanted, there in refused.value.lacking] == [
        (loaded.part, 8, 7),
        (loaded.fan, 1, 0),
    ]
    assert (held(loaded.store, loaded.part), held(loaded.van, loaded.part)) == (7, 3)


def test_a_job_draws_from_the_van_and_puts_back_in_part(loaded, order):
    drawn = services.draw(loaded.technician, loaded.part, 3, document=order, by=loaded.technician)
    assert in_van(loaded.technician) == {}
    back = services.put_back(drawn, by=loaded.technician, quantity=1, reason="未用")
    assert (back.reverses, back.quantity, back.document_id) == (drawn, 1, order.pk)
    services.put_back(drawn, by=loaded.technician)
    assert in_van(loaded.technician) == {loaded.part.pk: 3}
    with pytest.raises(ValidationError, match="cannot be put back"):
        services.put_back(drawn, by=loaded.technician)


def test_more_than_the_van_has_is_refused_with_how_many_there_are(loaded, order):
    with pytest.raises(PartGone) as refused:
        services.draw(loaded.technician, loaded.part, 4, document=order, by=loaded.technician)
    assert refused.value.code == "part_gone"
    assert (refused.value.wanted, refused.value.held) == (4, 3)
    assert refused.value.messages == [f"{loaded.part}: 4 wanted, but only 3 in the van."]


def test_without_a_van_there_is_nothing_to_draw_from(stores, order):
    with pytest.raises(PartGone, match="no van"):
        services.draw(stores.manager, stores.part, 1, document=order, by=stores.manager)


def test_defective_parts_are_not_drawn(stores, order):
    services.receive(stores.van, stores.part, 2, by=stores.manager, condition="defective")
    with pytest.raises(PartGone):
        services.draw(stores.technician, stores.part, 1, document=order, by=stores.technician)


def test_a_count_books_the_difference_with_its_reason(loaded):
    entry = services.count(loaded.store, loaded.part, 5, by=loaded.manager, reason="年终盘点")
    assert (entry.quantity, entry.cause, entry.note) == (-2, "counted", "年终盘点")
    assert services.count(loaded.store, loaded.part, 5, by=loaded.manager, reason="复盘") is None
    assert services.count(loaded.store, loaded.fan, 4, by=loaded.manager, reason="盘盈").quantity == 4


def test_a_count_of_a_stock_that_changed_meanwhile_is_refused(loaded):
    with pytest.raises(StockChanged, match="now says 7"):
        services.count(loaded.store, loaded.part, 9, by=loaded.manager, reason="盘点", expected=Decimal(10))


def test_a_slip_is_taken_back_by_red_entries_on_both_sides(loaded):
    (out, into) = StockEntry.objects.filter(cause="moved").order_by("quantity")
    red = services.reverse(into, by=loaded.manager, reason="装错车")
    assert {one.reverses for one in red} == {out, into}
    assert (held(loaded.store, loaded.part), held(loaded.van, loaded.part)) == (10, 0)
    with pytest.raises(ValidationError, match="taken back already"):
        services.reverse(out, by=loaded.manager, reason="再来")
    with pytest.raises(ValidationError, match="red entry"):
        services.reverse(red[0], by=loaded.manager, reason="再来")


def test_what_has_gone_on_cannot_be_taken_back(loaded):
    received = StockEntry.objects.get(cause="received")
    with pytest.raises(StockShort, match="has only 7"):
        services.reverse(received, by=loaded.manager, reason="录错")


def test_what_a_document_booked_is_corrected_there(loaded, order):
    drawn = services.draw(loaded.technician, loaded.part, 1, document=order, by=loaded.technician)
    with pytest.raises(ValidationError, match="correct it there"):
        services.reverse(drawn, by=loaded.manager, reason="错")


def test_the_same_key_books_once(loaded):
    key = StockEntry.objects.first().key
    key = type(key)(int=7)
    for _turn in range(2):
        services.receive(loaded.store, loaded.part, 1, by=loaded.manager, key=key)
        services.move(
            loaded.store, loaded.van, [Item(loaded.part, Decimal(1))], by=loaded.manager, key=type(key)(int=8)
        )
    assert (held(loaded.store, loaded.part), held(loaded.van, loaded.part)) == (7, 4)


@pytest.mark.parametrize("quantity", [0, -1, "0.001", "NaN", "Infinity", "1e12", "abc", None])
def test_bad_quantities_are_refused(stores, quantity):
    with pytest.raises(ValidationError):
        services.receive_all(stores.main, [Item(stores.part, quantity)], by=stores.storekeeper)
    assert not StockEntry.objects.exists()


@pytest.mark.parametrize(
    "book",
    [
        lambda s: services.move(s.store, s.store, [Item(s.part, Decimal(1))], by=s.manager),
        lambda s: services.move(s.store, s.van, [], by=s.manager),
        lambda s: services.receive(s.store, s.part, 1, by=s.manager, cause="used"),
        lambda s: services.receive(s.store, s.part, 1, by=s.manager, condition="new"),
        lambda s: services.count(s.store, s.part, 1, by=s.manager, reason=" "),
        lambda s: services.count(s.store, s.part, -1, by=s.manager, reason="盘点"),
    ],
)
def test_what_makes_no_sense_is_refused(loaded, book):
    before = StockEntry.objects.count()
    with pytest.raises(ValidationError):
        book(loaded)
    assert StockEntry.objects.count() == before


@pytest.mark.parametrize("name", ["technician", "stranger"])
def test_only_who_keeps_the_place_books_there(loaded, name):
    person = getattr(loaded, name)
    before = StockEntry.objects.count()
    for book in (
        lambda: services.receive(loaded.store, loaded.part, 1, by=person),
        lambda: services.move(loaded.store, loaded.elsewhere, [Item(loaded.part, Decimal(1))], by=person),
        lambda: services.count(loaded.store, loaded.part, 1, by=person, reason="盘点"),
        lambda: services.reverse(StockEntry.objects.first(), by=person, reason="错"),
    ):
        with pytest.raises(PermissionDenied):
            book()
    assert StockEntry.objects.count() == before


def test_nothing_is_booked_into_a_closed_place_but_it_can_be_emptied(loaded):
    type(loaded.van).objects.filter(pk=loaded.van.pk).update(active=False)
    with pytest.raises(ValidationError, match="closed"):
        services.move(loaded.store, loaded.van, [Item(loaded.part, Decimal(1))], by=loaded.manager)
    services.move(loaded.van, loaded.store, [Item(loaded.part, Decimal(3))], by=loaded.manager)
    assert held(loaded.store, loaded.part) == 10


def test_entries_are_neither_changed_nor_deleted(loaded):
    entry = StockEntry.objects.first()
    for change in (
        entry.save,
        entry.delete,
        StockEntry.objects.all().delete,
        lambda: StockEntry.objects.update(quantity=1),
        lambda: StockEntry.objects.bulk_update([entry], ["quantity"]),
        lambda: StockEntry.objects.update_or_create(pk=entry.pk),
        lambda: loaded.van.entries.all().update(note="x"),
    ):
        with pytest.raises(LedgerIsClosed):
            change()


@pytest.mark.parametrize("fields", [{"kind": "van"}, {"kind": "main", "driver": True}])
def test_a_van_has_a_driver_and_a_store_has_none(stores, fields):
    person = stores.manager if fields.pop("driver", False) else None
    with pytest.raises(IntegrityError), transaction.atomic():
        location(stores.branch, person=person, **fields)
    with pytest.raises(ValidationError, match="driver"):
        services.add_location(stores.branch, fields["kind"], "车", by=stores.manager, person=person)


def test_a_person_drives_one_van_at_a_time(stores):
    with pytest.raises(ValidationError, match="another van"):
        services.add_location(stores.branch, "van", "车", by=stores.manager, person=stores.technician)
    services.change_location(stores.van, name="旧车", active=False, by=stores.manager)
    new = services.add_location(stores.branch, "van", "车", by=stores.manager, person=stores.technician)
    assert van_of(stores.technician) == new


def test_a_place_with_parts_is_not_closed(loaded):
    with pytest.raises(ValidationError, match="move them away"):
        services.change_location(loaded.van, name="车", active=False, by=loaded.manager)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_sequence_the_balances_are_the_sums_of_the_entries(stores, order, seed):
    random = Random(seed)
    places, drawn = [stores.main, stores.store, stores.van], []
    keeper = stores.storekeeper
    for _step in range(40):
        part = random.choice([stores.part, stores.fan])
        quantity = Decimal(random.randint(1, 400)) / random.choice([1, 10, 100])
        source, target = random.sample(places, 2)
        act = random.choice(["receive", "move", "move", "count", "draw", "put_back", "reverse"])
        try:
            if act == "receive":
                services.receive(source, part, quantity, by=keeper)
            elif act == "move":
                services.move(source, target, [Item(part, quantity)], by=keeper)
            elif act == "count":
                services.count(source, part, quantity, by=keeper, reason="盘点")
            elif act == "draw":
                drawn.append(
                    services.draw(stores.technician, part, quantity, document=order, by=stores.technician)
                )
            elif act == "put_back" and drawn:
                services.put_back(random.choice(drawn), by=stores.technician, quantity=quantity)
            elif act == "reverse":
                services.reverse(random.choice(StockEntry.objects.all()), by=keeper, reason="错")
        except (ValidationError, IndexError):
            continue
    sums = StockEntry.objects.values_list("location", "part", "condition").annotate(Sum("quantity"))
    wanted = {row[:3]: row[3].quantize(Decimal("0.01")) for row in sums}
    assert wanted
    balances = {(b.location_id, b.part_id, b.condition): b.quantity for b in StockBalance.objects.all()}
    assert balances == wanted
    assert min(balances.values()) >= 0
