from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from jiannuo.office.documents.models import DocumentLink, TimelineEntry
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument, act
from jiannuo.office.notices.models import Notice
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders import services as workorders
from jiannuo.promises.commitments.services import load_content
from jiannuo.promises.commitments.tests.samples import content, time_clause
from jiannuo.promises.obligations.models import Obligation

pytestmark = pytest.mark.django_db


def states(request) -> dict[str, str]:
    return dict(Obligation.objects.filter(document=request).order_by("pk").values_list("metric", "state"))


def fresh(request) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=request.pk)


def order_for(desk, *requests, **fields):
    return workorders.create_order(
        by=desk.dispatcher,
        organization=desk.branch,
        customer=desk.customer,
        unit=desk.unit,
        sources=requests,
        **fields,
    )


def triage(desk, request, **data):
    values = {"request_kind": "repair", "severity": "normal", "owner": desk.dispatcher, **data}
    return act(request, "triage", by=desk.dispatcher, data=values)


def test_triage_is_the_first_response_and_names_who_answers(desk):
    request = triage(desk, desk.request())

    assert (request.state, request.owner) == ("triaged", desk.dispatcher)
    assert states(request) == {"response": "met", "arrival": "open", "repair": "open"}
    people = Obligation.objects.filter(document=request, state="open").values_list("person", flat=True)
    # what the agent held, who is not the one triaging, stays theirs only for work in the field
    assert set(people) == {desk.agent.pk}


def test_a_graver_fault_is_promised_faster_by_the_promises_public_at_intake(desk):
    urgent = time_clause("arrival", "1", when=[{"fact": "severity", "any_of": ["critical"]}], id="urgent")
    load_content(content("T02", clauses=[urgent]), by=None)
    request = desk.request()
    later = time_clause("arrival", "0.25", when=[{"fact": "severity", "any_of": ["critical"]}], id="later")
    load_content(content("T03", clauses=[later]), by=None)

    triage(desk, request, severity="critical")

    arrival = Obligation.objects.get(document=request, metric="arrival", state="open")
    assert arrival.due_at == desk.received + timedelta(hours=1)
    assert arrival.clause == "urgent"
    assert Obligation.objects.get(document=request, metric="arrival", state="cancelled")
    assert "urgent" in str(fresh(request).decision)


def test_contact_meets_the_response_at_its_own_time(desk):
    request = desk.request()
    data = {"way": "phone", "contacted_at": desk.received + timedelta(minutes=5), "spoken_with": "张先生"}

    act(request, "contacted", by=desk.agent, data=data)

    response = Obligation.objects.get(document=request, metric="response")
    assert (response.state, response.met_at) == ("met", desk.received + timedelta(minutes=5))
    entry = TimelineEntry.objects.get(document_id=request.pk, action="contacted")
    assert "张先生" in entry.text
    assert fresh(request).state == "new"


def test_an_answer_solves_it_without_a_visit(desk):
    request = desk.request()

    act(request, "give_answer", by=desk.agent, data={"answer": "请清洗滤网"})

    assert fresh(request).answer == "请清洗滤网"
    assert states(request) == {"response": "met", "repair": "met", "arrival": "cancelled"}
    closed = act(fresh(request), "close", by=desk.agent)
    assert closed.state == "closed"
    assert not Obligation.objects.open().filter(document=request).exists()


def test_a_repeated_request_is_merged_and_owed_once(desk):
    first = desk.request()
    second = desk.request(allow_duplicate=True, symptom_text="还是不制冷")

    act(second, "merge", by=desk.agent, data={"into": first})

    second = fresh(second)
    assert (second.state, second.merged_into) == ("merged", first)
    assert DocumentLink.objects.get(source=second, kind="duplicates").target_id == first.pk
    assert set(states(second).values()) == {"cancelled"}
    assert "还是不制冷" in TimelineEntry.objects.get(document_id=first.pk, action="merge").text
    with pytest.raises(ValidationError):
        act(first, "merge", by=desk.agent, data={"into": second})
    with pytest.raises(ValidationError):
        act(first, "merge", by=desk.agent, data={"into": first})


def test_it_cannot_be_cancelled_while_work_is_under_way(desk):
    request = desk.request()
    order = order_for(desk, request)
    with pytest.raises(ValidationError, match=order.number):
        act(fresh(request), "cancel", by=desk.agent, data={"reason": "客户取消"})

    other = desk.request(allow_duplicate=True)
    act(other, "cancel", by=desk.agent, data={"reason": "客户取消"})
    assert set(states(other).values()) == {"cancelled"}


def test_refusals_change_nothing(desk):
    request = desk.request()
    with pytest.raises(PermissionDenied):
        act(request, "triage", by=desk.stranger, data={})
    with pytest.raises(PermissionDenied):
        act(request, "give_answer", by=desk.technician, data={"answer": "x"})
    with pytest.raises(ActionNotAllowed):
        act(request, "close", by=desk.agent)
    with pytest.raises(StaleDocument):
        act(request, "cancel", by=desk.agent, data={"reason": "x"}, version=99)
    assert fresh(request).state == "new"
    assert set(states(request).values()) == {"open"}


# With work orders. Subscribers run once the test's outer transaction allows, hence transaction=True.


@pytest.mark.django_db(transaction=True)
def test_the_request_follows_its_orders_to_the_end(transactional_db):
    from .conftest import Desk

    desk = Desk()
    request = desk.request()
    one, two = order_for(desk, request), order_for(desk, request)
    assert fresh(request).state == "in_progress"

    end(one, "closed")
    assert fresh(request).state == "in_progress"
    end(two, "cancelled")
    assert fresh(request).state == "resolved"


@pytest.mark.django_db(transaction=True)
def test_a_request_without_orders_left_is_the_desks_again(transactional_db):
    from .conftest import Desk

    desk = Desk()
    request = desk.request(owner=desk.agent)
    order = order_for(desk, request)

    end(order, "cancelled")

    assert fresh(request).state == "triaged"
    told = Notice.objects.filter(kind="requests.without_order").values_list("person", flat=True)
    assert set(told) == {desk.agent.pk, desk.dispatcher.pk}
    assert states(request)["arrival"] == "open"


@pytest.mark.django_db(transaction=True)
def test_clocks_that_start_on_arrival_start_then(transactional_db):
    from jiannuo.kernel.events import publish
    from jiannuo.operations.workorders.events import WorkOrderArrived

    from .conftest import Desk

    desk = Desk()
    request = desk.request()
    order = order_for(desk, request)
    type(order).objects.filter(pk=order.pk).update(technician=desk.technician)
    at = timezone.now()

    publish(WorkOrderArrived(order_id=order.pk, number=order.number, at=at))
    publish(WorkOrderArrived(order_id=order.pk, number=order.number, at=at))

    report = Obligation.objects.get(document=request, metric="report")
    assert report.due_at == at + timedelta(hours=24)
    assert report.person == desk.technician


def end(order, state) -> None:
    """Let an order end, as its own services would."""
    from jiannuo.kernel.events import publish
    from jiannuo.operations.workorders.events import WorkOrderCancelled, WorkOrderClosed

    type(order).objects.filter(pk=order.pk).update(state=state)
    event = WorkOrderClosed if state == "closed" else WorkOrderCancelled
    publish(event(order_id=order.pk, number=order.number, at=timezone.now()))
