"""An appointment opens what must be done before it, and moves and ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jiannuo.office.documents.services import create_document
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.services import do as do_with_request
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.promises.commitments.services import load_content
from jiannuo.promises.commitments.tests.samples import time_clause
from jiannuo.promises.obligations.models import Obligation

pytestmark = pytest.mark.django_db


def promise(**fields) -> None:
    """The customer is told half a day before the appointment."""
    clause = time_clause("announcement", "12", before="appointed", **fields)
    content = {"code": "AP1", "name": "预约承诺", "kind": "maker", "clauses": [clause]}
    load_content(content, by=None)


WINDOW = {"opens": {"amount": "24", "unit": "hours"}}


def coming(**span):
    return timezone.now().replace(microsecond=0) + timedelta(**span)


def rows():
    return list(Obligation.objects.order_by("pk").values_list("state", "due_at"))


def test_an_appointment_opens_what_must_be_done_before_it(firm):
    promise()
    when = coming(days=3)

    order = firm.step(firm.order(), "assign", appointment_from=when)

    owed = Obligation.objects.get()
    assert (owed.document_id, owed.person, owed.state) == (order.pk, firm.technician, "open")
    assert owed.due_at == when - timedelta(hours=12)
    assert WorkOrder.objects.get(pk=order.pk).due_at == owed.due_at


def test_without_an_appointment_nothing_is_owed(firm):
    promise()

    firm.step(firm.order(), "assign")

    assert rows() == []


def test_another_time_moves_it_and_another_technician_leaves_it(firm):
    promise()
    order = firm.step(firm.order(), "assign", appointment_from=coming(days=3))
    when = coming(days=5)

    order = firm.step(order, "assign", appointment_from=when)
    order = firm.step(order, "assign", technician=firm.colleague)

    assert rows() == [("open", when - timedelta(hours=12))]
    assert Obligation.objects.get().person == firm.colleague
    assert WorkOrder.objects.get(pk=order.pk).due_at == when - timedelta(hours=12)


def test_who_agrees_to_the_appointment_has_been_told_of_it(firm):
    promise()

    firm.step(firm.order(), "assign", appointment_from=coming(days=3), agreed_with="张女士")

    assert [state for state, _due in rows()] == ["met"]


def test_who_agrees_before_the_window_opens_is_still_to_be_reminded(firm):
    promise(**WINDOW)

    firm.step(firm.order(), "assign", appointment_from=coming(days=3), agreed_with="张女士")

    assert [state for state, _due in rows()] == ["open"]


def test_who_agrees_at_short_notice_is_owed_none(firm):
    promise()

    firm.step(firm.order(), "assign", appointment_from=coming(hours=4), agreed_with="张女士")

    assert rows() == []


def test_contact_noted_on_the_request_is_the_notice_before_the_appointment(
    firm, django_capture_on_commit_callbacks
):
    promise(**WINDOW)
    request = create_document(
        ServiceRequest(
            organization=firm.dealer,
            customer=firm.customer,
            unit=firm.unit,
            symptom_text="不制冷",
            received_at=timezone.now(),
        ),
        by=firm.dispatcher,
    )
    order = firm.step(firm.order(sources=[request]), "assign", appointment_from=coming(hours=20))

    with django_capture_on_commit_callbacks(execute=True):
        do_with_request(
            request, "contacted", by=None, data={"way": "phone", "spoken_with": "张女士"}, as_system=True
        )

    owed = Obligation.objects.get()
    assert (owed.state, owed.document_id, owed.evidence_id) == ("met", order.pk, request.pk)
    assert WorkOrder.objects.get(pk=order.pk).due_at is None


@pytest.mark.parametrize("end", ["decline", "cancel"])
def test_an_appointment_that_falls_through_ends_it(firm, end):
    promise()
    order = firm.step(firm.order(), "assign", appointment_from=coming(days=3))

    order = firm.step(order, end)

    assert [state for state, _due in rows()] == ["cancelled"]
    assert WorkOrder.objects.get(pk=order.pk).due_at is None


def test_after_a_visit_the_next_appointment_is_one_of_its_own(firm):
    promise()
    order = firm.step(firm.order(), "assign", appointment_from=coming(hours=20), agreed_with="张女士")
    for step in ("accept", "set_out", "arrive", "need_second_visit"):
        order = firm.step(order, step)

    firm.step(order, "assign", appointment_from=coming(days=4))

    assert [state for state, _due in rows()] == ["met", "open"]


def test_when_somebody_came_nobody_need_be_told_any_more(firm):
    promise()
    order = firm.step(firm.order(), "assign", appointment_from=coming(days=3))

    for step in ("accept", "set_out", "arrive"):
        order = firm.step(order, step)

    assert [state for state, _due in rows()] == ["cancelled"]
