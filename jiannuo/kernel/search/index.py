"""The index behind search: FTS5 on SQLite, a generated tsvector with GIN on PostgreSQL. One query language above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL

from jiannuo.kernel.search.grams import SHORTEST_MIDDLE, backwards, middle_of, phrase_of, runs
from jiannuo.kernel.search.models import SearchEntry

TABLE = SearchEntry._meta.db_table


def matching(query: str) -> list[models.QuerySet[SearchEntry]]:
    """Querysets of the entries that hold every run of ``query``, the most exact first.

    The first matches words, beginnings and Chinese substrings; the second ends of keys; the third their middle.
    """
    cut = list(runs(query))
    if not cut:
        return []
    attempts = [[phrase_of(run, chinese) for chinese, run in cut]]
    joined = "".join(run for chinese, run in cut if not chinese)
    only_key = all(not chinese for chinese, _run in cut)
    if only_key:
        if len(cut) > 1:
            attempts.insert(0, [phrase_of(joined, False)])
        if len(joined) >= SHORTEST_MIDDLE:
            attempts.append([([backwards(joined)], True)])
            attempts.append([(middle_of(joined), False)])
    return [_search(attempt) for attempt in attempts]


def _search(phrases: Sequence[tuple[list[str], bool]]) -> models.QuerySet[SearchEntry]:
    if connection.vendor == "postgresql":
        wanted = " & ".join(_postgres_phrase(grams, begins) for grams, begins in phrases)
        return SearchEntry.objects.extra(  # noqa: S610 - own column; the query is a parameter
            where=[f'"{TABLE}"."vector" @@ %s::tsquery'], params=[wanted]
        )
    wanted = " AND ".join(_sqlite_phrase(grams, begins) for grams, begins in phrases)
    found = RawSQL(f'SELECT rowid FROM "{TABLE}_fts" WHERE "{TABLE}_fts" MATCH %s', [wanted])  # noqa: S608, S611
    return SearchEntry.objects.filter(pk__in=found)


def _sqlite_phrase(grams: list[str], begins: bool) -> str:
    return '"' + " ".join(grams) + '"' + (" *" if begins else "")


def _postgres_phrase(grams: list[str], begins: bool) -> str:
    quoted = [f"'{gram}'" for gram in grams]
    if begins:
        quoted[-1] += ":*"
    return "(" + " <-> ".join(quoted) + ")"


def rank(entries: models.QuerySet[SearchEntry], limit: int) -> list[Any]:
    """The newest entries first, at most ``limit``."""
    return list(entries.order_by("-pk")[:limit])
