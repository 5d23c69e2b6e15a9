"""How service requests are found: by number, customer, and the phone that was given."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.search import Entry, SearchSource, register
from jiannuo.office.organizations.scope import organization_ids
from jiannuo.operations.desk.models import ServiceRequest


def _select(rows: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
    return rows.select_related("customer")


def _entry(record: ServiceRequest) -> Entry:
    return Entry(
        title=f"{record.number} {record.title}",
        subtitle=record.customer.name,
        url=record.get_absolute_url(),
        texts=[record.customer.name],
        keys=[record.number, record.reporter_phone],
        organization_id=record.organization_id,
    )


def _taken_by(user: Any) -> Any:
    """Requests that ``user`` took and a rule sent elsewhere: they go on telling the customer."""
    ids = organization_ids(user, ServiceRequest.VIEW_PERMISSION)
    taken = ServiceRequest.objects.filter(created_by=user.pk, taken_at__isnull=False)
    return (taken if ids is None else taken.filter(taken_at__in=ids)).values("pk")


register(
    SearchSource(
        kind="servicerequest",
        label=_("service requests"),
        model=ServiceRequest,
        entry=_entry,
        permission="requests.view",
        select=_select,
        order=40,
        settled=True,
        also=_taken_by,
    )
)
