"""Clauses at work: what lines are charged, what customers may choose, whose consent is asked first."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.documents import approvals
from jiannuo.office.documents.models import Approval
from jiannuo.office.documents.services import act
from jiannuo.operations.tasks.models import Task
from jiannuo.operations.workorders import remedies
from jiannuo.operations.workorders.consents import ConsentMissing
from jiannuo.operations.workorders.history import history_of
from jiannuo.operations.workorders.models import OrderLine, WorkOrder
from jiannuo.operations.workorders.services import add_line, create_order, override_payer
from jiannuo.operations.workorders.services.completing import completed
from jiannuo.operations.workorders.services.step import Step
from jiannuo.operations.workorders.wording import explained
from jiannuo.promises.commitments.services import load_content
from jiannuo.promises.commitments.tests.samples import content
from jiannuo.registry.installedbase import services as installedbase
from jiannuo.registry.products.models import Component, FaultCode, LabourItem, SparePart

SOURCE = {"document": "承诺书", "article": "5"}


def clause(kind: str, id_: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "id": id_, "text": id_, "source": SOURCE, **fields}


def load(*clauses: dict[str, Any], code: str = "T20") -> None:
    load_content(content(code, clauses=list(clauses)), by=None)


def charge(id_: str, items: list[str], basis: str, **fields: Any) -> dict[str, Any]:
    return clause("charge", id_, items=items, basis=basis, **fields)


def order_for(firm, request=None) -> WorkOrder:
    return create_order(
        by=firm.dispatcher,
        organization=firm.branch,
        customer=firm.customer,
        unit=firm.unit,
        sources=[request] if request is not None else (),
        fault="不制冷",
    )


@pytest.fixture
def part(db) -> SparePart:
    return SparePart.objects.create(code="P-1", name="电容", list_price="100.00", cost="60.00")


def add(firm, order, **data: Any) -> OrderLine:
    return add_line(order, {"kind": OrderLine.Kind.PART, "quantity": Decimal(1), **data}, by=firm.dispatcher)


# Charges


@pytest.mark.parametrize(
    ("clauses", "asked", "basis"),
    [
        ([], "200.00", "list"),
        ([charge("c", ["parts"], "free")], "0.00", "free"),
        ([charge("c", ["parts"], "cost")], "120.00", "cost"),
        ([charge("c", ["parts"], "cost", rate="1.1")], "132.00", "cost"),
        ([charge("c", ["parts"], "discount", rate="0.8")], "160.00", "discount"),
        ([charge("c", ["parts"], "fixed", amount="50")], "50.00", "fixed"),
        ([charge("c", ["parts"], "fixed", amount="30", per="piece")], "60.00", "fixed"),
        ([charge("c", ["parts"], "list", free_up_to="150")], "50.00", "list"),
        ([charge("c", ["parts"], "list", free_up_to="200")], "0.00", "list"),
        ([charge("c", ["parts"], "list", free_up_to="150", free_is_threshold=True)], "200.00", "list"),
        ([charge("c", ["parts"], "list", cap="80")], "80.00", "list"),
        ([charge("c", ["labour"], "free")], "200.00", "list"),
        ([charge("c", ["parts"], "free", applies="in_warranty")], "200.00", "list"),
    ],
)
def test_what_a_part_out_of_warranty_is_charged(firm, part, clauses, asked, basis):
    load(*clauses)
    line = add(firm, order_for(firm), part=part, quantity=Decimal(2))
    assert line.customer_amount == Decimal(asked)
    assert line.basis == basis


def test_the_reason_is_said_in_words(firm, part):
    load(charge("工本费", ["parts"], "cost"))
    (line,) = explained([add(firm, order_for(firm), part=part)])
    assert "工本费" in line.why


def test_what_is_free_up_to_a_sum_is_so_for_all_lines_together(firm, part):
    load(charge("material", ["parts"], "list", free_up_to="200"))
    order = order_for(firm)
    add(firm, order, part=part)
    assert order.lines.get().customer_amount == 0

    add(firm, order, description="铜管", unit_price=Decimal(300))

    asked = [line.customer_amount for line in order.lines.all()]
    assert sum(asked) == Decimal("200.00")
    assert asked == [Decimal("50.00"), Decimal("150.00")]


def test_an_hourly_charge_counts_the_usual_time(firm):
    load(charge("hourly", ["labour"], "fixed", amount="80", per="hour"))
    labour = LabourItem.objects.create(code="L-1", name="检修", minutes=90, price="500.00")
    line = add(firm, order_for(firm), kind=OrderLine.Kind.LABOUR, labour=labour)
    assert (line.basis, line.customer_amount) == ("fixed", Decimal("120.00"))


def test_cost_that_nobody_knows_stays_the_list_price_and_says_so(firm):
    load(charge("at-cost", ["parts"], "cost"))
    (line,) = explained([add(firm, order_for(firm), description="杂件", unit_price=Decimal(90))])
    assert (line.basis, line.customer_amount) == ("list", Decimal("90.00"))
    assert "at-cost" in str(line.reasons)


def test_somebody_else_may_pay_what_no_cover_pays(firm, part):
    load(charge("dealer-pays", ["parts"], "cost", payer="dealer"))
    line = add(firm, order_for(firm), part=part)
    assert (line.payer, line.customer_amount) == ("dealer", Decimal("0.00"))


# Consents


def needs(subject: str, *approvers: str, **fields: Any) -> dict[str, Any]:
    return clause("approval", f"consent-{subject}", subject=subject, approvers=list(approvers), **fields)


def decide_all(approval: Approval, *people: Any) -> None:
    for person in people:
        approvals.approve(approval.steps.get(state="pending"), by=person)


def test_a_free_repair_out_of_warranty_waits_for_consent_and_follows_it(firm, part):
    load(needs("free_repair", "general_manager"))
    line = add(firm, order_for(firm), part=part)

    asked: Any = override_payer(line, "manufacturer", by=firm.manager, reason="老客户")

    line.refresh_from_db()
    assert line.payer == "customer"
    with pytest.raises(ConsentMissing, match=r"general manager|总经理"):
        override_payer(line, "manufacturer", by=firm.manager, reason="老客户")

    decide_all(asked.approval, firm.general)

    line.refresh_from_db()
    assert (line.payer, line.overridden_by) == ("manufacturer", firm.manager)


def test_who_has_to_agree_anyway_need_not_be_asked(firm, part):
    load(needs("free_repair", "general_manager"))
    line = add(firm, order_for(firm), part=part)
    done: Any = override_payer(line, "manufacturer", by=firm.general, reason="老客户")
    assert done.approval is None
    assert done.payer == "manufacturer"


def test_below_the_amount_nobody_is_asked(firm, part):
    load(needs("free_repair", "general_manager", above="1000"))
    line = add(firm, order_for(firm), part=part)
    done: Any = override_payer(line, "manufacturer", by=firm.manager, reason="老客户")
    assert done.payer == "manufacturer"


def test_without_such_a_clause_a_manager_decides_alone(firm, part):
    line = add(firm, order_for(firm), part=part)
    assert override_payer(line, "manufacturer", by=firm.manager, reason="老客户").payer == "manufacturer"


def test_a_rejected_question_leaves_the_line_and_may_be_asked_anew(firm, part):
    load(needs("free_repair", "general_manager"))
    line = add(firm, order_for(firm), part=part)
    asked: Any = override_payer(line, "manufacturer", by=firm.manager, reason="老客户")
    approvals.reject(asked.approval.steps.get(state="pending"), by=firm.general, remark="不同意")
    line.refresh_from_db()
    assert line.payer == "customer"
    again: Any = override_payer(line, "manufacturer", by=firm.manager, reason="再次申请")
    assert again.approval is not None


def test_the_cost_of_the_work_is_asked_about_as_soon_as_it_is_known(firm, part):
    load(needs("cost", "department_manager", above="150"))
    order = order_for(firm)
    add(firm, order, part=part)
    assert not Approval.objects.exists()
    add(firm, order, part=part)
    approval = Approval.objects.get()
    assert (approval.amount, approval.steps.get().role) == (Decimal("200.00"), "department_manager")

    with pytest.raises(ConsentMissing, match=r"department manager|部门经理"):
        _complete(firm, order)
    decide_all(approval, firm.manager)
    _complete(firm, order)


def _complete(firm, order) -> None:
    """Everything that completing asks for is there."""
    codes = {}
    for kind in ("symptom", "cause", "action"):
        known = FaultCode.objects.filter(kind=kind).first()
        codes[kind] = known or FaultCode.objects.add_root({"kind": kind, "code": kind, "name": kind})
    order.symptom, order.cause, order.measure = codes["symptom"], codes["cause"], codes["action"]
    order.test_result, order.test_passed = "正常", True
    order.save()
    completed(Step(order=order, before=order, by=firm.dispatcher, at=timezone.now(), data={}))


def test_a_party_outside_the_house_is_confirmed_by_the_manager(firm, part):
    load(needs("cost", "customer", above="50"))
    add(firm, order_for(firm), part=part)
    approval = Approval.objects.get()
    assert approval.steps.get().role == "department_manager"
    assert "customer" in approval.reason or "客户" in approval.reason


# Remedies


def remedy(id_: str, *offers: str, **fields: Any) -> dict[str, Any]:
    return clause("remedy", id_, offers=list(offers), **fields)


def window(days: int) -> dict[str, Any]:
    return {"begins": {"events": ["invoiced"]}, "to_day": days}


def test_what_may_be_chosen_until_when_and_what_it_pays(firm):
    load(
        remedy("七日", "refund", "exchange", window=window(7), price={"rule": "invoice"}),
        remedy("三十日", "exchange", window=window(30)),
    )
    firm.unit.invoiced_on = (timezone.localtime() - timedelta(days=2)).date()
    firm.unit.save()
    request = firm.request(received_at=timezone.now())

    found = {offer.remedy: offer for offer in remedies.offers_for(request)}

    assert set(found) == {"refund", "exchange"}
    assert found["refund"].amount == Decimal("3299.00")
    last = timezone.localtime(found["refund"].until - timedelta(seconds=1)).date()
    assert (last - firm.unit.invoiced_on).days == 6
    assert found["exchange"].until > found["refund"].until


def test_choosing_one_is_on_the_timeline_and_makes_the_work(firm):
    load(remedy("随时换货", "exchange", "refund", price={"rule": "invoice"}))
    request = firm.request()

    act(request, "choose_remedy", by=firm.agent, data={"remedy": "refund", "said": "不想要了"})

    task = Task.objects.get()
    assert (task.task_kind, task.amount, task.source_id) == ("refund", Decimal("3299.00"), request.pk)
    said = request.timeline.get(action="choose_remedy").text
    assert "不想要了" in said
    assert "3299.00" in said


def test_only_what_the_promises_allow_may_be_chosen(firm):
    load(remedy("只换不退", "exchange"))
    request = firm.request()
    with pytest.raises(ValidationError):
        act(request, "choose_remedy", by=firm.agent, data={"remedy": "refund"})
    with pytest.raises(PermissionDenied):
        act(request, "choose_remedy", by=firm.stranger, data={"remedy": "exchange"})
    assert not Task.objects.exists()


def test_an_exchange_that_needs_consent_is_chosen_once_it_is_given(firm):
    load(remedy("换货", "exchange"), needs("exchange", "department_manager", "general_manager"))
    request = firm.request()
    act(request, "choose_remedy", by=firm.agent, data={"remedy": "exchange"})
    assert not Task.objects.exists()
    with pytest.raises(ConsentMissing):
        act(request, "choose_remedy", by=firm.agent, data={"remedy": "exchange"})

    decide_all(Approval.objects.get(), firm.manager, firm.general)

    assert Task.objects.get().task_kind == "exchange"


def test_two_repairs_of_the_same_fault_give_a_choice(firm):
    symptom = FaultCode.objects.add_root({"kind": "symptom", "code": "S1", "name": "不制冷"})
    twice = [{"fact": "same_symptom_repairs", "low": "2"}]
    load(remedy("两次修不好", "exchange", when=twice))
    received = timezone.now() - timedelta(hours=1)
    for days in (20, 10):
        order = order_for(firm)
        WorkOrder.objects.filter(pk=order.pk).update(
            created_at=received - timedelta(days=days),
            signed_at=received - timedelta(days=days - 1),
            state="closed",
            symptom=symptom,
        )
    request = firm.request(symptom=symptom, received_at=received)
    assert [offer.remedy for offer in remedies.offers_for(request)] == ["exchange"]

    served = order_for(firm, request)
    WorkOrder.objects.filter(pk=served.pk).update(symptom=symptom)
    assert [offer.remedy for offer in remedies.offers_for(served)] == ["exchange"]


def test_the_order_made_for_the_request_is_no_earlier_repair(firm):
    symptom = FaultCode.objects.add_root({"kind": "symptom", "code": "S1", "name": "不制冷"})
    request = firm.request(symptom=symptom)
    order = order_for(firm, request)
    WorkOrder.objects.filter(pk=order.pk).update(state="closed", symptom=symptom)
    later = timezone.now() + timedelta(days=1)
    asked = {"at": later, "symptom": symptom, "fault": True}
    assert history_of(firm.unit, present=request.pk, **asked).same_symptom_repairs == 0
    assert history_of(firm.unit, present=request.pk, **asked).consecutive_faults == 1
    assert history_of(firm.unit, **asked).same_symptom_repairs == 1


def test_the_pages_of_request_and_order_show_the_choice(client, firm, django_assert_max_num_queries):
    load(remedy("换货", "exchange", window=window(4000)))
    request = firm.request()
    order = order_for(firm, request)
    client.force_login(firm.dispatcher)
    client.get(request.get_absolute_url())
    for number, name in ((request.number, "desk:request_detail"), (order.number, "workorders:detail")):
        with django_assert_max_num_queries(25):
            page = client.get(reverse(name, args=[number]))
        assert reverse("workorders:remedy", args=[number]) in page.content.decode()

    address = reverse("workorders:remedy", args=[request.number])
    assert client.post(address, {"said": "要换"}).status_code == 422
    assert client.post(address, {"remedy": "exchange", "said": "要换"}).status_code == 302
    assert Task.objects.get().task_kind == "exchange"

    client.force_login(firm.stranger)
    assert client.get(address).status_code == 404


# Tasks that need consent


def test_compensating_above_an_amount_waits_for_consent(firm):
    firm.promise({"code": "compensation", "amount": "2000"})
    load(needs("compensation", "general_manager", above="1000"), code="T21")
    request = firm.request()
    from jiannuo.promises.obligations.sweep import sweep

    sweep(request.received_at + timedelta(hours=5))
    task = Task.objects.get()

    act(task, "finish", by=firm.finance, data={"result": "汇款", "amount": Decimal(2000)})

    task.refresh_from_db()
    assert task.state == "open"
    decide_all(Approval.objects.get(), firm.general)
    task.refresh_from_db()
    assert (task.state, task.amount, task.result) == ("done", Decimal("2000.00"), "汇款")


def test_over_the_api(client, firm):
    load(remedy("换货", "exchange", window=window(4000)))
    request = firm.request()
    client.force_login(firm.agent)
    address = f"/api/v1/requests/{request.number}/remedies/"
    assert [offer["remedy"] for offer in client.get(address).json()] == ["exchange"]
    key = {"HTTP_IDEMPOTENCY_KEY": "k-1"}
    wrong = client.post(address, {"remedy": "refund"}, content_type="application/json", **key)
    assert wrong.status_code == 422
    key = {"HTTP_IDEMPOTENCY_KEY": "k-2"}
    done = client.post(address, {"remedy": "exchange"}, content_type="application/json", **key)
    assert done.status_code == 200
    assert Task.objects.get().task_kind == "exchange"


# Components with a term of their own


def test_a_part_that_was_replaced_before_has_its_own_term(firm, part):
    compressor = Component.objects.add_root(
        {"model": firm.unit.model, "code": "compressor", "name": "压缩机", "code_path": "compressor"}
    )
    term = {"periods": [{"amount": 1, "unit": "years"}], "replacement": "restarts"}
    load(
        clause(
            "coverage",
            "一年",
            term=term,
            begins={"events": ["invoiced"]},
            components=[["compressor"]],
            includes=["parts", "labour"],
        )
    )
    firm.unit.produced_on = firm.unit.invoiced_on = timezone.localdate() - timedelta(days=900)
    firm.unit.installed_on = None
    firm.unit.save()
    request = firm.request(received_at=timezone.now())
    assert request.in_warranty is False
    order = order_for(firm, request)
    assert not add(firm, order, part=part, component=compressor).covered

    replaced = timezone.localdate() - timedelta(days=100)
    installedbase.replace_component(firm.unit, compressor, on=replaced)

    line = add(firm, order, part=part, component=compressor)
    assert (line.covered, line.payer, line.customer_amount) == (True, "manufacturer", Decimal("0.00"))
