"""The history of a document as a page or the API shows it: one list, newest first, in pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from jiannuo.kernel.files.models import StoredFile
from jiannuo.office.documents.flow import all_actions
from jiannuo.office.documents.models import Attachment, Document, TimelineEntry

PAGE = 30


@dataclass(frozen=True, slots=True)
class FileView:
    """An attached file as it is shown."""

    id: str
    name: str
    size: int
    content_type: str
    url: str
    thumbnail_url: str
    purpose: str
    caption: str
    taken_at: datetime | None = None

    @property
    def is_video(self) -> bool:
        """Whether it can be played in the page."""
        return self.content_type.startswith("video/")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the timeline as it is shown."""

    id: int
    kind: str
    at: datetime
    author: str
    label: str
    style: str
    text: str
    files: tuple[FileView, ...]
    visible_to_customer: bool
    action: str
    from_state: str
    to_state: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the timeline; ``next_before`` asks for the earlier one, 0 when there is none."""

    items: list[Item]
    next_before: int


def page_of(document: Document, *, before: int = 0, size: int = PAGE, for_customer: bool = False) -> Page:
    """A page of the timeline of ``document``, newest first, earlier than entry ``before``. At most three queries."""
    rows = TimelineEntry.objects.filter(document_id=document.pk)
    if for_customer:
        rows = rows.filter(visible_to_customer=True)
    if before:
        last = (
            TimelineEntry.objects.filter(document_id=document.pk, pk=before)
            .values_list("at", flat=True)
            .first()
        )
        if last is not None:
            rows = rows.filter(Q(at__lt=last) | Q(at=last, pk__lt=before))
    found = list(
        rows.select_related("author").prefetch_related("attachments__file").order_by("-at", "-pk")[: size + 1]
    )
    shown = found[:size]
    return Page([_item(entry, document) for entry in shown], shown[-1].pk if len(found) > size else 0)


def _item(entry: TimelineEntry, document: Document) -> Item:
    return Item(
        id=entry.pk,
        kind=entry.kind,
        at=entry.at,
        author=str(entry.author) if entry.author else "",
        label=_label(entry, document),
        style=document.STATE_STYLES.get(entry.to_state, "secondary"),
        text=entry.text,
        files=file_views(entry.attachments.all()),
        visible_to_customer=entry.visible_to_customer,
        action=entry.action,
        from_state=entry.from_state,
        to_state=entry.to_state,
    )


def _label(entry: TimelineEntry, document: Document) -> str:
    if entry.kind != TimelineEntry.Kind.TRANSITION:
        return str(entry.get_kind_display())
    declared = all_actions(type(document)).get(entry.action)
    label = str(declared.label) if declared else entry.action
    state = _state_label(entry.to_state, document) if entry.to_state != entry.from_state else ""
    return f"{label} → {state}" if state and state != label else label


def _state_label(state: str, document: Document) -> str:
    states = document.STATES
    return str(states(state).label) if states and state in states.values else state


def file_views(attachments: Iterable[Attachment]) -> tuple[FileView, ...]:
    """Attached files as they are shown; their ``file`` must have been read with them."""
    return tuple(_file_view(attachment, attachment.file) for attachment in attachments)


def _file_view(attachment: Attachment, file: StoredFile) -> FileView:
    return FileView(
        id=str(file.pk),
        name=file.name,
        size=file.size,
        content_type=file.content_type,
        url=reverse("files:serve", args=[file.pk]),
        thumbnail_url=reverse("files:serve_size", args=[file.pk, "small"]) if file.thumbnail else "",
        purpose=attachment.purpose,
        caption=attachment.caption,
        taken_at=file.taken_at,
    )


def attachments_of(document: Document, **filters: Any) -> tuple[FileView, ...]:
    """All files of a document, newest first."""
    rows = (
        Attachment.objects.filter(document_id=document.pk, **filters).select_related("file").order_by("-pk")
    )
    return file_views(rows)
