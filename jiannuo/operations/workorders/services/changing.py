"""Changing what an order is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import lock, record, save
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services.guard import PLANNING, NotNow

FIELDS = ("job", "fault", "contact_name", "contact_phone", "division", "address")


@transaction.atomic
def change_order(
    order: WorkOrder, data: Mapping[str, Any], *, by: Any, version: int | None = None
) -> WorkOrder:
    """Change fields of an order that is not completed yet; the timeline says which.

    Raises PermissionDenied, StaleDocument, NotNow or ValidationError.
    """
    order = lock(order, version=version)
    if not by.has_perm("orders.dispatch", order):
        raise PermissionDenied("orders.dispatch")
    if order.state not in PLANNING:
        raise NotNow(order)
    changed = [name for name in FIELDS if name in data and getattr(order, name) != data[name]]
    if not changed:
        return order
    for name in changed:
        setattr(order, name, data[name])
    order.full_clean(exclude=["number", "kind", "state"])
    save(order)
    labels = "、".join(
        str(getattr(WorkOrder._meta.get_field(name), "verbose_name", name)) for name in changed
    )
    record(order, TimelineEntry.Kind.CHANGE, by=by, text=_("Changed: %(fields)s") % {"fields": labels})
    return order
