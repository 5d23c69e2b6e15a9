"""From a complaint to the customer's word that it is solved."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from jiannuo.office.documents.approvals import approve, waiting_for
from jiannuo.office.documents.events import ServiceEnded
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.office.notices.models import Notice
from jiannuo.operations.complaints.models import Complaint, Matter, Payout, UpgradeRule
from jiannuo.operations.complaints.services import do, doing, look_again, register_complaint
from jiannuo.operations.complaints.tasks import raise_what_is_unsolved
from jiannuo.operations.complaints.tests.conftest import CALLED, POWER
from jiannuo.operations.desk.services import do as do_request
from jiannuo.operations.desk.services import doing as desk_doing
from jiannuo.promises.commitments.tests.samples import time_clause
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.sweep import sweep

SPECIAL = {"code": "special_case", "text": "列为重大投诉"}


def states(document) -> dict[str, str]:
    return dict(Obligation.objects.filter(document=document.pk).values_list("metric", "state"))


def test_a_request_of_this_kind_opens_the_complaint_once(firm):
    request = firm.request()
    complaint = Complaint.objects.get()
    assert (complaint.source_id, complaint.organization, complaint.customer) == (
        request.pk,
        request.organization,
        firm.customer,
    )
    assert complaint.text == "维修工态度恶劣"
    assert Notice.objects.filter(kind="complaints.new", person=firm.supervisor).exists()
    assert not Notice.objects.filter(kind="complaints.new", person__in=firm.service).exists()
    from jiannuo.operations.complaints.services import open_from

    assert open_from(request) is None
    firm.request(request_kind="repair", allow_duplicate=True)
    assert Complaint.objects.count() == 1


def test_a_request_that_turns_out_to_be_a_complaint_opens_one(firm):
    request = firm.request(request_kind="repair")
    assert not Complaint.objects.exists()
    do_request(request, "triage", by=firm.agent, data={"request_kind": "complaint"})
    assert Complaint.objects.get().source_id == request.pk


def test_the_whole_way(firm):
    firm.promise(
        time_clause("answer", "48", start="complained"),
        time_clause("closure", "240", start="complained", id="c"),
    )
    request = firm.request()
    complaint = firm.answered(Complaint.objects.get())
    assert states(request) == {"answer": "met", "closure": "open"}
    assert states(complaint) == {}  # what the request owes is not owed twice

    complaint = firm.asked(complaint)
    assert (complaint.state, states(request)["closure"]) == ("verified", "met")
    complaint = firm.step(complaint, "close")

    assert complaint.state == "closed"
    request.refresh_from_db()
    assert request.state == "closed"
    assert [(one.whom, one.result) for one in complaint.call_backs.all()] == [
        ("unit", "solved"),
        ("customer", "solved"),
    ]


def test_a_complaint_of_the_desk_itself_owes_what_is_promised(firm):
    firm.promise()
    complaint = firm.complaint()
    owed = Obligation.objects.get(document=complaint.pk)
    assert (owed.metric, owed.due_at) == ("answer", CALLED + timedelta(hours=48))
    firm.assigned(complaint)
    owed.refresh_from_db()
    assert owed.person == firm.supervisor


def test_the_weight_decides_what_is_owed(firm):
    minor = [{"fact": "complaint_grade", "any_of": ["minor"]}]
    firm.promise(time_clause("closure", "4", start="complained", when=minor))
    complaint = firm.complaint()
    assert states(complaint) == {}  # nobody has weighed it yet
    complaint = firm.assigned(complaint)
    assert states(complaint) == {"closure": "open"}
    complaint = firm.step(
        complaint, "regrade", grade="general", weight="major", circumstances=[], reason="影响大"
    )
    assert states(complaint) == {"closure": "cancelled"}


def test_a_failed_call_back_sends_it_back_and_the_second_makes_it_repeated(firm):
    complaint = firm.asked(firm.answered(firm.complaint()), customer="unsolved")
    assert (complaint.state, complaint.failed_callbacks, complaint.grade, complaint.round) == (
        "assigned",
        1,
        "general",
        2,
    )
    assert Notice.objects.filter(kind="complaints.unsolved", person=firm.supervisor).count() == 1
    complaint = firm.asked(firm.answered(complaint), customer="unsolved")
    assert (complaint.failed_callbacks, complaint.grade) == (2, "repeat")
    change = complaint.changes.get(axis="grade")
    assert (change.before, change.after, change.rule.trigger) == ("general", "repeat", "callbacks_failed")
    assert Notice.objects.filter(kind="complaints.upgraded", person=firm.colleague).exists()
    assert firm.asked(firm.answered(complaint)).state == "verified"


def test_the_unit_itself_says_it_is_not_solved(firm):
    complaint = firm.asked(firm.answered(firm.complaint()), unit="unsolved")
    assert (complaint.state, complaint.failed_callbacks) == ("assigned", 0)


def test_who_is_not_reached_is_called_again(firm):
    complaint = firm.asked(firm.answered(firm.complaint()), customer="not_reached")
    assert (complaint.state, complaint.unit_verified) == ("answered", True)
    complaint = firm.step(complaint, "call_back", result="solved", spoken_with="客户", whom="household")
    assert complaint.state == "verified"
    assert complaint.call_backs.count() == 3


def test_the_customer_is_not_called_before_the_unit_is_asked(firm):
    complaint = firm.answered(firm.complaint())
    with pytest.raises(ValidationError, match=r"unit|单位|责任"):
        firm.step(complaint, "call_back", result="solved", whom="customer")
    assert not complaint.call_backs.exists()


def test_nothing_closes_without_a_call_back(firm):
    complaint = firm.answered(firm.complaint())
    with pytest.raises(ActionNotAllowed):
        firm.step(complaint, "close")
    with pytest.raises(ActionNotAllowed):
        firm.step(firm.complaint(), "call_back", result="solved", whom="customer")


def test_reopened_twice_is_the_directors_business(firm):
    complaint = firm.step(firm.closed(), "reopen", reason="又没有来")
    assert (complaint.state, complaint.grade, complaint.special) == ("reopened", "repeat", False)
    complaint = firm.step(firm.asked(firm.answered(complaint)), "close")
    complaint = firm.step(complaint, "reopen", reason="仍不接受")
    assert (complaint.special, complaint.level) == (True, "director")
    assert Notice.objects.filter(kind="complaints.special", person=firm.general).exists()


def test_a_second_complaint_about_the_same_matter_is_repeated(firm):
    late = Matter.objects.get(code="lateness")
    firm.complaint(matter=late, received_at=CALLED - timedelta(days=60))
    second = firm.complaint(matter=late)
    assert second.grade == "repeat"
    other = firm.complaint(matter=Matter.objects.get(code="charges"))
    assert other.grade == "general"


def test_unsolved_for_a_month_becomes_major(firm):
    complaint = firm.complaint()
    assert complaint.weight == "minor"
    assert complaint.look_at is not None
    assert look_again(complaint.look_at - timedelta(seconds=1)) == 0
    assert look_again(complaint.look_at) == 1
    assert look_again(complaint.look_at) == 0
    complaint.refresh_from_db()
    assert (complaint.weight, complaint.look_at) == ("major", None)
    raise_what_is_unsolved()


def test_a_solved_one_is_not_looked_at(firm):
    complaint = firm.asked(firm.answered(firm.complaint()))
    complaint.refresh_from_db()
    assert complaint.look_at is None


def test_one_that_fails_holds_up_no_other(firm, monkeypatch):
    from jiannuo.operations.complaints.services import grading

    first, second = firm.complaint(), firm.complaint(text="另一件")
    judge = grading.judge

    def judged(complaint, **more):
        if complaint.pk == first.pk:
            raise RuntimeError("broken")
        return judge(complaint, **more)

    monkeypatch.setattr(grading, "judge", judged)
    now = first.look_at + timedelta(minutes=1)
    assert look_again(now) == 2
    second.refresh_from_db()
    first.refresh_from_db()
    assert second.weight == "major"
    assert (first.weight, first.look_at > now) == ("minor", True)


def test_a_missed_promise_may_make_it_a_special_case(firm):
    firm.promise(time_clause("closure", "24", start="complained", consequences=[SPECIAL]))
    firm.request()
    sweep(CALLED + timedelta(hours=25))
    complaint = Complaint.objects.get()
    assert (complaint.special, complaint.level) == (True, "director")


def test_the_table_is_the_managers(firm):
    UpgradeRule.objects.filter(trigger="callbacks_failed").update(threshold=1, grade="malicious")
    complaint = firm.asked(firm.answered(firm.complaint()), customer="unsolved")
    assert complaint.grade == "malicious"


def test_graded_down_by_hand_stays_down(firm):
    complaint = firm.complaint(circumstances=["serious"])
    assert complaint.grade == "malicious"
    complaint = firm.step(
        complaint, "regrade", grade="general", weight="minor", circumstances=["serious"], reason="查明属误会"
    )
    assert complaint.grade == "general"
    complaint.refresh_from_db()
    assert complaint.changes.filter(by=firm.supervisor, reason="查明属误会").exists()


def test_compensation_within_the_own_power_goes_to_finance(firm):
    firm.promise(POWER)
    complaint = firm.answered(firm.complaint(), compensation=Decimal("200.00"))
    payout = Payout.objects.get()
    assert (payout.source_id, payout.amount, payout.state) == (complaint.pk, Decimal("200.00"), "to_pay")
    assert Notice.objects.filter(kind="complaints.to_pay", person=firm.finance).exists()
    from jiannuo.operations.complaints.services import do_payout

    data = {"way": "transfer", "paid_on": timezone.localdate()}
    with pytest.raises(PermissionDenied):
        do_payout(payout, "pay", by=firm.supervisor, data=data)
    with pytest.raises(ValidationError):
        do_payout(
            payout, "pay", by=firm.finance, data={**data, "paid_on": timezone.localdate() + timedelta(days=1)}
        )
    assert do_payout(payout, "pay", by=firm.finance, data=data).state == "paid"


def test_compensation_waits_for_the_consent_that_a_clause_wants(firm):
    firm.promise(POWER)
    complaint = firm.investigated(firm.assigned(firm.complaint()))
    same = firm.step(complaint, "decide", ruling="赔偿", compensation=Decimal(800))
    assert same.state == "investigated"
    complaint.refresh_from_db()
    assert complaint.level == "manager"
    with pytest.raises(ValidationError):
        firm.step(complaint, "decide", ruling="赔偿", compensation=Decimal(800))
    assert not Payout.objects.exists()

    [step] = waiting_for(firm.general)
    approve(step, by=firm.general)

    complaint.refresh_from_db()
    assert (complaint.state, complaint.compensation, Payout.objects.get().amount) == (
        "decided",
        Decimal(800),
        Decimal(800),
    )
    cheap = firm.investigated(firm.assigned(firm.complaint(text="另一件")))
    assert firm.step(cheap, "decide", ruling="赔偿", compensation=Decimal(500)).state == "decided"


def test_without_a_clause_a_second_person_agrees_to_every_sum(firm):
    firm.promise()
    complaint = firm.investigated(firm.assigned(firm.complaint()))
    assert firm.step(complaint, "decide", ruling="赔偿", compensation=Decimal("0.01")).state == "investigated"
    complaint.refresh_from_db()
    assert complaint.level == "manager"
    assert not Payout.objects.exists()
    [step] = waiting_for(firm.manager)
    approve(step, by=firm.manager)
    complaint.refresh_from_db()
    assert (complaint.state, Payout.objects.get().amount) == ("decided", Decimal("0.01"))
    free = firm.investigated(firm.assigned(firm.complaint(text="另一件")))
    assert firm.step(free, "decide", ruling="致歉").state == "decided"


def test_the_second_person_is_another_and_never_who_is_complained_of(firm):
    accused = firm.investigated(firm.assigned(firm.complaint(accused_person=firm.manager)))
    firm.step(accused, "decide", ruling="赔偿", compensation=Decimal(50))
    [step] = waiting_for(firm.general)
    assert (step.role, list(waiting_for(firm.manager))) == ("general_manager", [])
    firm.manager.role_assignments.all().delete()
    firm.general.role_assignments.all().delete()
    alone = firm.investigated(firm.assigned(firm.complaint(text="另一件")))
    with pytest.raises(ValidationError):
        firm.step(alone, "decide", ruling="赔偿", compensation=Decimal(50))
    alone.refresh_from_db()
    assert (alone.state, alone.level) == ("investigated", "desk")


def test_a_new_decision_changes_what_is_not_paid_yet(firm):
    firm.promise(POWER)
    complaint = firm.asked(firm.answered(firm.complaint(), compensation=Decimal(100)), customer="unsolved")
    complaint = firm.answered(complaint, compensation=Decimal(300))
    assert Payout.objects.get().amount == Decimal(300)
    Payout.objects.update(state="paid")
    complaint = firm.investigated(firm.asked(complaint, customer="unsolved"))
    with pytest.raises(ValidationError, match="300"):
        firm.step(complaint, "decide", ruling="再加", compensation=Decimal(400))


@pytest.mark.parametrize("name", ["assign", "raise_level", "regrade", "withdraw"])
def test_service_staff_can_do_nothing(firm, name):
    complaint = firm.complaint()
    for person in [*firm.service, firm.manager, firm.auditor]:
        with pytest.raises(PermissionDenied):
            do(complaint, name, by=person, data={})


def test_bad_input(firm):
    with pytest.raises(PermissionDenied):
        firm.complaint(by=firm.agent)
    with pytest.raises(ValidationError):
        firm.complaint(text=" ")
    with pytest.raises(ValidationError):
        firm.complaint(customer=None)
    with pytest.raises(ValidationError):
        firm.complaint(received_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(ValidationError):
        register_complaint(by=None, organization=firm.branch, text="")
    complaint = firm.complaint(customer=None, complainant="无名氏")
    assert complaint.who == "无名氏"
    with pytest.raises(ValidationError):
        firm.assigned(complaint, officer=firm.agent)
    with pytest.raises(ActionNotAllowed):
        firm.step(complaint, "investigate", findings="x")
    firm.assigned(complaint)
    with pytest.raises(StaleDocument):
        do(complaint, "withdraw", by=firm.supervisor, data={"reason": "x"}, version=1)


def test_nobody_handles_a_complaint_about_themselves(firm):
    complaint = firm.complaint(accused_person=firm.colleague)
    with pytest.raises(PermissionDenied):
        do(complaint, "assign", by=firm.colleague, data={"officer": firm.colleague})
    with pytest.raises(ValidationError):
        firm.assigned(complaint, officer=firm.colleague)
    assert complaint not in Complaint.objects.visible_to(firm.colleague)
    assert complaint in Complaint.objects.visible_to(firm.supervisor)


def test_withdrawn_ends_what_is_owed(firm):
    firm.promise()
    complaint = firm.step(firm.complaint(), "withdraw", reason="客户来电撤回")
    assert states(complaint) == {"answer": "cancelled"}
    assert not complaint.is_open


def test_a_closed_complaint_is_told_once_to_those_who_ask_customers(firm, monkeypatch):
    told = []
    for room in (doing, desk_doing):
        monkeypatch.setattr(room, "publish", told.append)
    firm.request()
    complaint = firm.step(firm.asked(firm.answered(Complaint.objects.get())), "close")

    [event] = [one for one in told if isinstance(one, ServiceEnded)]
    assert (event.how, event.document_id) == ("complaint", complaint.pk)
    # what is judged is the desk that dealt with it
    assert (event.organization_id, event.person_id) == (firm.head.pk, firm.supervisor.pk)
