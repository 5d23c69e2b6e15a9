"""Making jobs due ahead of time, turning them into work orders, and noting that they are done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings as project
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.regions.services import full_name
from jiannuo.operations.maintenance.meters import forecast, usage_of
from jiannuo.operations.maintenance.models import (
    MaintenancePlan,
    MaintenanceSettings,
    PlannedJob,
    PlanUnit,
)
from jiannuo.operations.maintenance.rhythm import Window, windows
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import create_order
from jiannuo.operations.workorders.services.checklists import set_checklist
from jiannuo.operations.workorders.services.promises import BY_JOB
from jiannuo.promises.commitments.services import decide, facts_for
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.models import Obligation
from jiannuo.registry.installedbase.models import InstalledUnit

State = PlannedJob.State
MONTH = 30.436875  # days
GONE = (InstalledUnit.Status.RETURNED, InstalledUnit.Status.SCRAPPED)


@transaction.atomic
def plan_ahead(plan: MaintenancePlan, *, today: date | None = None) -> int:
    """Make due what comes within the lead days of a running plan; how many jobs are new.

    Each occurrence of each unit becomes a job once. What was due before the plan was started is not made up for.
    """
    today = today or timezone.localdate()
    if plan.state != MaintenancePlan.State.ACTIVE:
        return 0
    if plan.rhythm == MaintenancePlan.Rhythm.CLAUSE:
        made = _by_clause(plan, today)
    elif plan.rhythm == MaintenancePlan.Rhythm.METER:
        made = _by_meter(plan, today)
    else:
        made = _by_windows(plan, today)
    MaintenancePlan.objects.filter(pk=plan.pk).update(planned_on=today)
    return made


def zone_of(organization: Any) -> str:
    """The time zone of an organisation."""
    return organization.time_zone or project.TIME_ZONE


def _units(plan: MaintenancePlan) -> list[Any]:
    """The units that a plan still looks after, None for the site as a whole."""
    rows = plan.plan_units.select_related("unit").exclude(unit__status__in=GONE)
    units = [row.unit for row in rows if row.unit.customer_id == plan.customer_id]
    return units if plan.plan_units.exists() else [None]


def _by_windows(plan: MaintenancePlan, today: date) -> int:
    since = plan.counts_from or plan.starts_on
    until = today + timedelta(days=plan.lead_days)
    found = windows(plan, since=since, until=until, zone=zone_of(plan.organization))
    return _keep(plan, [(unit, window) for window in found for unit in _units(plan)])


def _keep(plan: MaintenancePlan, wanted: Sequence[tuple[Any, Window]], *, is_forecast: bool = False) -> int:
    keys = {f"{plan.pk}:{getattr(unit, 'pk', 0)}:{window.index}": (unit, window) for unit, window in wanted}
    known = set(PlannedJob.objects.filter(key__in=keys).values_list("key", flat=True))
    fresh = [
        PlannedJob(
            plan=plan,
            organization_id=plan.organization_id,
            customer_id=plan.customer_id,
            unit=unit,
            key=key,
            opens_on=window.opens,
            due_on=window.due,
            occasion=window.name[:60],
            is_forecast=is_forecast,
            is_demo=plan.is_demo,
        )
        for key, (unit, window) in keys.items()
        if key not in known
    ]
    PlannedJob.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _by_meter(plan: MaintenancePlan, today: date) -> int:
    """One open job a unit: when its meter will have run on far enough, or the latest month has come."""
    days = MaintenanceSettings.present().usage_days
    made = 0
    rows = plan.plan_units.select_related("unit").prefetch_related("unit__readings")
    for row in rows.exclude(unit__status__in=GONE):
        if row.unit.customer_id != plan.customer_id:
            continue
        due = meter_due(plan, row, today=today, days=days)
        waiting = plan.jobs.filter(unit=row.unit, state__in=PlannedJob.OPEN_STATES).first()
        if waiting is not None:
            if waiting.state == State.DUE and due is not None and due != waiting.due_on:
                waiting.due_on, waiting.opens_on = due, min(waiting.opens_on, due)
                waiting.save(update_fields=["due_on", "opens_on"])
            continue
        if due is None or due > today + timedelta(days=plan.lead_days):
            continue
        if plan.ends_on is not None and due > plan.ends_on:
            continue
        number = plan.jobs.filter(unit=row.unit).count() + 1
        made += _keep(plan, [(row.unit, Window(f"m{number}", min(today, due), due))], is_forecast=True)
    return made


def meter_due(plan: MaintenancePlan, row: PlanUnit, *, today: date, days: int) -> date | None:
    """The day on which a unit of a plan by meter is due next; None while nothing tells it."""
    begun = row.serviced_at or timezone.make_aware(datetime.combine(plan.starts_on, datetime.min.time()))
    every = plan.meter_every or Decimal(0)
    foreseen = forecast(
        usage_of(row.unit.readings.all()), since=begun, every=every, today=today, days=days
    ).due
    latest = None
    if plan.meter_months:
        latest = timezone.localdate(begun) + timedelta(days=round(plan.meter_months * MONTH))
    known = [day for day in (foreseen, latest) if day is not None]
    return min(known) if known else None


def occurrences_of(plan: MaintenancePlan) -> Any:
    """What the ledger holds of the clause of a plan: its customer's units, at its organisation and below."""
    return Obligation.objects.filter(
        duty__clause=plan.clause,
        duty__version__commitment=plan.commitment_id,
        customer=plan.customer_id,
        organization__path__startswith=plan.organization.path,
    )


def _by_clause(plan: MaintenancePlan, today: date) -> int:
    zone = ZoneInfo(zone_of(plan.organization))
    limit = timezone.make_aware(datetime.combine(today, datetime.min.time())) + timedelta(
        days=plan.lead_days + 2
    )
    owed = occurrences_of(plan).open().filter(due_at__lt=limit, planned_job__isnull=True, abandoned_at=None)
    fresh = []
    for one in owed.select_related("unit"):
        due = (one.due_at - timedelta(microseconds=1)).astimezone(zone).date()
        if due > today + timedelta(days=plan.lead_days):
            continue
        fresh.append(
            PlannedJob(
                plan=plan,
                organization_id=one.organization_id,
                customer_id=plan.customer_id,
                unit_id=one.unit_id,
                key=f"{plan.pk}:o{one.pk}",
                opens_on=min(one.started_at.astimezone(zone).date(), due),
                due_on=due,
                obligation=one,
                is_demo=plan.is_demo,
            )
        )
    PlannedJob.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


@transaction.atomic
def order_job(job: PlannedJob, *, by: Any, at: datetime | None = None, as_system: bool = False) -> WorkOrder:
    """The work order of a due job, with unit, place, contact, checklist and what the promises pay.

    Raises ValidationError when the job has an order or is over, PermissionDenied unless ``by`` plans there.
    """
    job = (
        PlannedJob.objects.select_for_update(of=("self",))
        .select_related(
            "plan__checklist",
            "plan__customer",
            "plan__address",
            "organization",
            "unit__model__category",
            "unit__address",
            "unit__customer",
            "unit__dealer",
            "customer",
        )
        .get(pk=job.pk)
    )
    if not as_system and not by.has_perm("maintenance.plan", job):
        raise PermissionDenied("maintenance.plan")
    if job.state != State.DUE:
        raise ValidationError(_("This job is “%(state)s” already.") % {"state": job.state_label})
    if job.unit is not None and job.unit.status in GONE:
        raise ValidationError(_("The unit is no longer there. Leave the job out, with the reason."))
    at = at or timezone.now()
    plan = job.plan
    order = create_order(
        by=by,
        organization=job.organization,
        customer=job.customer,
        unit=job.unit,
        sources=[plan],
        job=plan.job,
        fault=_words(job),
        decision=decide(facts_for(unit=job.unit, customer=job.customer, kind=plan.job), at, job.organization),
        at=at,
        **_place(job),
    )
    if plan.checklist is not None:
        set_checklist(order, plan.checklist.lines.all())
    due_at = timezone.make_aware(datetime.combine(job.due_on, datetime.max.time()))
    WorkOrder.objects.filter(pk=order.pk).update(due_at=due_at, is_demo=job.is_demo)
    order.due_at = due_at
    job.state, job.order, job.refused_on = State.ORDERED, order, None
    job.save(update_fields=["state", "order", "refused_on"])
    return order


def _words(job: PlannedJob) -> str:
    due = _("Due by %(day)s") % {"day": job.due_on.isoformat()}
    return "\n".join(part for part in (job.plan.work, job.occasion, due) if part)


def _place(job: PlannedJob) -> dict[str, Any]:
    """Where the work is and whom to call."""
    site = (job.unit.address if job.unit is not None else None) or job.plan.address
    site = site or job.customer.addresses.first()
    person, phone = job.customer.contacts.first(), job.customer.phones.first()
    return {
        "division": site.division if site is not None else None,
        "address": site.detail if site is not None else "",
        "latitude": site.latitude if site is not None else None,
        "longitude": site.longitude if site is not None else None,
        "contact_name": (person.name if person is not None else job.customer.name)[:60],
        "contact_phone": phone.number if phone is not None else "",
    }


def place_words(job: PlannedJob) -> str:
    """The site of a job in words (one query for the division)."""
    site = (job.unit.address if job.unit is not None else None) or job.plan.address
    return f"{full_name(site.division_id)}{site.detail}" if site is not None else ""


@transaction.atomic
def skip_job(job: PlannedJob, *, by: Any, reason: str) -> PlannedJob:
    """Leave a job out, with the reason; what a clause promises stays owed until it is waived in the ledger.

    Raises ValidationError for a job that has an order or is over.
    """
    job = PlannedJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if not by.has_perm("maintenance.plan", job):
        raise PermissionDenied("maintenance.plan")
    if job.state != State.DUE:
        raise ValidationError(_("Only a due job without an order can be left out; cancel the order first."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is left out.")})
    job.state, job.skip_reason, job.skipped_by = State.SKIPPED, reason.strip()[:200], by
    job.save(update_fields=["state", "skip_reason", "skipped_by"])
    return job


@transaction.atomic
def order_done(order_id: int, *, at: datetime) -> int:
    """The jobs of an order are done, and what their clauses promise is kept with it; how many jobs."""
    done = list(
        PlannedJob.objects.select_for_update(of=("self",))
        .filter(order=order_id, state=State.ORDERED)
        .select_related("plan", "order", "unit")
    )
    for job in done:
        job.state, job.done_at = State.DONE, at
        job.save(update_fields=["state", "done_at"])
        PlanUnit.objects.filter(plan=job.plan_id, unit=job.unit_id).update(serviced_at=at)
        if job.plan.metric not in ("", *BY_JOB.get(job.plan.job, ())) and job.unit is not None:
            obligations.fulfil(None, job.plan.metric, at=at, unit=job.unit, evidence=job.order)
    return len(done)


@transaction.atomic
def keep_due(order_id: int) -> int:
    """An order of a plan is due by the day of its job where no promise says when; how many orders changed."""
    job = PlannedJob.objects.filter(order=order_id, state=State.ORDERED).order_by("due_on").first()
    if job is None:
        return 0
    due_at = timezone.make_aware(datetime.combine(job.due_on, datetime.max.time()))
    return WorkOrder.objects.filter(pk=order_id, due_at__isnull=True).update(due_at=due_at)


@transaction.atomic
def order_given_up(order_id: int) -> int:
    """The jobs of a cancelled order are due again, unless the plan has ended; how many."""
    rows = PlannedJob.objects.filter(order=order_id, state=State.ORDERED)
    ended = rows.filter(plan__state=MaintenancePlan.State.ENDED)
    left_out = ended.update(state=State.SKIPPED, skip_reason=_("The plan has ended.")[:200])
    today = timezone.localdate()
    return left_out + rows.update(state=State.DUE, order=None, refused_on=today)


@transaction.atomic
def occurrence_settled(obligation_id: int, *, state: str, at: datetime) -> int:
    """What a clause promised was kept or waived by another way: the job that waits for it is over; how many."""
    rows = PlannedJob.objects.filter(obligation=obligation_id, state=State.DUE)
    if state == Obligation.State.WAIVED:
        return rows.update(state=State.SKIPPED, skip_reason=_("The promise was waived.")[:200])
    if state in (Obligation.State.MET, Obligation.State.MET_LATE):
        return rows.update(state=State.DONE, done_at=at)
    return 0


def plans_to_look_at(today: date, limit: int = 500) -> Iterable[MaintenancePlan]:
    """Running plans that were not looked at today."""
    rows = MaintenancePlan.objects.filter(state=MaintenancePlan.State.ACTIVE).exclude(planned_on=today)
    return rows.select_related("organization", "season", "customer").order_by("pk")[:limit]


def jobs_to_order(today: date, limit: int = 500) -> Iterable[PlannedJob]:
    """Due jobs of plans that make their orders themselves; not those whose order was cancelled."""
    rows = PlannedJob.objects.filter(
        state=State.DUE,
        plan__state=MaintenancePlan.State.ACTIVE,
        plan__automatic=True,
        refused_on__isnull=True,
        due_on__gte=today - timedelta(days=366),
    )
    return rows.order_by("due_on", "pk")[:limit]
