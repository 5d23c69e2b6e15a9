"""Reading the first rows in order when a filter allows several values of an indexed column.

``organization IN (4, 9) ORDER BY id DESC LIMIT 50`` makes a database either sort all rows of both organisations or walk
through everybody's rows, and both grow with the table. Asked once for each value, an index on (organization, id) gives
its first 50 at once; the two answers are merged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from django.db import connections
from django.db.models import Field, Model, QuerySet
from django.db.models.expressions import Col
from django.db.models.lookups import In

MOST_BRANCHES = 48


def first_keys(queryset: QuerySet[Any], order: Sequence[str], limit: int) -> list[Any]:
    """Primary keys of the first ``limit`` rows of ``queryset`` in ``order`` (names of fields, ``-`` descends)."""
    if limit <= 0:
        return []
    branches = list(split(queryset))
    names = [name.removeprefix("-") for name in order]
    if len(branches) == 1:
        rows = branches[0].order_by(*order).values_list("pk", *names)[:limit]
        return [row[0] for row in rows]
    return _merged(branches, order, names, limit)


def split(queryset: QuerySet[Any]) -> Iterator[QuerySet[Any]]:
    """Querysets that together hold each row of ``queryset`` once; itself where there is nothing to split."""
    choices: list[list[tuple[str, Any]]] = []
    total = 1
    for name, values in _alternatives(queryset):
        if total * len(values) <= MOST_BRANCHES:
            total *= len(values)
            choices.append([(name, value) for value in values])
    if total <= 1 or queryset.query.distinct or queryset.query.combinator:
        yield queryset
        return
    for combination in product(*choices):
        yield queryset.filter(**dict(combination))


def _alternatives(queryset: QuerySet[Any]) -> Iterator[tuple[str, list[Any]]]:
    """The ``field IN (values)`` on columns of the model itself that every row must satisfy."""
    where = queryset.query.where
    if where.connector != "AND" or where.negated:
        return
    tables = _own_tables(queryset.model)
    for node in where.children:
        if not isinstance(node, In) or not isinstance(node.lhs, Col):
            continue
        if not isinstance(node.rhs, (list, tuple, set, frozenset)):
            continue
        table = queryset.query.alias_map[node.lhs.alias].table_name
        if table == node.lhs.alias and table in tables and not node.lhs.target.primary_key:
            values = list(dict.fromkeys(value for value in node.rhs if value is not None))
            if len(values) > 1:
                yield node.lhs.target.name, values


def root_key(model: type[Model]) -> Field[Any, Any]:
    """The primary key of the topmost table of ``model``: that is where the indexes are."""
    key: Any = model._meta.pk
    while key.remote_field and getattr(key.remote_field, "parent_link", False):
        key = key.remote_field.model._meta.pk
    return key  # type: ignore[no-any-return]


def _own_tables(model: type[Model]) -> set[str]:
    return {model._meta.db_table, *(parent._meta.db_table for parent in model._meta.all_parents)}


def _merged(
    branches: Sequence[QuerySet[Any]], order: Sequence[str], names: Sequence[str], limit: int
) -> list[Any]:
    connection = connections[branches[0].db]
    statements, parameters = [], []
    for number, branch in enumerate(branches):
        query = branch.order_by(*order).values_list("pk", *names)[:limit].query
        sql, values = query.get_compiler(connection=connection).as_sql()
        statements.append(f"SELECT * FROM ({sql}) AS branch_{number}")  # noqa: S608 - compiled by Django
        parameters.extend(values)
    # Column 1 is the primary key, the columns after it are those of the order.
    ranks = ", ".join(
        f"{position} DESC" if name.startswith("-") else str(position)
        for position, name in enumerate(order, start=2)
    )
    merged = f"{' UNION ALL '.join(statements)} ORDER BY {ranks} LIMIT {int(limit)}"
    with connection.cursor() as cursor:
        cursor.execute(merged, parameters)
        to_python = root_key(branches[0].model).to_python
        return [to_python(row[0]) for row in cursor.fetchall()]
