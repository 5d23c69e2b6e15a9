"""How cards are found: by their number, the number on them, serial number, customer and phone."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.search import Entry, SearchSource, register
from jiannuo.operations.cards.models import RegistrationCard


def _select(rows: QuerySet[RegistrationCard]) -> QuerySet[RegistrationCard]:
    return rows.select_related("organization")


def _entry(record: RegistrationCard) -> Entry:
    return Entry(
        title=f"{record.number} {record.title}",
        subtitle=str(record.organization),
        url=record.get_absolute_url(),
        texts=[record.customer_name],
        keys=[record.number, record.card_number, record.serial, record.phone],
        organization_id=record.organization_id,
    )


register(
    SearchSource(
        kind="registrationcard",
        label=_("registration cards"),
        model=RegistrationCard,
        entry=_entry,
        permission="cards.view",
        select=_select,
        order=48,
    )
)
