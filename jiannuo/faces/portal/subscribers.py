"""What customers are told when work goes on."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import ngettext

from jiannuo.faces.portal import notices, tokens
from jiannuo.kernel.events import subscribe
from jiannuo.office.notices.services import tell_customer
from jiannuo.operations.appointments.events import (
    DelayAnnounced,
    LinkSent,
    ReminderDue,
    WindowBooked,
)
from jiannuo.operations.appointments.models import AppointmentLink, Booking, VisitNote
from jiannuo.operations.appointments.services.booking import window_text
from jiannuo.operations.appointments.windows import Subject, subject_of
from jiannuo.operations.channels.mail.answering import confirm
from jiannuo.operations.complaints.events import ComplaintRegistered
from jiannuo.operations.complaints.models import Complaint
from jiannuo.operations.desk.events import RequestRegistered
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.installations.events import Accepted, Commissioned, DeliveryAgreed
from jiannuo.operations.installations.models import Acceptance, Installation, Reading
from jiannuo.operations.workorders.events import (
    CustomerAbsent,
    JobDivided,
    WorkOrderAssigned,
    WorkOrderClosed,
    WorkOrderEvent,
    WorkOrderSigned,
)
from jiannuo.operations.workorders.models import OrderShare, WorkOrder
from jiannuo.operations.workorders.services.visits import open_visit
from jiannuo.operations.workorders.shares import orders_of


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


# Installations


def _tell_of_project(pk: int, kind: notices.NoticeKind, occasion: str, **context: str) -> None:
    """Tell the customer how an installation goes on, once for an ``occasion``."""
    project = Installation.objects.select_related("customer", "unit__model").get(pk=pk)
    if project.is_demo or project.state == "cancelled":
        return
    unit = project.unit or project.parts.select_related("unit__model").earliest("pk").unit
    number = project.parts.count()
    values = {
        "what": unit.model.name if number == 1 else f"{unit.model.name} ×{number}",
        "url": tokens.installation_url(project.number),
        **context,
    }
    tell_customer(
        kind,
        key=f"{kind.id}:{pk}:{occasion}",
        document=project,
        customer=project.customer,
        phone=project.contact_phone,
        context=values,
    )


@subscribe(DeliveryAgreed)
def confirm_the_delivery(event: DeliveryAgreed) -> None:
    """The agreed arrival in writing, once for each time that was agreed."""
    expected = Installation.objects.values_list("expected_at", flat=True).get(pk=event.installation_id)
    if expected is not None:
        words = window_text(expected, None)
        _tell_of_project(event.installation_id, notices.DELIVERY, expected.isoformat(), expected=words)


@subscribe(Commissioned)
def tell_the_result(event: Commissioned) -> None:
    """How many values were measured and passed."""
    readings = Reading.objects.filter(measure__part__installation=event.installation_id, passed=True)
    count = readings.values("measure").distinct().count()
    with translation.override(settings.LANGUAGE_CODE):
        words = ngettext("%(count)s value passed", "%(count)s values passed", count) % {"count": count}
    _tell_of_project(event.installation_id, notices.COMMISSIONED, event.at.isoformat(), values=words)


@subscribe(Accepted)
def send_the_acceptance(event: Accepted) -> None:
    """The customer has signed and gets the link to the form, with its PDF."""
    signed = Acceptance.objects.filter(pk=event.acceptance_id, taken_back_at__isnull=True).first()
    if signed is not None:
        day = f"{timezone.localtime(signed.at):%Y-%m-%d}"
        words = {"name": signed.signed_by, "day": day}
        _tell_of_project(event.installation_id, notices.ACCEPTED, str(signed.pk), **words)


# Appointments


def _tell(subject: Subject, kind: notices.NoticeKind, key: str, **context: str) -> None:
    """Tell the customer of a matter, with the link to its page where there is one."""
    document = subject.document
    if document.is_demo:
        return
    request, order = subject.request, subject.order
    link = ""
    if request is not None:
        link = tokens.progress_url(request.number)
    elif order is not None:
        link = tokens.appointment_url(order.number)
    phone = (
        order.contact_phone if order is not None else request.reporter_phone if request is not None else ""
    )
    values = {"link": link, **context}
    tell_customer(kind, key=key, document=document, customer=document.customer, phone=phone, context=values)


def _agreed(subject: Subject, begins: datetime, ends: datetime | None) -> None:
    key = f"appointment:{subject.key}:{begins.isoformat()}"
    _tell(subject, notices.APPOINTMENT, key, window=window_text(begins, ends))


@subscribe(WindowBooked)
def confirm_the_window(event: WindowBooked) -> None:
    """Who chose a window gets it in writing."""
    booking = Booking.objects.select_related("request__customer", "order__customer").get(pk=event.booking_id)
    _agreed(Subject(booking.request, booking.order), booking.starts_at, booking.ends_at)


@subscribe(LinkSent)
def send_the_windows(event: LinkSent) -> None:
    """The customer of an order gets the link with the windows to choose from."""
    rows = AppointmentLink.objects.select_related("order__customer", "order__unit__model", "order__category")
    sent = rows.get(pk=event.link_id)
    order = sent.order
    with translation.override(settings.LANGUAGE_CODE):
        job = str(order.get_job_display())
    what = order.unit.model.name if order.unit else str(order.category or order.address)
    link = tokens.appointment_url(order.number, sent.expires_at - sent.sent_at)
    key = f"appointment.link:{sent.pk}"
    _tell(Subject(None, order), notices.CHOOSE, key, what=what, job=job, link=link)


@subscribe(WorkOrderAssigned)
def confirm_the_appointment(event: WorkOrderAssigned) -> None:
    """What was agreed on the phone is confirmed, once for each time."""
    order = WorkOrder.objects.select_related("customer", "organization").get(pk=event.order_id)
    visit = open_visit(order)
    if visit is not None and visit.agreed_at is not None and visit.appointment_from is not None:
        _agreed(subject_of(order), visit.appointment_from, visit.appointment_to)


@subscribe(JobDivided)
def tell_of_all_times(event: JobDivided) -> None:
    """The work is done in several parts: the customer gets all times in one message."""
    order = WorkOrder.objects.select_related("customer", "organization").get(pk=event.order_id)
    parts = [one for one in orders_of(order) if one.state != "cancelled"]
    told = OrderShare.objects.filter(order__in=parts, told_at__isnull=False).select_related(
        "order__technician"
    )
    lines = [_time_of(share) for share in told.order_by("begins", "pk")]
    key = f"divided:{order.pk}:{event.at.isoformat()}"
    _tell(subject_of(order), notices.DIVIDED, key, count=str(len(lines)), times="\n".join(lines))


def _time_of(share: OrderShare) -> str:
    window = window_text(share.begins, share.begins + timedelta(minutes=share.minutes))
    person = share.order.technician
    return " · ".join([window, *([person.name] if person is not None else []), share.purpose])


def _of_note(pk: int) -> tuple[VisitNote, Subject]:
    note = VisitNote.objects.select_related("visit__order__customer", "visit__order__organization").get(pk=pk)
    return note, subject_of(note.visit.order)


@subscribe(ReminderDue)
def remind_the_customer(event: ReminderDue) -> None:
    """The appointment comes near."""
    note, subject = _of_note(event.note_id)
    visit = note.visit
    if visit.appointment_from is None or visit.appointment_from != note.appointment_from:
        return  # another time was agreed meanwhile
    window = window_text(visit.appointment_from, visit.appointment_to)
    _tell(subject, notices.REMINDER, f"reminder:{note.pk}", window=window)


@subscribe(DelayAnnounced)
def tell_of_the_delay(event: DelayAnnounced) -> None:
    """Somebody comes later than agreed."""
    note, subject = _of_note(event.note_id)
    window = window_text(event.expected_at, None)
    _tell(subject, notices.DELAY, f"delay:{note.pk}", window=window, reason=note.reason)


@subscribe(CustomerAbsent)
def ask_for_another_time(event: CustomerAbsent) -> None:
    """Nobody was there: the customer is asked to choose the next time at once."""
    order = WorkOrder.objects.select_related("customer", "organization").get(pk=event.order_id)
    _tell(subject_of(order), notices.ABSENT, f"absent:{order.pk}:{event.at.isoformat()}")
