"""How projects and goods notices are found: by number, customer and serial number."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.search import Entry, SearchSource, register
from jiannuo.operations.installations.models import Installation


def _select(rows: QuerySet[Installation]) -> QuerySet[Installation]:
    return rows.select_related("customer").prefetch_related("parts__unit")


def _entry(record: Installation) -> Entry | None:
    return Entry(
        title=f"{record.number} {record.title}",
        subtitle=str(record.customer),
        url=record.get_absolute_url(),
        texts=[record.customer.name, record.contract],
        keys=[record.number, *(part.unit.serial for part in record.parts.all())],
        organization_id=record.organization_id,
    )


register(
    SearchSource(
        kind="installation",
        label=_("installations"),
        model=Installation,
        entry=_entry,
        permission="installations.view",
        select=_select,
        order=46,
        settled=True,
    )
)
