"""Search: what a query costs with 1,000,000 findable records against 10,000 (the embedded database)."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any

SMALL, LARGE = 10_000, 1_000_000
ROUNDS, PASSES = 40, 9
COMPANIES = ("机电", "医院", "酒店", "食品", "物流", "银行", "学校", "建材")


def record(n: int, random: Random) -> tuple[str, list[str], list[str]]:
    """A record as units are: a customer of five Chinese characters, a serial number, a phone."""
    name = "".join(chr(0x4E00 + random.randrange(5000)) for _position in range(3)) + random.choice(COMPANIES)
    serial = f"KFR{random.randrange(10**4):04d}-{n:08d}"
    phone = f"+861{random.choice('3578')}{random.randrange(10**9):09d}"
    return name, [name], [serial, phone]


def rows(begin: int, end: int) -> Iterator[tuple[Any, ...]]:
    """What the index holds of the records ``begin`` … ``end``, as the product writes it."""
    from jiannuo.kernel.search.services import _values
    from jiannuo.kernel.search.sources import Entry

    for n in range(begin, end):
        title, texts, keys = record(n, Random(n))
        yield _values("unit", n + 1, Entry(title, "", f"/{n}", texts, keys, n % 50))


def fill(begin: int, end: int) -> None:
    """Write the records ``begin`` … ``end``; on PostgreSQL the index is built afterwards."""
    from django.db import connection, transaction

    from jiannuo.kernel.bulk import insert_rows
    from jiannuo.kernel.search.models import SearchEntry
    from jiannuo.kernel.search.services import FIELDS

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX IF EXISTS search_entry_vector")
    written = rows(begin, end)
    while batch := list(islice(written, 5000)):
        with transaction.atomic():
            insert_rows(SearchEntry, FIELDS, batch)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CREATE INDEX search_entry_vector ON search_searchentry USING gin (vector)")
            cursor.execute("VACUUM ANALYZE search_searchentry")
        else:
            cursor.execute("INSERT INTO search_searchentry_fts(search_searchentry_fts) VALUES ('optimize')")
            cursor.execute("ANALYZE")


def queries() -> dict[str, list[str]]:
    """What people type, each round another record of the first 10,000."""
    asked: dict[str, list[str]] = {
        "serial number": [],
        "last six digits of a phone": [],
        "three Chinese characters": [],
        "two Chinese characters": [],
    }
    for n in range(0, SMALL, SMALL // ROUNDS):
        title, _texts, keys = record(n, Random(n))
        asked["serial number"].append(keys[0])
        asked["last six digits of a phone"].append(keys[1][-6:])
        asked["three Chinese characters"].append(title[:3])
        asked["two Chinese characters"].append(title[:2])
    return asked


def cost() -> dict[str, float]:
    """Milliseconds of each kind of query: the median of the queries, each at its best of several passes."""
    from jiannuo.kernel.search.services import find

    asked = queries()
    best = {query: float("inf") for kind in asked for query in asked[kind]}
    for _pass in range(PASSES):
        for query in best:
            begun = time.perf_counter()
            found = find(query, kinds=["unit"], organizations=None, limit=20)
            best[query] = min(best[query], (time.perf_counter() - begun) * 1000)
            if not found:
                raise RuntimeError(f"{query} was not found")
    return {kind: statistics.median(best[query] for query in asked[kind]) for kind in asked}


def run() -> list[dict[str, Any]]:
    """Costs with 10,000 and with 1,000,000 records, and their ratio."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    fill(0, SMALL)
    small = cost()
    fill(SMALL, LARGE)
    large = cost()
    method = f"{LARGE:,} against {SMALL:,} records; median of {ROUNDS} queries, each the best of {PASSES}"
    return [
        {
            "name": f"search by {kind}, {connection.vendor}: cost × with 100 times the records",
            "value": round(large[kind] / small[kind], 2),
            "unit": f"({small[kind]:.2f} → {large[kind]:.2f} ms)",
            "target": "≤ 1.5",
            "passed": large[kind] / small[kind] <= 1.5,
            "method": method,
        }
        for kind in small
    ]
