"""Inspection reports (F24): drafted from what the orders recorded, issued in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import DocumentLink
from jiannuo.operations.maintenance.events import ReportIssued
from jiannuo.operations.maintenance.models import Finding, InspectionReport, PlannedJob
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.promises.obligations import services as obligations

FINISHED = ("completed", "signed", "reviewed", "closed")
REGULAR = (WorkOrder.Kind.INSPECTION, WorkOrder.Kind.MAINTENANCE)
FIELDS = ("inspected_on", "inspectors", "with_whom", "summary", "done", "advice", "next_on")


@transaction.atomic
def draft_report(
    orders: Sequence[WorkOrder], *, by: Any, at: datetime | None = None, is_demo: bool = False
) -> InspectionReport:
    """A draft about finished inspections of one customer, with what they recorded in its words.

    Raises ValidationError for orders that are not finished, of other kinds, of several customers, or reported on
    already; PermissionDenied unless ``by`` writes reports there.
    """
    orders = _checked(orders)
    first, at = orders[0], at or timezone.now()
    report = InspectionReport(
        organization=first.organization,
        customer=first.customer,
        title=_("Inspection report %(customer)s") % {"customer": first.customer},
        created_at=at,
        is_demo=is_demo,
        **_words(orders, at),
    )
    if by is not None and not by.has_perm("maintenance.report", report):
        raise PermissionDenied("maintenance.report")
    documents.create_document(report, by=by)
    for order in orders:
        documents.link(report, order)
    return report


def _checked(orders: Sequence[WorkOrder]) -> list[WorkOrder]:
    found = list(orders)
    if not found:
        raise ValidationError(_("Choose at least one finished inspection."))
    first = found[0]
    for order in found:
        if order.job not in REGULAR or order.state not in FINISHED:
            text = _("%(number)s is no finished inspection or maintenance.")
            raise ValidationError(text % {"number": order.number})
        if order.customer_id != first.customer_id or order.organization_id != first.organization_id:
            text = _("%(one)s and %(other)s are of different customers. Write a report for each.")
            raise ValidationError(text % {"one": first.number, "other": order.number})
    reported = DocumentLink.objects.filter(
        target__in=[order.pk for order in found], source__kind="inspectionreport"
    ).select_related("source", "target")
    if link := reported.first():
        text = _("%(report)s reports on %(order)s already.")
        raise ValidationError(text % {"report": link.source.number, "order": link.target.number})
    return found


def _words(orders: Sequence[WorkOrder], at: datetime) -> dict[str, Any]:
    """What the orders say, as a first version of the text."""
    checks = [check for order in orders for check in order.checks.all()]
    wrong = [check for check in checks if check.passed is False]
    findings = Finding.objects.filter(found_in__in=[order.pk for order in orders])
    summary = [
        _("%(units)s units inspected, %(checks)s checks, %(wrong)s not in order.")
        % {"units": len(orders), "checks": len(checks), "wrong": len(wrong)}
    ]
    summary += [f"{check.text} {check.shown_value} {check.limits}".strip() for check in wrong]
    people = {str(order.technician) for order in orders if order.technician is not None}
    jobs = PlannedJob.objects.filter(order__in=[order.pk for order in orders], done_at__isnull=False)
    ended = jobs.order_by("-done_at").values_list("done_at", flat=True).first()
    return {
        "inspected_on": timezone.localdate(ended or _ended(orders) or at),
        "inspectors": "、".join(sorted(people))[:120],
        "with_whom": next((order.signed_by for order in orders if order.signed_by), "")[:60],
        "summary": "\n".join(summary)[:4000],
        "done": "\n".join(order.work_done for order in orders if order.work_done)[:4000],
        "advice": "\n".join(finding.text for finding in findings)[:4000],
    }


def _ended(orders: Sequence[WorkOrder]) -> datetime | None:
    ends = [visit.ended_at for order in orders for visit in order.visits.all() if visit.ended_at is not None]
    return max(ends, default=None)


@transaction.atomic
def change_report(
    report: InspectionReport, *, by: Any, version: int | None, **fields: Any
) -> InspectionReport:
    """Change a draft. Raises StaleDocument, PermissionDenied, and ValidationError once it was issued."""
    report = documents.lock(report, version=version)
    if not by.has_perm("maintenance.report", report):
        raise PermissionDenied("maintenance.report")
    if report.state != InspectionReport.State.DRAFT:
        raise ValidationError(_("The report was issued and cannot be changed any more."))
    for name in FIELDS:
        if name in fields:
            setattr(report, name, fields[name])
    if report.next_on is not None and report.next_on <= report.inspected_on:
        raise ValidationError({"next_on": _("The next inspection comes after this one.")})
    report.full_clean(exclude=["number", "kind", "state"])
    return documents.save(report)


@transaction.atomic
def do_report(
    document: InspectionReport,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> InspectionReport:
    """Issue a report: what clauses promise to report about its orders is kept by it."""
    at = at or timezone.now()
    report = documents.perform(
        document, name, by=by, data=data, version=version, at=at, as_system=as_system, text=text
    )
    if name == "issue":
        obligations.fulfil(report, "report", at=at, evidence=report, by=by)
        publish(ReportIssued(report_id=report.pk, number=report.number, at=at))
    return InspectionReport.objects.select_related("organization", "customer").get(pk=report.pk)
