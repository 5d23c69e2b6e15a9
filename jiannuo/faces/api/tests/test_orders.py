"""Work orders over the API."""

from __future__ import annotations

import pytest

from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.tests import scene
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db
ORDERS = "/api/v1/orders/"


@pytest.fixture
def firm(db):
    return scene.build()


@pytest.fixture
def send(as_program, new_key):
    def post(person, path, body, **headers):
        return as_program(person).post(f"{ORDERS}{path}", body, format="json", **{**new_key(), **headers})

    return post


def by_hand(firm, **changes):
    return {
        "job": "inspection",
        "customer": firm.customer.code,
        "unit": firm.unit.serial,
        "fault": "例行巡检",
        "organization": firm.dealer.code,
        **changes,
    }


def test_the_list_keeps_its_budget_and_its_scope(firm, as_program, django_assert_max_num_queries):
    for _n in range(5):
        firm.order_in("dispatched")
    client = as_program(firm.dispatcher)

    with django_assert_max_num_queries(12):
        rows = client.get(ORDERS).json()["results"]

    assert len(rows) == 5
    assert {"assign", "cancel"} <= set(rows[0]["actions"])
    stranger = factories.person("dispatcher", at=firm.other_dealer)
    assert as_program(stranger).get(ORDERS).json()["results"] == []
    assert len(as_program(firm.colleague).get(ORDERS).json()["results"]) == 0
    assert len(client.get(f"{ORDERS}?state=ready").json()["results"]) == 0


def test_an_order_is_read_whole(firm, as_program, django_assert_max_num_queries):
    order = firm.order_in("closed")

    with django_assert_max_num_queries(25):
        data = as_program(firm.dispatcher).get(f"{ORDERS}{order.number}/").json()

    assert (data["state"], data["cause"], len(data["visits"]), len(data["checks"])) == ("closed", "C1", 1, 2)
    assert as_program(firm.stranger).get(f"{ORDERS}{order.number}/").status_code == 404


def test_an_order_is_made_by_hand(firm, send):
    answer = send(firm.dispatcher, "", by_hand(firm))

    assert answer.status_code == 201, answer.json()
    assert answer["Location"].endswith(f"{answer.json()['number']}/")
    assert WorkOrder.objects.get().state == "ready"


REFUSED = [
    ({"customer": "nobody"}, "customer"),
    ({"unit": "nothing"}, "unit"),
    ({"job": "magic"}, "job"),
    ({"division": "999999"}, "division"),
    ({"contact_phone": "abc"}, "contact_phone"),
    ({"fault": ""}, "fault"),
    ({"fault": ["x"]}, "fault"),
    ({"organization": "NONE"}, "organization"),
    ({"requests": "SR-1"}, "requests"),
    ({"requests": ["SR-1"] * 30}, "requests"),
    ({"requests": ["SR-1"]}, "non_field_errors"),
    ({"requests": []}, "non_field_errors"),
    ({"requests": ["SR-1"], "job": "magic"}, "job"),
    ({"requests": ["SR-1"], "fault": 5}, "fault"),
]


@pytest.mark.parametrize(("change", "field"), REFUSED)
def test_a_bad_order_is_refused_by_field(firm, send, change, field):
    answer = send(firm.dispatcher, "", by_hand(firm, **change))

    assert answer.status_code == 422, answer.json()
    assert field in answer.json()["errors"]
    assert not WorkOrder.objects.exists()


def test_an_order_is_made_from_a_request(firm, send):
    from django.utils import timezone

    from jiannuo.office.documents.services import create_document

    request = create_document(
        ServiceRequest(
            organization=firm.dealer, customer=firm.customer, symptom_text="漏水", received_at=timezone.now()
        ),
        by=firm.dispatcher,
    )

    answer = send(firm.dispatcher, "", {"requests": [request.number]})

    assert answer.status_code == 201, answer.json()
    assert answer.json()["fault"] == "漏水"
    assert send(firm.dispatcher, "", {"requests": [request.number]}).status_code == 422


@pytest.mark.parametrize("who", ["technician", "stranger"])
def test_those_who_do_not_dispatch_make_no_orders(firm, send, who):
    assert send(getattr(firm, who), "", by_hand(firm)).status_code == 403


def test_the_same_key_makes_one_order_and_another_body_is_refused(firm, as_program):
    client = as_program(firm.dispatcher)

    def make(body):
        return client.post(ORDERS, body, format="json", HTTP_IDEMPOTENCY_KEY="k1")

    first, again = make(by_hand(firm)), make(by_hand(firm))
    other = make(by_hand(firm, fault="别的"))

    assert (first.json()["number"], other.status_code) == (again.json()["number"], 422)
    assert WorkOrder.objects.count() == 1


def act(send, person, order, name, body=None, **headers):
    return send(person, f"{order.number}/actions/{name}/", body or {}, **headers)


def test_a_job_is_done_over_the_api(firm, send):
    order = firm.order()
    assert act(send, firm.dispatcher, order, "assign", {"technician": firm.technician.pk}).status_code == 200
    for name in ("accept", "set_out", "arrive"):
        assert act(send, firm.technician, order, name).status_code == 200, name
    scene.answer_all(order, firm.technician)
    done = {
        name: getattr(value, "pk", value)
        for name, value in scene.completion().items()
        if name != "test_passed"
    }
    assert act(send, firm.technician, order, "complete", {**done, "test_passed": "yes"}).status_code == 200
    sign = {"signed_by": "张伟", "test_agreed": True, "signature": scene.signature_text()}
    assert act(send, firm.technician, order, "sign", sign).json()["state"] == "signed"


BAD_ACTIONS = [
    ("dispatched", "set_out", "technician", {}, 409),
    ("dispatched", "accept", "colleague", {}, 404),
    ("dispatched", "accept", "dispatcher", {}, 403),
    ("dispatched", "decline", "technician", {}, 422),
    ("on_site", "complete", "technician", {}, 422),
    ("completed", "sign", "technician", {"signed_by": "张伟"}, 422),
    ("ready", "assign", "dispatcher", {"technician": 999999}, 422),
    ("ready", "explode", "dispatcher", {}, 404),
]


@pytest.mark.parametrize(("state", "name", "who", "body", "status"), BAD_ACTIONS)
def test_a_bad_action_is_refused(firm, send, state, name, who, body, status):
    order = firm.order_in(state)

    answer = act(send, getattr(firm, who), order, name, body)

    assert answer.status_code == status, answer.json()
    assert WorkOrder.objects.get(pk=order.pk).state == state


def test_a_stale_version_is_refused(firm, send):
    order = firm.order()
    body = {"technician": firm.technician.pk}

    assert (
        act(send, firm.dispatcher, order, "assign", body, HTTP_IF_MATCH=f'"{order.version}"').status_code
        == 200
    )
    assert (
        act(send, firm.dispatcher, order, "assign", body, HTTP_IF_MATCH=f'"{order.version}"').status_code
        == 409
    )


# Dividing


def part(purpose: str, hour: int, person=None, minutes: int = 60):
    named = {"technician": person.username} if person is not None else {}
    return {"purpose": purpose, "begins": scene.tomorrow(hour).isoformat(), "minutes": minutes, **named}


def test_an_order_is_divided(firm, send):
    order = firm.order()
    parts = [part("拆旧机", 9, firm.technician), part("装新机", 14)]

    answer = send(firm.dispatcher, f"{order.number}/split/", {"parts": parts, "reason": "客户同意"})

    assert answer.status_code == 201
    assert [(one["place"], one["technician"]) for one in answer.json()] == [
        ("1/2", firm.technician.username),
        ("2/2", None),
    ]


def test_what_speaks_against_dividing_is_answered_and_nothing_is_changed(firm, send):
    order = firm.order()
    parts = [part("拆旧机", 9, firm.technician), part("装新机", 9, firm.technician)]

    asked = send(firm.dispatcher, f"{order.number}/split/", {"parts": [*parts[:1], part("装", 14)]})
    refused = send(firm.dispatcher, f"{order.number}/split/", {"parts": parts, "reason": "x"})

    assert (asked.status_code, refused.status_code) == (409, 409)
    assert asked.json()["type"] != refused.json()["type"]
    assert WorkOrder.objects.count() == 1


@pytest.mark.parametrize(
    "parts",
    [None, "x", [1], [], [{}], [{"purpose": "x", "begins": "?", "minutes": 60}], [{"purpose": ["x"]}]],
)
def test_parts_that_make_no_sense_are_named(firm, send, parts):
    order = firm.order()

    assert send(firm.dispatcher, f"{order.number}/split/", {"parts": parts}).status_code == 422


def test_who_may_not_dispatch_or_sees_an_old_version_divides_nothing(firm, send):
    order = firm.order_in("dispatched")
    parts = {"parts": [part("拆旧机", 9), part("装新机", 14)], "reason": "x"}
    stranger = factories.person("dispatcher", at=firm.other_dealer)

    assert send(stranger, f"{order.number}/split/", parts).status_code == 404
    assert send(firm.technician, f"{order.number}/split/", parts).status_code == 403
    assert send(firm.dispatcher, f"{order.number}/split/", {**parts, "version": 99}).status_code == 409
    foreign = {"parts": [part("拆", 9, firm.stranger), part("装", 14)]}
    assert send(firm.dispatcher, f"{order.number}/split/", foreign).status_code == 422
