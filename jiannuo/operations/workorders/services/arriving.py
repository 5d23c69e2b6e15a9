"""Arriving on site: when and where."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.operations.workorders.events import WorkOrderArrived
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import promises
from jiannuo.operations.workorders.services.step import Step
from jiannuo.operations.workorders.services.visits import open_visit

#: how far a phone's clock may be ahead
CLOCK_SKEW = timedelta(minutes=5)


def arrival_time(order: WorkOrder, said: datetime | None, *, now: datetime) -> datetime:
    """The instant of arrival: as said, else now.

    Raises ValidationError for one in the future or before the technician set out, accepted or was given the order.
    """
    if said is None:
        return now
    if said > now + CLOCK_SKEW:
        raise ValidationError({"arrived_at": _("The arrival cannot lie in the future.")})
    visit = open_visit(order)
    earliest = (visit.set_out_at or visit.accepted_at) if visit is not None else None
    # The page shows minutes, so an arrival in the minute of setting out is fine.
    if earliest is not None and said < earliest.replace(second=0, microsecond=0):
        raise ValidationError({"arrived_at": _("The arrival cannot lie before you set out.")})
    return min(said, now)


def note_arrival(step: Step) -> None:
    """Keep time and place on the visit and meet what the arrival proves."""
    visit = open_visit(step.order)
    if visit is not None and visit.arrived_at is None:
        visit.arrived_at = step.at
        visit.arrived_latitude = step.data.get("latitude")
        visit.arrived_longitude = step.data.get("longitude")
        visit.save(update_fields=["arrived_at", "arrived_latitude", "arrived_longitude"])
    promises.fulfil(step.order, promises.BY_ARRIVAL, at=step.at, by=step.by)
    promises.appointment_kept(step.order, at=step.at, by=step.by)
    publish(WorkOrderArrived(order_id=step.order.pk, number=step.order.number, at=step.at))
