"""What surveys do on the news of others."""

from __future__ import annotations

from jiannuo.kernel.events import subscribe
from jiannuo.office.documents.events import ServiceEnded
from jiannuo.operations.surveys.models import Invitation, InvitationRule, SurveyAnswer
from jiannuo.operations.surveys.services.inviting import invite_for_document, invite_for_order
from jiannuo.operations.workorders.events import WorkOrderClosed, WorkOrderSigned
from jiannuo.registry.customers.events import CustomerErased

Event = InvitationRule.Event
#: how a service ended → the event of the table
AFTER = {"answered": Event.REQUEST_ANSWERED, "complaint": Event.COMPLAINT_CLOSED}


@subscribe(WorkOrderSigned)
def ask_who_signed(event: WorkOrderSigned) -> None:
    """The customer has signed: ask, where the table says so."""
    if event.leads:
        invite_for_order(event.order_id, Event.ORDER_SIGNED, at=event.at)


@subscribe(WorkOrderClosed)
def ask_after_the_work(event: WorkOrderClosed) -> None:
    """The order is closed: ask, where the table says so."""
    if event.leads:
        invite_for_order(event.order_id, Event.ORDER_CLOSED, at=event.at)


@subscribe(ServiceEnded)
def ask_after_other_service(event: ServiceEnded) -> None:
    """A request was answered or a complaint closed: ask, where the table says so."""
    if event.how in AFTER:
        invite_for_document(event, AFTER[event.how])


@subscribe(CustomerErased)
def forget_the_person(event: CustomerErased) -> None:
    """Answers keep what was said, not who said it."""
    SurveyAnswer.objects.filter(customer_id=event.customer_id).update(name="", phone="")
    Invitation.objects.filter(customer_id=event.customer_id).update(phone="")
