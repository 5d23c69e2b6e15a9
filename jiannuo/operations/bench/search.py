"""How goods in the house are found: by the number of the receipt, the serial number, and who brought them."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.search import Entry, SearchSource, register
from jiannuo.operations.bench.models import CarryIn


def _select(rows: QuerySet[CarryIn]) -> QuerySet[CarryIn]:
    return rows.select_related("customer")


def _entry(record: CarryIn) -> Entry:
    return Entry(
        title=f"{record.number} {record.title}",
        subtitle=record.customer.name,
        url=record.get_absolute_url(),
        texts=[record.customer.name, record.what],
        keys=[record.number, record.serial, record.brought_phone],
        organization_id=record.organization_id,
    )


register(
    SearchSource(
        kind="carryin",
        label=_("carry-in receipts"),
        model=CarryIn,
        entry=_entry,
        permission="bench.view",
        select=_select,
        order=46,
        settled=True,
    )
)
