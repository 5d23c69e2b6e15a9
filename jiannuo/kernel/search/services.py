"""Finding records, and keeping what is found in step with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.db.models import Q, prefetch_related_objects

from jiannuo.kernel.bulk import insert_rows
from jiannuo.kernel.search.grams import grams_of_key, grams_of_text
from jiannuo.kernel.search.index import expect_many, matching, rank
from jiannuo.kernel.search.models import SearchEntry
from jiannuo.kernel.search.sources import Entry, SearchSource, source_of, sources

BATCH = 1000
FIELDS = ("kind", "object_id", "organization_id", "title", "subtitle", "url", "grams")
"""What an entry holds beside its key; the first two say of what it is."""


def find(
    query: str,
    *,
    kinds: Collection[str],
    organizations: Collection[int] | None,
    limit: int = 20,
    beside: Mapping[str, Any] | None = None,
) -> list[SearchEntry]:
    """Entries of ``kinds`` that match ``query``, most exact and newest first.

    ``organizations`` are the ids whose records may be shown; ``None`` shows all. Records of no organisation
    (products, say) are shown to everybody. ``beside`` are keys of records of elsewhere that may be shown too, by kind.
    """
    shown = Q()
    if organizations is not None:
        shown = Q(organization_id__in=organizations) | Q(organization_id__isnull=True)
        for kind, keys in (beside or {}).items():
            shown |= Q(kind=kind, object_id__in=keys)
    found: dict[int, SearchEntry] = {}
    for attempt in matching(query.strip()[:100]):
        if found and attempt.only_if_nothing:
            continue
        for entry in rank(attempt.entries.filter(shown, kind__in=kinds), limit):
            found.setdefault(entry.pk, entry)
        if len(found) >= limit or (found and attempt.final):
            break
    return list(found.values())[:limit]


_touched: ContextVar[dict[type[Any], dict[int, None]] | None] = ContextVar("touched", default=None)


@contextmanager
def indexing_once() -> Iterator[None]:
    """Write the entry of each record that is saved inside once, at the end, however often it is touched.

    Also a decorator. Nothing is written when the work inside fails: its transaction takes it back.
    """
    if _touched.get() is not None:
        yield
        return
    touched: dict[type[Any], dict[int, None]] = {}
    token = _touched.set(touched)
    try:
        yield
    finally:
        _touched.reset(token)
    for model, keys in touched.items():
        index_many(model, keys)


def touch(model: type[Any], key: int) -> None:
    """Write the entry of a record anew: now, or at the end of :func:`indexing_once`."""
    touched = _touched.get()
    if touched is None:
        index_many(model, [key])
    else:
        touched.setdefault(model, {})[key] = None


def index_many(model: type[Any], pks: Iterable[int]) -> int:
    """Write anew the entries of the records of ``model`` with these keys; returns how many are findable.

    For writes in bulk, which send no signals; single saves index themselves.
    """
    source = source_of(model)
    if source is None:
        return 0
    wanted = list(dict.fromkeys(pks))
    written = 0
    for start in range(0, len(wanted), BATCH):
        written += _index_batch(source, wanted[start : start + BATCH])
    return written


@transaction.atomic
def index_new(model: type[Any], records: Sequence[Any]) -> int:
    """Write the entries of records that were just created; how many are findable.

    What :func:`index_many` does for records that exist, without reading them again: for imports, which call
    :func:`index.settle` in the end. What hangs on the records is read at once; what they point to should be on them
    already.
    """
    source = source_of(model)
    if source is None or not records:
        return 0
    expect_many()
    beside = source.select(model._default_manager.all())._prefetch_related_lookups
    prefetch_related_objects(records, *beside)
    faces = [(record.pk, source.entry(record)) for record in records]
    rows = [_values(source.kind, key, face) for key, face in faces if face is not None]
    insert_rows(SearchEntry, FIELDS, rows)
    return len(rows)


@transaction.atomic
def _index_batch(source: SearchSource, pks: Sequence[int]) -> int:
    rows = source.select(source.model._default_manager.filter(pk__in=pks))
    entries = []
    for record in rows:
        face = source.entry(record)
        if face is not None:
            values = _values(source.kind, record.pk, face)
            entries.append(SearchEntry(**dict(zip(FIELDS, values, strict=True))))
    gone = set(pks) - {entry.object_id for entry in entries}
    if gone:
        SearchEntry.objects.filter(kind=source.kind, object_id__in=gone).delete()
    SearchEntry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=FIELDS[2:],
    )
    return len(entries)


def _values(kind: str, object_id: int, face: Entry) -> tuple[Any, ...]:
    """What an entry holds, in the order of ``FIELDS``."""
    grams: list[str] = []
    for text in face.texts:
        grams += grams_of_text(text)
    for key in face.keys:
        grams += grams_of_key(key)
    title, subtitle = face.title[:200], face.subtitle[:300]
    return kind, object_id, face.organization_id, title, subtitle, face.url, " ".join(grams)


def rebuild() -> dict[str, int]:
    """Index every record anew; returns how many of each kind are findable."""
    SearchEntry.objects.exclude(kind__in=[source.kind for source in sources()]).delete()
    return {
        source.kind: index_many(
            source.model, source.model._default_manager.values_list("pk", flat=True).iterator()
        )
        for source in sources()
    }


def forget(kind: str, object_id: int) -> None:
    """Make a record unfindable."""
    SearchEntry.objects.filter(kind=kind, object_id=object_id).delete()
