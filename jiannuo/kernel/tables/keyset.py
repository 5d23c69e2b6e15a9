"""Keyset paging: a page begins after a row, not after a number of rows, so every page costs the same.

No OFFSET and no COUNT: page 1,000 costs what page 1 costs, and a row is neither shown twice nor left out when others
are added while somebody reads. Only declared orderings are possible, those that an index can serve.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Expression, F, Field, Func, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.tables.branches import first_keys, indexed, root_key

SALT = "jiannuo.tables.cursor"


class CursorError(Exception):
    """The cursor was altered or cut short, so that nobody knows where the page begins."""

    def __init__(self) -> None:
        super().__init__(_("The address of this page is damaged. You see the first page instead."))


@dataclass(frozen=True, slots=True)
class Ordering:
    """A way in which a list can be sorted: the ascending ``fields``, then the primary key to make it unique.

    ``name`` is what the address says, and the column whose heading sorts; ``-name`` sorts the other way round. Rows
    without a value in the first field come last in both directions; the further fields must not be empty.
    """

    name: str
    label: Any
    fields: tuple[str, ...] = ()
    descending: bool = False

    def reversed(self) -> Ordering:
        return Ordering(self.name, self.label, self.fields, not self.descending)

    @property
    def key(self) -> str:
        """How the address names it."""
        return f"-{self.name}" if self.descending else self.name


NEWEST = Ordering("id", gettext_lazy("newest first"), descending=True)


def ordering_named(orderings: Sequence[Ordering], key: str) -> Ordering | None:
    """The declared ordering that an address calls ``key`` (with ``-``: descending), or None."""
    for ordering in orderings:
        if ordering.name == key.removeprefix("-"):
            return ordering if ordering.descending == key.startswith("-") else ordering.reversed()
    return None


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: just past the row with these ``values`` and key, in an ordering.

    ``passed`` says how many rows lie before it, as far as the person has paged (for show only).
    """

    ordering: str
    values: tuple[str | None, ...]
    pk: str
    passed: int = 0

    def encode(self) -> str:
        return signing.dumps([self.ordering, self.values, self.pk, self.passed], salt=SALT)

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """The cursor that :meth:`encode` wrote; raises CursorError for anything else."""
        try:
            ordering, values, pk, passed = signing.loads(text, salt=SALT)
            return cls(ordering, tuple(values), pk, passed)
        except (signing.BadSignature, TypeError, ValueError):
            raise CursorError from None


@dataclass(slots=True)
class KeysetPage:
    """The rows of one page, and the way to its neighbours."""

    rows: list[Any]
    size: int
    has_next: bool = False
    has_previous: bool = False
    next_cursor: str = ""
    prev_cursor: str = ""
    first: int | None = None
    count: int | None = None
    count_is_estimate: bool = field(default=False)

    @property
    def label(self) -> str:
        """Which rows these are, in words; the whole number only where it is known without counting."""
        if not self.rows or self.first is None:
            return ""
        last = self.first + len(self.rows) - 1
        if self.has_next:
            return _("Rows %(first)s–%(last)s of more than %(last)s") % {"first": self.first, "last": last}
        if self.first == 1:
            return _("%(count)s rows") % {"count": last}
        return _("Rows %(first)s–%(last)s, the end") % {"first": self.first, "last": last}


class _Beyond(Func):
    """``(a, b) > (x, y)``: rows past a place, in the form that both databases answer from an index."""

    def __init__(self, operator: str, columns: Sequence[F], values: Sequence[Expression]) -> None:
        self.operator = operator
        super().__init__(*columns, *values, output_field=BooleanField())

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        parts, parameters = [], []
        for expression in self.get_source_expressions():
            sql, values = compiler.compile(expression)
            parts.append(sql)
            parameters.extend(values)
        half = len(parts) // 2
        if half == 1:
            return f"{parts[0]} {self.operator} {parts[1]}", parameters
        return f"({', '.join(parts[:half])}) {self.operator} ({', '.join(parts[half:])})", parameters

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return self.as_sql(compiler, connection, **extra)


class Keyset:
    """Walks ``queryset`` in ``ordering``, forwards or backwards, from any row."""

    def __init__(self, queryset: QuerySet[Any], ordering: Ordering) -> None:
        self.queryset = queryset
        self.ordering = ordering
        self.keys = indexed(queryset, ordering.fields)
        self.key_name = str(self.keys.model._meta.pk.attname)
        self.fields = [self._output_field(name) for name in ordering.fields]

    def _output_field(self, name: str) -> Field[Any, Any]:
        resolved: Any = F(name).resolve_expression(self.keys.query.clone(), allow_joins=True)
        return resolved.output_field  # type: ignore[no-any-return]

    @property
    def _first_may_be_empty(self) -> bool:
        if not self.fields:
            return False
        return self.fields[0].null or "__" in self.ordering.fields[0]

    def keys_after(self, cursor: Cursor | None, limit: int, *, backwards: bool = False) -> list[Any]:
        """Primary keys of the ``limit`` rows next to ``cursor``, nearest first."""
        found: list[Any] = []
        for segment, order in self._segments(cursor, backwards):
            found += first_keys(segment, order, limit - len(found))
            if len(found) >= limit:
                break
        return found

    def _segments(self, cursor: Cursor | None, backwards: bool) -> Iterator[tuple[QuerySet[Any], list[str]]]:
        """The rows with a value, then those without; each in the order in which an index holds them."""
        downwards = self.ordering.descending != backwards
        sign = "-" if downwards else ""
        order = [f"{sign}{name}" for name in (*self.ordering.fields, self.key_name)]
        if not self._first_may_be_empty:
            yield self._beyond(self.keys, cursor, downwards), order
            return
        first = self.ordering.fields[0]
        filled = self.keys.filter(**{f"{first}__isnull": False})
        empty = self.keys.filter(**{f"{first}__isnull": True})
        empty_order = [f"{sign}{name}" for name in (*self.ordering.fields[1:], self.key_name)]
        in_empty = cursor is not None and cursor.values[0] is None
        if backwards and in_empty:
            yield self._beyond(empty, cursor, downwards, skip=1), empty_order
            yield filled, order
        elif backwards:
            if cursor is None:
                yield empty, empty_order
            yield self._beyond(filled, cursor, downwards), order
        else:
            if not in_empty:
                yield self._beyond(filled, cursor, downwards), order
            yield self._beyond(empty, cursor if in_empty else None, downwards, skip=1), empty_order

    def _beyond(
        self, rows: QuerySet[Any], cursor: Cursor | None, downwards: bool, skip: int = 0
    ) -> QuerySet[Any]:
        if cursor is None:
            return rows
        names = [*self.ordering.fields[skip:], self.key_name]
        fields = [*self.fields[skip:], root_key(rows.model)]
        try:
            parsed = [
                f.to_python(text) for f, text in zip(fields, [*cursor.values[skip:], cursor.pk], strict=True)
            ]
        except (ValidationError, ValueError):
            raise CursorError from None
        values = [Value(value, output_field=_plain(f)) for f, value in zip(fields, parsed, strict=True)]
        return rows.filter(_Beyond("<" if downwards else ">", [F(name) for name in names], values))

    def cursor_at(self, row: Any, passed: int = 0) -> Cursor:
        """The place of ``row``."""
        values = tuple(_text(_value_of(row, name)) for name in self.ordering.fields)
        return Cursor(self.ordering.key, values, str(_value_of(row, self.key_name)), passed)

    def fetch(self, keys: Sequence[Any]) -> list[Any]:
        """The rows with these primary keys, in their order; a row that vanished meanwhile is left out."""
        if not keys:
            return []
        found = {row.pk: row for row in self.queryset.order_by().filter(pk__in=keys)}
        return [found[key] for key in keys if key in found]

    def page(self, size: int, *, after: Cursor | None = None, before: Cursor | None = None) -> KeysetPage:
        """The page after or before a place; the first one when neither is given."""
        if after is not None or before is None:
            return self._forward(size, after)
        keys = self.keys_after(before, size + 1, backwards=True)
        if len(keys) <= size:
            # The beginning is reached: show it whole, not the few rows that were left before the place.
            return self._forward(size, None)
        rows = self.fetch(keys[:size][::-1])
        first = before.passed - len(rows) + 1
        page = KeysetPage(rows, size, has_next=True, has_previous=True, first=first if first > 1 else None)
        return self._with_cursors(page, before.passed)

    def _forward(self, size: int, after: Cursor | None) -> KeysetPage:
        keys = self.keys_after(after, size + 1)
        passed = after.passed if after else 0
        page = KeysetPage(
            self.fetch(keys[:size]),
            size,
            has_next=len(keys) > size,
            has_previous=after is not None,
            first=passed + 1,
            count=len(keys) if after is None and len(keys) <= size else None,
        )
        if not page.rows and after is not None:
            page.prev_cursor = after.encode()
        return self._with_cursors(page, passed + len(page.rows))

    def _with_cursors(self, page: KeysetPage, passed: int) -> KeysetPage:
        if page.rows:
            page.prev_cursor = self.cursor_at(page.rows[0], max(passed - len(page.rows), 0)).encode()
            page.next_cursor = self.cursor_at(page.rows[-1], passed).encode()
        return page

    def walk(self, size: int = 2000) -> Iterator[list[Any]]:
        """All rows, in portions: memory stays that of one portion, and no transaction is held open."""
        cursor: Cursor | None = None
        while True:
            keys = self.keys_after(cursor, size)
            rows = self.fetch(keys)
            if rows:
                yield rows
            if len(keys) < size or not rows:
                return
            cursor = self.cursor_at(rows[-1])


def _plain(field: Field[Any, Any]) -> Field[Any, Any]:
    """A field that prepares a value as ``field`` does; a key points at the key it refers to."""
    while field.remote_field is not None:
        field = field.target_field  # type: ignore[attr-defined]
    return field


def _value_of(row: Any, path: str) -> Any:
    for name in path.split("__"):
        if row is None:
            return None
        row = getattr(row, name)
    return row


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(getattr(value, "pk", value))
