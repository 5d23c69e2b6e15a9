"""Lines of work orders over the API."""

from __future__ import annotations

import pytest

from jiannuo.operations.workorders.tests import scene
from jiannuo.operations.workorders.tests.vans import Vans

pytestmark = pytest.mark.django_db
TYPE = "urn:jiannuo:problem:part-gone"


@pytest.fixture
def firm(db):
    return scene.build()


@pytest.fixture
def vans(firm):
    return Vans(firm)


@pytest.fixture
def add(as_program, new_key):
    def post(person, order, body, **headers):
        address = f"/api/v1/orders/{order.number}/lines/"
        return as_program(person).post(address, body, format="json", **{**new_key(), **headers})

    return post


def line(**changes):
    return {"kind": "parts", "part": "P-100", "quantity": "1", **changes}


@pytest.mark.parametrize(
    ("changes", "source", "left"),
    [({}, "van", 1), ({"source": "van"}, "van", 1), ({"source": ""}, "", 2), ({"source": "auto"}, "van", 1)],
)
def test_a_part_is_added_and_drawn_by_its_number(firm, vans, add, changes, source, left):
    vans.of(firm.technician, 2)
    order = firm.order_in("on_site")

    answer = add(firm.technician, order, line(**changes))

    assert (answer.status_code, answer.json()["source"], answer.json()["code"]) == (201, source, "P-100")
    assert vans.left() == left


def test_a_line_sent_twice_with_one_key_is_drawn_once(firm, vans, add):
    vans.of(firm.technician, 2)
    order = firm.order_in("on_site")
    key = {"HTTP_IDEMPOTENCY_KEY": "k-1"}

    answers = [add(firm.technician, order, line(), **key) for _time in range(2)]

    assert answers[0].json() == answers[1].json()
    assert (vans.left(), order.lines.count()) == (1, 1)


def test_a_part_that_is_gone_is_a_conflict_with_words(firm, vans, add):
    vans.of(firm.technician, 1)
    order = firm.order_in("on_site")

    answer = add(firm.technician, order, line(quantity="2"))

    assert (answer.status_code, answer.json()["type"]) == (409, TYPE)
    assert "P-100" in answer.json()["detail"]
    assert not order.lines.exists()


def test_a_line_is_changed_and_taken_away_with_its_part(firm, vans, add, as_program):
    vans.of(firm.technician, 3)
    order = firm.order_in("on_site")
    made = add(firm.technician, order, line(quantity="2")).json()
    client, address = (
        as_program(firm.technician),
        f"/api/v1/orders/{order.number}/lines/{made['id']}/",
    )

    changed = client.patch(address, {"quantity": "1"}, format="json")
    left = vans.left()
    refused = client.patch(address, {"quantity": "9"}, format="json")
    gone = client.delete(address)

    assert (changed.status_code, changed.json()["quantity"], left) == (200, "1.00", 2)
    assert (refused.status_code, refused.json()["type"]) == (409, TYPE)
    assert (gone.status_code, vans.left()) == (204, 3)
    assert client.delete(address).status_code == 404


BAD = [
    ({"part": "NONE"}, 422),
    ({"quantity": "0"}, 422),
    ({"kind": "magic"}, 422),
    ({"source": "moon"}, 422),
    ({"part": ["P-100"]}, 422),
    ({"component": "engine"}, 422),
]


@pytest.mark.parametrize(("changes", "status"), BAD)
def test_a_bad_line_is_refused_by_field(firm, vans, add, changes, status):
    answer = add(firm.technician, firm.order_in("on_site"), line(**changes))

    assert (answer.status_code, set(answer.json()["errors"])) == (status, set(changes))


def test_a_body_that_is_no_object_is_refused(firm, add):
    assert add(firm.technician, firm.order_in("on_site"), [1]).status_code == 422


def test_others_change_no_lines(firm, vans, add, as_program):
    vans.of(firm.technician, 2)
    order = firm.order_in("on_site")
    made = add(firm.technician, order, line()).json()
    address = f"/api/v1/orders/{order.number}/lines/{made['id']}/"

    assert add(firm.stranger, order, line()).status_code == 404
    assert as_program(firm.stranger).delete(address).status_code == 404
    assert add(firm.technician, firm.order_in("signed"), line()).status_code == 409
    assert vans.left() == 1
