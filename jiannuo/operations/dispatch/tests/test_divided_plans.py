"""Divided jobs of maintenance plans, findings and installations: what waits for them waits for their last part."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from jiannuo.office.documents.models import DocumentLink
from jiannuo.operations.installations.tests.conftest import Site
from jiannuo.operations.maintenance.models import Finding
from jiannuo.operations.maintenance.services import do_finding, order_job, raise_by_hand
from jiannuo.operations.maintenance.tests.conftest import Plant
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import Portion, do, split_order
from jiannuo.operations.workorders.tests import scene
from jiannuo.registry.products.models import FaultCode

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def news_is_heard_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subscribers hear of everything inside the transaction of the test, which never commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda call, *_rest, **_more: call())


@pytest.fixture
def plant(db: Any) -> Plant:
    return Plant()


def two(order: WorkOrder, by: Any) -> list[WorkOrder]:
    """The order in two parts, one after the other."""
    begins = scene.tomorrow(9)
    portions = [Portion("停机清洗", begins, 60), Portion("开机调试", begins + timedelta(hours=2), 60)]
    return split_order(order, portions, by=by)


def codes() -> dict[str, Any]:
    """A symptom, a cause and a measure for repairs."""
    found = {"symptom": ("symptom", "S9"), "cause": ("cause", "C9"), "measure": ("action", "A9")}
    for kind, code in found.values():
        if not FaultCode.objects.filter(code=code).exists():
            FaultCode.objects.add_root({"kind": kind, "code": code, "name": code})
    return {name: FaultCode.objects.get(code=code) for name, (_kind, code) in found.items()}


def finish(plant: Any, order: WorkOrder, *steps: str) -> WorkOrder:
    """Done by the technician, and through further steps."""
    order = do(order, "assign", by=plant.dispatcher, data={"technician": plant.technician})
    for step in ("accept", "set_out", "arrive"):
        order = do(order, step, by=plant.technician)
    scene.answer_all(order, plant.technician)
    data = {"work_done": "完成", "test_result": "正常", "test_passed": True, **codes()}
    order = do(order, "complete", by=plant.technician, data=data)
    for step in steps:
        signs = {"signed_by": "张伟", "signature": scene.signature_upload()} if step == "sign" else {}
        order = do(order, step, by=plant.technician if step == "sign" else plant.dispatcher, data=signs)
    return order


def test_a_planned_job_is_done_with_the_last_part(plant):
    job = plant.job()
    first, second = two(order_job(job, by=plant.dispatcher), plant.dispatcher)

    plant.done(first)
    job.refresh_from_db()
    assert job.state == "ordered"

    finish(plant, second)
    job.refresh_from_db()
    assert job.state == "done"


def test_the_yearly_duty_is_kept_with_the_last_part(plant):
    plant.promise()
    job = plant.job(job="inspection")
    first, second = two(order_job(job, by=plant.dispatcher), plant.dispatcher)
    finish(plant, second)
    job.refresh_from_db()
    assert job.state == "ordered"

    plant.done(first)
    job.refresh_from_db()
    assert job.state == "done"


def test_a_planned_job_stays_ordered_while_a_part_of_it_lives(plant):
    job = plant.job()
    first, second = two(order_job(job, by=plant.dispatcher), plant.dispatcher)

    do(first, "cancel", by=plant.dispatcher, data={"reason": "合并"})
    job.refresh_from_db()
    assert job.state == "ordered"
    finish(plant, second)
    job.refresh_from_db()
    assert job.state == "done"


def test_a_planned_job_is_due_again_when_all_parts_are_given_up(plant):
    job = plant.job()
    for part in two(order_job(job, by=plant.dispatcher), plant.dispatcher):
        do(part, "cancel", by=plant.dispatcher, data={"reason": "客户停产"})

    job.refresh_from_db()
    assert (job.state, job.order) == ("due", None)


def test_a_finding_is_solved_with_the_last_part(plant):
    finding = raise_by_hand(
        by=plant.dispatcher,
        organization=plant.branch,
        customer=plant.customer,
        unit=plant.unit,
        text="端子过热",
        severity="normal",
    )
    finding = do_finding(finding, "order_repair", by=plant.dispatcher, data={"work": "更换端子"})
    order = WorkOrder.objects.get(links_out__target=finding.pk, links_out__kind="serves")
    first, second = two(order, plant.dispatcher)

    finish(plant, first, "sign", "review", "close")
    assert Finding.objects.get(pk=finding.pk).state == "in_hand"
    finish(plant, second, "sign", "review", "close")
    assert Finding.objects.get(pk=finding.pk).state == "solved"


def test_an_installation_goes_on_with_the_last_part(db):
    site = Site()
    project = site.step(site.unpacked(site.project(site.unit(), site.unit())), "make_orders")
    part = project.parts.order_by("pk").first()
    assert part is not None
    first, second = two(WorkOrder.objects.get(pk=part.order_id), site.dispatcher)
    follows = DocumentLink.objects.filter(source=second.pk, kind="follows", target=project.pk)
    assert follows.exists()

    from jiannuo.operations.workforce.models import Technician

    Technician.objects.get_or_create(user=site.technician, defaults={"organization": site.branch})
    finish(site, first)
    part.refresh_from_db()
    assert part.installed_at is None
    finish(site, second)
    part.refresh_from_db()
    assert part.installed_at is not None
