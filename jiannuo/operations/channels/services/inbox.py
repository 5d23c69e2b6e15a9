"""What people do with what came in. Whoever takes it answers for it until it is closed or handed over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import Attachment, TimelineEntry
from jiannuo.office.notices.services import notify
from jiannuo.operations.channels import notices
from jiannuo.operations.channels.events import ItemSettled, ItemTaken
from jiannuo.operations.channels.models import InboxItem, InboxLine
from jiannuo.operations.channels.queries import people_with
from jiannuo.operations.channels.replying import send_answer

Kind = InboxLine.Kind


class ItemConflict(Exception):
    """Somebody else was quicker, or the item is closed; the text says who and when."""

    def __init__(self, item: InboxItem, text: str) -> None:
        self.item = item
        super().__init__(text)


def locked(item: InboxItem) -> InboxItem:
    """The same item read anew and locked for this transaction."""
    rows = InboxItem.objects.all()
    if connection.features.has_select_for_update:  # on SQLite the transaction itself is the lock
        rows.select_for_update().values_list("pk").get(pk=item.pk)
    return rows.select_related("organization", "owner", "customer", "request", "connection").get(pk=item.pk)


def _opened(item: InboxItem, by: Any) -> InboxItem:
    """The item, locked, if ``by`` may deal with it and it is open; raises PermissionDenied or ItemConflict."""
    fresh = locked(item)
    if not by.has_perm("inbox.handle", fresh):
        raise PermissionDenied("inbox.handle")
    if not fresh.is_open:
        raise ItemConflict(
            fresh,
            _("This is closed already: %(state)s, by %(owner)s.")
            % {"state": fresh.state_label, "owner": fresh.owner or "—"},
        )
    return fresh


def _of(item: InboxItem, by: Any, at: datetime) -> InboxItem:
    """The open item, which is or becomes that of ``by``; raises ItemConflict when it is somebody else's."""
    fresh = _opened(item, by)
    if fresh.owner_id not in (None, by.pk):
        raise ItemConflict(
            fresh,
            _("%(owner)s answers for this since %(at)s. Take it over first, or leave it.")
            % {"owner": fresh.owner, "at": _moment(fresh.taken_at)},
        )
    if fresh.owner_id is None:
        _give(fresh, by, at)
        _line(fresh, Kind.TAKEN, by, at)
    return fresh


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "—"


def _give(item: InboxItem, person: Any, at: datetime) -> None:
    item.owner, item.state, item.taken_at = person, InboxItem.State.TAKEN, at
    _save(item)
    publish(ItemTaken(item_id=item.pk, channel=item.channel, at=at, owner_id=person.pk))


def _save(item: InboxItem) -> None:
    item.version += 1
    item.save()


def _line(item: InboxItem, kind: str, by: Any, at: datetime, text: str = "", **more: Any) -> InboxLine:
    return InboxLine.objects.create(item=item, kind=kind, by=by, at=at, text=text, **more)


@transaction.atomic
def take(item: InboxItem, *, by: Any, at: datetime | None = None) -> InboxItem:
    """Take an item that is nobody's. Raises ItemConflict, which names the owner, when somebody was quicker."""
    return _of(item, by, at or timezone.now())


@transaction.atomic
def take_over(item: InboxItem, *, by: Any, at: datetime | None = None) -> InboxItem:
    """Take an item from whoever has it; the former owner is told."""
    at = at or timezone.now()
    fresh = _opened(item, by)
    former = fresh.owner
    if former is None or former == by:
        return _of(fresh, by, at)
    _give(fresh, by, at)
    _line(fresh, Kind.TAKEN_OVER, by, at, to=former)
    _tell(fresh, notices.TAKEN_OVER, former, by)
    return fresh


@transaction.atomic
def hand_over(item: InboxItem, *, by: Any, to: Any, note: str = "", at: datetime | None = None) -> InboxItem:
    """Give one's item to another person, who answers for it from then on and is told.

    Raises ValidationError for somebody who may not deal with it there.
    """
    at = at or timezone.now()
    fresh = _of(item, by, at)
    if (
        to == by
        or not people_with("inbox.handle", fresh.organization).filter(pk=getattr(to, "pk", None)).exists()
    ):
        raise ValidationError(
            {"to": _("%(person)s cannot take this over. Choose somebody else.") % {"person": to}}
        )
    _give(fresh, to, at)
    _line(fresh, Kind.HANDED_OVER, by, at, note.strip(), to=to)
    _tell(fresh, notices.HANDED_OVER, to, by, note=note.strip() or "—")
    return fresh


def _tell(item: InboxItem, kind: Any, person: Any, by: Any, **more: str) -> None:
    context = {"what": item.title, "channel": item.get_channel_display(), "by": by, **more}
    notify(
        [person],
        kind,
        context=context,
        url=item.get_absolute_url(),
        key=f"{kind.id}:{item.pk}:{item.version}",
    )


@transaction.atomic
def note(item: InboxItem, *, by: Any, text: str) -> InboxLine:
    """Write a note on an item, open or closed."""
    if not by.has_perm("inbox.handle", item):
        raise PermissionDenied("inbox.handle")
    if not text.strip():
        raise ValidationError({"text": _("Write something.")})
    return _line(item, Kind.NOTE, by, timezone.now(), text.strip())


@transaction.atomic
def dismiss(item: InboxItem, *, by: Any, reason: str, at: datetime | None = None) -> InboxItem:
    """Close an item that asks nothing of us (advertising, a wrong number), with the reason.

    One that was opened again and belongs to a request stays registered.
    """
    at = at or timezone.now()
    if not reason.strip():
        raise ValidationError({"reason": _("Say why nothing is to be done.")})
    fresh = _of(item, by, at)
    fresh.reason = reason.strip()[:200]
    registered_before = fresh.request_id is not None
    _settle(fresh, InboxItem.State.REGISTERED if registered_before else InboxItem.State.DISMISSED, at)
    _line(fresh, Kind.DISMISSED, by, at, reason.strip())
    return fresh


@transaction.atomic
def answer(
    item: InboxItem, *, by: Any, text: str, close: bool = True, at: datetime | None = None
) -> InboxItem:
    """Answer the sender: on its channel where that can send, else written down as done by hand.

    With ``close`` nothing more is to be done. Raises ValidationError for an empty answer.
    """
    at = at or timezone.now()
    if not text.strip():
        raise ValidationError({"text": _("Write the answer.")})
    fresh = _of(item, by, at)
    sent = send_answer(fresh, text.strip(), by)
    _line(fresh, Kind.OUT, by, at, text.strip(), data={"sent": sent})
    if close:
        _settle(fresh, InboxItem.State.ANSWERED, at)
        _line(fresh, Kind.ANSWERED, by, at)
    return fresh


@transaction.atomic
def attach_to_request(item: InboxItem, *, by: Any, request: Any, at: datetime | None = None) -> InboxItem:
    """Add what came in to an open request of the same customer: its text and files go to the request's timeline.

    Raises ValidationError when the request is another customer's, closed, or out of sight.
    """
    at = at or timezone.now()
    fresh = _of(item, by, at)
    seen = type(request).objects.visible_to(by).filter(pk=request.pk).first()
    if seen is None or not by.has_perm("requests.handle", seen):
        raise PermissionDenied("requests.handle")
    if not seen.is_open:
        raise ValidationError({"request": _("%(number)s is closed.") % {"number": seen.number}})
    if fresh.customer_id is not None and seen.customer_id != fresh.customer_id:
        raise ValidationError({"request": _("%(number)s is of another customer.") % {"number": seen.number}})
    return _tie(fresh, seen, Kind.ATTACHED, by, at)


@transaction.atomic
def registered(item: InboxItem, request: Any, *, at: datetime) -> InboxItem | None:
    """A request was registered from the item; None when it was closed meanwhile by somebody else."""
    fresh = locked(item)
    by = request.created_by
    if (
        not fresh.is_open
        or fresh.request_id is not None
        or by is None
        or not by.has_perm("inbox.handle", fresh)
    ):
        return None
    if fresh.owner_id != by.pk:
        former, fresh.owner, fresh.taken_at = fresh.owner, by, fresh.taken_at or at
        if former is not None:
            _tell(fresh, notices.TAKEN_OVER, former, by)
    return _tie(fresh, request, Kind.REGISTERED, by, at)


def _tie(item: InboxItem, request: Any, kind: str, by: Any, at: datetime) -> InboxItem:
    item.request = request
    item.customer_id = item.customer_id or request.customer_id
    _settle(item, InboxItem.State.REGISTERED, at)
    _line(item, kind, by, at, request.number)
    data = {"inbox": item.pk}
    if kind == Kind.ATTACHED:
        text = "\n".join(part for part in (item.subject, item.text) if part)
        documents.record(request, TimelineEntry.Kind.COMMENT, by=by, at=at, text=text, data=data)
    held = set(Attachment.objects.filter(document_id=request.pk).values_list("file_id", flat=True))
    for one in item.files.select_related("file"):
        if one.file_id not in held:
            documents.attach(
                request, one.file, by=by, purpose=Attachment.Purpose.FAULT, visible_to_customer=True
            )
    item.calls.filter(request__isnull=True).update(request=request)
    return item


def _settle(item: InboxItem, state: str, at: datetime) -> None:
    item.state, item.closed_at, item.next_at = state, at, None
    _save(item)
    publish(
        ItemSettled(item_id=item.pk, channel=item.channel, at=at, state=state, request_id=item.request_id)
    )


@transaction.atomic
def called_back(item: InboxItem, *, by: Any, at: datetime) -> InboxItem:
    """A task to call back is met: somebody spoke with that number. A person or nobody (``by``) may be known for it."""
    fresh = locked(item)
    if not fresh.is_open:
        return fresh
    if fresh.owner_id is None and by is not None:
        fresh.owner, fresh.taken_at = by, at
    _settle(fresh, InboxItem.State.ANSWERED, at)
    _line(fresh, Kind.ANSWERED, by, at, _("spoken with on the telephone"))
    return fresh


@transaction.atomic
def answered_on_request(item: InboxItem, *, by: Any, at: datetime) -> InboxItem:
    """The sender was answered on the request to which the item belongs: if it was opened again, it is settled."""
    fresh = locked(item)
    if not fresh.is_open or fresh.request_id is None:
        return fresh
    if fresh.owner_id is None:
        fresh.owner, fresh.taken_at = by, at
    _settle(fresh, InboxItem.State.REGISTERED, at)
    _line(fresh, Kind.ANSWERED, by, at, fresh.request.number if fresh.request is not None else "")
    return fresh


@transaction.atomic
def set_customer(item: InboxItem, *, by: Any, customer: Any) -> InboxItem:
    """Say who sent it. Raises PermissionDenied for a customer out of sight."""
    fresh = _of(item, by, timezone.now())
    if not type(customer).objects.visible_to(by).filter(pk=customer.pk).exists():
        raise PermissionDenied("customers.view")
    fresh.customer = customer
    _save(fresh)
    return fresh
