"""Reading leave, standby, and what a deputy has to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.staffing.models import LeaveRequest, StandbyDuty
from jiannuo.operations.tasks.models import Task
from jiannuo.operations.workforce.models import Absence
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.queries import stood_in_for

#: states in which a job can still be given to somebody else
NOT_BEGUN = ("dispatched", "accepted")


def leaves_for(user: Any) -> QuerySet[LeaveRequest, Any]:
    """Leave that the person may see."""
    rows: QuerySet[LeaveRequest, Any] = LeaveRequest.objects.visible_to(user)
    return rows.select_related("organization", "person", "deputy")


def colleagues_away(leave: LeaveRequest) -> list[tuple[User, datetime, datetime, str]]:
    """Who else of the organisation is away for a while of the leave: person, from, until, whether that is sure."""
    leaves = LeaveRequest.objects.at_some_time(leave.starts_at, leave.ends_at).filter(
        organization=leave.organization_id
    )
    found = [
        (one.person, one.starts_at, one.ends_at, one.state_label)
        for one in leaves.exclude(pk=leave.pk).select_related("person").order_by("starts_at")
    ]
    absences = Absence.objects.filter(
        technician__organization=leave.organization_id,
        starts_at__lt=leave.ends_at,
        ends_at__gt=leave.starts_at,
        leave__isnull=True,
    ).exclude(technician__user=leave.person_id)
    return found + [
        (one.technician.user, one.starts_at, one.ends_at, str(one.get_reason_display()))
        for one in absences.select_related("technician__user").order_by("starts_at")
    ]


def clashes(leave: LeaveRequest) -> list[Visit]:
    """Open visits of the person whose appointment or planned time falls into the leave, soonest first."""
    within = Q(appointment_from__gte=leave.starts_at, appointment_from__lt=leave.ends_at) | Q(
        appointment_from__isnull=True, planned_from__gte=leave.starts_at, planned_from__lt=leave.ends_at
    )
    rows = Visit.objects.filter(
        within, technician=leave.person_id, ended_at__isnull=True, arrived_at__isnull=True
    )
    return list(rows.select_related("order__customer").order_by("appointment_from", "planned_from", "pk"))


def jobs_during(leave: LeaveRequest) -> list[WorkOrder]:
    """Jobs of the person that have not begun: those at a time of the leave, and those without a time due by its end."""
    timed = [visit.order_id for visit in clashes(leave)]
    untimed = Q(
        visits__ended_at__isnull=True,
        visits__appointment_from__isnull=True,
        visits__planned_from__isnull=True,
    ) & (Q(due_at__isnull=True) | Q(due_at__lt=leave.ends_at))
    rows = WorkOrder.objects.filter(
        Q(pk__in=timed) | untimed, technician=leave.person_id, state__in=NOT_BEGUN
    )
    return list(rows.select_related("organization", "customer").distinct().order_by("due_at", "pk"))


def duties_for(user: Any) -> QuerySet[StandbyDuty, Any]:
    """The roster in the person's scope."""
    rows: QuerySet[StandbyDuty, Any] = StandbyDuty.objects.visible_to(user)
    return rows.select_related("organization", "person")


def reachable(organization: Any, at: datetime | None = None) -> list[StandbyDuty]:
    """Who is on standby at an instant: of the nearest organisation upwards that has somebody, first called first."""
    at = at or timezone.now()
    rows = list(
        StandbyDuty.objects.filter(
            organization__path__in=paths_upwards(organization),
            starts_at__lte=at,
            ends_at__gt=at,
            person__is_active=True,
        )
        .select_related("person", "organization")
        .order_by("-organization__depth", "rank", "pk")
    )
    return [row for row in rows if row.organization_id == rows[0].organization_id]


def reachable_in_scope(user: Any, at: datetime | None = None) -> list[StandbyDuty]:
    """Who is on standby now at the organisations that the person sees."""
    at = at or timezone.now()
    rows = duties_for(user).filter(starts_at__lte=at, ends_at__gt=at, person__is_active=True)
    return list(rows.order_by("organization__path", "rank", "pk")[:12])


@dataclass(frozen=True, slots=True)
class Share:
    """What a deputy has to look after for one person."""

    person: User
    leave: LeaveRequest | None
    jobs: list[WorkOrder]
    obligations: list[Obligation]
    tasks: list[Task]


MOST = 50


def shares_of(deputy: Any) -> list[Share]:
    """The work of everybody whom ``deputy`` stands in for now; jobs even where their pages are not open to them."""
    people = list(User.objects.filter(pk__in=stood_in_for(deputy)).order_by("name"))
    if not people:
        return []
    keys = [person.pk for person in people]
    now = timezone.now()
    leaves = {
        leave.person_id: leave
        for leave in LeaveRequest.objects.filter(
            person__in=keys, deputy=deputy, stands_in=True, ends_at__gt=now
        )
    }
    jobs = WorkOrder.objects.filter(technician__in=keys, state__in=WorkOrder.UNDER_WAY)
    owed = (
        Obligation.objects.open()
        .known_to(deputy)
        .filter(person__in=keys)
        .select_related("document", "customer", "unit")
    )
    tasks = Task.objects.visible_to(deputy).unfinished().filter(person__in=keys).select_related("customer")
    found_jobs = list(jobs.select_related("customer").order_by("due_at", "pk")[:MOST])
    found_owed, found_tasks = (
        list(owed.order_by("due_at", "pk")[:MOST]),
        list(tasks.order_by("due_at", "pk")[:MOST]),
    )
    return [
        Share(
            person,
            leaves.get(person.pk),
            [job for job in found_jobs if job.technician_id == person.pk],
            [one for one in found_owed if one.person_id == person.pk],
            [one for one in found_tasks if one.person_id == person.pk],
        )
        for person in people
    ]
