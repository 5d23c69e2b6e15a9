"""Periodic work: jobs ahead of time, orders of plans that make them, rounds, hand-overs that wait, quotations."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from jiannuo.kernel.events import periodic
from jiannuo.kernel.events.batches import alone
from jiannuo.office.accounts.roles import Role
from jiannuo.office.notices.services import notify
from jiannuo.operations.maintenance import notices, services
from jiannuo.operations.maintenance.models import PatrolRoute, PlannedJob, Quotation
from jiannuo.operations.maintenance.services.jobs import jobs_to_order, plans_to_look_at
from jiannuo.operations.maintenance.services.offering import expire
from jiannuo.promises.obligations.recipients import Recipients


@periodic(every=timedelta(minutes=10), name="maintenance.jobs", lease=timedelta(minutes=30))
def make_jobs_due() -> None:
    """Look at each running plan once a day, and make the orders of plans that do that by themselves."""
    today = timezone.localdate()
    for plan in plans_to_look_at(today):
        with alone("The jobs of plan %s could not be worked out; tried again in ten minutes", plan.pk):
            services.plan_ahead(plan, today=today)
    for job in jobs_to_order(today):
        _order(job)


def _order(job: PlannedJob) -> None:
    """The order of one job; what cannot be ordered is told to the dispatchers, and left to them."""
    try:
        services.order_job(job, by=None, as_system=True)
    except ValidationError as error:
        PlannedJob.objects.filter(pk=job.pk).update(refused_on=timezone.localdate())
        people = Recipients().escalated_to(Role.DISPATCHER, job.organization)
        context = {"plan": job.plan, "day": job.due_on.isoformat(), "why": "；".join(error.messages)}
        notify(people, notices.JOB_STUCK, document=job.plan, context=context, key=f"job-stuck:{job.pk}")


@periodic(every=timedelta(minutes=10), name="maintenance.rounds", lease=timedelta(minutes=30))
def keep_rounds() -> None:
    """Plan the rounds of the day, and close those of days that are over."""
    today = timezone.localdate()
    behind = PatrolRoute.objects.filter(is_active=True).exclude(planned_until__gte=today)
    for route in behind.select_related("organization", "person")[:500]:
        with alone("The round of route %s could not be planned; tried again in ten minutes", route.pk):
            services.plan_round(route, today=today)
    services.close_past_rounds()


@periodic(every=timedelta(minutes=5), name="maintenance.hand_overs", lease=timedelta(minutes=10))
def watch_hand_overs() -> None:
    """Remind of hand-overs that nobody accepts."""
    services.remind_of_hand_overs()


@periodic(every=timedelta(minutes=15), name="maintenance.quotations", lease=timedelta(minutes=10))
def close_quotations() -> int:
    """Close the quotations whose time is over; how many."""
    return expire_due(timezone.now())


def expire_due(now: datetime) -> int:
    """Each quotation is claimed first, so that two workers close it once."""
    closed = 0
    rows = Quotation.objects.filter(waits_until__lte=now).select_related("organization")
    for quotation in rows.order_by("waits_until")[:200]:
        with (
            alone("Quotation %s could not be closed; it is tried again", quotation.number),
            transaction.atomic(),
        ):
            closed += expire(quotation, at=now)
    return closed
