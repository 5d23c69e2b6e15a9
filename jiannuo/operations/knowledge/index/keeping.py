"""Keeping the index in step with the database: the latest changes, or everything anew."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from jiannuo.operations.knowledge.index import store
from jiannuo.operations.knowledge.index.content import ARTICLE, CASE, contents, key_of
from jiannuo.operations.knowledge.models import Article, IndexChange, SolvedCase

BATCH = 2000
#: a change may be committed that much later than it was written: a long import
LATE = timedelta(hours=1)
#: how long changes are kept; an index that has slept longer is made anew
KEPT = timedelta(days=7)


class NoIndex(Exception):
    """There is no index of this version that the latest changes would complete: it has to be made anew."""


def note_change(kind: str, pks: Iterable[int]) -> None:
    """Say in the present transaction that records have to be indexed."""
    IndexChange.objects.bulk_create(
        [IndexChange(kind=kind, object_id=pk) for pk in dict.fromkeys(pks)], BATCH
    )


def refresh(now: datetime | None = None) -> int:
    """Index what has changed since the last time; how many records.

    Raises NoIndex when it must be made anew, ``store.Busy`` while another process writes.
    """
    now = now or timezone.now()
    with store.sole_writer():
        reached, place = store.progress(), store.present()
        if reached is None or place is None:
            raise NoIndex
        upto = datetime.fromisoformat(reached.upto)
        if upto < now - KEPT + LATE:
            raise NoIndex
        rows = list(
            IndexChange.objects.filter(at__gte=upto - LATE)
            .order_by("pk")
            .values_list("pk", "kind", "object_id", "at")
        )
        seen = set(reached.seen)
        new = [row for row in rows if row[0] not in seen]
        if not new:
            return 0
        _write_changes(place, new)
        latest = max(upto, *(row[3] for row in new))
        still_late = [row[0] for row in rows if row[3] >= latest - LATE]
        store.note_progress(place, store.Progress(store.version(), latest.isoformat(), still_late))
    return len({row[1:3] for row in new})


def _write_changes(place: Any, rows: list[Any]) -> None:
    writer = store.writer_of(store.index_in(place))
    for kind in (ARTICLE, CASE):
        pks = list(dict.fromkeys(row[2] for row in rows if row[1] == kind))
        for pk in pks:
            writer.delete_documents_by_term("key", key_of(kind, pk))
        _add(writer, kind, pks)
    writer.commit()
    writer.wait_merging_threads()


def rebuild(*, only_if_needed: bool = False) -> int:
    """Make the index anew beside the present one and take it into use; how many records it holds.

    Raises ``store.Busy`` while another process writes.
    """
    with store.sole_writer():
        if only_if_needed and not is_outdated():
            return 0
        began = timezone.now()
        known = list(IndexChange.objects.filter(at__gte=began - LATE).values_list("pk", flat=True))
        place = store.new_generation()
        writer = store.writer_of(store.index_in(place))
        articles = Article.objects.in_force().values_list("pk", flat=True).order_by("pk")
        cases = SolvedCase.objects.values_list("pk", flat=True).order_by("pk")
        count = _add(writer, ARTICLE, list(articles)) + _add(writer, CASE, list(cases))
        writer.commit()
        writer.wait_merging_threads()
        store.note_progress(place, store.Progress(store.version(), began.isoformat(), known))
        store.take_into_use(place)
    return count


def is_outdated(now: datetime | None = None) -> bool:
    """Whether the index has to be made anew."""
    reached = store.progress()
    return reached is None or datetime.fromisoformat(reached.upto) < (now or timezone.now()) - KEPT + LATE


def _add(writer: Any, kind: str, pks: list[int]) -> int:
    count = 0
    for start in range(0, len(pks), BATCH):
        for fields in contents(kind, pks[start : start + BATCH]):
            writer.add_document(store.make_document(fields))
            count += 1
    return count


def forget_old_changes(now: datetime | None = None) -> int:
    """Throw away changes that every index must have read; how many."""
    deleted, _by_model = IndexChange.objects.filter(at__lt=(now or timezone.now()) - KEPT).delete()
    return deleted
