"""Taking over a step that was done without network: when it was done, whose it is, what to answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import Form
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from jiannuo.faces.field.steps import STEPS, Sent
from jiannuo.kernel.files.services import store
from jiannuo.office.documents.models import Document, TimelineEntry
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.operations.parts.services import PartGone
from jiannuo.operations.workorders.models import DoneStep, WorkOrder
from jiannuo.operations.workorders.services import KeyReused, had_the_job, leave_note, once

#: how far from the server's time a corrected time of the phone may be before it is called wrong
TOLERANCE = timedelta(minutes=5)
LONGEST_NOTE = 4000
#: what the office does while somebody works on site; it says nothing about when that was done
NOT_ON_SITE = (
    "override",
    "choose_remedy",
    "give",
    "give_on",
    "name_persons",
    "plan_commissioning",
    "make_orders",
)
Answer = tuple[int, dict[str, Any]]


def was_done(key: str, user: Any) -> bool:
    """Whether ``user`` has sent the step with this key before and it was done."""
    return bool(key) and DoneStep.objects.filter(person=user, key=key).exists()


def moment_of(document: Document, said: str, *, not_before: datetime | None = None) -> tuple[datetime, bool]:
    """When a step was done, and whether the phone's word had to be changed by more than a few minutes.

    Never in the future, never before the step that brought the document into its present state.
    """
    now = timezone.now()
    try:
        given = parse_datetime(said.strip()) if said.strip() else now
    except ValueError:
        given = None
    if given is None or timezone.is_naive(given):
        given = now
    last = (
        TimelineEntry.objects.filter(document_id=document.pk, kind=TimelineEntry.Kind.TRANSITION)
        .exclude(from_state="")
        .exclude(action__in=NOT_ON_SITE)
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )
    floors = [moment for moment in (last, not_before) if moment is not None]
    at = min(max(given, *floors) if floors else given, now)
    return at, abs(at - given) > TOLERANCE


def take(order: WorkOrder, step: str, data: Any, files: Any, *, by: Any) -> Answer:
    """Do a step as the page would, at the time when it was done. Status and what to tell the app."""
    declared = STEPS.get(step)
    if declared is None:
        return 404, problem("unknown", _("There is no such step."))
    key = data.get("key", "")[:64]
    form = declared.make(order, by, data, files)
    if not form.is_valid():
        return 422, problem("invalid", _("This was not accepted."), form)
    at, corrected = moment_of(order, data.get("at", ""))
    try:
        with transaction.atomic():
            declared.run(Sent(order, by, dict(form.cleaned_data), key, None, at))
    except KeyReused as error:
        return 409, problem("key_reused", str(error.messages[0]))
    except (StaleDocument, ActionNotAllowed) as error:
        return 409, problem("state", str(error))
    except PermissionDenied:
        return 409, problem("not_yours", not_yours(order))
    except PartGone as error:
        return 409, problem(PartGone.code, _("The van no longer has enough of this part."), errors=error)
    except ValidationError as error:
        return 422, problem("invalid", _("This was not accepted."), errors=error)
    return 200, {"done": True, "at": at.isoformat(), "corrected": corrected}


def take_note(order: WorkOrder, data: Any, files: Any, *, by: Any) -> Answer:
    """Keep what cannot be taken over as a note to the dispatcher, once for each key."""
    key, text = data.get("key", "")[:64], data.get("text", "")[:LONGEST_NOTE]
    photos = files.getlist("photos")
    at, _corrected = moment_of(order, data.get("at", ""))
    body = {"text": text, "photos": [photo.size for photo in photos]}

    def keep() -> object:
        stored = [store(photo, by=by, kinds=("image",)) for photo in photos]
        return leave_note(order, text, by=by, key=data.get("note", key)[:64], at=at, files=stored)

    try:
        once(key, order, "note", body, by=by, do=keep)
    except ValidationError as error:
        return 422, problem("invalid", _("This was not accepted."), errors=error)
    return 200, {"done": True, "at": at.isoformat()}


def gone(number: str, user: Any) -> Answer:
    """Why an order cannot be worked on by ``user``: told only to those who had it."""
    order = WorkOrder.objects.filter(number=number).first()
    if order is None or not had_the_job(order, user):
        return 404, problem("unknown", _("There is no job %(number)s of yours.") % {"number": number})
    return 409, problem("cancelled" if order.state == "cancelled" else "not_yours", not_yours(order))


def not_yours(order: WorkOrder) -> str:
    """What to tell who had the order."""
    if order.state == WorkOrder.State.CANCELLED:
        reason = order.cancel_reason or "—"
        return _("%(number)s was cancelled: %(reason)s") % {"number": order.number, "reason": reason}
    return _("%(number)s was given to somebody else. Send what you recorded to the dispatcher.") % {
        "number": order.number
    }


def problem(
    code: str, text: str, form: Form | None = None, errors: ValidationError | None = None
) -> dict[str, Any]:
    """What was refused and why, in words for the technician."""
    said: list[str] = []
    if form is not None:
        for name, texts in form.errors.items():
            label = str(form.fields[name].label or "") if name in form.fields else ""
            said += [f"{label}：{one}" if label else str(one) for one in texts]
    elif errors is not None:
        said += [str(one) for one in errors.messages]
    return {"done": False, "code": code, "text": text, "details": said}
