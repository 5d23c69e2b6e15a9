"""Goods in the house: receipt, bench, estimate, ready, collection; and everything that is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from jiannuo.office.documents.services import ActionNotAllowed, act
from jiannuo.office.notices.models import Notice
from jiannuo.operations.bench.models import CarryIn, GoodsMove
from jiannuo.operations.bench.services import AnswerTooLate, answer_estimate, do
from jiannuo.operations.bench.subscribers import forget_the_person
from jiannuo.operations.bench.tasks import remind_due
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import do as do_order
from jiannuo.promises.commitments.services import load_pack
from jiannuo.promises.obligations.queries import for_document
from jiannuo.registry.customers.events import CustomerErased

CONSENT = """
code: COST
name: 费用审批
kind: maker
clauses:
  - id: cost
    kind: approval
    text: 维修费用超过200元须经部门经理批准。
    source: {document: 制度, article: 一}
    subject: cost
    above: 200
    approvers: [department_manager]
"""


def test_what_is_handed_in_gets_a_receipt_an_order_on_the_bench_and_a_line_of_the_book(house):
    receipt = house.take_in(meter_reading=120)
    order = receipt.order
    assert (receipt.state, order.state, receipt.serial_matches) == ("received", "bench", True)
    assert [str(one) for one in receipt.accessories.all()] == ["遥控器", "电源线 × 2"]
    # Expected ready is what the clause promises; the customer's machine is here, so nobody owes an arrival.
    assert receipt.expected_at == order.created_at + timedelta(hours=72)
    assert receipt.expected_why == "送修机器三日内修复。"
    assert receipt.storage_text == house.rules.storage_text
    move = GoodsMove.objects.get()
    assert (move.direction, move.reason, move.party, move.by) == ("in", "taken_in", "张伟", house.clerk)
    assert house.unit.readings.get().value == 120


def test_the_same_machine_is_not_taken_in_twice(house):
    receipt = house.take_in()
    with pytest.raises(ValidationError) as refusal:
        house.take_in()
    assert receipt.number in str(refusal.value)


def test_a_plate_that_differs_from_the_file_needs_a_reason(house):
    with pytest.raises(ValidationError) as refusal:
        house.take_in(serial="OTHER-1")
    assert "serial" in refusal.value.message_dict
    receipt = house.take_in(serial="OTHER-1", serial_note="铭牌换过")
    assert (receipt.serial, receipt.serial_matches) == ("OTHER-1", False)


def test_a_meter_that_runs_backwards_is_refused_and_nothing_is_left(house):
    house.hand_over(house.finish(house.on_bench(meter_reading=500)))
    with pytest.raises(ValidationError) as refusal:
        house.take_in(meter_reading=400)
    assert "meter_reading" in refusal.value.message_dict


def test_only_those_of_the_house_take_in(house):
    for person in (house.stranger, house.reader):
        with pytest.raises(PermissionDenied):
            house.take_in(by=person)


def test_what_the_technician_brings_in_goes_the_same_way(house):
    order = house.firm.order_in("on_site")
    receipt = house.take_in(order=order, unit=None, customer=None, way="technician", by=house.technician)
    order.refresh_from_db()
    assert (order.state, receipt.order, receipt.unit) == ("bench", order, house.unit)
    assert order.technician == house.technician


def test_an_order_that_is_over_takes_nothing_in(house):
    order = house.firm.order_in("cancelled")
    with pytest.raises(ValidationError):
        house.take_in(order=order)


def test_the_dispatcher_says_who_works_on_it_and_the_technician_is_told(house):
    receipt = do(house.take_in(), "entrust", by=house.manager, data={"technician": house.technician})
    assert receipt.order.technician == house.technician
    assert Notice.objects.filter(person=house.technician, kind="bench.work").count() == 1
    with pytest.raises(PermissionDenied):
        do(receipt, "entrust", by=house.technician, data={"technician": house.firm.colleague})


def test_waiting_for_parts_stops_the_clock_and_moves_the_promise(house):
    receipt = house.on_bench()
    before = receipt.expected_at
    receipt = do(
        receipt, "pause", by=house.technician, data={"waiting_for": "waiting_parts", "reason": "等电机"}
    )
    assert receipt.order.state == "waiting"
    later = timezone.now() + timedelta(hours=10)
    receipt = do(receipt, "resume", by=house.technician, at=later)
    assert receipt.order.state == "bench"
    assert receipt.expected_at - before >= timedelta(hours=9)


def test_an_estimate_is_accepted_on_the_link_and_the_work_goes_on(house):
    receipt = house.asked()
    estimate = receipt.estimates.get()
    assert (receipt.state, receipt.order.waiting_for) == ("asked", "waiting_customer")
    assert (estimate.customer_total, estimate.fee) == (300, 50)
    receipt = answer_estimate(receipt, accepted=True, name="张伟")
    assert (receipt.state, receipt.order.state, receipt.refused) == ("received", "bench", False)
    assert receipt.estimates.get().way == "link"
    with pytest.raises(AnswerTooLate):
        answer_estimate(receipt, accepted=False, name="张伟")


def test_a_refused_estimate_leaves_the_inspection_fee_and_the_machine_goes_back_unrepaired(house):
    said = {"accepted": False, "name": "张伟", "way": "phone", "remark": "太贵"}
    receipt = do(house.asked(), "note_answer", by=house.clerk, data=said)
    lines = list(receipt.order.lines.all())
    assert [(line.description, line.asked) for line in lines] == [("检测费", 50)]
    receipt = do(receipt, "give_back", by=house.technician, data={"reason": "客户拒修，已装回"})
    assert (receipt.state, receipt.outcome, receipt.order.state) == ("ready", "unrepaired", "completed")
    done = house.hand_over(receipt)
    assert (done.state, done.charged) == ("collected", 50)
    # The promise of a repair was not kept by giving the machine back.
    assert not [one for one in for_document(receipt.order) if one.metric == "repair" and one.state == "met"]


def test_an_estimate_needs_lines_and_is_too_late_after_its_time(house):
    with pytest.raises(ValidationError):
        do(house.on_bench(), "ask_customer", by=house.clerk, data={"note": ""})


def test_after_its_time_an_estimate_can_only_be_refused(house):
    receipt = house.asked()
    receipt.estimates.update(valid_until=timezone.now() - timedelta(minutes=1))
    with pytest.raises(AnswerTooLate):
        answer_estimate(receipt, accepted=True, name="张伟")
    assert answer_estimate(receipt, accepted=False, name="张伟").refused


def test_what_our_own_people_must_approve_is_approved_before_the_customer_is_asked(house):
    load_pack(CONSENT, by=None)
    receipt = house.with_lines(house.on_bench())
    with pytest.raises(ValidationError) as refusal:
        do(receipt, "ask_customer", by=house.clerk, data={"note": ""})
    assert "部门经理" in str(refusal.value) or "manager" in str(refusal.value)
    assert house.fresh(receipt).state == "received"


def test_the_finished_repair_is_ready_by_itself_and_the_customer_is_told(house):
    receipt = house.ready()
    assert (receipt.state, receipt.outcome) == ("ready", "repaired")
    assert receipt.next_reminder_at == receipt.ready_at + timedelta(days=house.rules.first_reminder_days)
    assert receipt.timeline.filter(kind="message").count() == 2  # taken in, ready


def test_customers_are_reminded_until_they_collect(house):
    receipt = house.ready()
    assert remind_due(timezone.now() + timedelta(days=2)) == 0
    assert remind_due(timezone.now() + timedelta(days=4)) == 1
    assert remind_due(timezone.now() + timedelta(days=5)) == 0
    assert remind_due(timezone.now() + timedelta(days=12)) == 1
    assert house.fresh(receipt).reminders == 2
    house.hand_over(house.fresh(receipt))
    assert remind_due(timezone.now() + timedelta(days=60)) == 0


def test_collecting_signs_the_order_and_books_the_piece_out(house):
    receipt = house.finish(house.with_lines(house.on_bench()))
    done = house.hand_over(receipt)
    order = WorkOrder.objects.get(pk=receipt.order_id)
    assert (done.state, done.is_live, done.charged) == ("collected", False, 300)
    assert (order.state, order.signed_by) == ("signed", "张伟")
    assert all(one.returned for one in done.accessories.all())
    assert [one.reason for one in GoodsMove.objects.order_by("pk")] == ["taken_in", "collected"]
    assert house.take_in().state == "received"  # the machine may come again


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"proof": "identity"}, "proof_note"),
        ({"proof": ""}, "proof"),
        ({"by_somebody_else": True}, "phone"),
        ({"returned": []}, "missing_note"),
        ({"signature": None}, "signature"),
        ({"name": " "}, "name"),
    ],
)
def test_a_hand_over_that_lacks_something_is_refused(house, changes, field):
    receipt = house.ready()
    with pytest.raises(ValidationError) as refusal:
        house.hand_over(receipt, **changes)
    assert list(refusal.value.message_dict) == [field]
    assert house.fresh(receipt).state == "ready"


def test_without_the_receipt_identity_and_reason_are_written_down(house):
    done = house.hand_over(
        house.ready(),
        proof="identity",
        proof_note="身份证，收据遗失",
        name="李梅",
        by_somebody_else=True,
        phone="13900139000",
        returned=[],
        missing_note="配件已先行取回",
    )
    assert (done.by_somebody_else, done.collected_phone) == (True, "13900139000")
    assert not any(one.returned for one in done.accessories.all())
    assert "身份证" in GoodsMove.objects.get(reason="collected").note


def test_nothing_is_collected_twice_or_before_it_is_ready_or_while_it_is_away(house):
    receipt = house.on_bench()
    with pytest.raises(ActionNotAllowed):
        house.hand_over(receipt)
    away = do(receipt, "send_away", by=house.clerk, data={"to": "厂家维修中心"})
    with pytest.raises(ActionNotAllowed, match="厂家维修中心"):
        house.hand_over(away)
    back = do(away, "come_back", by=house.clerk, data={})
    assert [one.reason for one in GoodsMove.objects.order_by("pk")] == ["taken_in", "sent_away", "came_back"]
    ready = house.finish(back)
    house.hand_over(ready)
    with pytest.raises(ActionNotAllowed):
        house.hand_over(ready)
    assert GoodsMove.objects.filter(reason="collected").count() == 1


def test_an_order_sent_back_to_the_technician_keeps_its_goods(house):
    receipt = house.ready()
    do_order(receipt.order, "send_back", by=house.manager, data={"reason": "记录不全"})
    with pytest.raises(ActionNotAllowed):
        house.hand_over(house.fresh(receipt))


def test_another_house_sees_and_does_nothing(house):
    receipt = house.ready()
    assert not CarryIn.objects.visible_to(house.stranger).exists()
    with pytest.raises(PermissionDenied):
        house.hand_over(receipt, by=house.stranger)
    with pytest.raises(PermissionDenied):
        act(receipt, "remind", by=house.stranger)


def test_readers_only_read(house):
    receipt = house.ready()
    assert CarryIn.objects.visible_to(house.reader).count() == 1
    with pytest.raises(PermissionDenied):
        house.hand_over(receipt, by=house.reader)


def test_an_erased_customer_leaves_no_name_on_receipts_slips_and_in_the_book(house):
    receipt = house.ready()
    house.lend(receipt)
    forget_the_person(CustomerErased(customer_id=house.customer.pk))
    receipt = house.fresh(receipt)
    assert (receipt.brought_name, receipt.brought_phone) == ("", "")
    assert set(GoodsMove.objects.values_list("party", flat=True)) == {""}
