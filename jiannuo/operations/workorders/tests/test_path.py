"""The main path of an order, and what each step leaves behind."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from jiannuo.office.documents.models import Attachment
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.operations.workorders.services import do
from jiannuo.operations.workorders.tests import scene

pytestmark = pytest.mark.django_db


def test_an_order_walks_from_ready_to_closed(firm):
    order = firm.order_in("closed")

    visit = order.visits.get()
    assert (order.state, order.signed_by, order.rating) == ("closed", "张伟", 5)
    assert (visit.result, visit.technician) == ("done", firm.technician)
    assert visit.accepted_at <= visit.set_out_at <= visit.arrived_at <= visit.ended_at
    assert order.signature.content_type == "image/png"
    assert Attachment.objects.get(document=order.pk).purpose == "signature"


def test_the_checklist_is_copied_from_the_category_and_those_above(firm):
    from jiannuo.registry.products.models import Category, ChecklistItem

    above = Category.objects.get(code_path="appliance")
    ChecklistItem.objects.create(category=above, text="已断电", kind="yes_no")

    order = firm.order()

    assert [check.text for check in order.checks.all()] == ["已断电", "外观完好", "高压压力"]
    assert order.checks.get(text="高压压力").limits == "1.5–2.5 MPa"


def test_a_unit_of_another_customer_is_refused(firm):
    from jiannuo.testing import factories

    other = factories.customer(firm.dealer)

    with pytest.raises(ValidationError) as refused:
        firm.order(customer=other)
    assert "unit" in refused.value.message_dict


def test_reassigning_ends_the_open_visit_and_keeps_the_appointment(firm):
    begins = scene.tomorrow(9)
    order = firm.step(firm.order(), "assign", appointment_from=begins, agreed_with="张女士")

    order = firm.step(order, "assign", technician=firm.colleague)

    first, second = order.visits.all()
    assert (first.result, second.technician, second.appointment_from) == (
        "reassigned",
        firm.colleague,
        begins,
    )
    assert second.agreed_with == "张女士"
    assert order.technician == firm.colleague


def test_declining_puts_the_order_back_with_the_reason(firm):
    order = firm.step(firm.order_in("dispatched"), "decline", reason="没有资质")

    assert (order.state, order.technician) == ("ready", None)
    assert (order.visits.get().result, order.visits.get().reason) == ("declined", "没有资质")


def test_an_absent_customer_is_counted_and_the_order_waits_for_a_new_appointment(firm):
    order = firm.step(firm.order_in("on_site"), "customer_absent", reason="敲门无人")

    assert (order.state, order.waiting_for, order.technician) == ("ready", "waiting_customer", None)
    assert order.visits.filter(result=Visit.Result.CUSTOMER_ABSENT).count() == 1

    order = firm.step(order, "assign")
    assert (order.waiting_for, order.visits.count()) == ("", 2)


def test_a_second_visit_gets_the_next_number(firm):
    order = firm.step(firm.order_in("waiting"), "need_second_visit", reason="等配件")
    order = firm.step(order, "assign")

    assert [visit.sequence for visit in order.visits.all()] == [1, 2]


def test_sending_back_takes_the_signature_away_and_opens_the_visit(firm):
    order = firm.step(firm.order_in("signed"), "send_back", reason="序列号写错")

    assert (order.state, order.signature, order.signed_by) == ("on_site", None, "")
    assert order.visits.get().ended_at is None

    order = firm.step(firm.step(order, "complete"), "sign")
    assert order.state == "signed"


def test_dispatching_to_a_dealer_hands_the_order_to_it(firm):
    from jiannuo.testing import factories

    office = factories.person("dispatcher", at=firm.head)
    order = firm.order(organization=firm.head, by=office)

    order = do(order, "assign", by=office, data={"technician": firm.technician})

    assert order.organization == firm.dealer
    assert WorkOrder.objects.visible_to(firm.technician).filter(pk=order.pk).exists()
    assert WorkOrder.objects.visible_to(office).filter(pk=order.pk).exists()
    assert not WorkOrder.objects.visible_to(firm.stranger).filter(pk=order.pk).exists()


REFUSED_STATES = [
    ("ready", "accept"),
    ("dispatched", "set_out"),
    ("dispatched", "arrive"),
    ("accepted", "complete"),
    ("on_site", "sign"),
    ("completed", "review"),
    ("signed", "close"),
    ("on_site", "cancel"),
    ("closed", "send_back"),
    ("closed", "cancel"),
    ("cancelled", "assign"),
    ("reviewed", "send_back"),
]


@pytest.mark.parametrize(("state", "action"), REFUSED_STATES)
def test_an_action_that_the_state_does_not_allow_is_refused(firm, state, action):
    order = firm.order_in(state)
    office = {"assign", "review", "close", "cancel", "send_back"}
    person = firm.dispatcher if action in office else firm.technician
    if order.technician_id is None and person == firm.technician:
        WorkOrder.objects.filter(pk=order.pk).update(technician=firm.technician)

    with pytest.raises(ActionNotAllowed):
        do(order, action, by=person, data=firm.data_for(action))


REFUSED_PEOPLE = [
    ("ready", "assign", "technician"),
    ("dispatched", "accept", "colleague"),
    ("dispatched", "accept", "dispatcher"),
    ("accepted", "set_out", "stranger"),
    ("travelling", "arrive", "colleague"),
    ("on_site", "complete", "dispatcher"),
    ("completed", "sign", "colleague"),
    ("signed", "review", "technician"),
    ("reviewed", "close", "technician"),
    ("dispatched", "cancel", "technician"),
]


@pytest.mark.parametrize(("state", "action", "who"), REFUSED_PEOPLE)
def test_an_action_of_somebody_else_is_refused(firm, state, action, who):
    order = firm.order_in(state)

    with pytest.raises(PermissionDenied):
        do(order, action, by=getattr(firm, who), data=firm.data_for(action))

    order.refresh_from_db(fields=["version"])
    assert WorkOrder.objects.get(pk=order.pk).state == state


def test_of_two_dispatchers_with_the_same_page_one_is_told_to_reload(firm):
    order = firm.order()

    do(order, "assign", by=firm.dispatcher, data={"technician": firm.technician}, version=order.version)

    with pytest.raises(StaleDocument):
        do(order, "assign", by=firm.manager, data={"technician": firm.colleague}, version=order.version)
    assert order.visits.get().technician == firm.technician


def test_an_inactive_technician_cannot_be_assigned(firm):
    firm.technician.technician.active = False
    firm.technician.technician.save()

    with pytest.raises(ValidationError) as refused:
        firm.step(firm.order(), "assign")
    assert "technician" in refused.value.message_dict


def test_a_person_without_the_role_cannot_be_assigned(firm):
    from jiannuo.operations.workforce.models import Technician

    Technician.objects.create(user=firm.manager, organization=firm.dealer)

    with pytest.raises(ValidationError):
        firm.step(firm.order(), "assign", technician=firm.manager)


@pytest.mark.parametrize("minutes", [60, -60])
def test_an_impossible_arrival_is_refused(firm, minutes):
    order = firm.order_in("travelling")

    with pytest.raises(ValidationError) as refused:
        firm.step(order, "arrive", arrived_at=timezone.now() + timedelta(minutes=minutes))
    assert "arrived_at" in refused.value.message_dict


def test_the_place_of_arrival_is_kept(firm):
    order = firm.step(firm.order_in("travelling"), "arrive", latitude=30.25, longitude=120.17)

    visit = order.visits.get()
    assert (visit.arrived_latitude, visit.arrived_longitude) == (30.25, 120.17)


MISSING = [
    ({"symptom": None}, "symptom"),
    ({"cause": None}, "cause"),
    ({"measure": None}, "measure"),
    ({"test_result": " "}, "test_result"),
    ({"test_passed": False}, "test_passed"),
]


@pytest.mark.parametrize(("change", "field"), MISSING)
def test_an_incomplete_record_is_refused_with_what_is_missing(firm, change, field):
    order = firm.order_in("on_site")

    with pytest.raises(ValidationError) as refused:
        firm.step(order, "complete", **change)
    assert field in refused.value.message_dict
    assert WorkOrder.objects.get(pk=order.pk).state == "on_site"


def test_an_unfinished_checklist_is_refused(firm):
    order = firm.order_in("on_site")

    with pytest.raises(ValidationError, match="高压压力"):
        do(order, "complete", by=firm.technician, data=scene.completion())


def test_a_missing_signature_is_refused(firm):
    order = firm.order_in("completed")

    for signature in (None, "", "data:image/png;base64,xxxx"):
        with pytest.raises(ValidationError) as refused:
            firm.step(order, "sign", signature=signature)
        assert "signature" in refused.value.message_dict


def test_completion_writes_the_file_of_the_unit_once(firm):
    from jiannuo.operations.workorders.services import add_line

    order = firm.order_in("on_site")
    part = {"kind": "parts", "description": "压缩机", "component": firm.compressor, "new_serial": "N-2"}
    add_line(order, part, by=firm.technician)

    order = firm.step(order, "complete", meter_reading=Decimal(1200))
    order = firm.step(order, "send_back")
    firm.step(order, "complete", meter_reading=Decimal(1200))

    change = firm.unit.component_changes.get()
    assert (change.component, change.new_serial, change.document_id) == (firm.compressor, "N-2", order.pk)
    assert firm.unit.readings.get().value == Decimal(1200)
