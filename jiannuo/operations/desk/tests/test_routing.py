"""Requests go where the first fitting rule sends them; rules that lead nowhere are refused; push-backs are found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from jiannuo.office.notices.models import Notice
from jiannuo.operations.desk.models import HandBackReason, PushBack, RoutingRule, ServiceRequest
from jiannuo.operations.desk.routing.defaults import fill
from jiannuo.operations.desk.routing.matching import covers
from jiannuo.operations.desk.routing.pushback import decide
from jiannuo.operations.desk.routing.services import move_rule, save_rule
from jiannuo.operations.desk.services import answer_at_once, do, register_request
from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workorders import services as workorders
from jiannuo.promises.commitments.services import load_pack
from jiannuo.promises.obligations.models import Obligation
from jiannuo.testing import factories

PACK = """
code: RT1
name: 安排与检查
kind: maker
clauses:
  - id: arranged
    kind: time
    text: 2小时内给予安排。
    source: {document: 方案, article: 一}
    metric: arrangement
    limit: {amount: 2, unit: hours}
  - id: forwarded
    kind: time
    text: 转送后2小时内安排，未落实的上报公司领导。
    source: {document: 方案, article: 二}
    metric: contact
    start: dispatched
    limit: {amount: 2, unit: hours}
    ladder:
      - at: {anchor: missed, amount: 0}
        role: general_manager
  - id: checked
    kind: time
    text: 转送后4小时内检查。
    source: {document: 方案, article: 三}
    metric: review
    start: dispatched
    limit: {amount: 4, unit: hours}
    creditor: manufacturer
"""


class Firm:
    """A branch with two dealers, a quality department at the head office, and a promise about arranging."""

    def __init__(self) -> None:
        load_pack(PACK, by=None)
        fill(HandBackReason)
        self.head = factories.organization()
        self.branch = factories.organization(self.head, name="华东")
        agreement = {"kind": "dealer", "agreement_from": timezone.localdate() - timedelta(days=99)}
        self.dealer = factories.organization(self.branch, name="安顺", areas=["3301"], **agreement)
        self.other = factories.organization(self.branch, name="恒信", areas=["3205"], **agreement)
        self.manager = factories.person("department_manager", at=self.branch)
        self.director = factories.person("general_manager", at=self.head)
        self.agent = factories.person("service_agent", "dispatcher", at=self.branch)
        self.quality = factories.person("quality_engineer", at=self.head)
        self.clerk = factories.person("dealer_clerk", at=self.dealer)
        self.customer = factories.customer(self.branch)
        self.unit = factories.unit(self.branch, of=self.customer, dealer=self.dealer)

    def rule(self, name: str = "规则", *, by: Any = None, **fields: Any) -> RoutingRule:
        values = {"organization": self.branch, "to_organization": self.branch, "name": name, **fields}
        return save_rule(RoutingRule(**values), by=by or self.manager)

    def request(self, **fields: Any) -> ServiceRequest:
        values = {
            "by": self.agent,
            "customer": self.customer,
            "unit": self.unit,
            "symptom_text": "坏了",
            **fields,
        }
        return register_request(**values)


@pytest.fixture
def firm(db, monkeypatch) -> Firm:
    monkeypatch.setattr(transaction, "on_commit", lambda call, *_rest, **_more: call())
    return Firm()


def refusal(firm: Firm, **fields: Any) -> ValidationError:
    with override("en"), pytest.raises(ValidationError) as error:
        firm.rule("新规则", **fields)
    return error.value


# Sending


def test_the_first_fitting_rule_sends_the_request_and_says_why(firm):
    firm.rule(
        "质量转技术",
        natures=["quality"],
        to_organization=firm.head,
        to_role="quality_engineer",
        by=firm.manager,
    )
    firm.rule("其余归经销商", to_organization=firm.dealer, to_role="dealer_clerk")
    quality = firm.request(nature="quality")
    assert (quality.organization, quality.responsible_role) == (firm.branch, "quality_engineer")
    assert "质量转技术" in quality.timeline.get(action="route").text
    assert Notice.objects.filter(person=firm.quality, kind="requests.sent").exists()
    rest = firm.request(allow_duplicate=True)
    assert (rest.organization, rest.routed_to) == (firm.dealer, firm.dealer)
    assert Notice.objects.filter(person=firm.clerk, kind="requests.sent").exists()


def test_without_a_fitting_rule_it_stays_with_who_serves_the_unit(firm):
    firm.rule("只收包装", natures=["packing"], to_role="service_agent")
    request = firm.request()
    assert (request.organization, request.routed_to) == (firm.branch, None)
    owed = Obligation.objects.get(document_id=request.pk, metric="arrangement")
    assert owed.person == firm.agent


def test_a_rule_is_asked_only_while_it_is_valid_and_for_its_conditions(firm):
    today = timezone.localdate()
    firm.rule("已过期", to_person=firm.manager, valid_to=today - timedelta(days=1))
    firm.rule("危急给经理", severities=["critical"], channels=["hotline"], to_person=firm.manager)
    assert firm.request(severity="critical").owner == firm.manager
    assert firm.request(severity="critical", channel="letter", allow_duplicate=True).owner is None


def test_a_product_an_area_and_the_class_of_the_customer_send(firm):
    other = factories.category("machinery/tiller")
    firm.rule("别的产品", category=other, to_person=firm.manager)
    firm.rule("这类产品", category=firm.unit.model.category, grades=["ordinary"], to_person=firm.director)
    assert firm.request().owner == firm.director


def test_a_role_that_was_named_answers_though_it_does_not_handle_others(firm):
    firm.rule("质量转技术", natures=["quality"], to_organization=firm.head, to_role="quality_engineer")
    request = firm.request(nature="quality")
    done = do(request, "give_answer", by=firm.quality, data={"answer": "更换批次零件"})
    assert done.state == "answered"
    with pytest.raises(PermissionDenied):
        do(firm.request(allow_duplicate=True), "cancel", by=firm.quality, data={"reason": "x"})


# Rules that lead nowhere


def test_a_closed_unit_and_a_role_that_nobody_holds_are_refused(firm):
    closed = factories.organization(firm.branch, active=False)
    assert "closed" in refusal(firm, to_organization=closed).message_dict["to_organization"][0]
    assert "Nobody" in refusal(firm, to_role="storekeeper").message_dict["to_role"][0]
    assert "may not answer" in refusal(firm, to_role="technician").message_dict["to_role"][0]
    stranger = factories.person("dealer_clerk", at=firm.other)
    assert "to_person" in refusal(firm, to_person=stranger).message_dict


def test_a_rule_behind_a_broader_one_is_refused_and_cannot_be_moved_there(firm):
    narrow = firm.rule("急修", severities=["critical"], to_role="service_agent")
    firm.rule("全部", to_role="service_agent")
    assert "never be reached" in str(refusal(firm, kinds=["repair"], to_role="service_agent"))
    with pytest.raises(ValidationError):
        move_rule(narrow, up=False, by=firm.manager)
    narrow.refresh_from_db()
    assert narrow.position == 1


def test_a_broader_rule_is_seen_through_validity_and_trees(firm):
    today = timezone.localdate()
    wide = RoutingRule(kinds=["repair", "help"], valid_to=today)
    assert not covers(wide, RoutingRule(kinds=["repair"]))
    assert covers(wide, RoutingRule(kinds=["repair"], valid_to=today))
    assert not covers(RoutingRule(kinds=["repair"]), RoutingRule())
    assert covers(RoutingRule(division_id="330000"), RoutingRule(division_id="330106"))


def test_only_managers_change_rules_and_only_their_own(firm):
    for person in (firm.agent, firm.clerk):
        with pytest.raises(PermissionDenied):
            firm.rule(by=person)
    with pytest.raises(PermissionDenied):
        firm.rule(organization=firm.head)


# Arranged, checked


def test_arranging_and_checking_meet_the_promises(firm):
    firm.rule("归经销商", to_organization=firm.dealer, to_role="dealer_clerk")
    request = firm.request()
    owed = dict(Obligation.objects.filter(document_id=request.pk).values_list("metric", "state"))
    assert owed == {"arrangement": "open", "contact": "open", "review": "open"}
    do(request, "arrange", by=firm.clerk, data={"remark": "明天上午上门，已告知客户"})
    with pytest.raises(PermissionDenied):
        do(request, "check_arrangement", by=firm.clerk, data={"result": "arranged"})
    do(request, "check_arrangement", by=firm.agent, data={"result": "arranged"})
    states = set(Obligation.objects.filter(document_id=request.pk).values_list("state", flat=True))
    assert states == {"met"}


def test_what_is_not_arranged_goes_to_the_leaders(firm):
    firm.rule("归经销商", to_organization=firm.dealer, to_role="dealer_clerk")
    request = firm.request()
    do(request, "check_arrangement", by=firm.agent, data={"result": "not_arranged", "remark": "没人联系客户"})
    assert Notice.objects.filter(person=firm.manager, kind="requests.not_arranged").exists()
    assert Obligation.objects.get(document_id=request.pk, metric="contact").state == "open"


# Push-backs


def test_a_customer_handed_back_without_an_accepted_reason_is_reported(firm):
    firm.rule("归经销商", to_organization=firm.dealer, to_role="dealer_clerk")
    request = firm.request()
    busy = HandBackReason.objects.get(code="staff")
    back = do(request, "hand_back", by=firm.clerk, data={"why": busy, "reason": "都在外面"})
    assert (back.organization, back.owner) == (firm.branch, None)
    found = PushBack.objects.get()
    assert (found.organization, found.kind, found.owed) == (firm.dealer, "handed_back", "sale")
    assert Notice.objects.filter(person=firm.manager, kind="requests.pushed_back").exists()
    assert not Obligation.objects.filter(document_id=request.pk, organization=firm.dealer).exists()


def test_an_accepted_reason_and_a_customer_of_others_are_no_push_back(firm):
    rival = factories.person("dealer_clerk", at=firm.other)
    firm.rule("归经销商", to_organization=firm.other, kinds=["help"])
    firm.rule("归安顺", to_organization=firm.dealer, kinds=["repair"])
    accepted = HandBackReason.objects.get(code="abnormal")
    do(firm.request(), "hand_back", by=firm.clerk, data={"why": accepted})
    request = firm.request(request_kind="help", allow_duplicate=True)
    do(request, "hand_back", by=rival, data={"why": HandBackReason.objects.get(code="staff")})
    assert not PushBack.objects.exists()


def test_a_cancelled_request_and_a_customer_sent_elsewhere_are_reported_once(firm):
    firm.rule("归经销商", to_organization=firm.dealer, kinds=["help"])
    do(firm.request(request_kind="help"), "cancel", by=firm.clerk, data={"reason": "不修"})
    request = firm.request(allow_duplicate=True)
    data = {"dealer": firm.dealer, "reason": "让客户找厂家"}
    do(request, "turned_away", by=firm.agent, data=data)
    with pytest.raises(ValidationError):
        do(request, "turned_away", by=firm.agent, data=data)
    with pytest.raises(ValidationError):
        do(request, "turned_away", by=firm.agent, data={**data, "dealer": firm.other})
    assert set(PushBack.objects.values_list("kind", flat=True)) == {"cancelled", "referred"}


def order_of_the_dealer(firm: Firm, request: ServiceRequest, *, is_assigned: bool) -> Any:
    order = workorders.create_order(
        by=firm.clerk, organization=firm.dealer, customer=firm.customer, unit=firm.unit, sources=[request]
    )
    if not is_assigned:
        return order
    technician = factories.person("technician", at=firm.dealer)
    Technician.objects.create(user=technician, organization=firm.dealer)
    return workorders.do(order, "assign", by=firm.clerk, data={"technician": technician})


def test_an_order_that_the_dealer_cancels_after_somebody_was_named_is_reported(firm):
    firm.rule("归经销商", to_organization=firm.dealer, to_role="dealer_clerk")
    order = order_of_the_dealer(firm, firm.request(), is_assigned=True)
    workorders.do(order, "cancel", by=firm.clerk, data={"reason": "太忙"})
    found = PushBack.objects.get()
    assert (found.organization, found.kind, found.reason) == (firm.dealer, "given_up", "太忙")
    assert found.document_id == order.pk
    assert Notice.objects.filter(person=firm.manager, kind="requests.pushed_back").exists()
    do(ServiceRequest.objects.get(), "cancel", by=firm.clerk, data={"reason": "太忙"})
    assert PushBack.objects.count() == 1  # the same customer counts once


def test_an_order_cancelled_by_the_maker_or_before_anybody_was_named_is_no_push_back(firm):
    firm.rule("归经销商", to_organization=firm.dealer, to_role="dealer_clerk")
    request = firm.request()
    workorders.do(
        order_of_the_dealer(firm, request, is_assigned=False),
        "cancel",
        by=firm.clerk,
        data={"reason": "重复"},
    )
    order = order_of_the_dealer(firm, request, is_assigned=True)
    workorders.do(order, "cancel", by=firm.agent, data={"reason": "客户不修了"})
    assert not PushBack.objects.exists()


def test_dealer_management_decides_once_with_a_reason(firm):
    do(firm.request(), "turned_away", by=firm.agent, data={"dealer": firm.dealer, "reason": "x"})
    found = PushBack.objects.get()
    with pytest.raises(PermissionDenied):
        decide(found, justified=True, reason="x", by=firm.clerk)
    with pytest.raises(ValidationError):
        decide(found, justified=False, reason=" ", by=firm.manager)
    assert decide(found, justified=False, reason="应由其安排", by=firm.manager).state == "unjustified"
    with pytest.raises(ValidationError):
        decide(found, justified=True, reason="x", by=firm.manager)


# Pages


def test_pages_within_budget(client, firm, django_assert_max_num_queries):
    firm.rule("质量", natures=["quality"], to_organization=firm.head, to_role="quality_engineer")
    firm.rule("归经销商", to_organization=firm.dealer, to_role="dealer_clerk")
    for _turn in range(3):
        request = firm.request(allow_duplicate=True)
        do(request, "turned_away", by=firm.agent, data={"dealer": firm.dealer, "reason": "x"})
    client.force_login(firm.manager)
    for name, most in (("checks", 12), ("pushbacks", 12), ("pushback_months", 12), ("rules", 25)):
        with django_assert_max_num_queries(most):
            assert client.get(reverse(f"desk:{name}")).status_code == 200
    with django_assert_max_num_queries(25):
        assert client.get(reverse("desk:request_detail", args=[request.number])).status_code == 200
    assert "安顺" in client.get(reverse("desk:pushback_months")).content.decode()


def test_a_rule_is_edited_moved_and_tried_on_the_page(client, firm):
    client.force_login(firm.manager)
    data = {"name": "急修", "organization": firm.branch.pk, "severities": ["critical"], "is_active": "on"}
    nobody = {**data, "to_organization": firm.branch.pk, "to_role": "storekeeper"}
    assert client.post(reverse("desk:rule_new"), nobody).status_code == 422
    client.post(
        reverse("desk:rule_new"), {**data, "to_organization": firm.branch.pk, "to_role": "service_agent"}
    )
    rule = RoutingRule.objects.get()
    other = firm.rule("包装", natures=["packing"], to_role="service_agent")
    client.post(reverse("desk:rule_move", args=[other.pk, "up"]))
    other.refresh_from_db()
    assert other.position == 1
    asked = {"organization": firm.branch.pk, "kind": "repair", "severity": "critical", "channel": "hotline"}
    page = client.get(reverse("desk:rules"), asked).content.decode()
    assert "急修" in page
    firm.agent.role_assignments.all().delete()
    page = client.get(reverse("desk:rules"), asked).content.decode()
    assert "已跳过" in page
    assert client.get(reverse("desk:rule_edit", args=[rule.pk])).status_code == 200
    client.force_login(firm.clerk)
    assert client.get(reverse("desk:rules")).status_code == 403


def test_a_push_back_is_decided_on_its_page(client, firm):
    do(firm.request(), "turned_away", by=firm.agent, data={"dealer": firm.dealer, "reason": "x"})
    found = PushBack.objects.get()
    address = reverse("desk:pushback_decide", args=[found.pk])
    client.force_login(firm.clerk)
    assert client.get(address).status_code == 403
    client.force_login(firm.manager)
    assert client.post(address, {"justified": "no", "reason": "应安排"}).status_code == 302
    found.refresh_from_db()
    assert found.state == "unjustified"


# Answered at once


def test_a_consultation_is_registered_answered_and_closed_in_one_step(client, firm):
    firm.rule("归经销商", to_organization=firm.dealer, to_role="dealer_clerk")
    client.force_login(firm.agent)
    typed = {
        "customer": firm.customer.pk,
        "unit": "none",
        "channel": "hotline",
        "request_kind": "consultation",
        "severity": "normal",
        "symptom_text": "怎么清洗滤网",
        "client_key": "once",
        "at_once": "1",
    }
    assert client.post(reverse("desk:intake"), typed).status_code == 422
    client.post(reverse("desk:intake"), {**typed, "answer": "拔出卡扣，清水冲洗后阴干"})
    request = ServiceRequest.objects.get()
    assert (request.state, request.organization, request.answer) == (
        "closed",
        firm.branch,
        "拔出卡扣，清水冲洗后阴干",
    )
    client.post(reverse("desk:intake"), {**typed, "answer": "再发一次"})
    assert ServiceRequest.objects.count() == 1


def test_a_complaint_is_not_closed_at_once(firm):
    with pytest.raises(ValidationError):
        answer_at_once(
            by=firm.agent,
            answer="好的",
            customer=firm.customer,
            symptom_text="态度差",
            request_kind="complaint",
        )
    assert not ServiceRequest.objects.exists()
