"""Who complains again: reopened, each time a class higher; known by the telephone number where no file is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from jiannuo.operations.complaints.models import Complaint, Matter, UpgradeRule
from jiannuo.operations.complaints.tests.conftest import CALLED
from jiannuo.testing import factories


def reopened(firm: Any, complaint: Complaint) -> Complaint:
    complaint = firm.step(firm.asked(firm.answered(complaint)), "close")
    return firm.step(complaint, "reopen", reason="仍不满意")


def test_each_reopening_raises_it_by_one_class(firm):
    complaint = reopened(firm, firm.complaint())
    assert complaint.grade == "repeat"
    complaint = reopened(firm, complaint)
    assert (complaint.grade, complaint.special) == ("malicious", True)
    complaint = reopened(firm, complaint)
    assert complaint.grade == "malicious"
    steps = complaint.changes.filter(axis="grade", rule__trigger="reopened")
    assert list(steps.values_list("before", "after", "occasion")) == [
        ("general", "repeat", 1),
        ("repeat", "malicious", 2),
    ]


def test_one_that_was_repeated_already_becomes_malicious(firm):
    complaint = firm.complaint()
    for _turn in range(2):
        complaint = firm.asked(firm.answered(complaint), customer="unsolved")
    assert complaint.grade == "repeat"
    assert reopened(firm, complaint).grade == "malicious"


def test_graded_down_after_a_reopening_stays_down_until_the_next(firm):
    complaint = reopened(firm, reopened(firm, reopened(firm, firm.complaint())))
    down = {"grade": "general", "weight": "minor", "circumstances": [], "reason": "误会"}
    complaint = firm.step(complaint, "regrade", **down)
    assert complaint.grade == "general"
    complaint = firm.assigned(complaint)
    assert complaint.grade == "general"
    assert reopened(firm, complaint).grade == "repeat"


def test_a_manager_may_raise_to_a_class_instead(firm):
    UpgradeRule.objects.filter(trigger="reopened", threshold=1).update(grade="repeat")
    assert reopened(firm, reopened(firm, firm.complaint())).grade == "repeat"
    with pytest.raises(ValidationError):
        UpgradeRule(name="x", trigger="again", threshold=2, grade="higher").full_clean()


def test_who_is_not_in_the_files_is_known_by_the_number(firm):
    late = Matter.objects.get(code="lateness")
    stranger = {"customer": None, "complainant": "路人", "matter": late}
    first = firm.complaint(phone="0571-8888 8888", received_at=CALLED - timedelta(days=60), **stranger)
    assert (first.grade, first.customer) == ("general", None)
    assert firm.complaint(phone="+86 571 88888888", **stranger).grade == "repeat"
    assert firm.complaint(phone="0571-88888889", **stranger).grade == "general"
    assert firm.complaint(**stranger).grade == "general"


def test_the_one_customer_with_the_number_is_the_complainant(firm):
    known = factories.customer(firm.branch, phone="+8613900139000")
    early = {"matter": Matter.objects.get(code="lateness"), "received_at": CALLED - timedelta(days=9)}
    firm.complaint(customer=known, **early)
    late = {**early, "received_at": CALLED, "customer": None, "complainant": "张三", "phone": "139 0013 9000"}
    complaint = firm.complaint(**late)
    assert (complaint.customer, complaint.grade) == (known, "repeat")
    assert firm.complaint(**late, by=None).customer == known


def test_a_number_of_two_customers_or_outside_the_scope_names_nobody(firm):
    for _turn in range(2):
        factories.customer(firm.branch, phone="+8613900139000")
    factories.customer(firm.other, phone="+8613700137000")
    nameless = {"customer": None, "complainant": "张三"}
    assert firm.complaint(phone="13900139000", **nameless).customer is None
    assert firm.complaint(phone="13700137000", by=None, **nameless).customer is None
    theirs = factories.unit(firm.branch, of=firm.customer)
    factories.customer(firm.branch, phone="+8613600136000")
    assert firm.complaint(phone="13600136000", unit=theirs, **nameless).customer is None


def test_two_customers_who_share_a_number_are_two(firm):
    late = Matter.objects.get(code="lateness")
    shared = {"matter": late, "phone": "0571-88888888"}
    firm.complaint(received_at=CALLED - timedelta(days=9), **shared)
    assert firm.complaint(customer=factories.customer(firm.branch), **shared).grade == "general"
