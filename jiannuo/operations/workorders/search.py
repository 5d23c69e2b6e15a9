"""How work orders are found: by number, customer, and the phone that was given."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.search import Entry, SearchSource, register
from jiannuo.operations.workorders.models import WorkOrder


def _select(rows: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
    return rows.select_related("customer")


def _entry(record: WorkOrder) -> Entry:
    return Entry(
        title=f"{record.number} {record.title}",
        subtitle=record.customer.name,
        url=record.get_absolute_url(),
        texts=[record.customer.name],
        keys=[record.number, record.contact_phone],
        organization_id=record.organization_id,
    )


register(
    SearchSource(
        kind="workorder",
        label=_("work orders"),
        model=WorkOrder,
        entry=_entry,
        permission="requests.view",
        select=_select,
        order=45,
        settled=True,
    )
)
