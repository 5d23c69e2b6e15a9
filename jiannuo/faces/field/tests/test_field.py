"""The phone pages of technicians: the path of a job, what is refused, what is sent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.tests import scene
from jiannuo.registry.products.models import FaultCode, LabourItem, SparePart

HTMX = {"HX-Request": "true"}


@pytest.fixture
def phone(client, firm):
    client.force_login(firm.technician)
    return client


def page(order):
    return reverse("field:job", args=[order.number])


def send(client, order, step, data=None, **extra):
    return client.post(reverse("field:step", args=[order.number, step]), data or {}, **extra)


def state(order):
    return WorkOrder.objects.get(pk=order.pk).state


def test_a_technician_does_a_job_from_accepting_to_the_signature(firm, phone):
    order = firm.order_in("dispatched")
    for step in ("accept", "set_out"):
        assert send(phone, order, step).status_code == 302
    place = {"latitude": "30.27", "longitude": "120.15"}
    assert send(phone, order, "arrive", place).status_code == 302

    for check in order.checks.all():
        value = "yes" if check.kind == "yes_no" else "2.1"
        assert send(phone, order, "check", {"check": check.pk, "value": value}).status_code == 302
    for purpose in ("before", "after"):
        shot = SimpleUploadedFile("a.png", scene.drawing(), content_type="image/png")
        assert send(phone, order, "photos", {"photos": [shot], "purpose": purpose}).status_code == 302
    codes = {
        name: FaultCode.objects.get(code=code).pk
        for name, code in [("symptom", "S1"), ("cause", "C1"), ("measure", "A1")]
    }
    finding = {**codes, "work_done": "更换压缩机", "meter_reading": "1200"}
    assert send(phone, order, "finding", finding).status_code == 302
    part = {
        "part": SparePart.objects.get().pk,
        "component": firm.compressor.pk,
        "quantity": "1",
        "new_serial": "N-9",
    }
    assert send(phone, order, "part", part).status_code == 302
    labour = {"kind": "labour", "labour": LabourItem.objects.get().pk, "quantity": "1"}
    assert send(phone, order, "labour", labour).status_code == 302
    added = {
        "kind": "other",
        "description": "支架",
        "quantity": "1",
        "unit_price": "80",
        "consented_by": "张伟",
    }
    assert send(phone, order, "added", added).status_code == 302
    assert send(phone, order, "test", {"test_result": "12 ℃", "test_passed": "yes"}).status_code == 302
    assert send(phone, order, "complete").status_code == 302
    shown = phone.get(page(order)).content.decode()
    assert "80.00" in shown
    signature = {
        "signed_by": "张伟",
        "signature": scene.signature_text(),
        "rating": "5",
        "opinion": "满意",
        "test_agreed": "on",
    }
    assert send(phone, order, "sign", signature).status_code == 302

    order = WorkOrder.objects.get(pk=order.pk)
    assert (order.state, order.rating, order.opinion) == ("signed", 5, "满意")
    assert order.visits.get().arrived_latitude == 30.27
    assert {line.description: line.payer for line in order.lines.all()} == {
        "压缩机 1.5P": "manufacturer",
        "更换压缩机": "manufacturer",
        "支架": "customer",
    }
    assert firm.unit.component_changes.get().new_serial == "N-9"


@pytest.mark.parametrize(
    "name", ["dispatched", "accepted", "travelling", "on_site", "waiting", "completed", "closed"]
)
def test_every_state_has_its_page_within_the_budget(firm, phone, django_assert_max_num_queries, name):
    order = firm.order_in(name)

    with django_assert_max_num_queries(30):
        assert phone.get(page(order)).status_code == 200


def test_the_list_holds_own_open_jobs_in_their_order(firm, phone, django_assert_max_num_queries):
    later = firm.step(firm.order(fault="later"), "assign", appointment_from=scene.tomorrow(15))
    sooner = firm.step(firm.order(fault="sooner"), "assign", appointment_from=scene.tomorrow(9))
    firm.step(firm.order(fault="other"), "assign", technician=firm.colleague)

    with django_assert_max_num_queries(12):
        shown = phone.get(reverse("field:jobs")).content.decode()

    assert shown.index(sooner.number) < shown.index(later.number)
    assert "other" not in shown


@pytest.mark.parametrize("who", ["colleague", "stranger"])
def test_a_job_of_somebody_else_is_not_found(firm, client, who):
    order = firm.order_in("dispatched")
    client.force_login(getattr(firm, who))

    assert client.get(page(order)).status_code == 404
    assert send(client, order, "accept").status_code == 404
    assert state(order) == "dispatched"


def test_the_office_has_no_phone_pages(firm, client):
    order = firm.order_in("dispatched")
    client.force_login(firm.dispatcher)

    assert client.get(reverse("field:jobs")).status_code == 403
    assert send(client, order, "accept").status_code == 403


REFUSED = [
    # state, step, what is sent, status
    ("dispatched", "complete", {}, 409),
    ("accepted", "check", {"check": "CHECK", "value": "yes"}, 409),
    ("closed", "finding", {"work_done": "x"}, 409),
    ("completed", "part", {"description": "x", "quantity": "1"}, 409),
    ("on_site", "check", {"check": "CHECK", "value": "maybe"}, 422),
    ("on_site", "check", {"check": "999999", "value": "yes"}, 422),
    ("on_site", "part", {"description": "x", "quantity": "0"}, 422),
    ("on_site", "part", {"quantity": "1"}, 422),
    ("on_site", "added", {"kind": "other", "description": "x", "quantity": "1"}, 422),
    ("on_site", "test", {"test_result": "", "test_passed": "yes"}, 422),
    ("on_site", "finding", {"symptom": "abc"}, 422),
    ("on_site", "complete", {}, 422),
    ("on_site", "pause", {"waiting_for": "weather", "reason": "雨"}, 422),
    ("on_site", "need_second_visit", {"reason": ""}, 422),
    ("on_site", "photos", {"purpose": "before"}, 422),
    ("on_site", "line_remove", {"line": "5"}, 422),
    ("travelling", "arrive", {"arrived_at": "2099-01-01T10:00"}, 422),
    ("travelling", "arrive", {"latitude": "200"}, 422),
    ("completed", "sign", {"signed_by": "张伟"}, 422),
    ("completed", "sign", {"signed_by": "张伟", "signature": "SIGNATURE"}, 422),
    ("completed", "sign", {"signed_by": " ", "signature": "SIGNATURE", "test_agreed": "on"}, 422),
    (
        "completed",
        "sign",
        {"signed_by": "张伟", "signature": "data:image/png;base64,AAAA", "test_agreed": "on"},
        422,
    ),
    ("completed", "sign", {"signed_by": "张伟", "signature": "BLANK", "test_agreed": "on"}, 422),
    (
        "completed",
        "sign",
        {"signed_by": "张伟", "signature": "SIGNATURE", "rating": "9", "test_agreed": "on"},
        422,
    ),
    ("on_site", "dance", {}, 404),
]


def blank():
    import io

    from PIL import Image

    content = io.BytesIO()
    Image.new("RGB", (100, 60), "white").save(content, "PNG")
    return scene.signature_text(content.getvalue())


@pytest.mark.parametrize("name", sorted({name for name, *_rest in REFUSED}))
def test_a_bad_step_is_refused_and_changes_nothing(firm, phone, name):
    order = firm.order_in(name)
    places = {"CHECK": str(order.checks.first().pk), "SIGNATURE": scene.signature_text(), "BLANK": blank()}
    for _name, step, data, status in (case for case in REFUSED if case[0] == name):
        sent = {field: places.get(value, value) for field, value in data.items()}
        for headers in ({}, HTMX):
            response = send(phone, order, step, sent, headers=headers)

            assert response.status_code == status, (step, data, headers)
            assert state(order) == name, (step, data, headers)


def test_a_photo_that_is_a_program_is_refused(firm, phone):
    order = firm.order_in("on_site")
    bad = SimpleUploadedFile("a.jpg", b"MZ\x90\x00" + b"\x00" * 200, content_type="image/jpeg")

    assert send(phone, order, "photos", {"photos": [bad], "purpose": "before"}).status_code == 422


def test_what_was_typed_comes_back_with_the_error(firm, phone):
    order = firm.order_in("on_site")
    sent = {"kind": "other", "description": "加长铜管", "quantity": "3", "unit_price": "45"}

    response = send(phone, order, "added", sent, headers=HTMX)

    assert response.status_code == 422
    assert "加长铜管" in response.content.decode()


def test_a_value_out_of_its_limits_is_kept_and_shown_in_red(firm, phone):
    order = firm.order_in("on_site")
    check = order.checks.get(kind="number")

    response = send(phone, order, "check", {"check": check.pk, "value": "9.9"}, headers=HTMX)

    assert response.status_code == 200
    assert "is-invalid" in response.content.decode()
    check.refresh_from_db()
    assert (check.value, check.passed) == ("9.9", False)


def test_a_double_tap_adds_one_part(firm, phone):
    order = firm.order_in("on_site")
    sent = {"description": "铜管", "quantity": "1", "key": "k-1"}

    assert [send(phone, order, "part", sent).status_code for _tap in range(2)] == [302, 302]
    assert order.lines.count() == 1


def test_the_same_key_with_another_part_is_refused(firm, phone):
    order = firm.order_in("on_site")
    send(phone, order, "part", {"description": "铜管", "quantity": "1", "key": "k-1"})

    response = send(phone, order, "part", {"description": "阀", "quantity": "1", "key": "k-1"})

    assert response.status_code == 422
    assert order.lines.get().description == "铜管"


def test_a_double_tap_on_a_step_does_it_once(firm, phone):
    order = firm.order_in("dispatched")
    sent = {"key": "k-1", "version": str(order.version)}

    assert [send(phone, order, "accept", sent).status_code for _tap in range(2)] == [302, 302]
    assert order.timeline.filter(action="accept").count() == 1


def test_a_stale_page_is_told_to_look_again(firm, phone):
    order = firm.order_in("accepted")
    sent = {"version": str(order.version - 1)}

    assert send(phone, order, "set_out", sent).status_code == 409
    answer = send(phone, order, "set_out", sent, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (409, page(order))


def test_an_arrival_noted_later_keeps_its_time(firm, phone):
    order = firm.order_in("travelling")
    order.visits.update(set_out_at=timezone.now() - timedelta(hours=1), accepted_at=None)
    said = timezone.localtime() - timedelta(minutes=20)

    assert send(phone, order, "arrive", {"arrived_at": said.strftime("%Y-%m-%dT%H:%M")}).status_code == 302

    assert order.visits.get().arrived_at == said.replace(second=0, microsecond=0)


def test_a_job_given_to_somebody_else_leaves_the_phone(firm, phone):
    order = firm.order_in("dispatched")
    firm.step(order, "assign", technician=firm.colleague)

    assert phone.get(page(order)).status_code == 404
