"""The index behind search: FTS5 on SQLite, a generated tsvector with GIN on PostgreSQL. One query language above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.models.expressions import RawSQL

from jiannuo.kernel.search.grams import SHORTEST_MIDDLE, backwards, middle_of, phrase_of, runs
from jiannuo.kernel.search.models import SearchEntry

TABLE = SearchEntry._meta.db_table
MANY = 1000
"""With more matches than these, walking from the newest entry meets enough of them soon."""


def expect_many() -> None:
    """In a transaction that writes many entries: let PostgreSQL sort them into its index in larger heaps."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL gin_pending_list_limit = '64MB'")


def settle() -> None:
    """After many entries: sort in what still lies beside the index, which every search would have to read through."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('search_entry_vector')")


class Attempt(NamedTuple):
    """One way to read the query. ``only_if_nothing``: asked when the earlier ones found nothing; ``final``: enough."""

    entries: models.QuerySet[SearchEntry]
    final: bool = False
    only_if_nothing: bool = False


def matching(query: str) -> list[Attempt]:
    """The ways to find the entries that hold every run of ``query``, the most exact first.

    A whole key ends the search. Then come words, beginnings and Chinese substrings; then ends of keys; and when all
    that found nothing, their middle, which costs most.
    """
    cut = list(runs(query))
    if not cut:
        return []
    attempts = [Attempt(_search([phrase_of(run, chinese) for chinese, run in cut]))]
    joined = "".join(run for chinese, run in cut if not chinese)
    if len(joined) >= SHORTEST_MIDDLE and all(not chinese for chinese, _run in cut):
        grams, _begins = phrase_of(joined, False)
        attempts.insert(0, Attempt(_search([(grams, False)]), final=True))
        attempts.append(Attempt(_search([([backwards(joined)], True)])))
        if len(cut) > 1:
            attempts.append(Attempt(_search([(grams, True)])))
        attempts.append(Attempt(_search([(middle_of(joined), False)]), only_if_nothing=True))
    return attempts


def _search(phrases: Sequence[tuple[list[str], bool]]) -> models.QuerySet[SearchEntry]:
    if connection.vendor == "postgresql":
        wanted = " & ".join(_postgres_phrase(grams, begins) for grams, begins in phrases)
        # The column goes without its table, whose name is another in a subquery.
        return SearchEntry.objects.extra(where=['"vector" @@ %s::tsquery'], params=[wanted])
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
    """The newest entries first, at most ``limit``.

    PostgreSQL knows nothing of rare words, takes each for one in two hundred entries, and would look for the newest by
    walking back through the table, to its beginning when there are fewer than ``limit``. So it is first asked for some
    matches in any order, which it finds by the index; only when there are many are the newest walked to.
    """
    if connection.vendor == "postgresql":
        found = sorted(entries.order_by().values_list("pk", flat=True)[: MANY + 1], reverse=True)
        if len(found) <= MANY:
            return list(SearchEntry.objects.filter(pk__in=found[:limit]).order_by("-pk")) if found else []
    return list(entries.order_by("-pk")[:limit])
