"""Duty logs: entries, open items, and the hand-over that is over only when it was accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import Attachment
from jiannuo.office.notices.services import notify
from jiannuo.operations.maintenance import notices
from jiannuo.operations.maintenance.models import (
    DutyBook,
    DutyShift,
    HandedItem,
    LogEntry,
    LogReading,
    MaintenanceSettings,
    OpenItem,
)
from jiannuo.promises.obligations.recipients import Recipients, unique


class ItemsChanged(Exception):
    """What is open differs from what the person who accepts has read."""

    def __init__(self) -> None:
        super().__init__(_("The open items have changed meanwhile. Read them again, then accept."))


@transaction.atomic
def save_book(book: DutyBook, *, by: Any) -> DutyBook:
    """Keep a log; raises ValidationError by field and PermissionDenied unless ``by`` plans there."""
    if by is not None and not by.has_perm("maintenance.plan", book):
        raise PermissionDenied("maintenance.plan")
    if not book.shift_names:
        raise ValidationError({"shifts": _("Name at least one shift.")})
    if any(len(name) > 40 for name in book.shift_names):
        raise ValidationError({"shifts": _("The name of a shift has at most 40 signs.")})
    book.full_clean()
    book.save()
    return book


def running_shift(book: DutyBook) -> DutyShift | None:
    """The shift that is on duty or waits to be accepted."""
    return book.duty_shifts.filter(is_running=True).select_related("person", "organization").first()


@transaction.atomic
def begin_shift(book: DutyBook, *, by: Any, shift_name: str, at: datetime | None = None) -> DutyShift:
    """Begin the first shift of a log. Later ones begin by accepting the one before.

    Raises ValidationError while somebody is on duty or a hand-over waits.
    """
    book = DutyBook.objects.select_for_update(of=("self",)).select_related("organization").get(pk=book.pk)
    if not by.has_perm("logs.write", book):
        raise PermissionDenied("logs.write")
    present = running_shift(book)
    if present is not None:
        text = _("%(person)s has not been relieved yet (%(number)s). Accept that shift first.")
        raise ValidationError(text % {"person": present.person, "number": present.number})
    return _begin(book, by=by, shift_name=shift_name, at=at or timezone.now())


def _begin(book: DutyBook, *, by: Any, shift_name: str, at: datetime) -> DutyShift:
    if shift_name not in book.shift_names:
        raise ValidationError({"shift_name": _("Choose one of the shifts of this log.")})
    if not book.is_active:
        raise ValidationError(_("This log is no longer in use."))
    shift = DutyShift(
        organization=book.organization,
        title=f"{book.name} {timezone.localtime(at):%Y-%m-%d} {shift_name}"[:200],
        book=book,
        shift_name=shift_name,
        person=by,
        began_at=at,
        created_at=at,
    )
    return documents.create_document(shift, by=by)


class ShiftOver(ValidationError):
    """The shift was handed over; ``may_be_late`` says whether the office still takes late entries of it."""

    def __init__(self, shift: DutyShift) -> None:
        self.may_be_late = takes_late(shift)
        super().__init__(_("The shift is “%(state)s”.") % {"state": shift.state_label})


@dataclass(frozen=True, slots=True)
class Reading:
    """A value read off: what, how much, in which unit."""

    name: str
    value: Decimal
    unit: str = ""


def takes_late(shift: DutyShift) -> bool:
    """Whether a shift that was handed over may still be added to, by the hours that managers have set."""
    hours = MaintenanceSettings.present().late_entry_hours
    return shift.handed_at is not None and timezone.now() <= shift.handed_at + timedelta(hours=hours)


def _on_duty(shift: DutyShift, by: Any, late_reason: str = "") -> DutyShift:
    """The shift locked, for the person on duty; with a reason also for who was, while that is allowed."""
    shift = documents.lock(shift)
    if shift.person_id != by.pk or not by.has_perm("logs.write", shift):
        raise PermissionDenied(_("Only the person on duty writes into the log."))
    if shift.state != DutyShift.State.ON_DUTY and not (late_reason.strip() and takes_late(shift)):
        raise ShiftOver(shift)
    return shift


@transaction.atomic
def write_entry(
    shift: DutyShift,
    *,
    by: Any,
    text: str,
    kind: str,
    unit: Any = None,
    at: datetime | None = None,
    readings: Sequence[Reading] = (),
    photos: Sequence[Any] = (),
    late_reason: str = "",
) -> LogEntry:
    """A line of the log with values and stored photos, if any.

    ``late_reason`` says why it comes after the hand-over; who is on duty now is told of it. Raises PermissionDenied for
    others than the person on duty, ShiftOver after the hand-over, ValidationError by field.
    """
    shift, now = _on_duty(shift, by, late_reason), timezone.now()
    late = shift.state != DutyShift.State.ON_DUTY
    at = at or now
    if at > now + timedelta(minutes=1):
        raise ValidationError({"at": _("This time is still to come.")})
    if at < shift.began_at - timedelta(minutes=1):
        raise ValidationError({"at": _("This was before the shift.")})
    if not (text.strip() or readings or photos):
        raise ValidationError({"text": _("Write what happened.")})
    entry = LogEntry(
        shift=shift,
        at=at,
        kind=kind,
        text=text.strip(),
        unit=unit,
        by=by,
        late_reason=late_reason.strip()[:200] if late else "",
    )
    entry.full_clean()
    entry.save()
    _keep_readings(entry, readings)
    if photos:
        documents.attach_all(shift, photos, by=by, caption=text.strip()[:120])
        entry.photos.set(photos)
    if late:
        _tell_late(shift, entry.text or _("Readings and photos"), by=by, key=f"log-entry:{entry.pk}")
    return entry


def _keep_readings(entry: LogEntry, readings: Sequence[Reading]) -> None:
    for one in readings:
        row = LogReading(
            entry=entry, name=one.name.strip(), value=one.value, unit_of_measure=one.unit.strip()
        )
        row.full_clean()
        row.save()


def _tell_late(shift: DutyShift, text: str, *, by: Any, key: str) -> None:
    """Whoever is on duty now did not read it when taking over."""
    present = running_shift(shift.book)
    if present is None or present.person_id == by.pk:
        return
    context = {"person": by, "book": shift.book, "text": text[:300]}
    notify([present.person], notices.LATE_ENTRY, document=shift, context=context, key=f"late:{key}")


@transaction.atomic
def raise_item(
    shift: DutyShift, *, by: Any, text: str, at: datetime | None = None, late_reason: str = ""
) -> OpenItem:
    """Something that the next shift must know; it stays until somebody closes it. Late as for an entry."""
    shift = _on_duty(shift, by, late_reason)
    late = shift.state != DutyShift.State.ON_DUTY
    if not text.strip():
        raise ValidationError({"text": _("Write what is open.")})
    item = OpenItem.objects.create(
        book_id=shift.book_id,
        text=text.strip()[:300],
        raised_in=shift,
        raised_by=by,
        raised_at=at or timezone.now(),
        late_reason=late_reason.strip()[:200] if late else "",
    )
    if shift.state == DutyShift.State.HANDED_OVER:
        HandedItem.objects.create(shift=shift, item=item)
    if late:
        _tell_late(shift, item.text, by=by, key=f"log-item:{item.pk}")
    return item


@transaction.atomic
def close_item(
    item: OpenItem, shift: DutyShift, *, by: Any, result: str, at: datetime | None = None
) -> OpenItem:
    """Close an open item of the log during one's own shift, with what came of it."""
    shift = _on_duty(shift, by)
    item = OpenItem.objects.select_for_update().get(pk=item.pk)
    if item.book_id != shift.book_id or item.closed_at is not None:
        raise ValidationError(_("This item is closed already."))
    if not result.strip():
        raise ValidationError({"result": _("Say what came of it.")})
    item.closed_in, item.closed_at, item.closed_by = shift, at or timezone.now(), by
    item.result = result.strip()[:300]
    item.save()
    return item


def open_items(book_id: int) -> list[OpenItem]:
    """What is open in a log, the oldest first."""
    rows = OpenItem.objects.filter(book=book_id, closed_at__isnull=True)
    return list(rows.select_related("raised_in", "raised_by"))


@transaction.atomic
def do_shift(
    document: DutyShift,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> DutyShift:
    """Hand over (with all that is open) or send back; :func:`accept_shift` accepts."""
    at = at or timezone.now()
    shift = documents.perform(
        document, name, by=by, data=data, version=version, at=at, as_system=as_system, text=text
    )
    if name == "hand_over":
        shift.handed.all().delete()
        HandedItem.objects.bulk_create(
            HandedItem(shift=shift, item=item) for item in open_items(shift.book_id)
        )
    elif name == "send_back":
        context = {"book": shift.book, "reason": shift.remark}
        key = f"shift-back:{shift.pk}:{shift.version}"
        notify([shift.person], notices.SHIFT_SENT_BACK, document=shift, context=context, key=key)
    return shift


@transaction.atomic
def accept_shift(
    shift: DutyShift,
    *,
    by: Any,
    shift_name: str,
    read: Iterable[int],
    signature: Any = None,
    remark: str = "",
    at: datetime | None = None,
) -> DutyShift:
    """Take over: the shift before ends, one's own begins, with every open item read and acknowledged.

    ``read`` are the keys of the items that were shown. Raises ItemsChanged when they are not what is open now,
    ValidationError for one's own shift, PermissionDenied, StaleDocument, ActionNotAllowed as ``perform`` does.
    """
    shift = documents.lock(shift)
    if not by.has_perm("logs.write", shift):
        raise PermissionDenied("logs.write")
    if shift.person_id == by.pk:
        raise ValidationError(_("Somebody else must accept your shift."))
    if set(read) != {item.pk for item in open_items(shift.book_id)}:
        raise ItemsChanged
    at = at or timezone.now()
    data = {"signature": signature, "remark": remark[:300]}
    done = documents.perform(shift, "accept", by=by, at=at, data=data)
    if signature is not None:
        documents.attach(done, signature, by=by, purpose=Attachment.Purpose.SIGNATURE, caption=str(by))
    book = DutyBook.objects.select_related("organization").get(pk=shift.book_id)
    return _begin(book, by=by, shift_name=shift_name, at=at)


def remind_of_hand_overs(*, now: datetime | None = None) -> int:
    """Tell giver, colleagues' dispatcher and managers of hand-overs that wait too long, once each; how many wait."""
    now = now or timezone.now()
    limit = now - timedelta(minutes=MaintenanceSettings.present().handover_minutes)
    rows = DutyShift.objects.filter(state=DutyShift.State.HANDED_OVER, handed_at__lte=limit)
    waiting = list(rows.select_related("book", "person", "organization"))
    for shift in waiting:
        known = Recipients(now)
        people = [shift.person]
        for role in (Role.DISPATCHER, Role.DEPARTMENT_MANAGER):
            people += known.holding(role, shift.organization)
        context = {"book": shift.book, "person": shift.person}
        key = f"hand-over:{shift.pk}:{shift.handed_at:%Y%m%d%H%M%S}"
        notify(unique(people), notices.HAND_OVER_WAITS, document=shift, context=context, key=key)
    return len(waiting)
