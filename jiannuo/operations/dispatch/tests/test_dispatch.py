"""Orders from requests, the queue, and giving orders to technicians."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.documents.services import create_document
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.dispatch.services import order_from_requests, requests_from
from jiannuo.operations.workforce.models import Shift, Skill
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.tests import scene
from jiannuo.testing import factories

HTMX = {"HX-Request": "true"}


@pytest.fixture
def request_of(firm):
    def make(**changes):
        values = {
            "organization": firm.dealer,
            "customer": firm.customer,
            "unit": firm.unit,
            "symptom_text": "不制冷",
            "reporter_name": "张女士",
            "reporter_phone": "+8613800001111",
            "address": "文三路 1 号",
            "received_at": timezone.now(),
            "decision": scene.decision().to_json(),
            **changes,
        }
        return create_document(ServiceRequest(**values), by=firm.dispatcher)

    return make


@pytest.fixture
def as_dispatcher(client, firm):
    client.force_login(firm.dispatcher)
    return client


def test_an_order_takes_over_what_the_request_knows(firm, request_of):
    request = request_of()

    order = order_from_requests([request], by=firm.dispatcher)

    assert (order.customer, order.unit, order.fault, order.state) == (
        firm.customer,
        firm.unit,
        "不制冷",
        "ready",
    )
    assert (order.contact_name, order.contact_phone, order.address) == (
        "张女士",
        "+8613800001111",
        "文三路 1 号",
    )
    assert order.decision == request.decision
    assert [link.target_id for link in order.links_out.all()] == [request.pk]


def test_several_requests_of_a_customer_become_one_order(firm, request_of):
    requests = [request_of(), request_of(symptom_text="异响", unit=None)]

    order = order_from_requests(requests, by=firm.dispatcher)

    assert order.fault == "不制冷\n异响"
    assert order.links_out.count() == 2


def refused(case, firm, request_of):
    other = factories.customer(firm.dealer)
    unit = factories.unit(firm.dealer, of=firm.customer, model=firm.unit.model)
    first = request_of()
    if case == "nothing":
        return []
    if case == "unknown":
        return ["SR-20990101-0001"]
    if case == "another customer":
        return [first.number, request_of(customer=other, unit=None).number]
    if case == "another unit":
        return [first.number, request_of(unit=unit).number]
    if case == "finished":
        ServiceRequest.objects.filter(pk=first.pk).update(state="closed")
        return [first.number]
    if case == "hidden":
        stranger = factories.customer(firm.other_dealer)
        return [request_of(organization=firm.other_dealer, customer=stranger, unit=None).number]
    if case == "an order":
        return [firm.order().number]
    order_from_requests([first], by=firm.dispatcher)
    return [first.number]


@pytest.mark.parametrize(
    "case",
    [
        "nothing",
        "unknown",
        "another customer",
        "another unit",
        "finished",
        "hidden",
        "an order",
        "served already",
    ],
)
def test_requests_that_do_not_fit_are_refused(firm, request_of, as_dispatcher, case):
    numbers = refused(case, firm, request_of)

    with pytest.raises(ValidationError):
        requests_from(numbers, firm.dispatcher)
    query = "&".join(f"request={number}" for number in numbers)
    assert as_dispatcher.get(f"{reverse('dispatch:create_order')}?{query}").status_code == 422


def test_an_agent_may_not_make_orders(firm, request_of, client):
    agent = factories.person("service_agent", at=firm.dealer)
    request = request_of()

    with pytest.raises(PermissionDenied):
        order_from_requests([request], by=agent)
    client.force_login(agent)
    assert client.get(f"{reverse('dispatch:create_order')}?request={request.number}").status_code == 403


def test_from_a_request_to_a_technician(firm, request_of, as_dispatcher):
    request = request_of()
    address = reverse("dispatch:create_order")
    assert as_dispatcher.get(f"{address}?request={request.number}").status_code == 200

    data = {"request": request.number, "organization": firm.dealer.pk, "job": "repair", "fault": "不制冷"}
    response = as_dispatcher.post(address, data)

    order = WorkOrder.objects.get()
    assert response.headers["Location"] == reverse("dispatch:assign", args=[order.number])
    assert as_dispatcher.get(response.headers["Location"]).status_code == 200


def test_the_queue_shows_the_most_urgent_first(firm, as_dispatcher, django_assert_max_num_queries):
    now = timezone.now()
    late, soon, never = (firm.order(fault=word) for word in ("late", "soon", "never"))
    WorkOrder.objects.filter(pk=soon.pk).update(due_at=now + timedelta(hours=3))
    WorkOrder.objects.filter(pk=late.pk).update(due_at=now - timedelta(hours=1))
    firm.order_in("dispatched")

    with django_assert_max_num_queries(12):
        response = as_dispatcher.get(reverse("dispatch:queue"))

    assert [row.pk for row in response.context["page"].rows] == [late.pk, soon.pk, never.pk]


def test_the_queue_is_for_those_who_dispatch(firm, client):
    client.force_login(firm.technician)

    assert client.get(reverse("dispatch:queue")).status_code == 403


def test_technicians_are_listed_by_fit(firm, as_dispatcher, django_assert_max_num_queries):
    order = firm.order()
    Skill.objects.create(technician=firm.colleague.technician, category=order.category, level=4)
    Shift.objects.create(
        technician=firm.colleague.technician, starts_at=scene.tomorrow(8), ends_at=scene.tomorrow(18)
    )
    begins = scene.tomorrow(9)
    query = f"appointment_from={begins:%Y-%m-%dT%H:%M}"

    with django_assert_max_num_queries(25):
        response = as_dispatcher.get(f"{reverse('dispatch:assign', args=[order.number])}?{query}")

    fits = response.context["fits"]
    assert [fit["name"] for fit in fits] == [firm.colleague.name, firm.technician.name]
    assert not fits[0]["warnings"]
    assert len(fits[1]["warnings"]) == 2


def test_an_appointment_after_the_promise_is_warned_of(firm, as_dispatcher):
    order = firm.order()
    WorkOrder.objects.filter(pk=order.pk).update(due_at=timezone.now() + timedelta(hours=1))
    query = f"appointment_from={scene.tomorrow(9):%Y-%m-%dT%H:%M}"

    response = as_dispatcher.get(
        f"{reverse('dispatch:assign', args=[order.number])}?{query}",
        headers={**HTMX, "HX-Target": "candidates"},
    )

    assert response.context["breaks_promise"]


def post(client, order, **data):
    return client.post(reverse("dispatch:assign", args=[order.number]), data)


def test_an_order_is_assigned_with_its_appointment(firm, as_dispatcher):
    order = firm.order()
    begins, ends = scene.tomorrow(9), scene.tomorrow(11)
    data = {
        "technician": firm.technician.pk,
        "appointment_from": f"{begins:%Y-%m-%dT%H:%M}",
        "appointment_to": f"{ends:%Y-%m-%dT%H:%M}",
        "agreed_with": "张女士",
        "version": order.version,
    }

    assert post(as_dispatcher, order, **data).status_code == 302

    visit = order.visits.get()
    assert (visit.technician, visit.appointment_from, visit.appointment_to) == (firm.technician, begins, ends)
    assert visit.agreed_at is not None
    assert post(as_dispatcher, order, **data).status_code == 409


BAD = [
    ({"technician": ""}, "technician"),
    ({"technician": "STRANGER"}, "technician"),
    ({"appointment_from": "soon"}, "appointment_from"),
    ({"appointment_from": "2020-01-01T09:00"}, "appointment_from"),
    ({"appointment_from": "2099-01-01T09:00"}, "appointment_from"),
    ({"appointment_from": "T09", "appointment_to": "T08"}, "appointment_to"),
    ({"appointment_to": "T08"}, "appointment_from"),
    ({"agreed_with": "张女士"}, "appointment_from"),
]


@pytest.mark.parametrize(("change", "field"), BAD)
def test_an_impossible_assignment_is_refused(firm, as_dispatcher, change, field):
    order = firm.order()
    known = {
        "STRANGER": firm.stranger.pk,
        "T08": f"{scene.tomorrow(8):%Y-%m-%dT%H:%M}",
        "T09": f"{scene.tomorrow(9):%Y-%m-%dT%H:%M}",
    }
    data = {
        "technician": firm.technician.pk,
        **{name: known.get(value, value) for name, value in change.items()},
    }

    response = post(as_dispatcher, order, **data)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert WorkOrder.objects.get(pk=order.pk).state == "ready"


def test_an_order_under_way_cannot_be_assigned(firm, as_dispatcher):
    order = firm.order_in("on_site")

    assert as_dispatcher.get(reverse("dispatch:assign", args=[order.number])).status_code == 409


def test_an_order_of_another_dealer_is_not_found(firm, client):
    order = firm.order()
    client.force_login(factories.person("dispatcher", at=firm.other_dealer))

    assert client.get(reverse("dispatch:assign", args=[order.number])).status_code == 404
    assert post(client, order, technician=firm.stranger.pk).status_code == 404


def test_several_orders_go_to_one_technician(firm, as_dispatcher):
    orders = [firm.order() for _n in range(3)]
    address = f"{reverse('dispatch:queue')}?bulk=assign"
    chosen = {"select": [order.pk for order in orders]}

    assert as_dispatcher.post(address, chosen, headers=HTMX).status_code == 200
    done = as_dispatcher.post(
        address, {**chosen, "bulk_form": "1", "technician": firm.technician.pk}, headers=HTMX
    )

    assert done.status_code == 200
    assert WorkOrder.objects.filter(technician=firm.technician, state="dispatched").count() == 3


def test_a_technician_of_another_dealer_is_refused_in_bulk(firm, as_dispatcher):
    order = firm.order()
    address = f"{reverse('dispatch:queue')}?bulk=assign"
    data = {"select": order.pk, "bulk_form": "1", "technician": firm.stranger.pk}

    assert as_dispatcher.post(address, data, headers=HTMX).status_code == 422
    assert WorkOrder.objects.get(pk=order.pk).state == "ready"
