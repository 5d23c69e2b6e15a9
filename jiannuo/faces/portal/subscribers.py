"""What customers are told when work goes on."""

from __future__ import annotations

from django.conf import settings

from jiannuo.faces.portal import notices, tokens
from jiannuo.kernel.events import subscribe
from jiannuo.office.notices.services import tell_customer
from jiannuo.operations.channels.mail.answering import confirm
from jiannuo.operations.complaints.events import ComplaintRegistered
from jiannuo.operations.complaints.models import Complaint
from jiannuo.operations.desk.events import RequestRegistered
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders.events import WorkOrderClosed, WorkOrderEvent, WorkOrderSigned
from jiannuo.operations.workorders.models import WorkOrder


@subscribe(RequestRegistered)
def confirm_the_request(event: RequestRegistered) -> None:
    """The customer gets the link to the progress of the request."""
    request = ServiceRequest.objects.select_related("customer").get(pk=event.request_id)
    if request.is_demo or request.is_entrusted:
        return
    context = {"title": request.title, "url": tokens.progress_url(request.number)}
    texts = notices.RECEIVED.texts({"number": request.number, **context}, settings.LANGUAGE_CODE)
    if confirm(event.origin, request, *texts):
        return  # who wrote a mail is answered in its thread
    tell_customer(
        notices.RECEIVED,
        key=f"received:{request.pk}",
        document=request,
        customer=request.customer,
        phone=request.reporter_phone,
        context=context,
    )


@subscribe(ComplaintRegistered)
def confirm_the_complaint(event: ComplaintRegistered) -> None:
    """Who complained gets the number and the link to its state."""
    complaint = Complaint.objects.select_related("customer").get(pk=event.complaint_id)
    if complaint.is_demo:
        return
    tell_customer(
        notices.COMPLAINT,
        key=f"complaint:{complaint.pk}",
        document=complaint,
        customer=complaint.customer,
        phone=complaint.phone,
        context={"url": tokens.complaint_url(complaint.number)},
    )


@subscribe(WorkOrderSigned)
def send_the_record_at_once(event: WorkOrderSigned) -> None:
    """The customer has signed and gets the link to the record, with its PDF."""
    _send_record(event)


@subscribe(WorkOrderClosed)
def send_the_record(event: WorkOrderClosed) -> None:
    """Who did not get the record with the signature gets it when the order is closed."""
    _send_record(event)


def _send_record(event: WorkOrderEvent) -> None:
    order = WorkOrder.objects.select_related("customer", "unit__model").get(pk=event.order_id)
    if order.is_demo or order.signed_at is None:
        return
    tell_customer(
        notices.RECORD,
        key=f"record:{order.pk}",
        document=order,
        customer=order.customer,
        phone=order.contact_phone,
        context={
            "unit": order.unit.model.name if order.unit else order.address,
            "url": tokens.record_url(order.number),
        },
    )
