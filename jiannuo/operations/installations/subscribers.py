"""What projects and goods notices do on the news of work orders, promises and mails."""

from __future__ import annotations

from django.utils import timezone

from jiannuo.kernel.events import subscribe
from jiannuo.office.notices.events import MessageGivenUp
from jiannuo.operations.installations.mailing import notice_of
from jiannuo.operations.installations.services import order_completed, telling
from jiannuo.operations.workorders.events import WorkOrderCompleted
from jiannuo.promises.obligations.events import ObligationMissed
from jiannuo.registry.customers.events import CustomerErased


@subscribe(WorkOrderCompleted)
def note_the_installation(event: WorkOrderCompleted) -> None:
    """The unit of the order is installed."""
    order_completed(event.order_id, at=event.at)


@subscribe(ObligationMissed)
def remind_the_supplier(event: ObligationMissed) -> None:
    """The answer to a goods notice is late."""
    if event.metric in telling.ANSWER and event.document_id is not None:
        telling.remind(event.document_id, at=timezone.now())


@subscribe(MessageGivenUp)
def note_that_the_mail_failed(event: MessageGivenUp) -> None:
    """The supplier's address is dead: the notice counts as not told."""
    pk = notice_of(event.key)
    if pk is not None:
        telling.mail_failed(pk, key=event.key, error=event.error)


@subscribe(CustomerErased)
def forget_the_person(event: CustomerErased) -> None:
    """Projects keep what was done, not whom to call, where the person lives or who signed."""
    from jiannuo.operations.installations.models import Acceptance, Installation, Trainee

    projects = Installation.objects.filter(customer_id=event.customer_id)
    keys = list(projects.values_list("pk", flat=True))
    projects.update(contact_name="", contact_phone="", address="", agreed_with="", received_by="")
    Acceptance.objects.filter(installation__in=keys).update(signed_by="—")
    Trainee.objects.filter(installation__in=keys).update(name="—")
