"""Plans make jobs due ahead of time; jobs become orders; orders done keep the promise."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from jiannuo.operations.maintenance import tasks
from jiannuo.operations.maintenance.models import MaintenancePlan, PlannedJob, Season
from jiannuo.operations.maintenance.queries import promised
from jiannuo.operations.maintenance.services import (
    adopt_clause,
    change_plan,
    do_plan,
    keep_due,
    order_job,
    plan_ahead,
    skip_job,
)
from jiannuo.operations.maintenance.services.tables import save_season
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import do
from jiannuo.promises.obligations.happening import plan_unit
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.services import waive
from jiannuo.registry.installedbase.services import record_reading


def refused(call, *arguments, **named):
    with pytest.raises(ValidationError) as error:
        call(*arguments, **named)
    return error.value.message_dict if hasattr(error.value, "error_dict") else error.value.messages


def test_a_draft_makes_nothing_due_and_a_started_plan_each_occurrence_once(plant):
    plan = plant.plan(units=[plant.unit, plant.twin])
    assert plan_ahead(plan) == 0
    plan = do_plan(plan, "activate", by=plant.dispatcher)
    jobs = list(plan.jobs.order_by("unit"))
    assert [job.unit for job in jobs] == [plant.unit, plant.twin]
    assert all(job.state == "due" and job.due_on >= plant.today for job in jobs)
    assert plan_ahead(plan) == 0


def test_jobs_appear_only_within_the_lead_days(plant):
    plan = plant.running(every_amount=6)
    assert not plan.jobs.exists()
    assert plan_ahead(plan, today=plant.today + timedelta(days=90)) == 1


def test_what_cannot_be_planned_is_refused_by_field(plant):
    assert "every_amount" in refused(plant.plan, every_amount=0)
    assert "units" in refused(plant.plan, units=[plant.unit, plant.foreign])
    assert "weekdays" in refused(plant.plan, rhythm="weekdays", weekdays="")
    assert "season" in refused(plant.plan, rhythm="season")
    season = Season.objects.get(name="台风季")
    assert "season_days" in refused(plant.plan, rhythm="season", season=season, season_when="before")
    assert "ends_on" in refused(plant.plan, ends_on=plant.ago(100))
    assert "meter_every" in refused(plant.plan, rhythm="meter", meter_every=Decimal(0))
    assert "units" in refused(plant.plan, rhythm="meter", meter_every=Decimal(500), units=[])
    with pytest.raises(PermissionDenied):
        plant.plan(by=plant.technician)
    with pytest.raises(PermissionDenied):
        plant.plan(by=plant.stranger)
    reversed_season = Season(name="反", begins="09-30", ends="07-01")
    assert "ends" in refused(save_season, reversed_season, by=plant.manager)


def test_a_job_becomes_an_order_in_one_step_with_the_checklist_of_its_plan(plant):
    job = plant.job()
    order = order_job(job, by=plant.dispatcher)
    job.refresh_from_db()
    assert (job.state, job.order, order.job, order.state) == ("ordered", order, "maintenance", "ready")
    assert [check.text for check in order.checks.all()] == ["接线端子无松动", "运行电流"]
    assert timezone.localdate(order.due_at) == job.due_on
    order = do(order, "assign", by=plant.dispatcher, data={"technician": plant.technician})
    keep_due(order.pk)  # as the news of the assignment does after the commit
    order.refresh_from_db()
    assert timezone.localdate(order.due_at) == job.due_on
    assert refused(order_job, job, by=plant.dispatcher)
    with pytest.raises(PermissionDenied):
        order_job(job, by=plant.technician)


def test_the_scheduler_makes_the_orders_of_plans_that_do_that_by_themselves(plant):
    by_itself = plant.running(automatic=True)
    by_hand = plant.running(units=[plant.twin])
    tasks.make_jobs_due()
    assert by_itself.jobs.get().state == "ordered"
    assert by_hand.jobs.get().state == "due"
    tasks.make_jobs_due()
    assert WorkOrder.objects.count() == 1


def test_the_completed_order_is_the_job_done_and_a_cancelled_one_makes_it_due_again(plant):
    job = plant.job(automatic=True)
    order = order_job(job, by=plant.dispatcher)
    do(order, "cancel", by=plant.dispatcher, data={"reason": "客户停机"})
    job.refresh_from_db()
    assert (job.state, job.order) == ("due", None)
    tasks.make_jobs_due()  # not at once again by itself: somebody has cancelled it
    job.refresh_from_db()
    assert job.state == "due"
    plant.done(order_job(job, by=plant.dispatcher))
    job.refresh_from_db()
    assert job.state == "done"
    assert job.was_in_time


def test_by_meter_one_job_at_a_time_moved_by_new_readings_and_counted_from_the_service(plant):
    record_reading(plant.unit, 1000, at=plant.moment(50))
    record_reading(plant.unit, 1400, at=plant.moment(10))
    plan = plant.running(rhythm="meter", meter_every=Decimal(500), starts_on=plant.ago(50), lead_days=10)
    job = plan.jobs.get()
    assert job.is_forecast
    assert abs((job.due_on - plant.today).days) <= 1
    record_reading(plant.unit, 1405, at=plant.moment(0))
    plan_ahead(plan)
    job.refresh_from_db()
    assert job.due_on > plant.today
    assert refused(record_reading, plant.unit, 900)
    plant.done(order_job(job, by=plant.dispatcher))
    plan_ahead(plan)
    assert plan.jobs.count() == 1  # the use counts from the service anew
    record_reading(plant.unit, 1910, at=timezone.now())
    row = plan.plan_units.get()
    assert row.serviced_at > plant.moment(1)


def test_by_meter_at_the_latest_after_some_months_without_any_reading(plant):
    plan = plant.running(rhythm="meter", meter_every=Decimal(500), meter_months=3, starts_on=plant.ago(85))
    assert plan.jobs.get().due_on == plant.ago(85) + timedelta(days=91)


def test_ending_a_plan_leaves_jobs_out_and_calls_off_orders_only_when_asked(plant):
    plan = plant.running(units=[plant.unit, plant.twin])
    first, second = plan.jobs.order_by("unit")
    order = order_job(first, by=plant.dispatcher)
    do_plan(plan, "end", by=plant.dispatcher, data={"reason": "合同终止", "cancel_orders": False})
    second.refresh_from_db()
    assert (second.state, second.skip_reason) == ("skipped", "合同终止")
    plant.done(order)
    first.refresh_from_db()
    assert first.state == "done"

    plan = plant.running(units=[plant.unit])
    order = order_job(plan.jobs.get(), by=plant.dispatcher)
    do_plan(plan, "end", by=plant.dispatcher, data={"reason": "合同终止", "cancel_orders": True})
    order.refresh_from_db()
    assert (order.state, plan.jobs.get().state) == ("cancelled", "skipped")
    assert refused(change_plan, plan, by=plant.dispatcher, version=None, units=[plant.unit])


def test_leaving_a_job_out_needs_a_reason_and_a_planner(plant):
    job = plant.job()
    assert "reason" in refused(skip_job, job, by=plant.dispatcher, reason=" ")
    with pytest.raises(PermissionDenied):
        skip_job(job, by=plant.technician, reason="x")
    assert skip_job(job, by=plant.dispatcher, reason="客户停产").state == "skipped"
    assert refused(skip_job, job, by=plant.dispatcher, reason="again")


def test_changing_the_rhythm_plans_anew_what_has_no_order(plant):
    plan = plant.running()
    plan = change_plan(plan, by=plant.dispatcher, version=plan.version, units=[plant.unit], every_amount=1)
    assert plan.jobs.count() >= 1
    assert all(job.key.startswith(f"{plan.pk}:") for job in plan.jobs.all())


def test_a_paused_plan_does_not_make_up_for_the_pause(plant):
    plan = plant.running(rhythm="weekdays", weekdays="0123456", starts_on=plant.today, lead_days=0)
    assert plan.jobs.count() == 1
    plan = do_plan(plan, "pause", by=plant.dispatcher, data={"reason": "停产"})
    assert plan_ahead(plan, today=plant.today + timedelta(days=3)) == 0
    later = timezone.now() + timedelta(days=5)
    plan = do_plan(plan, "activate", by=plant.dispatcher, at=later)
    assert plan.jobs.count() == 2


def clause_plan(plant, action="inspection"):
    plant.promise()
    for unit in (plant.unit, plant.twin):
        type(unit).objects.filter(pk=unit.pk).update(created_at=plant.moment(600))
        unit.refresh_from_db()
    from jiannuo.promises.commitments.models import CommitmentVersion

    CommitmentVersion.objects.update(published_at=plant.moment(600))
    for unit in (plant.unit, plant.twin):
        plan_unit(unit)
    row = next(one for one in promised(plant.dispatcher) if one.duty.action == action)
    return adopt_clause(
        by=plant.dispatcher,
        organization=row.duty.organization,
        customer=row.duty.customer,
        duty=row.duty,
        lead_days=366,
    )


def test_a_plan_from_a_clause_takes_its_jobs_from_the_ledger_and_keeps_the_promise(plant):
    plan = clause_plan(plant)
    assert plan.state == "active"
    assert plan.rhythm == "clause"
    assert "第4条" in plan.reference
    job = plan.jobs.filter(unit=plant.unit, due_on__gte=plant.today).first()
    assert job.obligation.state == "open"
    plant.done(order_job(job, by=plant.dispatcher))
    job.refresh_from_db()
    job.obligation.refresh_from_db()
    assert (job.state, job.obligation.state) == ("done", "met")
    assert adopt_clause(
        by=plant.dispatcher, organization=plant.branch, customer=plant.customer, duty=job.obligation.duty
    ) == MaintenancePlan.objects.get(pk=plan.pk)


def test_what_no_kind_of_job_proves_is_proved_by_the_plan(plant):
    plan = clause_plan(plant, "test")
    job = plan.jobs.filter(unit=plant.unit, due_on__gte=plant.today).first()
    plant.done(order_job(job, by=plant.dispatcher))
    assert Obligation.objects.get(pk=job.obligation_id).state == "met"


def test_a_waived_promise_is_no_job_any_more(plant):
    plan = clause_plan(plant)
    job = plan.jobs.filter(unit=plant.twin, due_on__gte=plant.today).first()
    waive(job.obligation, by=plant.manager, reason="客户自检")
    job.refresh_from_db()
    assert job.state == PlannedJob.State.SKIPPED
