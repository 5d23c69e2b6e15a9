"""Lists of the API: the same filter sets and orderings as the pages, paged by keyset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from jiannuo.kernel.tables.keyset import (
    NEWEST,
    Cursor,
    CursorError,
    Keyset,
    KeysetPage,
    Ordering,
    ordering_named,
)

MOST_ROWS = 500


class KeysetPagination(BasePagination):
    """``?after=…&size=…&sort=…``; answers ``next``, ``previous`` and ``results``.

    There is no total: it would cost more with every row.
    """

    page_size = 50
    page: KeysetPage

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        """The rows of one page; a size, an ordering or a cursor that does not exist is refused."""
        self.url = request.build_absolute_uri()
        ordering = self._ordering(request, view)
        try:
            after, before = (
                self._cursor(request.query_params.get(name), ordering) for name in ("after", "before")
            )
            self.page = Keyset(queryset, ordering).page(self._size(request), after=after, before=before)
        except CursorError:
            raise ValidationError({"after": [_("This cursor is damaged. Begin again without it.")]}) from None
        return self.page.rows

    def _ordering(self, request: Any, view: Any) -> Ordering:
        orderings: Sequence[Ordering] = getattr(view, "orderings", (NEWEST,))
        key = request.query_params.get("sort", "")
        default = getattr(view, "default_ordering", orderings[0].key)
        ordering = ordering_named(orderings, key or default)
        if ordering is None:
            names = ", ".join(sorted(ordering.name for ordering in orderings))
            raise ValidationError({"sort": [_("Rows can be sorted by: %(names)s.") % {"names": names}]})
        return ordering

    def _size(self, request: Any) -> int:
        text = request.query_params.get("size", str(self.page_size))
        if not text.isdecimal() or not 1 <= int(text) <= MOST_ROWS:
            raise ValidationError({"size": [_("A page has 1 to %(most)s rows.") % {"most": MOST_ROWS}]})
        return int(text)

    @staticmethod
    def _cursor(text: str | None, ordering: Ordering) -> Cursor | None:
        if not text:
            return None
        cursor = Cursor.decode(text)
        if cursor.ordering != ordering.key:
            raise CursorError
        return cursor

    def get_paginated_response(self, data: Any) -> Response:
        page = self.page
        return Response(
            {
                "next": self._link("after", page.next_cursor) if page.has_next else None,
                "previous": self._link("before", page.prev_cursor) if page.has_previous else None,
                "results": data,
            }
        )

    def _link(self, name: str, cursor: str) -> str:
        url = remove_query_param(remove_query_param(self.url, "after"), "before")
        return replace_query_param(url, name, cursor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        names = [o.name for o in getattr(view, "orderings", (NEWEST,))]
        keys = [key for name in names for key in (name, f"-{name}")]
        text = {"type": "string"}
        return [
            {
                "name": "after",
                "in": "query",
                "required": False,
                "schema": text,
                "description": "Cursor from `next`.",
            },
            {
                "name": "before",
                "in": "query",
                "required": False,
                "schema": text,
                "description": "From `previous`.",
            },
            {
                "name": "size",
                "in": "query",
                "required": False,
                "schema": {"type": "integer", "maximum": MOST_ROWS},
            },
            {"name": "sort", "in": "query", "required": False, "schema": {"type": "string", "enum": keys}},
        ]


class TableList:
    """Mix-in of a view set that lists what a page lists: set ``page_class``, give scoped rows in ``get_queryset``.

    Takes over the filter set and the orderings, so that page, export and API can never differ.
    """

    page_class: type[Any]
    pagination_class = KeysetPagination

    @property
    def filterset_class(self) -> Any:
        return self.page_class.filterset_class

    @property
    def orderings(self) -> Sequence[Ordering]:
        return self.page_class.orderings  # type: ignore[no-any-return]

    @property
    def default_ordering(self) -> str:
        return self.page_class.default_ordering  # type: ignore[no-any-return]
