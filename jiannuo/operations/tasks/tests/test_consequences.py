"""A missed promise makes work, once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from jiannuo.office.documents.services import act
from jiannuo.office.notices.models import Notice
from jiannuo.operations.tasks.consequences import bring_about
from jiannuo.operations.tasks.kinds import KINDS
from jiannuo.operations.tasks.models import Task
from jiannuo.operations.workorders.models import OrderLine
from jiannuo.operations.workorders.services import add_line, create_order
from jiannuo.promises.obligations import services as obligations
from jiannuo.rules import CONSEQUENCES, REMEDIES

from .conftest import CALLED


@pytest.mark.parametrize("code", CONSEQUENCES)
def test_no_consequence_of_the_rules_is_without_effect(firm, code):
    firm.missed({"code": code, "text": "说到做到"})
    task = Task.objects.get()
    assert task.task_kind == code
    assert "说到做到" in task.text
    assert task.organization == firm.branch
    told = {notice.person for notice in Notice.objects.filter(document=task.pk)}
    assert told, "somebody must be told"
    assert all(person.has_perm("tasks.handle", task) for person in told)


@pytest.mark.parametrize("remedy", REMEDIES)
def test_every_remedy_of_the_rules_can_become_work(remedy):
    assert remedy in KINDS


def test_a_word_the_rules_do_not_know_is_a_special_case(firm):
    firm.missed({"code": "lend"})
    assert Task.objects.get().task_kind == "special_case"


def test_told_again_it_is_made_once(firm):
    request = firm.missed({"code": "loaner"}, {"code": "compensation", "amount": "100"})
    assert bring_about(firm.owed(request), at=CALLED) == []
    assert Task.objects.count() == 2


def test_a_promise_that_is_kept_makes_nothing(firm):
    firm.promise({"code": "loaner"})
    request = firm.request()
    obligations.fulfil(request, "repair", at=CALLED + timedelta(hours=1))
    from jiannuo.promises.obligations.sweep import sweep

    sweep(CALLED + timedelta(days=3))
    assert not Task.objects.exists()


def test_a_loaner_is_the_storekeepers_work_and_is_due_when_it_was_promised(firm):
    from jiannuo.promises.commitments.services import load_content
    from jiannuo.promises.commitments.tests.samples import content, time_clause

    load_content(content("T11", clauses=[time_clause("loaner", "24", start="missed")]), by=None)
    request = firm.missed({"code": "loaner", "text": "提供同档次备机"})
    task = Task.objects.get()
    assert (task.role, task.customer, task.unit) == ("storekeeper", firm.customer, firm.unit)
    assert task.source_id == request.pk
    assert task.obligation == firm.owed(request)
    assert task.due_at == CALLED + timedelta(hours=28)
    assert Notice.objects.get(document=task.pk, kind="tasks.new").person == firm.storekeeper

    act(task, "finish", by=firm.storekeeper, data={"result": "借出 SN1"}, at=CALLED + timedelta(hours=5))
    assert firm.owed(request, "loaner").state == "met"


def test_what_nobody_of_the_role_can_do_is_told_to_the_managers(firm):
    firm.storekeeper.role_assignments.all().delete()
    firm.missed({"code": "loaner"})
    told = {notice.person for notice in Notice.objects.filter(kind="tasks.new")}
    assert told == {firm.manager}


# Sums


def test_so_much_for_each_day_until_it_is_done(firm):
    request = firm.missed({"code": "penalty", "amount": "100", "per": "day"})
    task = Task.objects.get()
    assert task.amount_at(CALLED + timedelta(hours=5)) == Decimal("100.00")
    assert task.amount_at(CALLED + timedelta(days=3)) == Decimal("300.00")
    assert task.grows

    obligations.fulfil(request, "repair", at=CALLED + timedelta(hours=4, days=1, minutes=5))

    task.refresh_from_db()
    assert task.amount == task.amount_now == Decimal("200.00")
    assert not task.grows


def test_a_share_of_the_work_or_else_of_the_unit(firm):
    firm.missed({"code": "compensation", "share": "0.05"})
    assert Task.objects.get().amount == Decimal("164.95")


def test_a_share_of_the_work_once_it_has_a_price(firm):
    firm.promise({"code": "deduction", "share": "0.1"})
    request = firm.request()
    order = _order(firm, request)
    data = {"kind": OrderLine.Kind.LABOUR, "description": "检修", "unit_price": Decimal(260), "quantity": 2}
    add_line(order, data, by=firm.dispatcher)
    _sweep()
    assert Task.objects.get().amount == Decimal("52.00")


def test_kept_before_the_news_of_the_miss_arrives_it_grows_no_more(firm):
    firm.promise({"code": "penalty", "amount": "100", "per": "day"})
    request = firm.request()
    obligations.fulfil(request, "repair", at=CALLED + timedelta(days=2))
    bring_about(firm.owed(request), at=CALLED + timedelta(hours=4))
    task = Task.objects.get()
    assert (task.amount, task.grows) == (Decimal("200.00"), False)


# Free service


def _order(firm, request):
    return create_order(
        by=firm.dispatcher,
        organization=firm.branch,
        customer=firm.customer,
        unit=firm.unit,
        sources=[request],
        fault="不制冷",
    )


def _sweep() -> None:
    from jiannuo.promises.obligations.sweep import sweep

    sweep(CALLED + timedelta(hours=5))


def test_a_free_service_lets_the_customer_pay_nothing(firm):
    firm.promise({"code": "free_service", "text": "逾期免收维修费"})
    request = firm.request()
    order = _order(firm, request)
    data = {"kind": OrderLine.Kind.LABOUR, "description": "检修", "unit_price": Decimal(260)}
    line = add_line(order, data, by=firm.dispatcher)
    assert line.customer_amount == Decimal(260)

    _sweep()

    line.refresh_from_db()
    assert line.customer_amount == 0
    order.refresh_from_db()
    assert order.free_because == "逾期免收维修费"

    act(Task.objects.get(), "drop", by=firm.manager, data={"reason": "客户改期"})
    line.refresh_from_db()
    assert line.customer_amount == Decimal(260)


def test_an_order_that_is_made_afterwards_is_free_too(firm):
    request = firm.missed({"code": "free_service", "text": "逾期免收维修费"})
    order = _order(firm, request)
    order.refresh_from_db()
    assert order.free_because == "逾期免收维修费"
