"""From the promise to the call, the issue, the request and the answer: pack P27 in use."""

from __future__ import annotations

from datetime import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from jiannuo.office.documents.models import Document, DocumentLink
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.services import do as do_at_the_desk
from jiannuo.operations.followups.models import Attempt, FollowUp, Question
from jiannuo.operations.followups.services import (
    from_obligation,
    make_followup,
    new_draft,
    publish,
    queue_of,
    record_talk,
    save_answer,
    take,
    take_next,
    talk_of,
)
from jiannuo.operations.followups.services.making import caller_for
from jiannuo.operations.followups.tasks import drop_needless
from jiannuo.operations.followups.tests.conftest import CONTENT, at
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.duties import open_due
from jiannuo.promises.obligations.ending import call_off
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.sweep import sweep
from jiannuo.registry.customers.services import erase_person
from jiannuo.testing import factories


@pytest.fixture
def promised(garage):
    """The car was collected on 2 March; the first call is due from the 5th to the 9th."""
    garage.promise()
    garage.name()
    obligations.happened("collected", at=at(2, 16), unit=garage.car, told_at=at(2, 16))
    open_due(at(5, 9))
    return garage


def first_call(garage) -> FollowUp:
    return FollowUp.objects.get(followup_kind__name="首次跟踪电话")


def test_a_promise_makes_the_call_with_its_day_and_its_caller(promised):
    call = first_call(promised)
    assert call.due_at == at(10, 0)
    assert (call.customer, call.unit, call.owner) == (promised.customer, promised.car, promised.caller)
    assert call.obligation is not None
    assert call.obligation.person == promised.caller
    assert from_obligation(call.obligation) is None  # once only


def test_doing_it_keeps_the_promise_with_the_call_as_its_proof(promised):
    call = promised.talk(first_call(promised), *CONTENT, when=at(6))
    kept = Obligation.objects.get(pk=call.obligation_id)
    assert (call.state, kept.state, kept.met_at) == ("done", "met", at(6))
    assert kept.evidence_id == call.pk


def test_the_second_call_counts_from_the_first_and_never_asks_the_same(promised):
    call = promised.talk(first_call(promised), *CONTENT, when=at(6))
    open_due(at(14, 9))
    second = FollowUp.objects.get(followup_kind__name="第二次跟踪电话")
    assert (second.follows, second.due_at) == (call, at(21, 0))
    asked = []
    promised.answer(second)
    for value in ("no", "下个月"):
        question = talk_of(FollowUp.objects.get(pk=second.pk)).next
        asked.append(question.identity)
        save_answer(FollowUp.objects.get(pk=second.pk), question, value, by=promised.caller)
    talk = talk_of(FollowUp.objects.get(pk=second.pk))
    assert asked == ["advice_used", "next_service"]
    assert [one.question.identity for one in talk.left_out] == ["usage", "opinion", "needs"]
    promised.talk(FollowUp.objects.get(pk=second.pk), when=at(15))
    open_due(at(28, 9))
    assert FollowUp.objects.count() == 2  # the second call begins no further round


def test_what_was_asked_and_left_empty_is_not_asked_again_where_it_need_not_be_answered(promised):
    Question.objects.filter(identity="needs").update(required=False)
    usage, opinion, _needs, more = CONTENT
    promised.talk(first_call(promised), usage, opinion, "", "以后再说", more, when=at(6))
    open_due(at(14, 9))
    second = FollowUp.objects.get(followup_kind__name="第二次跟踪电话")
    promised.answer(second, "no", "下个月")
    talk = talk_of(FollowUp.objects.get(pk=second.pk))
    assert "needs" not in [one.question.identity for one in talk.answered]
    assert [one.question.identity for one in talk.left_out] == ["usage", "opinion", "needs_text"]
    Question.objects.filter(identity="needs", version=talk.questions[0].version_id).update(required=True)
    assert talk_of(FollowUp.objects.get(pk=second.pk)).next.identity == "needs"


def test_an_issue_becomes_a_request_and_the_customer_is_told_the_day_it_is_solved(promised):
    call = promised.talk(
        first_call(promised),
        "有故障",
        "刹车异响三天了",
        "4",
        "no",
        "yes",
        when=at(6),
        issue_kind="repair",
        issue_text="刹车异响，要求尽快检修",
    )
    request = ServiceRequest.objects.get()
    assert call.state == "asking"
    assert (request.request_kind, request.customer, request.unit) == (
        "repair",
        promised.customer,
        promised.car,
    )
    assert request.symptom_text == "刹车异响，要求尽快检修"
    assert DocumentLink.objects.filter(source=request, target=call, kind="follows").exists()
    owed = {one.metric: one.due_at for one in Obligation.objects.filter(document=call.pk, duty__isnull=True)}
    assert owed == {"notice": at(9, 0)}  # reported to the supervisor within two days
    call = promised.step(call, "report", when=at(7), text="没有刹车片，怎么办")
    assert Obligation.objects.get(document=call.pk, metric="notice").state == "met"
    call = promised.step(call, "solve", by=promised.manager, when=at(7, 15), solution="调货，明天上门")
    answer = Obligation.objects.get(document=call.pk, metric="answer")
    assert (call.state, answer.due_at) == ("answering", at(8, 0))
    call = promised.step(call, "send_back", when=at(7, 16), reason="明天不行，要今天")
    call = promised.step(call, "solve", when=at(8, 9), solution="今天上门")
    call = promised.step(call, "tell", when=at(8, 10), told_text="同意")
    assert call.state == "done"
    assert set(
        Obligation.objects.filter(document=call.pk, metric="answer").values_list("state", flat=True)
    ) == {"met"}


def test_what_the_desk_answers_without_a_visit_is_the_solution_to_be_told(promised):
    said = {"issue_kind": "consultation", "issue_text": "想知道首保里程"}
    call = promised.talk(first_call(promised), *CONTENT, when=at(6), **said)
    request = ServiceRequest.objects.get()
    do_at_the_desk(
        request, "give_answer", by=promised.caller, data={"answer": "五千公里"}, at=at(6, 15), as_system=True
    )
    call.refresh_from_db()
    assert (call.state, call.solution) == ("answering", "五千公里")


def test_an_issue_solved_at_once_need_not_be_reported(promised):
    call = promised.talk(first_call(promised), *CONTENT, when=at(6), issue_text="想知道保养价格")
    assert not ServiceRequest.objects.exists()
    call = promised.step(call, "solve", when=at(6, 11), solution="价目表已发")
    assert Obligation.objects.get(document=call.pk, metric="notice").state == "cancelled"


def test_a_complaint_goes_the_way_of_the_service_desk(promised):
    promised.talk(
        first_call(promised),
        "正常",
        "1",
        "等了两个小时",
        "no",
        "yes",
        when=at(6),
        issue_kind="complaint",
        issue_text="接待态度差",
    )
    assert ServiceRequest.objects.get().request_kind == "complaint"


def test_a_late_call_is_late_in_the_ledger(promised):
    call = first_call(promised)
    sweep(at(10, 1))
    promised.talk(call, *CONTENT, when=at(11))
    assert Obligation.objects.get(pk=call.obligation_id).state == "met_late"


def test_attempts_end_as_the_table_says_and_the_promise_stays_owed(promised):
    call = first_call(promised)
    kind = call.followup_kind
    for hour in (10, 13, 16):
        call = promised.step(call, "attempt", when=at(6, hour), result="no_answer")
    assert (call.state, call.attempts, kind.most_attempts) == ("unreached", 3, 3)
    assert "3" in call.reason
    assert Obligation.objects.get(pk=call.obligation_id).state == "open"
    assert list(call.tries.values_list("result", flat=True)) == ["no_answer"] * 3
    call = promised.step(call, "try_again", when=at(7))
    assert (call.state, call.attempts, call.ended_at) == ("due", 0, None)


def test_a_wished_time_is_kept_and_quiet_hours_are_respected(promised):
    call = first_call(promised)
    promised.customer.do_not_call_from, promised.customer.do_not_call_to = time(12), time(14)
    promised.customer.save()
    call = FollowUp.objects.get(pk=call.pk)
    call = promised.step(call, "attempt", when=at(6, 11), result="busy")
    assert call.call_at == at(6, 14)  # two hours later would be in the quiet hours
    call = promised.step(call, "attempt", when=at(6, 15), result="later", again_at=at(8, 9, 30))
    assert (call.call_at, call.state) == (at(8, 9, 30), "due")
    with pytest.raises(ValidationError):
        promised.step(call, "attempt", when=at(8, 10), result="later")
    with pytest.raises(ValidationError):
        promised.step(call, "attempt", when=at(8, 10), result="later", again_at=at(7))


def test_who_refuses_is_not_called_again(promised):
    call = promised.step(first_call(promised), "attempt", result="refused")
    assert (call.state, Attempt.objects.get().again_at) == ("unreached", None)


def test_the_queue_holds_what_may_be_called_now_by_one_person(garage):
    garage.followup(due_at=at(9))
    urgent = garage.followup(due_at=at(6, 18), owner=None)
    garage.followup(due_at=at(6, 17), call_at=at(6, 15))  # not before three
    quiet = factories.customer(garage.garage, do_not_call_from=time(20), do_not_call_to=time(10, 30))
    garage.followup(customer=quiet, unit=None, due_at=at(6, 11))
    queue = queue_of(garage.caller, at(6, 10))
    assert [one.due_at for one in queue] == [at(6, 18), at(9)]
    assert take_next(garage.caller, now=at(6, 10)) == urgent
    assert not take(urgent, by=garage.second, now=at(6, 10, 5))
    assert take_next(garage.second, now=at(6, 10, 5)) is None  # the other is not theirs
    assert take(urgent, by=garage.second, now=at(6, 10, 45))  # forgotten by the first
    assert not queue_of(garage.caller, at(6, 8))  # too early
    assert not queue_of(garage.stranger, at(6, 10))


def test_answers_are_kept_as_they_are_given_and_a_new_version_changes_nothing(garage):
    followup = garage.answer(garage.followup(), "有小问题")
    version = followup.script_version
    draft = new_draft(version.script, by=garage.manager)
    publish(draft, by=garage.manager)
    talk = talk_of(FollowUp.objects.get(pk=followup.pk))
    assert [one.value for one in talk.answered] == ["有小问题"]
    assert talk.next.identity == "usage_text"
    assert FollowUp.objects.get(pk=followup.pk).script_version == version
    first = talk.answers[talk.questions[0].pk].question
    save_answer(followup, first, "正常", by=garage.caller)  # corrected: another way
    assert talk_of(followup).next.identity == "opinion"


def test_bad_answers_and_unfinished_talks_are_refused(garage):
    followup = garage.answer(garage.followup())
    question = talk_of(followup).next
    for value in ("", "很好"):
        with pytest.raises(ValidationError):
            save_answer(followup, question, value, by=garage.caller)
    with pytest.raises(ValidationError, match="使用情况"):
        record_talk(followup, by=garage.caller, spoken_with="王")
    garage.answer(followup, *CONTENT)
    for said in ({"issue_kind": "repair"}, {"at": at(1, month=12).replace(year=2099)}):
        with pytest.raises(ValidationError):
            record_talk(followup, by=garage.caller, spoken_with="王", **said)
    with pytest.raises(StaleDocument):
        record_talk(followup, by=garage.caller, version=99)
    with pytest.raises(PermissionDenied):
        record_talk(followup, by=garage.technician)
    record_talk(followup, by=garage.caller)
    with pytest.raises(ActionNotAllowed):
        record_talk(followup, by=garage.caller)


def test_by_hand_only_for_ones_own_customers_and_days_to_come(garage):
    stranger = factories.customer(garage.other)
    with pytest.raises(PermissionDenied):
        make_followup(garage.kind(), stranger, by=garage.caller, due_at=at(9), at=at(5))
    with pytest.raises(ValidationError):
        garage.followup(due_at=at(4))
    with pytest.raises(ValidationError):
        garage.followup(customer=factories.customer(garage.garage))  # the unit is somebody else's


def test_who_is_named_calls_and_the_substitute_in_their_days(promised):
    promised.name(
        promised.second, kind=promised.kind("走访"), substitute=promised.manager, substitute_from=at(1)
    )
    assert caller_for(promised.garage, promised.kind("走访"), at(6)) == promised.manager
    assert caller_for(promised.garage, promised.kind(), at(6)) == promised.caller
    assert caller_for(promised.other, promised.kind(), at(6)) is None


def test_dropping_lets_the_promise_go_and_what_was_called_off_is_dropped(promised):
    call = first_call(promised)
    with pytest.raises(PermissionDenied):
        promised.step(call, "drop", reason="客户出国")
    call = promised.step(call, "drop", by=promised.manager, reason="客户出国")
    kept = Obligation.objects.get(pk=call.obligation_id)
    assert (call.state, kept.state, kept.waive_reason) == ("dropped", "waived", "客户出国")


def test_a_promise_kept_or_called_off_elsewhere_ends_the_call(promised):
    call = first_call(promised)
    assert drop_needless() == 0
    call_off(Obligation.objects.filter(pk=call.obligation_id), at=at(6), reason="车卖了")
    assert drop_needless() == 1
    call.refresh_from_db()
    assert call.state == "dropped"


def test_a_call_kept_by_hand_on_the_page_of_the_promise_is_not_made_again(promised):
    call = first_call(promised)
    obligations.keep(call.obligation, by=promised.manager, text="店里当面问过了")
    call.refresh_from_db()
    assert call.state == "dropped"


def test_handing_over_moves_the_promise_too(promised):
    call = promised.step(first_call(promised), "hand_over", person=promised.second)
    assert call.owner == promised.second
    assert Obligation.objects.get(pk=call.obligation_id).person == promised.second
    with pytest.raises(ValidationError):
        promised.step(call, "hand_over", person=promised.technician)


def test_an_erased_person_leaves_the_figures_but_no_words(garage):
    person = factories.customer(garage.garage, name="李静", kind="household")
    call = garage.talk(
        garage.followup(customer=person, unit=None),
        "有小问题",
        "李静家的门铃",
        "5",
        "no",
        "yes",
        summary="李静说好",
    )
    erase_person(person, by=garage.manager)
    call.refresh_from_db()
    assert (call.state, call.summary, call.spoken_with) == ("done", "", "")
    assert "李静" not in call.title
    assert not call.answers.filter(value__contains="李静").exists()


def test_no_document_of_another_branch_is_seen(promised):
    assert not FollowUp.objects.visible_to(promised.stranger).exists()
    assert not FollowUp.objects.visible_to(promised.technician).exists()
    assert Document.objects.filter(kind="followup").exists()
