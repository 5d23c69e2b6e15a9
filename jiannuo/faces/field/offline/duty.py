"""Taking over what was written into a duty log without network: once, at its time, or refused with a reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.faces.field.offline.instants import instant_of
from jiannuo.faces.field.offline.logs import find_book
from jiannuo.faces.field.offline.taking import TOLERANCE, Answer, problem
from jiannuo.faces.field.offline.walking import Refused
from jiannuo.kernel.files.services import store
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.operations.maintenance import services
from jiannuo.operations.maintenance.models import DutyBook, DutyShift, LogEntry, OpenItem
from jiannuo.operations.maintenance.services.logs import running_shift
from jiannuo.operations.workorders.forms.fields import SignatureField

#: values and photos of one entry at most
MOST_READINGS, MOST_PHOTOS = 20, 9
#: a value that was read off has no more digits than this before its point
MOST_DIGITS = 12


class ReadingsField(forms.CharField):
    """Values as JSON, ``[["name", "value", "unit"], …]``, cleaned to readings."""

    def clean(self, value: Any) -> Any:
        try:
            rows = json.loads(super().clean(value) or "[]")
            found = [_reading(*row) for row in rows]
        except (ValueError, TypeError, InvalidOperation) as error:
            raise ValidationError(_("Enter a number, such as 0.45.")) from error
        if len(found) > MOST_READINGS or len({one.name for one in found}) < len(found):
            raise ValidationError(
                _("Each value once, and at most %(n)s in one entry.") % {"n": MOST_READINGS}
            )
        return found


def _reading(name: str, value: str, unit: str) -> services.Reading:
    number = Decimal(str(value).strip().replace("，", ".").replace(",", "."))
    if not number.is_finite() or number.adjusted() >= MOST_DIGITS or not str(name).strip():
        raise ValueError(value)
    return services.Reading(str(name).strip()[:60], round(number, 4), str(unit).strip()[:20])


class BeginForm(forms.Form):
    """Which shift begins."""

    shift_name = forms.CharField(max_length=40)


class ShiftForm(forms.Form):
    """Of which shift: its number, or the key of the step that began it on the phone."""

    shift = forms.CharField(max_length=64)


class EntryForm(ShiftForm):
    """A line of the log; ``when`` is the time it speaks of, where that is not when it was written."""

    kind = forms.ChoiceField(choices=LogEntry.Kind.choices)
    text = forms.CharField(max_length=1000, required=False)
    when = forms.CharField(max_length=40, required=False)
    readings = ReadingsField(max_length=4000, required=False)
    late_reason = forms.CharField(max_length=200, required=False)


class ItemForm(ShiftForm):
    """Something for the next shift."""

    text = forms.CharField(max_length=300)
    late_reason = forms.CharField(max_length=200, required=False)


class CloseForm(ShiftForm):
    """What came of an open item."""

    item = forms.IntegerField()
    result = forms.CharField(max_length=300)


class HandOverForm(ShiftForm):
    """What the next shift reads first."""

    summary = forms.CharField(max_length=2000)


class AcceptForm(ShiftForm):
    """Which shift begins, the keys of the open items that were read, and the signature."""

    shift_name = forms.CharField(max_length=40)
    read = forms.RegexField(r"^[\d,]*$", max_length=2000, required=False)
    remark = forms.CharField(max_length=300, required=False)
    signature = SignatureField()


def take_log(key: str, step: str, data: Any, files: Any, *, by: Any) -> Answer:
    """Do a step of a log at the time when it was done. Status and what to tell the app."""
    declared = STEPS.get(step)
    if declared is None:
        return 404, problem("unknown", _("There is no such step."))
    make, work = declared
    form = make(data)
    if not form.is_valid():
        return 422, problem("invalid", _("This was not accepted."), form)
    said = instant_of(data.get("at", "")[:40]) or timezone.now()
    sent_key = data.get("key", "")[:64]
    done: list[datetime] = []

    def do() -> DutyShift | None:
        shift, at = work(book, form.cleaned_data, data, files, by=by, said=said)
        done.append(at)
        return shift

    try:
        book = _book(key, by)
        with transaction.atomic():
            services.log_once(sent_key, book, step, by=by, do=do)
    except Refused as error:
        return error.status, problem(error.code, error.text)
    except services.ShiftOver as error:
        return 409, problem("late" if error.may_be_late else "over", " ".join(error.messages))
    except services.ItemsChanged as error:
        return 409, problem("changed", str(error))
    except (StaleDocument, ActionNotAllowed) as error:
        return 409, problem("state", str(error))
    except PermissionDenied as error:
        return 409, problem(
            "not_yours", str(error) if " " in str(error) else _("You keep no logs here any more.")
        )
    except ValidationError as error:
        return 422, problem("invalid", _("This was not accepted."), errors=error)
    at = done[0] if done else said
    return 200, {"done": True, "at": at.isoformat(), "corrected": abs(at - said) > TOLERANCE}


def _book(key: str, by: Any) -> DutyBook:
    book = find_book(key, by)
    if book is None:
        raise Refused(404, "unknown", _("There is no such log, or it is no longer in use."))
    return book


def _shift(book: DutyBook, said: str, by: Any) -> DutyShift:
    """The shift that the phone means."""
    rows = DutyShift.objects.visible_to(by).filter(book=book, number=said)
    shift = rows.select_related("organization", "book").first() or services.began_with(said, book, by)
    if shift is None:
        raise Refused(409, "changed", _("This shift does not belong to the log. Fetch it anew."))
    return shift


def _within(said: datetime, earliest: datetime | None) -> datetime:
    """Never in the future, never before the shift."""
    return min(max(said, earliest) if earliest is not None else said, timezone.now())


Done = tuple[DutyShift | None, datetime]


def _begin(book: DutyBook, cleaned: Any, _data: Any, _files: Any, *, by: Any, said: datetime) -> Done:
    present = running_shift(book)
    if present is not None and present.person_id == by.pk and present.state == DutyShift.State.ON_DUTY:
        return present, present.began_at  # begun by the same person on the page meanwhile
    if present is not None:
        text = _("%(person)s is on duty since %(at)s (%(number)s). Take that shift over instead.")
        since = f"{timezone.localtime(present.began_at):%m-%d %H:%M}"
        words = {"person": present.person, "at": since, "number": present.number}
        raise Refused(409, "running", text % words)
    last = book.duty_shifts.order_by("-accepted_at").values_list("accepted_at", flat=True).first()
    at = _within(said, last)
    return services.begin_shift(book, by=by, shift_name=cleaned["shift_name"], at=at), at


def _entry(book: DutyBook, cleaned: Any, data: Any, files: Any, *, by: Any, said: datetime) -> Done:
    shift = _shift(book, cleaned["shift"], by)
    at = _within(instant_of(cleaned["when"]) or said, shift.began_at)
    photos = []
    for name in sorted(name for name in files if name.startswith("photo-"))[:MOST_PHOTOS]:
        taken_at = instant_of(data.get(f"taken-{name.removeprefix('photo-')}", "")[:40])
        photos.append(store(files[name], by=by, kinds=("image",), taken_at=taken_at))
    services.write_entry(
        shift,
        by=by,
        text=cleaned["text"],
        kind=cleaned["kind"],
        at=at,
        readings=cleaned["readings"],
        photos=photos,
        late_reason=cleaned["late_reason"],
    )
    return None, at


def _item(book: DutyBook, cleaned: Any, _data: Any, _files: Any, *, by: Any, said: datetime) -> Done:
    shift = _shift(book, cleaned["shift"], by)
    at = _within(said, shift.began_at)
    services.raise_item(shift, by=by, text=cleaned["text"], at=at, late_reason=cleaned["late_reason"])
    return None, at


def _close(book: DutyBook, cleaned: Any, _data: Any, _files: Any, *, by: Any, said: datetime) -> Done:
    shift = _shift(book, cleaned["shift"], by)
    item = OpenItem.objects.filter(pk=cleaned["item"], book=book).first()
    if item is None:
        raise Refused(409, "changed", _("There is no such item."))
    at = _within(said, max(shift.began_at, item.raised_at))
    services.close_item(item, shift, by=by, result=cleaned["result"], at=at)
    return None, at


def _hand_over(book: DutyBook, cleaned: Any, _data: Any, _files: Any, *, by: Any, said: datetime) -> Done:
    shift = _shift(book, cleaned["shift"], by)
    latest = shift.entries.order_by("-at").values_list("at", flat=True).first()
    at = _within(said, max(shift.began_at, latest or shift.began_at))
    services.do_shift(shift, "hand_over", by=by, at=at, data={"summary": cleaned["summary"]})
    return None, at


def _accept(book: DutyBook, cleaned: Any, _data: Any, _files: Any, *, by: Any, said: datetime) -> Done:
    shift = _shift(book, cleaned["shift"], by)
    present = running_shift(book)
    if shift.accepted_by_id == by.pk and present is not None and present.person_id == by.pk:
        return present, present.began_at  # taken over by the same person on the page meanwhile
    at = _within(said, shift.handed_at)
    begun = services.accept_shift(
        shift,
        by=by,
        shift_name=cleaned["shift_name"],
        read=[int(key) for key in cleaned["read"].split(",") if key and len(key) < 19],
        signature=store(cleaned["signature"], by=by, kinds=("image",)),
        remark=cleaned["remark"],
        at=at,
    )
    return begun, at


STEPS: dict[str, tuple[type[forms.Form], Callable[..., Done]]] = {
    "begin": (BeginForm, _begin),
    "entry": (EntryForm, _entry),
    "item": (ItemForm, _item),
    "close": (CloseForm, _close),
    "hand_over": (HandOverForm, _hand_over),
    "accept": (AcceptForm, _accept),
}
