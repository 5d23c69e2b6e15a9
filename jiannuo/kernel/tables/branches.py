"""Reading the first rows in order when a filter allows several values of an indexed column.

``organization IN (4, 9) ORDER BY id DESC LIMIT 50`` makes a database either sort all rows of both organisations or walk
through everybody's rows, and both grow with the table. Asked once for each value, an index on (organization, id) gives
its first 50 at once; the two answers are merged. So it is with ``technician = 7 OR id IN (SELECT …)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Field, Model, QuerySet
from django.db.models.expressions import Col
from django.db.models.lookups import Exact, In, Lookup
from django.db.models.sql import Query
from django.db.models.sql.where import AND, OR, WhereNode

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
    """Querysets that together hold the rows of ``queryset``; itself where there is nothing to split."""
    choices: list[list[Any]] = []
    places: list[int] = []
    total = 1
    if not (queryset.query.distinct or queryset.query.combinator):
        for place, lookups in _alternatives(queryset):
            if total * len(lookups) <= MOST_BRANCHES:
                total *= len(lookups)
                places.append(place)
                choices.append(lookups)
    if total <= 1:
        yield queryset
        return
    for combination in product(*choices):
        branch = queryset.all()
        for place, lookup in zip(places, combination, strict=True):
            branch.query.where.children[place] = lookup
        yield branch


def _alternatives(queryset: QuerySet[Any]) -> Iterator[tuple[int, list[Lookup[Any]]]]:
    """The conditions on columns of the model itself that allow several values: their place, and one lookup each."""
    where = queryset.query.where
    if where.connector != AND or where.negated:
        return
    for place, node in enumerate(where.children):
        lookups = _choices_of(node, queryset.model._meta.db_table)
        if len(lookups) > 1:
            yield place, lookups


def _choices_of(node: Any, table: str) -> list[Lookup[Any]]:
    """``a IN (1, 2)`` and ``a = 1 OR b IN (SELECT …)`` as two lookups; nothing for any other condition."""
    if isinstance(node, WhereNode) and node.connector == OR and not node.negated:
        lookups: list[Any] = list(node.children)
        return lookups if all(_picks(lookup, table) for lookup in lookups) else []
    if isinstance(node, In) and _is_on(node, table) and not node.lhs.target.primary_key:
        column = Col(node.lhs.alias, node.lhs.target, node.lhs.target)
        values = dict.fromkeys(value for value in node.rhs if value is not None)
        return [Exact(column, value) for value in values]
    return []


def _picks(lookup: Any, table: str) -> bool:
    """Whether an index on a column of ``table`` leads to the rows of this condition."""
    if isinstance(lookup, Exact):
        return _is_on(lookup, table)
    return isinstance(lookup, In) and isinstance(lookup.rhs, Query) and _is_column(lookup.lhs, table)


def _is_on(lookup: Any, table: str) -> bool:
    """Whether a condition compares a column of ``table`` with given values."""
    return (
        isinstance(lookup, Lookup)
        and _is_column(lookup.lhs, table)
        and not hasattr(lookup.rhs, "resolve_expression")
    )


def _is_column(side: Any, table: str) -> bool:
    return isinstance(side, Col) and side.alias == table


def indexed(queryset: QuerySet[Any], fields: Sequence[str]) -> QuerySet[Any]:
    """A queryset of the same primary keys whose conditions and order one index can serve.

    The rows of a child table (a work order) lie in two tables. What is filtered and sorted by columns of the parent
    alone is asked of the parent alone, whose indexes begin with ``kind``, the name of the child; the rest is asked of
    the child, and joins the parent only where a condition needs it.
    """
    queryset = _without_needless_distinct(queryset.order_by())
    parents = queryset.model._meta.get_parent_list()
    if len(parents) != 1 or queryset.query.distinct or queryset.query.combinator:
        return queryset
    parent, where = parents[0], queryset.query.where
    names = {field.name for field in parent._meta.local_fields}
    if "kind" not in names or not (where.children or fields):
        return queryset
    if not names.issuperset(fields) or not _only_on(where, parent):
        return _without_kind(queryset, parent)
    rows: QuerySet[Any] = parent._base_manager.using(queryset.db).all()
    rows.query.get_initial_alias()
    rows.query.where = where.clone()
    same: QuerySet[Any] = rows.filter(kind=queryset.model._meta.model_name)
    return same


def _without_kind(queryset: QuerySet[Any], parent: type[Model]) -> QuerySet[Any]:
    """The same rows of a child, without their kind: naming it would lead the database to the parent first."""
    where = queryset.query.where
    if where.connector != AND or where.negated:
        return queryset
    plain = queryset.all()
    said: list[Any] = list(plain.query.where.children)
    plain.query.where.children[:] = [node for node in said if not _names_kind(node, queryset.model, parent)]
    return plain


def _names_kind(node: Any, model: type[Model], parent: type[Model]) -> bool:
    if type(node) is not Exact or not _is_on(node, parent._meta.db_table):
        return False
    return bool(node.lhs.target.name == "kind" and node.rhs == model._meta.model_name)


def _only_on(node: Any, model: type[Model]) -> bool:
    if isinstance(node, WhereNode):
        return all(_only_on(child, model) for child in node.children)
    return _is_on(node, model._meta.db_table)


def _without_needless_distinct(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows without DISTINCT when no join can repeat a row (filters with several choices always add it)."""
    query = queryset.query
    fields = (getattr(join, "join_field", None) for join in query.alias_map.values())
    if (
        not query.distinct
        or query.distinct_fields
        or any(f and (f.one_to_many or f.many_to_many) for f in fields)
    ):
        return queryset
    plain = queryset.all()
    plain.query.distinct = False
    return plain


def root_key(model: type[Model]) -> Field[Any, Any]:
    """The primary key of the topmost table of ``model``, which tells how its values are read."""
    key: Any = model._meta.pk
    while key.remote_field and getattr(key.remote_field, "parent_link", False):
        key = key.remote_field.model._meta.pk
    return key  # type: ignore[no-any-return]


def _merged(
    branches: Sequence[QuerySet[Any]], order: Sequence[str], names: Sequence[str], limit: int
) -> list[Any]:
    connection = connections[branches[0].db]
    statements, parameters = [], []
    for number, branch in enumerate(branches):
        query = branch.order_by(*order).values_list("pk", *names)[:limit].query
        try:
            sql, values = query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            continue
        statements.append(f"SELECT * FROM ({sql}) AS branch_{number}")  # noqa: S608 - compiled by Django
        parameters.extend(values)
    if not statements:
        return []
    # Column 1 is the primary key, the columns after it are those of the order. A row of two branches is told once.
    ranks = ", ".join(
        f"{position} DESC" if name.startswith("-") else str(position)
        for position, name in enumerate(order, start=2)
    )
    merged = f"{' UNION '.join(statements)} ORDER BY {ranks} LIMIT {int(limit)}"
    with connection.cursor() as cursor:
        cursor.execute(merged, parameters)
        to_python = root_key(branches[0].model).to_python
        return [to_python(row[0]) for row in cursor.fetchall()]
