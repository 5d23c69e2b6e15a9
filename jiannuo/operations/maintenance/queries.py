"""Reads of maintenance, all within what the person may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE
from jiannuo.office.documents.models import DocumentLink
from jiannuo.office.organizations.scope import organization_ids, paths_upwards
from jiannuo.operations.maintenance.models import (
    DutyBook,
    DutyShift,
    Finding,
    InspectionReport,
    MaintenancePlan,
    PatrolRound,
    PatrolRoute,
    PlannedJob,
    Quotation,
    QuotationLine,
    RoundPoint,
)
from jiannuo.operations.maintenance.rhythm import Window, windows
from jiannuo.operations.maintenance.services.jobs import zone_of
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.wording import explained
from jiannuo.promises.obligations.models import Obligation, RecurringDuty

#: actions of recurring clauses that work orders or patrols do
ACTIONS = (
    "inspection",
    "maintenance",
    "patrol",
    "upkeep",
    "cleaning",
    "test",
    "calibration",
    "assessment",
    "drill",
)
FINISHED = ("completed", "signed", "reviewed", "closed")
REGULAR = ("maintenance", "inspection")


def plans_for(user: Any) -> QuerySet[Any]:
    """Plans with what their rows show: the next due day and how many jobs are late."""
    today = timezone.localdate()
    rows = MaintenancePlan.objects.visible_to(user).select_related("organization", "customer", "season")
    open_jobs = PlannedJob.objects.filter(plan=OuterRef("pk"), state__in=PlannedJob.OPEN_STATES)
    late = open_jobs.filter(due_on__lt=today).order_by().values("plan").annotate(n=Count("pk")).values("n")
    return rows.annotate(
        next_due=Subquery(open_jobs.order_by("due_on").values("due_on")[:1]), late_jobs=Subquery(late)
    )


def jobs_for(user: Any) -> QuerySet[Any]:
    """Planned jobs with what their rows show."""
    return PlannedJob.objects.visible_to(user).select_related(
        "plan", "organization", "customer", "unit__model", "order"
    )


def routes_for(user: Any) -> QuerySet[Any]:
    """Routes with the number of their points."""
    rows = PatrolRoute.objects.visible_to(user).select_related("organization", "customer", "person")
    return rows.annotate(points_now=Count("points", filter=Q(points__removed_at__isnull=True)))


def rounds_for(user: Any) -> QuerySet[Any]:
    """Rounds with how many points they have and how many were checked."""
    counted = RoundPoint.objects.filter(round=OuterRef("pk")).order_by().values("round")
    return (
        PatrolRound.objects.visible_to(user)
        .select_related("organization", "customer", "route", "person")
        .annotate(
            points_all=Subquery(counted.annotate(n=Count("pk")).values("n")),
            points_done=Subquery(counted.annotate(n=Count("pk", filter=Q(state="done"))).values("n")),
        )
    )


def my_rounds(user: Any, today: date) -> list[PatrolRound]:
    """The rounds of today that a person walks or may take, and their own that are under way."""
    rows = rounds_for(user).filter(
        Q(day=today) | Q(state=PatrolRound.State.UNDER_WAY, day__gte=today - timedelta(days=1))
    )
    rows = rows.filter(Q(person=user) | Q(person__isnull=True)).exclude(state="called_off")
    return list(rows.order_by("state", "pk")[:50])


def findings_for(user: Any) -> QuerySet[Any]:
    """Findings with the due instant of what clauses promise about them."""
    due = Obligation.objects.filter(
        document=OuterRef("pk"), state__in=["open", "missed"], abandoned_at__isnull=True
    )
    return (
        Finding.objects.visible_to(user)
        .select_related("organization", "customer", "unit__model", "owner", "found_in")
        .annotate(due_at=Subquery(due.order_by("due_at").values("due_at")[:1]))
    )


def quotations_for(user: Any) -> QuerySet[Any]:
    """Quotations for findings."""
    return Quotation.objects.visible_to(user).select_related("organization", "customer", "unit__model")


def explained_lines(quotation: Quotation) -> list[QuotationLine]:
    """The lines of a quotation, each with its reason in words as ``why``."""
    return explained(quotation.lines.select_related("component"))


def findings_to_quote(user: Any, finding: Finding) -> QuerySet[Any]:
    """A finding with the others of the same unit and customer that are open and for which there is no quotation."""
    rows = Finding.objects.visible_to(user).filter(
        customer=finding.customer_id,
        unit=finding.unit_id,
        organization=finding.organization_id,
        state=Finding.State.OPEN,
    )
    return rows.exclude(quoted__is_live=True).order_by("pk")


def reports_for(user: Any) -> QuerySet[Any]:
    """Inspection reports."""
    return InspectionReport.objects.visible_to(user).select_related("organization", "customer", "issued_by")


def orders_of(report: InspectionReport) -> list[WorkOrder]:
    """The orders that a report is about, with their checks (2 queries)."""
    keys = DocumentLink.objects.filter(source=report.pk, kind=DocumentLink.Kind.SERVES)
    rows = WorkOrder.objects.filter(pk__in=keys.values("target_id")).select_related(
        "unit__model", "technician"
    )
    return list(rows.prefetch_related("checks").order_by("pk"))


def orders_to_report(user: Any) -> QuerySet[Any]:
    """Finished inspections and maintenance in scope without a report, with until when a report is owed."""
    reported = DocumentLink.objects.filter(source__kind="inspectionreport").values("target_id")
    owed = Obligation.objects.filter(
        document=OuterRef("pk"), metric="report", state__in=["open", "missed"], abandoned_at__isnull=True
    )
    return (
        WorkOrder.objects.visible_to(user)
        .filter(job__in=REGULAR, state__in=FINISHED)
        .exclude(pk__in=reported)
        .select_related("organization", "customer", "unit__model", "technician")
        .annotate(report_due=Subquery(owed.order_by("due_at").values("due_at")[:1]))
    )


@dataclass(frozen=True, slots=True)
class Promised:
    """What a clause promises a customer again and again, with the plan that does it, if any."""

    duty: RecurringDuty
    units: int
    next_due: Any
    plan: MaintenancePlan | None


def promised(user: Any, *, only_open: bool = False, limit: int = 200) -> list[Promised]:
    """Recurring promises of inspections and maintenance in scope, one for each customer and clause (4 queries)."""
    ids = organization_ids(user, "maintenance.view")
    rows = RecurringDuty.objects.filter(
        action__in=ACTIONS, ended_at__isnull=True, customer__isnull=False, unit__isnull=False
    )
    if ids is not None:
        rows = rows.filter(organization__in=ids)
    groups = (
        rows.order_by()
        .values("customer_id", "version__commitment_id", "clause", "organization_id")
        .annotate(units=Count("unit", distinct=True), first=Min("pk"), opens=Min("next_opens_at"))
        .order_by("customer_id", "clause")[: limit * 2]
    )
    found = list(groups)
    duties = {
        duty.pk: duty
        for duty in RecurringDuty.objects.filter(pk__in=[group["first"] for group in found]).select_related(
            "version__commitment", "customer", "organization", "unit__model"
        )
    }
    plans = _clause_plans([group["customer_id"] for group in found])
    due = _next_due([group["customer_id"] for group in found])
    answers = []
    for group in found:
        key = (group["customer_id"], group["version__commitment_id"], group["clause"])
        plan = plans.get((*key, group["organization_id"]))
        if plan is None or not only_open:
            answers.append(Promised(duties[group["first"]], group["units"], due.get(key), plan))
    return answers[:limit]


def _clause_plans(customers: Iterable[int]) -> dict[tuple[Any, ...], MaintenancePlan]:
    rows = MaintenancePlan.objects.filter(customer__in=set(customers), source="clause").exclude(state="ended")
    return {(one.customer_id, one.commitment_id, one.clause, one.organization_id): one for one in rows}


def _next_due(customers: Iterable[int]) -> dict[tuple[Any, ...], Any]:
    rows = (
        Obligation.objects.open()
        .filter(duty__isnull=False, metric__in=ACTIONS, customer__in=set(customers))
        .order_by()
        .values_list("customer_id", "duty__version__commitment_id", "duty__clause")
        .annotate(due=Min("due_at"))
    )
    return {(customer, commitment, clause): due for customer, commitment, clause, due in rows}


def coming(plan: MaintenancePlan, *, today: date, days: int = 366) -> list[Window]:
    """What a plan by calendar, season or day of the week brings in the next ``days``; none for the others."""
    since = max(today, plan.starts_on)
    found = windows(plan, since=since, until=today + timedelta(days=days), zone=zone_of(plan.organization))
    return found[:400]


def owners_for(finding: Finding) -> QuerySet[Any]:
    """Active people who may follow a finding, at its organisation or above."""
    return _people_with("findings.handle", finding.organization)


def walkers_for(one: PatrolRound) -> QuerySet[Any]:
    """Active people who may walk a round, at its organisation or above."""
    return _people_with("patrols.record", one.organization)


def _people_with(permission: str, organization: Any) -> QuerySet[Any]:
    roles = [role for role, held in PERMISSIONS_BY_ROLE.items() if permission in held]
    holders = RoleAssignment.objects.filter(
        role__in=roles, organization__path__in=paths_upwards(organization)
    )
    return User.objects.filter(is_active=True, pk__in=holders.values("user")).order_by("name")


def books_for(user: Any) -> QuerySet[Any]:
    """Duty logs with who is on duty now and how much is open."""
    running = DutyShift.objects.filter(book=OuterRef("pk"), is_running=True)
    return (
        DutyBook.objects.visible_to(user)
        .select_related("organization", "customer")
        .annotate(
            on_duty=Subquery(running.values("person__name")[:1]),
            running_state=Subquery(running.values("state")[:1]),
            running_number=Subquery(running.values("number")[:1]),
            since=Max("duty_shifts__began_at"),
            open_count=Count("items", filter=Q(items__closed_at__isnull=True), distinct=True),
        )
    )


def shifts_for(user: Any) -> QuerySet[Any]:
    """Shifts of duty logs."""
    return DutyShift.objects.visible_to(user).select_related(
        "organization", "book__customer", "person", "accepted_by", "signature"
    )


def late_jobs(user: Any, today: date) -> QuerySet[Any]:
    """What should have been done by yesterday, the oldest first."""
    return (
        jobs_for(user).filter(state__in=PlannedJob.OPEN_STATES, due_on__lt=today).order_by(F("due_on"), "pk")
    )
