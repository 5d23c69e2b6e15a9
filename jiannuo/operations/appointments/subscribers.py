"""What bookings do on the news of work orders."""

from __future__ import annotations

from jiannuo.kernel.events import subscribe
from jiannuo.operations.appointments.models import Booking
from jiannuo.operations.appointments.services import give_to_order
from jiannuo.operations.workorders.events import WorkOrderCreated
from jiannuo.operations.workorders.models import WorkOrder


@subscribe(WorkOrderCreated)
def take_the_window_over(event: WorkOrderCreated) -> None:
    """The window that the customer chose for the request becomes the appointment of its order."""
    held = Booking.objects.filter(
        state=Booking.State.HELD,
        order__isnull=True,
        request__links_in__source=event.order_id,
        request__links_in__kind="serves",
        starts_at__gt=event.at,
    )
    booking = held.select_related("technician").order_by("starts_at").first()
    if booking is not None:
        give_to_order(booking, WorkOrder.objects.get(pk=event.order_id))
