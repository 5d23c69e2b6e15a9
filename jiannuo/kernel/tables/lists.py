"""One list as one person sees it: rows, filter, order, columns. Page, export and totals all read it from here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django_filters.fields import DateRangeField, RangeField
from django_tables2.data import TableListData

from jiannuo.kernel.tables import writers
from jiannuo.kernel.tables.columns import SelectColumn
from jiannuo.kernel.tables.keyset import Cursor, CursorError, Keyset, KeysetPage, Ordering, ordering_named

SIZES = (25, 50, 100, 200)
PORTION = 1000


class OrderedRows(TableListData):
    """Rows that are already in the order of the list."""

    def __init__(self, data: list[Any], model: type[Any]) -> None:
        super().__init__(data)
        self._model = model

    @property
    def model(self) -> Any:
        return self._model

    def order_by(self, aliases: Any) -> None:
        """The database has sorted them."""


def name_ends_of_ranges(form: BaseForm) -> None:
    """Both ends of a range say which they are (one label stands before the two); a day is chosen from a calendar."""
    for field in form.fields.values():
        if not isinstance(field, RangeField):
            continue
        texts = (_("%(label)s from"), _("%(label)s to"))
        for widget, text in zip(field.widget.widgets, texts, strict=True):
            widget.attrs.setdefault("aria-label", text % {"label": field.label})
            if isinstance(field, DateRangeField):
                widget.input_type = "date"


class ListState:
    """What ``query`` asks of a list. Whatever it says, it never raises: ``errors`` tells what was not understood."""

    def __init__(
        self,
        *,
        query: QueryDict,
        rows: QuerySet[Any],
        table_class: type[Any],
        filterset_class: type[Any] | None,
        orderings: Sequence[Ordering],
        default_ordering: str,
        columns: Sequence[str],
        request: Any,
        selectable: bool = False,
        size: int = 50,
    ) -> None:
        self.query, self.rows, self.request = query, rows, request
        self.table_class, self.orderings, self.chosen_columns = table_class, orderings, columns
        self.default_ordering, self.selectable, self.default_size = default_ordering, selectable, size
        self.filterset = (
            filterset_class(data=query or None, queryset=rows, request=request) if filterset_class else None
        )
        if self.filterset is not None:
            name_ends_of_ranges(self.filterset.form)
        self.notice = ""

    @cached_property
    def is_valid(self) -> bool:
        return self.filterset is None or not self.filterset.is_bound or self.filterset.is_valid()

    @property
    def errors(self) -> list[str]:
        """What is wrong with the filter, one line for each field."""
        if self.is_valid or self.filterset is None:
            return []
        form = self.filterset.form
        lines = []
        for name, messages in form.errors.items():
            label = str(form.fields[name].label or name) if name in form.fields else ""
            text = " ".join(str(message) for message in messages)
            lines.append(f"{label}: {text}" if label else text)
        return lines

    @cached_property
    def queryset(self) -> QuerySet[Any]:
        """The rows that pass the filter; none while the filter is not understood."""
        if self.filterset is None or not self.filterset.is_bound:
            return self.rows
        return self.filterset.qs if self.is_valid else self.rows.none()

    @cached_property
    def ordering(self) -> Ordering:
        asked = ordering_named(self.orderings, self.query.get("sort", ""))
        return asked or ordering_named(self.orderings, self.default_ordering) or self.orderings[0]

    @property
    def size(self) -> int:
        text = self.query.get("size", "")
        return int(text) if text.isdecimal() and int(text) in SIZES else self.default_size

    @cached_property
    def keyset(self) -> Keyset:
        return Keyset(self.queryset, self.ordering)

    @cached_property
    def page(self) -> KeysetPage:
        """The page that the query asks for; the first one, with a notice, when its cursor is damaged."""
        if not self.is_valid:
            return KeysetPage([], self.size)
        try:
            return self.keyset.page(self.size, after=self._cursor("after"), before=self._cursor("before"))
        except CursorError as damaged:
            self.notice = str(damaged)
            return self.keyset.page(self.size)

    def _cursor(self, name: str) -> Cursor | None:
        text = self.query.get(name)
        if not text:
            return None
        cursor = Cursor.decode(text)
        # A list sorted anew begins at its beginning.
        return cursor if cursor.ordering == self.ordering.key else None

    def table(self, rows: list[Any]) -> Any:
        """``rows`` as a table with the columns of this person, in the order that they chose."""
        sequence = [name for name in self.chosen_columns if name in self.table_class.base_columns]
        extra = [("select", SelectColumn())] if self.selectable else None
        order = (["select"] if self.selectable else []) + (sequence or []) + ["..."]
        data = OrderedRows(rows, self.rows.model)
        table = self.table_class(data, extra_columns=extra, sequence=order, orderable=True)
        for column in table.columns.iterall():
            column.column.orderable = ordering_named(self.orderings, column.name) is not None
            if sequence:
                column.column.visible = column.name in {*sequence, "select"}
        table.order_by = self.ordering.key
        return table

    def export_rows(self, most: int) -> Iterator[list[Any]]:
        """The cells of at most ``most`` rows, as a file holds them."""
        given = 0
        for rows in self.keyset.walk(PORTION):
            portion = rows[: most - given]
            yield from writers.table_cells(self.table(portion))
            given += len(portion)
            if given >= most:
                return

    def header(self) -> list[str]:
        return [str(column.header) for column in writers.exported_columns(self.table([]))]
