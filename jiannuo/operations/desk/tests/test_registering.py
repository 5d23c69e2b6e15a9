from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.services import NewCustomer, NewUnit, PossibleDuplicate
from jiannuo.promises.commitments.services import load_pack
from jiannuo.promises.obligations.models import Obligation
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.rules import Decision
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


def test_a_request_is_registered_with_its_decision_and_what_is_owed(desk):
    request = desk.request(reporter_phone="138 0013 8000")

    assert request.number.startswith("SR-")
    assert (request.state, request.organization) == ("new", desk.branch)
    assert request.reporter_phone == "+8613800138000"
    assert request.title == "不制冷，外机不转"
    assert request.in_warranty is True
    decision = Decision.from_json(request.decision)
    assert decision.obligation("arrival").due_at == desk.received + timedelta(hours=2)
    owed = Obligation.objects.filter(document=request)
    assert {one.metric for one in owed} == {"response", "arrival", "repair"}
    assert {one.person for one in owed} == {desk.agent}
    assert {one.customer for one in owed} == {desk.customer}


def test_customer_and_unit_may_be_new(desk):
    model = factories.product_model()
    request = desk.request(
        customer=NewCustomer(name="王小明", phone="0571-88881234", detail="文三路100号"),
        unit=NewUnit(model=model, serial="NEW001", dates={"invoiced_on": date(2025, 5, 1)}),
    )

    assert request.customer.phones.get().number == "+8657188881234"
    assert request.address == "文三路100号"
    assert (request.unit.serial, request.unit.customer) == ("NEW001", request.customer)
    assert request.category == model.category


def test_what_cannot_be_kept_leaves_nothing_behind(desk):
    customers = Customer.objects.count()
    with pytest.raises(ValidationError):
        desk.request(customer=NewCustomer(name="王小明", phone="12a"), unit=None)
    with pytest.raises(ValidationError) as refused:
        desk.request(
            customer=NewCustomer(name="王小明", phone="13900139000"),
            unit=NewUnit(model=desk.unit.model, serial=desk.unit.serial.lower()),
        )
    assert "serial" in refused.value.message_dict
    with pytest.raises(ValidationError):
        desk.request(
            customer=NewCustomer(name="王小明", phone="13900139000"),
            unit=NewUnit(
                model=desk.unit.model,
                serial="X1",
                dates={"produced_on": date(2025, 5, 1), "installed_on": date(2025, 4, 1)},
            ),
        )
    assert Customer.objects.count() == customers
    assert not ServiceRequest.objects.exists()
    assert InstalledUnit.objects.count() == 1


def test_a_second_request_for_the_same_unit_is_shown_before_it_is_kept(desk):
    first = desk.request()
    with pytest.raises(PossibleDuplicate) as refused:
        desk.request()
    assert refused.value.requests == [first]
    assert desk.request(allow_duplicate=True).pk != first.pk


def test_what_is_finished_is_no_duplicate(desk):
    first = desk.request()
    ServiceRequest.objects.filter(pk=first.pk).update(state="closed")
    assert desk.request()


def test_sent_twice_it_is_registered_once(desk):
    first = desk.request(client_key="abc")
    assert desk.request(client_key="abc") == first
    assert ServiceRequest.objects.count() == 1
    with pytest.raises(ValidationError):
        desk.request(client_key="abc", by=desk.dispatcher)


def test_impossible_times_are_refused(desk):
    with pytest.raises(ValidationError) as refused:
        desk.request(received_at=timezone.now() + timedelta(hours=1))
    assert "received_at" in refused.value.message_dict
    with pytest.raises(ValidationError):
        desk.request(
            wished_from=timezone.now() + timedelta(hours=2), wished_to=timezone.now() + timedelta(hours=1)
        )


def test_only_for_the_own_customers_and_units(desk):
    with pytest.raises(PermissionDenied):
        desk.request(by=desk.stranger)
    with pytest.raises(PermissionDenied):
        desk.request(by=desk.technician)
    with pytest.raises(PermissionDenied):
        desk.request(by=desk.stranger, organization=desk.dealer)
    other = factories.customer(desk.branch)
    with pytest.raises(ValidationError) as refused:
        desk.request(customer=other)
    assert "unit" in refused.value.message_dict


def test_from_the_portal_nobody_answers_for_it_yet(desk):
    request = desk.request(by=None, channel="qr")
    assert request.created_by is None
    assert not Obligation.objects.filter(document=request, person__isnull=False).exists()


def test_earlier_repairs_of_the_same_fault_are_known(desk):
    from jiannuo.operations.workorders.services import create_order
    from jiannuo.promises.commitments.services import load_content
    from jiannuo.promises.commitments.tests.samples import content, time_clause
    from jiannuo.registry.products.models import FaultCode

    again = time_clause("answer", "2", when=[{"fact": "same_symptom_repairs", "low": "1"}])
    load_content(content("T08", clauses=[again]), by=None)
    symptom = FaultCode.objects.add_root({"kind": "symptom", "code": "S1", "name": "不制冷"})
    first = desk.request(symptom=symptom)
    order = create_order(
        by=desk.dispatcher,
        organization=desk.branch,
        customer=desk.customer,
        unit=desk.unit,
        symptom=symptom,
        at=desk.received - timedelta(days=9),
    )
    type(order).objects.filter(pk=order.pk).update(
        state="closed", signed_at=desk.received - timedelta(days=8)
    )

    second = desk.request(symptom=symptom, allow_duplicate=True)

    assert not Obligation.objects.filter(document=first, metric="answer").exists()
    assert Obligation.objects.filter(document=second, metric="answer").exists()


def test_a_clock_of_the_units_past_is_no_matter_of_a_repair(desk):
    from jiannuo.promises.commitments.services import load_content
    from jiannuo.promises.commitments.tests.samples import content, time_clause

    visit = time_clause("visit", "24", start="installed", id="visit")
    visit["limit"]["unit"] = "days"
    setup = time_clause(
        "installation", "2", start="delivered", when=[{"fact": "request_kind", "any_of": ["installation"]}]
    )
    setup["limit"]["unit"] = "days"
    load_content(content("T07", clauses=[visit, setup]), by=None)
    desk.unit.delivered_on = desk.received.date()
    desk.unit.save()

    repair = desk.request()
    installation = desk.request(request_kind="installation", allow_duplicate=True)

    assert "visit" not in {one.metric for one in Obligation.objects.filter(document=repair)}
    assert "installation" in {one.metric for one in Obligation.objects.filter(document=installation)}


def test_without_a_unit_nobody_knows_about_cover(desk):
    request = desk.request(unit=None)
    assert request.in_warranty is None


@pytest.mark.parametrize(
    ("kind", "event", "owed"),
    [("complaint", "complained", True), ("return", "applied", True), ("repair", "complained", False)],
)
def test_a_complaint_and_a_return_start_their_own_clocks(desk, kind, event, owed):
    load_pack(
        f"""
code: OWN
name: 投诉与退货承诺
clauses:
  - id: answer-in-a-day
    kind: time
    text: 24小时内答复。
    source: {{document: 投诉与退货承诺}}
    metric: answer
    start: {event}
    limit: {{amount: 24, unit: hours}}
""",
        by=None,
    )

    request = desk.request(request_kind=kind)

    dues = Obligation.objects.filter(document=request, metric="answer").values_list("due_at", flat=True)
    assert list(dues) == ([desk.received + timedelta(hours=24)] if owed else [])
