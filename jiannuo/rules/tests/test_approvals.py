"""Whose consent is needed, above which amount."""

from __future__ import annotations

import pytest

from jiannuo.rules import ASSIGNMENT, Decision
from jiannuo.rules.tests.building import approval, codes, commitment, decided, hours, money, one_of, yuan

BY_AMOUNT = commitment(
    approval(above=yuan(200), clause_id="manager"),
    approval(approvers=("manager", "director"), above=yuan(1000), clause_id="director"),
    approval(approvers=("owner",), above=yuan(5000), up_to=yuan(9000), clause_id="owner"),
)


@pytest.mark.parametrize(
    ("amount", "approvers"),
    [
        (200, ()),
        ("200.01", ("manager",)),
        (1000, ("manager",)),
        (1001, ("manager", "director")),
        (9000, ("owner",)),
        (9001, ("manager", "director")),
    ],
)
def test_within_one_commitment_the_highest_threshold_that_is_passed_speaks_alone(amount, approvers):
    decision = decided(BY_AMOUNT, amounts=money(cost=amount))
    assert decision.approvers("cost") == approvers
    assert len(decision.approvals) == bool(approvers)


def test_thresholds_need_an_amount():
    decision = decided(BY_AMOUNT)
    assert decision.approvals == ()
    assert [one.params["fact"] for one in decision.losers] == ["amounts.cost"] * 3
    up_to = decided(approval(up_to=yuan(10)))
    assert (up_to.approvals, codes(up_to.losers)) == ((), ["lost.fact_missing"])


def test_without_a_threshold_consent_is_always_needed():
    found = decided(approval(limit=hours(2, "working_hours"), calendar="office")).approvals[0]
    assert (found.approvers, found.amount, found.above) == (("manager",), None, None)
    assert (found.limit, found.calendar) == (hours(2, "working_hours"), "office")
    assert codes(found.reasons) == ["approval.needed"]


def test_consents_of_several_commitments_add_up_and_nobody_is_named_twice():
    decision = decided(approval(), approval(approvers=("customer", "manager")))
    assert len(decision.approvals) == 2
    assert decision.approvers("cost") == ("manager", "customer")
    assert decision.approvers("refund") == ()


def test_clauses_of_one_commitment_with_the_same_threshold_speak_together():
    pair = commitment(
        approval(above=yuan(10)), approval(approvers=("customer",), above=yuan(10), clause_id="b")
    )
    assert decided(pair, amounts=money(cost=11)).approvers("cost") == ("manager", "customer")


def test_subjects_come_in_the_order_of_the_list_and_apart():
    decision = decided(approval("waiver"), approval("cost", when=(one_of("usage", "home"),)), usage="home")
    assert [one.subject for one in decision.approvals] == ["cost", "waiver"]
    assert decision.approvals[0].reasons[-1].params["facts"] == "usage=home"


def test_an_exclusive_contract_needs_only_its_own_consents():
    contract = commitment(approval(approvers=("customer",)), code="X", exclusive=True)
    law = commitment(approval(approvers=("authority",)), code="LAW", floor=True)
    decision = decided(contract, law, approval(), approval("refund"))
    assert set(decision.approvers("cost")) == {"customer", "authority"}
    assert decision.approvers("refund") == ("manager",)
    assert [(one.code, one.params["winner"]) for one in decision.losers] == [("lost.exclusive", "X")]


def test_the_reason_names_the_amount_and_the_threshold():
    found = decided(approval(above=yuan(200)), amounts=money(cost=250)).approvals[0]
    assert codes(found.reasons) == ["approval.needed_above"]
    assert found.reasons[0].params["amount"] == "250"
    assert found.reasons[0].params["above"] == "200"


def holders(*kinds, clause_id="holders", **fields):
    return approval(ASSIGNMENT, approvers=(), certificates=kinds, clause_id=clause_id, **fields)


@pytest.mark.parametrize(
    ("commitments", "kinds"),
    [
        ((approval(),), ()),
        ((holders("welding"),), ("welding",)),
        (
            (commitment(holders("welding"), holders("electrician", clause_id="b")),),
            ("welding", "electrician"),
        ),
        ((holders("welding"), holders("welding", "electrician")), ("welding", "electrician")),
        ((holders("welding", when=(one_of("usage", "home"),)),), ()),
        (
            (commitment(holders("welding"), code="X", exclusive=True), commitment(holders("electrician"))),
            ("welding",),
        ),
    ],
)
def test_certificates_of_all_clauses_that_hold_are_asked_of_whoever_does_the_job(commitments, kinds):
    decision = decided(*commitments, usage="works")
    assert decision.certificates == kinds
    assert decision.approvers(ASSIGNMENT) == ()


def test_a_decision_with_certificates_says_why_and_can_be_kept():
    decision = decided(holders("welding", "electrician"))
    found = decision.approvals[0]
    assert codes(found.reasons) == ["approval.certificates"]
    assert found.reasons[0].params["certificates"] == "welding, electrician"
    assert Decision.from_json(decision.to_json()).certificates == ("welding", "electrician")
    assert "approvers" not in decision.to_json()["approvals"][0]
