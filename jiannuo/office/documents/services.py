"""Writes that every document shares: create, do an action, comment, attach, link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from jiannuo.office.documents.flow import Action, all_actions
from jiannuo.office.documents.models import Attachment, Document, DocumentLink, TimelineEntry
from jiannuo.office.documents.numbers import next_number
from jiannuo.office.documents.queries import where_to_write

D = TypeVar("D", bound=Document)
#: entries that say something about a document; the others are its steps
SAID = (TimelineEntry.Kind.COMMENT, TimelineEntry.Kind.FILE, TimelineEntry.Kind.MESSAGE)


class StaleDocument(Exception):
    """Somebody else changed the document since the person opened it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        super().__init__(
            _("%(number)s was changed meanwhile. Reload it and try again.") % {"number": document.number}
        )


class ActionNotAllowed(Exception):
    """The state of the document does not allow the action."""

    def __init__(self, document: Document, action: Action) -> None:
        self.document = document
        self.action = action
        super().__init__(
            _("“%(action)s” is not possible while %(number)s is “%(state)s”.")
            % {"action": action.label, "number": document.number, "state": document.state_label}
        )


@transaction.atomic
def create_document(document: D, *, by: Any, text: str = "") -> D:
    """Number, save and open the timeline of a new document."""
    document.number = next_number(document.PREFIX, day=timezone.localdate(document.created_at))
    document.kind = type(document)._meta.model_name or ""
    document.created_by = by
    document.full_clean(exclude=["number", "kind", "state"])
    document.save(force_insert=True)
    record(document, TimelineEntry.Kind.CREATED, by=by, text=text, to_state=document.state)
    return document


def lock(document: D, *, version: int | None = None) -> D:
    """The same document read anew and locked for this transaction.

    Raises StaleDocument when ``version`` is not the present one.
    """
    model = type(document)
    if connection.features.has_select_for_update:  # on SQLite the transaction itself is the lock
        Document.objects.select_for_update().values_list("pk").get(pk=document.pk)
    fresh = model._default_manager.select_related("organization").get(pk=document.pk)
    if version is not None and fresh.version != version:
        raise StaleDocument(fresh)
    return fresh


def save(document: D) -> D:
    """Save a locked document and count its version up."""
    document.version += 1
    document.save()
    return document


@transaction.atomic
def perform(
    document: D,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> D:
    """Do the action ``name`` on ``document`` for ``by``: guard, change, save, timeline.

    Raises PermissionDenied, ActionNotAllowed, StaleDocument or ValidationError; nothing is changed then.
    """
    declared = all_actions(type(document)).get(name)
    if declared is None:
        raise PermissionDenied(name)
    document = lock(document, version=version)
    if not as_system and not declared.allowed(document, by):
        raise PermissionDenied(name)
    before = document.state
    try:
        getattr(document, name)(by=by, at=at or timezone.now(), **(data or {}))
    except TransitionNotAllowed as error:
        raise ActionNotAllowed(document, declared) from error
    save(document)
    record(
        document,
        TimelineEntry.Kind.TRANSITION,
        by=by,
        at=at,
        action=name,
        from_state=before,
        to_state=document.state,
        text=text or str((data or {}).get("reason") or (data or {}).get("remark") or ""),
    )
    return document


def act(document: D, name: str, **arguments: Any) -> D:
    """Do an action through the service of the document's kind, with everything that follows from it.

    The one entry of all faces: takes the arguments of :func:`perform` and raises what it raises.
    """
    service = import_string(type(document).SERVICE)
    return service(document, name, **arguments)


def record(
    document: Document,
    kind: str,
    *,
    by: Any = None,
    at: datetime | None = None,
    text: str = "",
    action: str = "",
    from_state: str = "",
    to_state: str = "",
    data: Mapping[str, Any] | None = None,
    visible_to_customer: bool = False,
) -> TimelineEntry:
    """Write one line of the timeline; what is said about an entrusted document goes to who keeps it."""
    if kind in SAID:
        document = where_to_write(document)
    return TimelineEntry.objects.create(
        document_id=document.pk,
        kind=kind,
        author=by if getattr(by, "pk", None) else None,
        at=at or timezone.now(),
        text=text,
        action=action,
        from_state=from_state,
        to_state=to_state,
        data=dict(data or {}),
        visible_to_customer=visible_to_customer,
    )


@transaction.atomic
def comment(document: Document, *, by: Any, text: str, files: Sequence[Any] = ()) -> TimelineEntry:
    """Add a comment, with stored files if any; about an entrusted document it goes to who keeps it."""
    if not text.strip() and not files:
        raise ValidationError({"text": _("Write something or choose a file.")})
    document = where_to_write(document)
    entry = record(document, TimelineEntry.Kind.COMMENT, by=by, text=text.strip())
    for file in files:
        attach(document, file, by=by, entry=entry)
    return entry


@transaction.atomic
def attach(
    document: Document,
    file: Any,
    *,
    by: Any = None,
    purpose: str = Attachment.Purpose.OTHER,
    caption: str = "",
    entry: TimelineEntry | None = None,
    visible_to_customer: bool = False,
) -> Attachment:
    """Attach a stored file and say so on the timeline."""
    document = where_to_write(document)
    if entry is None:
        entry = record(document, TimelineEntry.Kind.FILE, by=by, text=caption or file.name)
    return Attachment.objects.create(
        document_id=document.pk,
        file=file,
        entry=entry,
        purpose=purpose,
        caption=caption,
        visible_to_customer=visible_to_customer,
    )


@transaction.atomic
def attach_all(
    document: Document,
    files: Sequence[Any],
    *,
    by: Any = None,
    purpose: str = Attachment.Purpose.OTHER,
    caption: str = "",
    visible_to_customer: bool = False,
) -> TimelineEntry:
    """Attach several stored files and say so in one line of the timeline."""
    document = where_to_write(document)
    text = caption or "、".join(file.name for file in files)
    entry = record(
        document, TimelineEntry.Kind.FILE, by=by, text=text, visible_to_customer=visible_to_customer
    )
    for file in files:
        attach(
            document,
            file,
            by=by,
            purpose=purpose,
            caption=caption,
            entry=entry,
            visible_to_customer=visible_to_customer,
        )
    return entry


def link(source: Document, target: Document, kind: str = DocumentLink.Kind.SERVES) -> DocumentLink:
    """Tie two documents together (once)."""
    found, _created = DocumentLink.objects.get_or_create(source_id=source.pk, target_id=target.pk, kind=kind)
    return found
