"""What happens to an agreed appointment: a delay, a customer who is late, a reminder."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Max, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import lock, record
from jiannuo.office.notices.services import notify
from jiannuo.operations.appointments import notices
from jiannuo.operations.appointments.events import DelayAnnounced, ReminderDue
from jiannuo.operations.appointments.models import AppointmentRule, VisitNote
from jiannuo.operations.appointments.services.booking import window_text
from jiannuo.operations.appointments.windows import rule_for
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.operations.workorders.services import NotNow
from jiannuo.operations.workorders.services.visits import open_visit
from jiannuo.operations.workorders.telling import dispatchers_of

MOST_MINUTES = 24 * 60
PORTION = 500


def may_tell(order: WorkOrder, by: Any) -> bool:
    """Whether somebody may announce a delay or mark the customer: the technician of the order, or who dispatches it."""
    works = order.technician_id == by.pk and by.has_perm("orders.work", order)
    return bool(works or by.has_perm("orders.dispatch", order))


def _allowed(order: WorkOrder, by: Any) -> WorkOrder:
    order = lock(order)
    if not may_tell(order, by):
        raise PermissionDenied("orders.work")
    if order.state == WorkOrder.State.CANCELLED:
        raise NotNow(order)
    return order


def _visit(order: WorkOrder, by: Any, *, noted_at: datetime | None) -> Visit:
    """The visit to come or going on; of what was noted earlier, the last one of ``by``, whatever became of it."""
    visit = open_visit(order)
    if visit is None and noted_at is not None:
        visit = order.visits.filter(technician=by).order_by("-sequence").first()
    if visit is None or visit.appointment_from is None:
        raise ValidationError(_("There is no appointment."))
    return visit


def check_delay(expected_at: datetime, agreed: datetime, *, at: datetime) -> None:
    """Raise ValidationError for a time that is over ``at`` that instant, not later than ``agreed``, or much later."""
    if expected_at <= at:
        raise ValidationError({"expected_at": _("This time is over.")})
    if expected_at <= agreed:
        raise ValidationError({"expected_at": _("This is not later than agreed.")})
    if expected_at - max(at, agreed) > timedelta(minutes=MOST_MINUTES):
        raise ValidationError({"expected_at": _("Agree another day with the customer instead.")})


def _why_untold(visit: Visit, expected_at: datetime, *, noted_at: datetime, agreed: datetime) -> str:
    """Why it makes no sense any more to tell the customer of a delay that was noted earlier; empty when it does."""
    if visit.ended_at is not None:
        return VisitNote.Untold.ENDED
    if visit.arrived_at is not None:
        return VisitNote.Untold.ARRIVED
    if visit.appointment_from != agreed:
        return VisitNote.Untold.MOVED
    if visit.notes.filter(kind=VisitNote.Kind.DELAY, untold="", at__gt=noted_at).exists():
        return VisitNote.Untold.NEWER
    return VisitNote.Untold.PAST if expected_at <= timezone.now() else ""


@transaction.atomic
def announce_delay(
    order: WorkOrder,
    expected_at: datetime,
    *,
    by: Any,
    reason: str = "",
    noted_at: datetime | None = None,
    agreed: datetime | None = None,
) -> VisitNote:
    """Tell the customer that somebody comes later, and when. The appointment as agreed stays what is measured.

    ``noted_at`` is when that was written down without network, and ``agreed`` the appointment known there: it is then
    judged by that time. Where it is too late to tell, nobody is told; the note stays with the reason (``untold``).
    Raises PermissionDenied; NotNow for a cancelled order; ValidationError without an appointment, after the arrival,
    for a time that is over, not later than agreed, or so much later that it is another appointment.
    """
    order = _allowed(order, by)
    visit = _visit(order, by, noted_at=noted_at)
    at = noted_at or timezone.now()
    known = (agreed if noted_at is not None else None) or visit.appointment_from or at
    if visit.arrived_at is not None and visit.arrived_at <= at:
        raise ValidationError(_("The technician has arrived already."))
    check_delay(expected_at, known, at=at)
    untold = ""
    if noted_at is not None:
        untold = _why_untold(visit, expected_at, noted_at=noted_at, agreed=known)
    note = VisitNote.objects.create(
        visit=visit,
        kind=VisitNote.Kind.DELAY,
        at=at,
        by=by,
        appointment_from=known,
        expected_at=expected_at,
        reason=reason.strip()[:200],
        untold=untold,
    )
    window = window_text(expected_at, None)
    _write_down(order, note, window)
    if not untold:
        _tell(order, note, window)
        publish(DelayAnnounced(note_id=note.pk, expected_at=expected_at))
    return note


def _write_down(order: WorkOrder, note: VisitNote, window: str) -> None:
    text = _("Late: expected %(window)s") % {"window": window}
    if note.untold:
        text += "\n" + _("The customer was not told: %(why)s.") % {"why": note.get_untold_display()}
    record(
        order,
        TimelineEntry.Kind.CHANGE,
        by=note.by,
        at=note.at,
        action="delay",
        text=f"{text}\n{note.reason}".strip(),
        visible_to_customer=not note.untold,
    )


def _tell(order: WorkOrder, note: VisitNote, window: str) -> None:
    people = [person for person in [*dispatchers_of(order), note.visit.technician] if person != note.by]
    context = {"window": window, "reason": note.reason}
    notify(people, notices.DELAY, document=order, context=context, key=f"appointments.delay:{note.pk}")


@transaction.atomic
def note_customer_late(
    order: WorkOrder, minutes: int, *, by: Any, noted_at: datetime | None = None
) -> VisitNote:
    """Write down how long somebody waited for the customer; ``noted_at`` where that was without network.

    Raises PermissionDenied, NotNow, ValidationError.
    """
    order = _allowed(order, by)
    visit = _visit(order, by, noted_at=noted_at)
    if visit.set_out_at is None and visit.arrived_at is None:
        raise ValidationError(_("Nobody is there to wait yet."))
    if not 1 <= minutes <= MOST_MINUTES:
        raise ValidationError({"minutes": _("Enter the minutes of waiting, a day at most.")})
    at = noted_at or timezone.now()
    note = VisitNote.objects.create(
        visit=visit,
        kind=VisitNote.Kind.CUSTOMER_LATE,
        at=at,
        by=by,
        appointment_from=visit.appointment_from,
        minutes=minutes,
    )
    text = _("Customer late: %(minutes)s minutes of waiting") % {"minutes": minutes}
    record(order, TimelineEntry.Kind.CHANGE, by=by, at=at, action="customer_late", text=text)
    return note


def remind_of_appointments(now: datetime | None = None) -> int:
    """Announce the appointments of which customers are to be reminded now, once each; how many."""
    now = now or timezone.now()
    longest = AppointmentRule.objects.aggregate(hours=Max("remind_hours"))["hours"]
    if not longest:
        return 0
    told = VisitNote.objects.filter(
        visit=OuterRef("pk"), kind=VisitNote.Kind.REMINDED, appointment_from=OuterRef("appointment_from")
    )
    visits = Visit.objects.filter(
        ~Exists(told),
        appointment_from__gt=now,
        appointment_from__lte=now + timedelta(hours=longest),
        ended_at__isnull=True,
        arrived_at__isnull=True,
        agreed_at__isnull=False,
        order__technician=F("technician"),
    )
    rules: dict[int, AppointmentRule | None] = {}
    count = 0
    for visit in visits.select_related("order__organization").order_by("appointment_from")[:PORTION]:
        place = visit.order.organization
        if place.pk not in rules:
            rules[place.pk] = rule_for(place)
        rule = rules[place.pk]
        if rule is None or visit.appointment_from is None or not rule.remind_hours:
            continue
        if visit.appointment_from - now <= timedelta(hours=rule.remind_hours):
            count += _remind(visit)
    return count


def _remind(visit: Visit) -> int:
    try:
        with transaction.atomic():
            note = VisitNote.objects.create(
                visit=visit, kind=VisitNote.Kind.REMINDED, appointment_from=visit.appointment_from
            )
            publish(ReminderDue(note_id=note.pk))
    except IntegrityError:
        return 0  # another process was faster
    return 1
