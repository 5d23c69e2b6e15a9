"""The time set aside for an order in its technician's day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import lock, record, save
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.operations.workorders.services.guard import NotNow
from jiannuo.operations.workorders.services.visits import open_visit

#: states in which the time of the coming visit may be set
AHEAD = ("dispatched", "accepted")


@transaction.atomic
def plan_times(
    order: WorkOrder, *, starts_at: datetime, ends_at: datetime, by: Any, version: int | None = None
) -> Visit:
    """Set aside time for the open visit of an order; the appointment that was told stays as it is.

    Raises PermissionDenied, StaleDocument, NotNow (under way already, or nobody has it) or ValidationError.
    """
    order = lock(order, version=version)
    if not by.has_perm("orders.dispatch", order):
        raise PermissionDenied("orders.dispatch")
    visit = open_visit(order)
    if visit is None or order.state not in AHEAD:
        raise NotNow(order)
    if ends_at <= starts_at:
        raise ValidationError({"planned_to": _("The planned time must end after it begins.")})
    if (visit.planned_from, visit.planned_to) == (starts_at, ends_at):
        return visit
    visit.planned_from, visit.planned_to = starts_at, ends_at
    visit.save(update_fields=["planned_from", "planned_to"])
    save(order)
    values = {
        "from": timezone.localtime(starts_at).strftime("%Y-%m-%d %H:%M"),
        "to": timezone.localtime(ends_at).strftime("%H:%M"),
        "person": visit.technician,
    }
    text = _("Planned %(from)s – %(to)s for %(person)s") % values
    record(order, TimelineEntry.Kind.CHANGE, by=by, text=text)
    return visit
