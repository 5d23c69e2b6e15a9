"""Numbers of documents: per prefix and day, without gaps, unique under concurrency."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from jiannuo.office.documents.models import NumberSequence


def next_number(prefix: str, day: date | None = None) -> str:
    """The next number, such as ``WO-20261121-0001``.

    Must run inside the transaction that saves the document: the row of the sequence stays locked until then,
    and a rollback gives the number back, which is what makes the series gap-free on both databases.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "next_number() needs the transaction that saves the document"
        )
    day = day or timezone.localdate()
    table = connection.ops.quote_name(NumberSequence._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (prefix, day, last) VALUES (%s, %s, 1) "  # noqa: S608 - our own table name
            f"ON CONFLICT (prefix, day) DO UPDATE SET last = {table}.last + 1 RETURNING last",
            [prefix, day.isoformat()],
        )
        last = cursor.fetchone()[0]
    return f"{prefix}-{day:%Y%m%d}-{last:04d}"
