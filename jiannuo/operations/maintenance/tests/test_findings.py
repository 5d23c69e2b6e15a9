"""Findings until they are solved, reports within their time."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.maintenance.models import Finding
from jiannuo.operations.maintenance.services import (
    change_report,
    do_finding,
    do_report,
    draft_report,
    order_job,
    raise_by_hand,
)
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import do, save_record
from jiannuo.operations.workorders.tests.scene import completion, make_catalogue, signature_upload
from jiannuo.promises.obligations.models import Obligation


def finding(plant, **fields):
    values = {"customer": plant.customer, "unit": plant.unit, "text": "接线端子发热变色", **fields}
    return raise_by_hand(by=plant.technician, organization=plant.branch, **values)


def inspected(plant, unit=None, **answers):
    job = plant.job(job="inspection", units=[unit or plant.unit])
    return plant.done(order_job(job, by=plant.dispatcher), **answers)


def test_a_finding_has_an_owner_and_is_owed_by_its_clause(plant):
    plant.promise()
    made = finding(plant)
    assert made.owner == plant.dispatcher
    owed = Obligation.objects.get(document=made, metric="restore")
    assert owed.state == "open"
    assert "7天" in owed.text
    do_finding(made, "solve", by=plant.dispatcher, data={"result": "已更换端子"})
    owed.refresh_from_db()
    assert owed.state == "met"


def test_an_order_for_a_finding_solves_it_when_it_is_closed(plant):
    make_catalogue(plant.model.category)
    made = finding(plant)
    made = do_finding(made, "order_repair", by=plant.dispatcher, data={"work": "更换端子排"})
    order = WorkOrder.objects.get(links_out__target=made.pk)
    assert (made.state, order.job, order.unit) == ("in_hand", "repair", plant.unit)
    assert "更换端子排" in order.fault
    assert "发热变色" in order.fault
    order = do(order, "assign", by=plant.dispatcher, data={"technician": plant.technician})
    for step in ("accept", "set_out", "arrive"):
        order = do(order, step, by=plant.technician)
    from jiannuo.operations.workorders.tests.scene import answer_all

    answer_all(order, plant.technician)
    save_record(order, {"work_done": "已更换"}, by=plant.technician)
    order = do(order, "complete", by=plant.technician, data=completion())
    order = do(
        order, "sign", by=plant.technician, data={"signed_by": "李工", "signature": signature_upload()}
    )
    order = do(order, "review", by=plant.dispatcher)
    do(order, "close", by=plant.dispatcher)
    made.refresh_from_db()
    assert made.state == "solved"
    assert order.number in made.result


def test_a_cancelled_order_opens_the_finding_again(plant):
    made = do_finding(finding(plant), "order_repair", by=plant.dispatcher)
    order = WorkOrder.objects.get(links_out__target=made.pk)
    do(order, "cancel", by=plant.dispatcher, data={"reason": "客户自理"})
    made.refresh_from_db()
    assert made.state == "open"


def test_asking_the_customer_registers_a_request_with_the_estimate(plant):
    data = {"text": "建议更换压缩机油", "estimate": Decimal("3200.00")}
    made = do_finding(finding(plant), "ask_customer", by=plant.dispatcher, data=data)
    request = ServiceRequest.objects.get()
    assert (request.channel, request.request_kind, request.unit) == ("inspection", "repair", plant.unit)
    assert "建议更换压缩机油" in request.symptom_text
    assert "3,200" in request.symptom_text
    assert (made.state, made.estimate) == ("in_hand", Decimal("3200.00"))


def test_checks_out_of_order_of_an_inspection_become_findings_once(plant):
    order = inspected(plant, current="600", terminals="no")
    assert Finding.objects.filter(found_in=order.pk).count() == 2
    assert {one.owner for one in Finding.objects.all()} == {plant.dispatcher}


def test_findings_of_others_and_without_words_are_refused(plant):
    with pytest.raises(ValidationError):
        finding(plant, text=" ")
    with pytest.raises(ValidationError):
        finding(plant, unit=plant.foreign)
    with pytest.raises(PermissionDenied):
        raise_by_hand(by=plant.stranger, organization=plant.branch, customer=plant.customer, text="x")
    made = finding(plant)
    with pytest.raises(PermissionDenied):
        do_finding(made, "drop", by=plant.dispatcher, data={"reason": "x"})
    with pytest.raises(PermissionDenied):
        do_finding(made, "order_repair", by=plant.technician)
    assert do_finding(made, "drop", by=plant.manager, data={"reason": "误报"}).state == "dropped"


def test_the_report_is_owed_within_three_working_days_and_kept_by_issuing_it(plant):
    plant.promise()
    order = inspected(plant, current="600")
    owed = Obligation.objects.get(document=order, metric="report")
    assert owed.state == "open"
    report = draft_report([order], by=plant.technician)
    assert "600" in report.summary
    assert "600" in report.advice
    assert "吴建国" in report.inspectors
    report = change_report(report, by=plant.technician, version=report.version, advice="更换接触器")
    report = do_report(report, "issue", by=plant.technician)
    owed.refresh_from_db()
    assert (report.state, owed.state, owed.evidence_id) == ("issued", "met", report.pk)
    with pytest.raises(ValidationError):
        change_report(report, by=plant.technician, version=None, advice="x")


def test_what_cannot_be_reported_on_is_refused(plant):
    order = inspected(plant)
    for orders in ([], [order_job(plant.job(units=[plant.twin]), by=plant.dispatcher)]):
        with pytest.raises(ValidationError):
            draft_report(orders, by=plant.dispatcher)
    report = draft_report([order], by=plant.dispatcher)
    with pytest.raises(ValidationError) as twice:
        draft_report([order], by=plant.dispatcher)
    assert report.number in str(twice.value)
    with pytest.raises(ValidationError):
        change_report(report, by=plant.dispatcher, version=None, next_on=report.inspected_on)
    with pytest.raises(PermissionDenied):
        change_report(report, by=plant.finance, version=None, advice="x")
