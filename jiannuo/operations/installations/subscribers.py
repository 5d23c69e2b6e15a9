"""What projects do on the news of work orders."""

from __future__ import annotations

from jiannuo.kernel.events import subscribe
from jiannuo.operations.installations.services import order_completed
from jiannuo.operations.workorders.events import WorkOrderCompleted
from jiannuo.registry.customers.events import CustomerErased


@subscribe(WorkOrderCompleted)
def note_the_installation(event: WorkOrderCompleted) -> None:
    """The unit of the order is installed."""
    order_completed(event.order_id, at=event.at)


@subscribe(CustomerErased)
def forget_the_person(event: CustomerErased) -> None:
    """Projects keep what was done, not whom to call, where the person lives or who signed."""
    from jiannuo.operations.installations.models import Acceptance, Installation, Trainee

    projects = Installation.objects.filter(customer_id=event.customer_id)
    keys = list(projects.values_list("pk", flat=True))
    projects.update(contact_name="", contact_phone="", address="", agreed_with="", received_by="")
    Acceptance.objects.filter(installation__in=keys).update(signed_by="—")
    Trainee.objects.filter(installation__in=keys).update(name="—")
