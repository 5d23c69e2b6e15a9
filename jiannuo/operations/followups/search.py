"""How follow-ups and letters are found: by number and customer, letters also by recipient and posting number."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.search import Entry, SearchSource, register
from jiannuo.operations.followups.models import FollowUp, Letter


def _talks(rows: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    return rows.select_related("customer", "unit")


def _talk(record: FollowUp) -> Entry:
    """What the customer said is left out: a search is read over the shoulder."""
    return Entry(
        title=f"{record.number} {record.title}"[:200],
        subtitle=record.customer.name,
        url=record.get_absolute_url(),
        texts=[record.customer.name],
        keys=[record.number, record.unit.serial if record.unit is not None else ""],
        organization_id=record.organization_id,
    )


def _letters(rows: QuerySet[Letter]) -> QuerySet[Letter]:
    return rows.select_related("customer")


def _letter(record: Letter) -> Entry:
    """Of the address nothing: whoever finds the letter may not be allowed to read it."""
    return Entry(
        title=f"{record.number} {record.title}"[:200],
        subtitle=record.customer.name,
        url=record.get_absolute_url(),
        texts=[record.customer.name, record.recipient],
        keys=[record.number, record.posting],
        organization_id=record.organization_id,
    )


register(
    SearchSource(
        kind="followup",
        label=_("follow-ups"),
        model=FollowUp,
        entry=_talk,
        permission="followups.view",
        select=_talks,
        order=46,
        settled=True,
    )
)
register(
    SearchSource(
        kind="letter",
        label=_("letters"),
        model=Letter,
        entry=_letter,
        permission="followups.view",
        select=_letters,
        order=47,
    )
)
