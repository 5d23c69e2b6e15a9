"""Choosing a window, changing it, giving it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents.models import Document, TimelineEntry
from jiannuo.office.documents.services import ActionNotAllowed, lock, record
from jiannuo.office.notices.services import notify
from jiannuo.operations.appointments import notices
from jiannuo.operations.appointments.events import WindowBooked
from jiannuo.operations.appointments.models import AppointmentRule, Booking, VisitNote
from jiannuo.operations.appointments.windows import (
    OPEN_ORDERS,
    Subject,
    first_free,
    is_offered,
    minutes_of,
    rule_for,
)
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.operations.workorders.services import do as do_order
from jiannuo.operations.workorders.services import promises
from jiannuo.operations.workorders.services.visits import open_visit
from jiannuo.operations.workorders.telling import dispatchers_of

LONGEST = timedelta(days=1)


class WindowTaken(ValidationError):
    """Somebody else was faster, or nobody can come then."""

    def __init__(self) -> None:
        super().__init__(_("This window is full now. Choose another one."), code="taken")


class TooLate(ValidationError):
    """The customer may not change the appointment any more."""

    def __init__(self) -> None:
        super().__init__(_("It is too late to change this here. Please call us."), code="too_late")


class ChangedMeanwhile(ValidationError):
    """Somebody agreed or gave up a time while the customer looked at the page."""

    def __init__(self, present: Window | None) -> None:
        text = _("The appointment was given up meanwhile. Choose again.")
        if present is not None:
            window = window_text(present.starts_at, present.ends_at)
            text = _("Meanwhile %(window)s was agreed. Check it, and choose again if it does not suit you.")
            text %= {"window": window}
        super().__init__(text, code="changed")


@dataclass(frozen=True, slots=True)
class Window:
    """The appointment there is: of a visit, or kept free."""

    starts_at: datetime
    ends_at: datetime | None
    visit: Visit | None
    booking: Booking | None

    @property
    def mark(self) -> str:
        """The window as a page remembers it."""
        return self.starts_at.astimezone(UTC).isoformat(timespec="seconds")


def present_window(subject: Subject) -> Window | None:
    """The appointment that is to come, if any; at most two queries."""
    if subject.order is not None:
        visit = open_visit(subject.order)
        if visit is not None and visit.appointment_from is not None and visit.arrived_at is None:
            return Window(visit.appointment_from, visit.appointment_to, visit, None)
    booking = _held(subject)
    return Window(booking.starts_at, booking.ends_at, None, booking) if booking is not None else None


def _held(subject: Subject) -> Booking | None:
    rows = Booking.objects.filter(state=Booking.State.HELD, ends_at__gt=timezone.now())
    if subject.order is not None:
        return rows.filter(order=subject.order.pk).first()
    return rows.filter(request=subject.request.pk, order__isnull=True).first()  # type: ignore[union-attr]


def _rule(subject: Subject) -> AppointmentRule:
    rule = rule_for(subject.document.organization)
    if rule is None:
        raise ValidationError(
            _("No windows are offered here. A manager enters them under “Rules of appointments”.")
        )
    return rule


def _fresh(subject: Subject) -> Subject:
    """The same, locked: the request before the order, as everywhere."""
    keys = sorted(one.pk for one in (subject.request, subject.order) if one is not None)
    list(Document.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    request, order = subject.request, subject.order
    if request is not None:
        rows = ServiceRequest.objects.select_related("organization", "customer", "category")
        request = rows.get(pk=request.pk)
    if order is not None:
        order = WorkOrder.objects.select_related("organization", "category", "technician").get(pk=order.pk)
    return Subject(request, order)


@transaction.atomic
def book(
    subject: Subject,
    starts_at: datetime,
    ends_at: datetime,
    *,
    by: Any = None,
    agreed_with: str = "",
    by_customer: bool = False,
    free: bool = False,
    seen: str | None = None,
) -> Booking:
    """Promise a window; a technician gets the order for it at once, or as soon as there is an order.

    ``free`` allows a time that is no window of the table (an agent on the phone). The appointment there was is given
    up; ``seen`` is the mark of the one that the customer saw, empty for none. Raises PermissionDenied; WindowTaken
    when it is full by now; ChangedMeanwhile when the appointment is not the one that was seen; TooLate for a customer
    after the limit; ValidationError for a time that is over or not offered, and for a matter that is settled.
    """
    now = timezone.now()
    subject = _fresh(subject)
    if not by_customer and not _may(by, subject):
        raise PermissionDenied("orders.dispatch")
    if not subject.is_open:
        raise ValidationError(_("No appointment can be agreed now: the work is under way or settled."))
    rule = _rule(subject)
    _check_time(rule, starts_at, ends_at, now, free=free and not by_customer)
    present = present_window(subject)
    _check_seen(present, seen)
    if present is not None and by_customer:
        _check_limit(rule, present, now)
    # Two customers who choose the last place at once wait here for each other.
    path = subject.document.organization.path
    list(
        Technician.objects.select_for_update(of=("self",))
        .filter(organization__path__startswith=path, active=True)
        .order_by("pk")
        .values_list("pk")
    )
    technician = first_free(subject, rule, starts_at, ends_at)
    if technician is None:
        raise WindowTaken
    _release(subject)
    booking = Booking.objects.create(
        organization=subject.document.organization,
        request=subject.request,
        order=subject.order,
        technician=technician.user,
        starts_at=starts_at,
        ends_at=ends_at,
        minutes=minutes_of(subject, rule),
        by_customer=by_customer,
        agreed_with=(agreed_with or _customer_name(subject))[:60],
        booked_by=by,
    )
    text = _("Appointment agreed: %(window)s") % {"window": window_text(starts_at, ends_at)}
    record(
        subject.document,
        TimelineEntry.Kind.CHANGE,
        by=by,
        action="appointment",
        text=text,
        visible_to_customer=True,
    )
    if subject.order is not None:
        _assign(booking, by=by)
    publish(WindowBooked(booking_id=booking.pk))
    return booking


def _may(by: Any, subject: Subject) -> bool:
    if subject.order is not None:
        return bool(by.has_perm("orders.dispatch", subject.order))
    return bool(by.has_perm("requests.handle", subject.request))


def _customer_name(subject: Subject) -> str:
    if subject.request is not None and subject.request.reporter_name:
        return subject.request.reporter_name
    return str(subject.document.customer)


def _check_time(
    rule: AppointmentRule, starts_at: datetime, ends_at: datetime, now: datetime, *, free: bool
) -> None:
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": _("The appointment must end after it begins.")})
    if starts_at <= now:
        raise ValidationError({"starts_at": _("This window is over. Choose another one.")})
    if ends_at - starts_at > LONGEST:
        raise ValidationError({"ends_at": _("An appointment lasts a day at most.")})
    if not free and not is_offered(rule, starts_at, ends_at, now):
        raise ValidationError(_("This window is not offered any more. Choose another one."))


def _check_limit(rule: AppointmentRule, present: Window, now: datetime) -> None:
    if present.starts_at - now < timedelta(hours=rule.change_hours):
        raise TooLate


def _check_seen(present: Window | None, seen: str | None) -> None:
    if seen is not None and seen != (present.mark if present is not None else ""):
        raise ChangedMeanwhile(present)


def _release(subject: Subject) -> None:
    held = Booking.objects.filter(state=Booking.State.HELD)
    if subject.request is not None:
        held.filter(request=subject.request.pk).update(state=Booking.State.RELEASED)
    if subject.order is not None:
        held.filter(order=subject.order.pk).update(state=Booking.State.RELEASED)


def _assign(booking: Booking, *, by: Any) -> None:
    """Give the order to the technician whose time was kept free. Raises what the assignment raises."""
    order = WorkOrder.objects.select_related("organization").get(pk=booking.order_id)
    data = {
        "technician": booking.technician,
        "appointment_from": booking.starts_at,
        "appointment_to": booking.ends_at,
        "agreed_with": booking.agreed_with,
    }
    do_order(order, "assign", by=by, data=data, as_system=True)
    booking.state = Booking.State.USED
    booking.save(update_fields=["state"])


@transaction.atomic
def give_to_order(booking: Booking, order: WorkOrder) -> bool:
    """Let the order that was made for a request take its window over; whether a technician has it now.

    Where the assignment is refused meanwhile (absent, certificate expired), dispatchers are told with the reason.
    """
    order = lock(order)
    booking = Booking.objects.select_for_update(of=("self",)).select_related("technician").get(pk=booking.pk)
    if booking.state != Booking.State.HELD or booking.order_id is not None or order.state not in OPEN_ORDERS:
        return False
    booking.order = order
    booking.save(update_fields=["order"])
    try:
        with transaction.atomic():
            _assign(booking, by=None)
    except (ValidationError, ActionNotAllowed) as error:
        reason = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        context = {"window": window_text(booking.starts_at, booking.ends_at), "reason": reason}
        key = f"appointments.not_given:{booking.pk}"
        notify(dispatchers_of(order), notices.NOT_GIVEN, document=order, context=context, key=key)
        return False
    return True


@transaction.atomic
def give_up(subject: Subject, *, by: Any = None, by_customer: bool = False, seen: str | None = None) -> None:
    """Give up the appointment there is; dispatchers are told.

    Raises PermissionDenied, TooLate, ChangedMeanwhile (as :func:`book`), ValidationError.
    """
    now = timezone.now()
    subject = _fresh(subject)
    if not by_customer and not _may(by, subject):
        raise PermissionDenied("orders.dispatch")
    present = present_window(subject)
    if present is None:
        raise ValidationError(_("There is no appointment to give up."))
    _check_seen(present, seen)
    if by_customer:
        _check_limit(_rule(subject), present, now)
    _release(subject)
    words = window_text(present.starts_at, present.ends_at)
    text = _("Appointment given up: %(window)s") % {"window": words}
    record(
        subject.document,
        TimelineEntry.Kind.CHANGE,
        by=by,
        action="appointment",
        text=text,
        visible_to_customer=True,
    )
    if present.visit is None or subject.order is None:
        return
    visit = present.visit
    VisitNote.objects.create(
        visit=visit, kind=VisitNote.Kind.CANCELLED, at=now, by=by, appointment_from=visit.appointment_from
    )
    visit.appointment_from = visit.appointment_to = visit.agreed_at = None
    visit.agreed_with = ""
    visit.save(update_fields=["appointment_from", "appointment_to", "agreed_at", "agreed_with"])
    promises.no_appointment(subject.order, at=now, by=by, reason=text)
    promises.refresh_due(subject.order)
    people = {person.pk: person for person in [*dispatchers_of(subject.order), visit.technician]}
    key = f"appointments.given_up:{visit.pk}:{present.starts_at.isoformat()}"
    notify(people.values(), notices.GIVEN_UP, document=subject.order, context={"window": words}, key=key)


def window_text(starts_at: datetime, ends_at: datetime | None) -> str:
    """A window in words."""
    begins = timezone.localtime(starts_at)
    text = date_format(begins, "Y-m-d H:i")
    return f"{text}–{timezone.localtime(ends_at):%H:%M}" if ends_at is not None else text


@transaction.atomic
def save_rule(rule: AppointmentRule, *, by: Any) -> AppointmentRule:
    """Keep a line of the table. Raises PermissionDenied, ValidationError."""
    if not by.has_perm("workforce.rules", rule.organization):
        raise PermissionDenied("workforce.rules")
    rule.full_clean()
    rule.save()
    return rule


@transaction.atomic
def remove_rule(rule: AppointmentRule, *, by: Any) -> None:
    """Take a line out of the table: windows of the organisation above are offered then, or none."""
    if not by.has_perm("workforce.rules", rule.organization):
        raise PermissionDenied("workforce.rules")
    rule.delete()
