"""How plans, findings, inspection reports and quotations are found: by number, title and serial number."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.search import Entry, SearchSource, register
from jiannuo.operations.maintenance.models import Finding, InspectionReport, MaintenancePlan, Quotation


def _with_organization(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("organization")


def _entry(record: Any) -> Entry:
    unit = getattr(record, "unit", None)
    return Entry(
        title=f"{record.number} {record.title}",
        subtitle=str(record.organization),
        url=record.get_absolute_url(),
        texts=[record.title],
        keys=[key for key in (record.number, unit.serial if unit is not None else "") if key],
        organization_id=record.organization_id,
    )


for kind, label, model, order in (
    ("maintenanceplan", _("maintenance plans"), MaintenancePlan, 56),
    ("finding", _("hidden dangers"), Finding, 57),
    ("inspectionreport", _("inspection reports"), InspectionReport, 58),
    ("quotation", _("quotations"), Quotation, 59),
):
    register(
        SearchSource(
            kind=kind,
            label=label,
            model=model,
            entry=_entry,
            permission="maintenance.view",
            select=_with_organization,
            order=order,
        )
    )
