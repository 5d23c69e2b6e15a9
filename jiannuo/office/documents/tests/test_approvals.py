"""A chain of roles decides, one step after the other, each once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.documents import approvals, services
from jiannuo.office.documents.approvals import AlreadyDecided
from jiannuo.office.documents.models import Approval, ApprovalStep
from jiannuo.office.documents.tests.makers import company as make_company
from jiannuo.office.documents.tests.makers import request_at
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.testing import factories

CHAIN = ["department_manager", "general_manager"]
HTMX = {"HTTP_HX_REQUEST": "true"}


def ask(company, roles=tuple(CHAIN), *, at=None, by=None, **options):
    document = request_at(at or company.branch)
    return approvals.ask(document, "超预算维修", list(roles), by=by or company.agent, **options)


def step(approval, position):
    return approval.steps.get(position=position)


def test_the_chain_is_asked_in_order_and_the_action_follows(company):
    # Given a question to the department manager, then the general manager
    approval = ask(
        company, amount=Decimal(1280), reason="压缩机", on_approved="cancel", data={"reason": "已批准"}
    )

    # Then only the first may decide
    assert list(approvals.waiting_for(company.department_manager)) == [step(approval, 1)]
    assert list(approvals.waiting_for(company.general_manager)) == []

    # When both approve
    approvals.approve(step(approval, 1), by=company.department_manager, remark="同意")
    assert list(approvals.waiting_for(company.general_manager)) == [step(approval, 2)]
    approvals.approve(step(approval, 2), by=company.general_manager)

    # Then it is approved and the action was done, though neither could have done it as a person of that role
    approval.refresh_from_db()
    assert approval.state == "approved"
    assert ServiceRequest.objects.get(pk=approval.document_id).state == "cancelled"
    told = list(
        approval.document.timeline.filter(kind="approval").order_by("pk").values_list("action", flat=True)
    )
    assert told == ["ask", "approve", "approve"]
    assert "1,280.00" in approval.document.timeline.get(action="ask").text


def test_who_asks_does_not_decide(company):
    # Given a department manager who asks their own role, with a colleague
    colleague = factories.person("department_manager", at=company.branch)
    approval = ask(company, ["department_manager"], by=company.department_manager)

    # Then only the colleague may decide
    assert list(approvals.deciders_of(step(approval, 1))) == [colleague]
    with pytest.raises(PermissionDenied):
        approvals.approve(step(approval, 1), by=company.department_manager)
    assert list(approvals.waiting_for(company.department_manager)) == []


def test_nobody_to_ask_is_said_at_once(company):
    with pytest.raises(ValidationError, match=r"quality|质量"):
        ask(company, ["quality_engineer"])
    with pytest.raises(ValidationError):
        ask(company, ["general_manager"], by=company.general_manager)


@pytest.mark.parametrize(
    ("roles", "options"),
    [
        ([], {}),
        (["emperor"], {}),
        (["auditor"], {}),
        (CHAIN, {"on_approved": "explode"}),
    ],
)
def test_questions_that_make_no_sense_are_refused(company, roles, options):
    with pytest.raises(ValidationError):
        ask(company, roles, **options)
    assert Approval.objects.count() == 0


def test_a_question_without_subject_or_asked_twice_is_refused(company):
    document = request_at(company.branch)
    with pytest.raises(ValidationError):
        approvals.ask(document, " ", CHAIN, by=company.agent)
    approvals.ask(document, "退换", CHAIN, by=company.agent)
    with pytest.raises(ValidationError, match="退换"):
        approvals.ask(document, "退换", CHAIN, by=company.agent)


def test_only_holders_at_the_organisation_or_above_decide(company):
    # Given a question about a document of dealer A
    elsewhere = factories.person("department_manager", at=factories.organization(company.head))
    below = factories.person("department_manager", at=company.dealer_b)
    approval = ask(company, ["department_manager"], at=company.dealer_a)

    # Then managers of another branch or of dealer B have no say
    assert list(approvals.deciders_of(step(approval, 1))) == [company.department_manager]
    for person in (elsewhere, below, company.clerk_a):
        with pytest.raises(PermissionDenied):
            approvals.approve(step(approval, 1), by=person)
        assert list(approvals.waiting_for(person)) == []


def test_a_deputy_decides_in_the_place_of_the_holder(company):
    # Given a department manager with a deputy
    deputy = factories.person("dispatcher", at=company.branch)
    company.department_manager.deputy = deputy
    company.department_manager.save()
    approval = ask(company, ["department_manager"])

    # Then the deputy sees it and may decide
    assert list(approvals.waiting_for(deputy)) == [step(approval, 1)]
    approvals.approve(step(approval, 1), by=deputy)
    assert step(approval, 1).decided_by == deputy


def test_the_deputy_of_who_asks_gains_nothing_by_it(company):
    # Given the only manager left asks, and their deputy holds no deciding role there
    deputy = factories.person("dispatcher", at=company.branch)
    company.department_manager.deputy = deputy
    company.department_manager.save()
    factories.person("department_manager", at=company.head)
    approval = ask(company, ["department_manager"], by=company.department_manager)

    with pytest.raises(PermissionDenied):
        approvals.approve(step(approval, 1), by=deputy)
    assert list(approvals.waiting_for(deputy)) == []


@pytest.mark.parametrize(
    ("service", "state"), [(approvals.reject, "rejected"), (approvals.send_back, "sent_back")]
)
def test_a_refusal_needs_a_reason_and_ends_the_chain(company, service, state):
    approval = ask(company, on_approved="cancel", data={"reason": "x"})

    with pytest.raises(ValidationError):
        service(step(approval, 1), by=company.department_manager, remark=" ")
    service(step(approval, 1), by=company.department_manager, remark="太贵")

    approval.refresh_from_db()
    assert approval.state == state
    assert step(approval, 2).state == "waiting"
    assert ServiceRequest.objects.get(pk=approval.document_id).state == "new"
    assert "太贵" in approval.document.timeline.first().text
    # And it may be asked anew
    approvals.ask(approval.document.specific(), approval.subject, CHAIN, by=company.agent)


def test_a_delegated_step_is_for_the_delegate_alone(company):
    other = factories.person("dispatcher", at=company.branch)
    approval = ask(company)

    approvals.delegate(step(approval, 1), by=company.department_manager, to=other, remark="出差")

    assert list(approvals.waiting_for(other)) == [step(approval, 1)]
    assert list(approvals.waiting_for(company.department_manager)) == []
    with pytest.raises(PermissionDenied):
        approvals.approve(step(approval, 1), by=company.department_manager)
    approvals.approve(step(approval, 1), by=other)


def test_a_step_is_not_delegated_to_who_asked_nor_to_who_may_not_decide(company):
    approval = ask(company)
    auditor = factories.person("auditor", at=company.head)
    for to in (company.agent, company.department_manager, auditor, company.clerk_a):
        with pytest.raises(ValidationError):
            approvals.delegate(step(approval, 1), by=company.department_manager, to=to)


def test_what_is_decided_stays_decided(company):
    colleague = factories.person("department_manager", at=company.branch)
    approval = ask(company)
    approvals.approve(step(approval, 1), by=company.department_manager)

    with pytest.raises(AlreadyDecided):
        approvals.reject(step(approval, 1), by=colleague, remark="不行")
    with pytest.raises(AlreadyDecided):
        approvals.approve(step(approval, 1), by=colleague)


def test_a_document_that_moved_on_is_approved_and_the_history_says_that_nothing_followed(company):
    # Given a request that is closed while its approval waits
    approval = ask(company, ["department_manager"], on_approved="give_answer", data={"answer": "x"})
    services.perform(approval.document.specific(), "cancel", by=company.agent, data={"reason": "撤回"})

    # When it is approved
    approvals.approve(step(approval, 1), by=company.department_manager)

    # Then the consent is kept, and people are told
    approval.refresh_from_db()
    assert approval.state == "approved"
    assert approval.document.timeline.filter(action="not_done").exists()
    assert ServiceRequest.objects.get(pk=approval.document_id).state == "cancelled"


def test_open_approvals_of_a_cancelled_document_end(company):
    approval = ask(company)

    assert approvals.cancel_pending(approval.document, by=company.agent, reason="客户取消") == 1

    approval.refresh_from_db()
    assert approval.state == "cancelled"
    assert list(approvals.waiting_for(company.department_manager)) == []
    with pytest.raises(AlreadyDecided):
        approvals.approve(step(approval, 1), by=company.department_manager)


def test_reminders_come_once_for_each_interval(company):
    approval = ask(company)
    asked = timezone.now()

    assert approvals.remind_due(asked + timedelta(hours=23)) == 0
    assert approvals.remind_due(asked + timedelta(hours=25)) == 1
    assert approvals.remind_due(asked + timedelta(hours=25)) == 0
    assert approvals.remind_due(asked + timedelta(hours=50)) == 1
    approvals.approve(step(approval, 1), by=company.department_manager)
    approvals.reject(step(approval, 2), by=company.general_manager, remark="否")
    assert approvals.remind_due(asked + timedelta(days=30)) == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told():
    # Given four managers who may decide
    company = make_company()
    people = [factories.person("department_manager", at=company.branch) for _ in range(4)]
    approval = ask(company, ["department_manager"], on_approved="cancel", data={"reason": "已批准"})
    only = step(approval, 1)

    def decide(person):
        try:
            approvals.approve(only, by=person)
            return "won"
        except AlreadyDecided:
            return "late"
        finally:
            connection.close()

    # When all of them approve at once
    with ThreadPoolExecutor(max_workers=4) as pool:
        outcomes = sorted(pool.map(decide, people))

    # Then one wins, and the action was done once
    assert outcomes == ["late", "late", "late", "won"]
    assert approval.document.timeline.filter(action="cancel").count() == 1


def test_the_inbox_shows_what_waits_for_me_and_what_i_asked(client, company, django_assert_max_num_queries):
    for _ in range(5):
        ask(company)
    client.force_login(company.department_manager)
    with django_assert_max_num_queries(12):
        waiting = client.get(reverse("documents:approvals"))
    assert waiting.context["waiting"] == 5
    assert waiting.content.decode().count("超预算维修") >= 5

    client.force_login(company.agent)
    with django_assert_max_num_queries(12):
        asked = client.get(reverse("documents:approvals"), {"asked": "1"})
    assert len(asked.context["rows"].object_list) == 5


def test_deciding_in_the_dialog(client, company):
    approval = ask(company)
    client.force_login(company.department_manager)
    url = reverse("documents:decide", args=[step(approval, 1).pk, "approve"])

    assert 'name="remark"' in client.get(url, **HTMX).content.decode()
    response = client.post(url, {"remark": "好"}, **HTMX)

    assert response["HX-Redirect"]
    assert step(approval, 1).state == "approved"
    # And the colleague who comes later sees why it is not possible any more
    assert client.post(url, {"remark": "好"}, **HTMX).status_code == 409


def test_refusing_without_a_reason_answers_422(client, company):
    approval = ask(company)
    client.force_login(company.department_manager)

    for decision in ("reject", "send-back", "delegate"):
        url = reverse("documents:decide", args=[step(approval, 1).pk, decision])
        assert client.post(url, {"remark": ""}, **HTMX).status_code == 422
    assert step(approval, 1).state == ApprovalStep.State.PENDING


def test_steps_of_others_are_not_found(client, company):
    approval = ask(company)
    for person in (company.clerk_a, company.agent, company.general_manager):
        client.force_login(person)
        for decision in ("approve", "reject", "delegate", "burn"):
            url = reverse("documents:decide", args=[step(approval, 1).pk, decision])
            assert client.get(url).status_code == 404
            assert client.post(url, {"remark": "x"}).status_code == 404
