"""Loaners: lent once, owed or not, taken back with their damage, lost, asked back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from jiannuo.office.documents import approvals
from jiannuo.office.documents.models import ApprovalStep
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.office.notices.models import Notice
from jiannuo.operations.bench.models import GoodsMove, Loan, LoanEquipment, ModelGrade
from jiannuo.operations.bench.owing import why_owed
from jiannuo.operations.bench.services import do_loan, save_equipment
from jiannuo.operations.bench.tasks import remind_due
from jiannuo.operations.workorders.consents import ConsentMissing
from jiannuo.promises.commitments.services import load_pack
from jiannuo.promises.obligations.queries import for_document

CONSENT = """
code: LOAN
name: 备机审批
kind: maker
clauses:
  - id: loan
    kind: approval
    text: 借出备机须经总经理批准。
    source: {document: 制度, article: 一}
    subject: loan
    approvers: [general_manager]
"""


def test_a_loaner_that_is_owed_is_given_by_lending_it(house):
    receipt = house.take_in()
    owed = why_owed(receipt.order)
    assert (owed.is_owed, owed.text) == (True, "送修期间一日内提供同档次备机。")
    loan = house.lend(receipt)
    house.piece.refresh_from_db()
    assert (loan.is_out, loan.was_owed, loan.reason, house.piece.state) == (True, True, owed.text, "lent")
    assert loan.due_back_at == receipt.expected_at
    met = [one for one in for_document(receipt.order) if one.metric == "loaner"]
    assert [(one.state, one.evidence_id) for one in met] == [("met", loan.pk)]
    assert GoodsMove.objects.get(loan=loan).reason == "lent"
    assert not why_owed(receipt.order).is_owed


def test_a_piece_is_lent_to_one_customer_at_a_time(house):
    house.lend(house.take_in())
    with pytest.raises(ValidationError):
        house.lend(customer=house.customer, reason="展会")
    first = Loan.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Loan.objects.create(
            organization=house.dealer,
            equipment=house.piece,
            customer=house.customer,
            number="LN-X",
            kind="loan",
            due_back_at=first.due_back_at,
            signed_by="乙",
            condition_out="完好",
        )


def test_a_lower_grade_needs_a_reason(house):
    ModelGrade.objects.create(model=house.unit.model, grade=7)
    receipt = house.take_in()
    with pytest.raises(ValidationError) as refusal:
        house.lend(receipt)
    assert list(refusal.value.message_dict) == ["grade_note"]
    assert house.lend(receipt, grade_note="同档次备机均已借出，客户同意").grade_note


def test_without_a_promise_somebody_says_why(house):
    with pytest.raises(ValidationError) as refusal:
        house.lend(customer=house.customer)
    assert list(refusal.value.message_dict) == ["reason"]
    loan = house.lend(customer=house.customer, reason="重点客户")
    assert loan.due_back_at - loan.lent_at == timedelta(days=house.rules.loan_days)


def test_a_clause_may_want_consent_first(house):
    load_pack(CONSENT, by=None)
    receipt = house.take_in()
    with pytest.raises(ConsentMissing):
        house.lend(receipt)
    house.piece.refresh_from_db()
    assert house.piece.state == "pool"


def test_strangers_and_readers_lend_nothing(house):
    for person in (house.stranger, house.reader):
        with pytest.raises(PermissionDenied):
            house.lend(customer=house.customer, reason="x", by=person)


def test_it_comes_back_into_the_pool_once(house):
    loan = house.lend(house.take_in(), meter=Decimal(10))
    with pytest.raises(ValidationError) as refusal:
        house.take_back(loan, meter=Decimal(9))
    assert list(refusal.value.message_dict) == ["meter"]
    with pytest.raises(ValidationError):
        house.take_back(loan)
    back = house.take_back(loan, meter=Decimal(15), condition="轻微使用痕迹")
    house.piece.refresh_from_db()
    assert (back.state, back.is_out, house.piece.state) == ("returned", False, "pool")
    assert house.piece.condition == "轻微使用痕迹"
    with pytest.raises(ActionNotAllowed):
        house.take_back(loan, meter=Decimal(15))
    assert GoodsMove.objects.filter(loan=loan).count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Decimal(-1), "damage": "x"}, "amount"),
        ({"amount": Decimal(80)}, "damage"),
        ({"returned_by": ""}, "returned_by"),
    ],
)
def test_a_return_that_makes_no_sense_is_refused(house, changes, field):
    loan = house.lend(house.take_in())
    with pytest.raises(ValidationError) as refusal:
        house.take_back(loan, **changes)
    assert list(refusal.value.message_dict) == [field]


def test_a_damage_comes_onto_the_order_and_is_waived_with_approval_only(house):
    receipt = house.on_bench()
    loan = house.lend(receipt)
    loan = house.take_back(loan, damage="外壳破裂", amount=Decimal(80), usable=False)
    house.piece.refresh_from_db()
    assert (loan.damage_state, house.piece.state) == ("charged", "repair")
    line = receipt.order.lines.get()
    assert (line.customer_amount, loan.charge_line) == (80, line)

    do_loan(loan, "waive_damage", by=house.clerk, data={"reason": "老客户"})
    loan.refresh_from_db()
    assert loan.damage_state == "charged"
    step = ApprovalStep.objects.get(approval__document=loan.pk)
    approvals.approve(step, by=house.manager)
    loan.refresh_from_db()
    assert (loan.damage_state, loan.waive_reason, loan.charge_line) == ("waived", "老客户", None)
    assert not receipt.order.lines.exists()


def test_a_manager_waives_at_once(house):
    loan = house.take_back(house.lend(house.take_in()), damage="划痕", amount=Decimal(30))
    assert (
        do_loan(loan, "waive_damage", by=house.manager, data={"reason": "正常磨损"}).damage_state == "waived"
    )


def test_a_lost_piece_is_charged_and_leaves_the_pool(house):
    receipt = house.take_in()
    loan = do_loan(
        house.lend(receipt), "lose", by=house.clerk, data={"reason": "被盗", "amount": Decimal(1500)}
    )
    house.piece.refresh_from_db()
    assert (loan.state, loan.is_out, house.piece.state) == ("lost", False, "lost")
    assert receipt.order.lines.get().customer_amount == 1500
    with pytest.raises(ValidationError):
        house.lend(receipt)


def test_it_is_lent_for_longer_but_not_into_the_past(house):
    loan = house.lend(house.take_in())
    with pytest.raises(ValidationError):
        do_loan(loan, "extend", by=house.clerk, data={"due_back_at": timezone.now(), "reason": "x"})
    later = timezone.now() + timedelta(days=20)
    loan = do_loan(loan, "extend", by=house.clerk, data={"due_back_at": later, "reason": "等配件"})
    assert (loan.due_back_at, loan.next_reminder_at) == (
        later,
        later - timedelta(days=house.rules.loan_warn_days),
    )


def test_customers_are_reminded_before_and_asked_after_the_day(house):
    loan = house.lend(customer=house.customer, reason="重点客户")
    due = loan.due_back_at
    assert remind_due(due - timedelta(days=3)) == 0
    assert remind_due(due - timedelta(days=1)) == 1
    assert not Notice.objects.filter(kind="bench.late_back").exists()
    assert remind_due(due + timedelta(days=2)) == 1
    assert Notice.objects.filter(kind="bench.late_back", person=house.clerk).count() == 1
    assert remind_due(due + timedelta(days=2)) == 0
    house.take_back(loan)
    assert remind_due(due + timedelta(days=90)) == 0


def test_collecting_while_the_loaner_is_out_needs_a_reason(house):
    receipt = house.on_bench()
    house.lend(receipt)
    receipt = house.finish(receipt)
    with pytest.raises(ValidationError) as refusal:
        house.hand_over(receipt)
    assert list(refusal.value.message_dict) == ["loan_note"]
    done = house.hand_over(receipt, loan_note="客户明日归还")
    assert done.loan_note == "客户明日归还"
    # Nothing more is lent for goods that were collected.
    other = LoanEquipment.objects.create(organization=house.dealer, model=house.unit.model, serial="BJ-002")
    with pytest.raises(ValidationError):
        house.lend(house.fresh(done), equipment=other)


def test_the_pool_is_kept_by_those_who_may_and_lending_decides_what_is_lent(house):
    with pytest.raises(PermissionDenied):
        save_equipment(house.piece, by=house.clerk)
    house.lend(house.take_in())
    house.piece.refresh_from_db()
    house.piece.state = "pool"
    with pytest.raises(ValidationError):
        save_equipment(house.piece, by=house.manager)
