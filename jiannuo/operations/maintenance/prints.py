"""Printed forms: F23 inspection record, F24 inspection report, F25 maintenance plan, F26 logs, F40 quotation."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.money import in_words
from jiannuo.kernel.printing import PrintForm, register
from jiannuo.operations.maintenance import queries
from jiannuo.operations.maintenance.models import (
    DutyShift,
    Finding,
    InspectionReport,
    MaintenancePlan,
    PatrolRound,
    Quotation,
)
from jiannuo.operations.maintenance.services.jobs import place_words
from jiannuo.operations.maintenance.services.logs import open_items
from jiannuo.operations.maintenance.wording import rhythm_words
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.prints import picture


def patrol_record(one: PatrolRound) -> dict[str, Any]:
    """What F23 shows of a round: each point with every check, truthfully as it was recorded."""
    points = one.points.select_related("by").prefetch_related("checks")
    return {"round": one, "points": list(points), "findings": list(one.findings_in.order_by("pk"))}


def inspection_record(order: WorkOrder) -> dict[str, Any]:
    """What F23 shows of an order: filled in together with the customer's engineer."""
    return {
        "order": order,
        "checks": list(order.checks.all()),
        "visit": order.visits.select_related("technician").order_by("-sequence").first(),
        "findings": list(Finding.objects.filter(found_in=order.pk).order_by("pk")),
        "signature": picture(order.signature),
    }


def inspection_report(report: InspectionReport) -> dict[str, Any]:
    """What F24 shows: condition, what was adjusted, advice, and the values of each unit."""
    orders = queries.orders_of(report)
    findings = Finding.objects.filter(found_in__in=[order.pk for order in orders])
    return {"report": report, "orders": orders, "findings": list(findings.order_by("pk"))}


def quotation_form(quotation: Quotation) -> dict[str, Any]:
    """What F40 shows: the findings, each line with who pays and why, the sum in figures and words, the answer."""
    return {
        "quotation": quotation,
        "findings": list(quotation.findings.order_by("pk")),
        "lines": queries.explained_lines(quotation),
        "words": in_words(quotation.customer_total),
    }


def plan_table(plan: MaintenancePlan) -> dict[str, Any]:
    """What F25 shows: the agreed work, its units, what was done and what comes in a year."""
    jobs = list(plan.jobs.select_related("unit__model", "unit__address", "order").order_by("due_on", "pk"))
    known = {(job.due_on, job.unit_id) for job in jobs}
    today = timezone.localdate()
    coming = [one for one in queries.coming(plan, today=today) if (one.due, None) not in known]
    booked = {job.due_on for job in jobs}
    return {
        "plan": plan,
        "rhythm": rhythm_words(plan),
        "units": list(plan.plan_units.select_related("unit__model")),
        "jobs": [(job, place_words(job) if job.unit is not None else "") for job in jobs[-60:]],
        "coming": [one for one in coming if one.due not in booked][:60],
    }


def duty_log(shift: DutyShift) -> dict[str, Any]:
    """What F26 shows: the entries of a shift, what was open, who handed over and who accepted."""
    handed = [one.item for one in shift.handed.select_related("item__raised_by")]
    return {
        "shift": shift,
        "entries": list(shift.entries.select_related("unit", "by").prefetch_related("readings", "photos")),
        "items": open_items(shift.book_id) if shift.is_running else handed,
        "closed": list(shift.items_closed.select_related("closed_by")),
        "signature": picture(shift.signature),
    }


def _rounds(user: Any) -> Any:
    return PatrolRound.objects.visible_to(user).select_related("organization", "route", "customer", "person")


def _orders(user: Any) -> Any:
    rows = WorkOrder.objects.visible_to(user).filter(job__in=queries.REGULAR)
    return rows.select_related("organization", "customer", "unit__model", "technician", "signature")


for form_id, title, template, model, rows, context in (
    ("F23-round", _("Patrol record"), "f23_round", PatrolRound, _rounds, patrol_record),
    ("F23", _("Inspection record"), "f23_order", WorkOrder, _orders, inspection_record),
    ("F24", _("Inspection report"), "f24", InspectionReport, queries.reports_for, inspection_report),
    ("F40", _("Quotation"), "f40", Quotation, queries.quotations_for, quotation_form),
    ("F25", _("Maintenance plan"), "f25", MaintenancePlan, queries.plans_for, plan_table),
    ("F26", _("Duty and hand-over log"), "f26", DutyShift, queries.shifts_for, duty_log),
):
    register(
        PrintForm(
            id=form_id,
            title=title,
            template=f"maintenance/print/{template}.html",
            model=model,
            rows=rows,
            context=context,
            permission="logs.view" if model is DutyShift else "maintenance.view",
        )
    )
