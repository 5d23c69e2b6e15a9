"""Orders keep the promises of the requests that they serve."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jiannuo.office.documents.services import create_document
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.tests import scene
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.services import open_obligations
from jiannuo.rules import Decision, Limit, ObligationPlan, Source

pytestmark = pytest.mark.django_db


def promised(request, **limits):
    """Obligations of ``request``: hours by metric, pausable while parts are awaited."""
    now = timezone.now()
    plans = tuple(
        ObligationPlan(
            metric=metric,
            clause=f"t-{metric}",
            commitment="P12",
            version=1,
            text=f"{hours} 小时内",
            source=Source(document="P12"),
            started_at=now,
            due_at=now + timedelta(hours=hours),
            limit=Limit(amount=hours, unit="hours"),
            calendar="24x7",
            pausable=("waiting_parts", "waiting_customer"),
        )
        for metric, hours in limits.items()
    )
    decision = Decision(decided_at=now, obligations=plans)
    return open_obligations(request, decision, organization=request.organization, customer=request.customer)


@pytest.fixture
def request_of(firm):
    def make(**limits):
        made = create_document(
            ServiceRequest(
                organization=firm.dealer,
                customer=firm.customer,
                unit=firm.unit,
                symptom_text="不制冷",
                received_at=timezone.now(),
            ),
            by=firm.dispatcher,
        )
        promised(made, **limits)
        return made

    return make


def states():
    return dict(Obligation.objects.values_list("metric", "state"))


def test_each_step_keeps_what_it_proves(firm, request_of):
    request = request_of(contact=2, arrival=8, repair=24)
    order = firm.order(sources=[request])
    assert order.due_at is not None

    order = firm.step(order, "assign", appointment_from=scene.tomorrow(9), agreed_with="张女士")
    assert states() == {"contact": "met", "arrival": "open", "repair": "open"}

    for step in ("accept", "set_out", "arrive"):
        order = firm.step(order, step)
    assert states()["arrival"] == "met"
    assert Obligation.objects.get(metric="arrival").evidence_id == order.pk

    order = firm.step(order, "complete")
    assert states()["repair"] == "met"
    assert WorkOrder.objects.get(pk=order.pk).due_at is None


def test_an_appointment_that_nobody_agreed_to_is_no_contact(firm, request_of):
    order = firm.order(sources=[request_of(contact=2)])

    firm.step(order, "assign", appointment_from=scene.tomorrow(9))

    assert states() == {"contact": "open"}


def test_waiting_for_parts_stops_the_clock_and_going_on_starts_it(firm, request_of):
    order = firm.order_in("on_site", sources=[request_of(repair=24)])

    order = firm.step(order, "pause")
    assert Obligation.objects.get().is_paused

    firm.step(order, "resume")
    assert Obligation.objects.get().due_at is not None


def test_waiting_for_what_the_clause_does_not_allow_stops_nothing(firm, request_of):
    order = firm.order_in("on_site", sources=[request_of(repair=24)])

    firm.step(order, "pause", waiting_for="waiting_approval", reason="等审批")

    assert not Obligation.objects.get().is_paused


def test_an_absent_customer_stops_the_clock_until_the_order_is_assigned_again(firm, request_of):
    order = firm.order_in("on_site", sources=[request_of(repair=24)])

    order = firm.step(order, "customer_absent")
    assert Obligation.objects.get().is_paused

    firm.step(order, "assign")
    assert not Obligation.objects.get().is_paused


def test_cancelling_leaves_the_promises_of_the_request(firm, request_of):
    order = firm.order(sources=[request_of(repair=24)])

    firm.step(order, "cancel")

    assert states() == {"repair": "open"}


def test_the_technician_answers_for_the_work_in_the_field(firm, request_of):
    order = firm.order(sources=[request_of(contact=2, repair=24)])

    order = firm.step(order, "assign")
    assert Obligation.objects.get(metric="repair").person == firm.technician

    firm.step(order, "decline")
    assert Obligation.objects.get(metric="repair").person is None


def test_an_order_shows_what_is_due_first(firm, request_of):
    request = request_of(arrival=8, repair=24)

    order = firm.order(sources=[request])

    assert order.due_at == Obligation.objects.get(metric="arrival").due_at
