"""How trips are found: by number, place and traveller."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.search import Entry, SearchSource, register
from jiannuo.operations.trips.models import BusinessTrip


def _select(rows: QuerySet[BusinessTrip]) -> QuerySet[BusinessTrip]:
    return rows.select_related("cause")


def _entry(record: BusinessTrip) -> Entry:
    return Entry(
        title=f"{record.number} {record.title}",
        subtitle=str(record.cause),
        url=record.get_absolute_url(),
        texts=[record.title],
        keys=[record.number],
        organization_id=record.organization_id,
    )


register(
    SearchSource(
        kind="businesstrip",
        label=_("business trips"),
        model=BusinessTrip,
        entry=_entry,
        permission="trips.view",
        select=_select,
        order=47,
    )
)
