"""How complaints are found, by those who see all of them: by number, customer, name and phone."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.search import Entry, SearchSource, register
from jiannuo.operations.complaints.models import Complaint


def _select(rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
    return rows.select_related("customer")


def _entry(record: Complaint) -> Entry | None:
    if record.accused_person_id is not None:
        return None  # it must not be found by whom it is about, who may be of the desk
    return Entry(
        title=f"{record.number} {record.title}",
        subtitle=record.who,
        url=record.get_absolute_url(),
        texts=[record.customer.name if record.customer else "", record.complainant],
        keys=[record.number, record.phone],
        organization_id=record.organization_id,
    )


register(
    SearchSource(
        kind="complaint",
        label=_("complaints"),
        model=Complaint,
        entry=_entry,
        permission="complaints.all",
        select=_select,
        order=45,
        settled=True,
    )
)
