"""Matters that one room brings up and another takes up at once, in the same transaction.

A room that takes up a matter says so with :func:`takes`; the room that brings it up asks :func:`take_up` and does not
know who answers. Where the news may wait until after the commit, the event ``MatterRaised`` is enough. A complaint may
not: whoever takes it up is independent, and its text must never stand where everybody reads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from jiannuo.kernel.files.models import StoredFile
from jiannuo.office.documents.models import Attachment, Document, TimelineEntry
from jiannuo.office.documents.queries import keeper_of

Taker = Callable[[Any], Document | None]
_takers: dict[str, Taker] = {}
#: entries that say something; the others are steps of the document, which stay without their words
SAYINGS = (TimelineEntry.Kind.COMMENT, TimelineEntry.Kind.FILE, TimelineEntry.Kind.MESSAGE)


def takes(matter: str) -> Callable[[Taker], Taker]:
    """Declare a function as the one that takes up ``matter``; it gets the document and answers with its own, once."""

    def declare(taker: Taker) -> Taker:
        _takers[matter] = taker
        return taker

    return declare


def take_up(document: Document, matter: str) -> Document | None:
    """What was opened for ``matter``, or what keeps it already; nothing where nobody takes it up at once."""
    taker = _takers.get(matter)
    if taker is None:
        return None
    return taker(document) or keeper_of(document)


@transaction.atomic
def hand_over_words(source: Document, keeper: Document) -> None:
    """Move comments, messages and files of ``source`` to ``keeper``, and the words of its steps; the steps stay."""
    said = TimelineEntry.objects.filter(document_id=source.pk)
    files = Attachment.objects.filter(document_id=source.pk)
    # Who sent a file in may read it anywhere else; here it is the keeper's alone. The timeline still names the sender.
    StoredFile.objects.filter(pk__in=files.values("file")).update(uploaded_by=None)
    files.update(document_id=keeper.pk)
    said.filter(kind__in=SAYINGS).update(document_id=keeper.pk)
    spoken = said.exclude(kind=TimelineEntry.Kind.OBLIGATION).exclude(text="", data={})
    TimelineEntry.objects.bulk_create(
        TimelineEntry(
            document_id=keeper.pk,
            kind=TimelineEntry.Kind.COMMENT,
            at=entry.at,
            author_id=entry.author_id,
            text=entry.text,
        )
        for entry in spoken
        if entry.text
    )
    spoken.update(text="", data={})
