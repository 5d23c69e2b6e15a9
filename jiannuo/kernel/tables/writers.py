"""Writing a list to XLSX or CSV, row by row, so that memory does not grow with the list."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from html import unescape
from typing import IO, Any

import xlsxwriter
from django.utils.html import strip_tags
from django.utils.safestring import SafeData
from django.utils.translation import gettext as _

from jiannuo.kernel.tables.columns import localized

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
#: Rows of one sheet that Excel can hold, less the heading.
MOST_SHEET_ROWS = 1_048_575
#: A cell that begins so would be run by Excel as a formula.
HOSTILE = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767


def plain(value: Any) -> Any:
    """What a file holds for a cell: a number, a date, or text without HTML."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return localized(value)
    if isinstance(value, (int, float, Decimal, date)):
        return value
    text = str(value)
    return unescape(strip_tags(text)).strip() if isinstance(value, SafeData) else text


def table_cells(table: Any) -> Iterator[list[Any]]:
    """The rows of a table as it shows them: visible columns, in their order, by their own definitions."""
    names = [column.name for column in exported_columns(table)]
    for row in table.rows:
        yield [plain(row.get_cell_value(name)) for name in names]


def exported_columns(table: Any) -> list[Any]:
    return [column for column in table.columns.itervisible() if not column.column.exclude_from_export]


class Echo:
    """A file that gives back what is written to it, for answers sent while they are made."""

    def write(self, value: str) -> str:
        return value


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a CSV file that Excel opens with its Chinese intact; no cell is taken for a formula."""
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow([harmless(title) for title in header])
    for row in rows:
        yield writer.writerow([harmless(value) for value in row])


def harmless(value: Any) -> str:
    """The text of a cell of a CSV file, marked as text where Excel would see a formula."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(HOSTILE) else text


class Sheet:
    """One sheet of a workbook that is written from top to bottom."""

    def __init__(self, workbook: Any, title: str, header: Sequence[str]) -> None:
        name = "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31].strip() or "Sheet1"
        self.sheet = workbook.add_worksheet(name)
        self.formats = {
            datetime: workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: workbook.add_format({"num_format": "yyyy-mm-dd"}),
            Decimal: workbook.add_format({"num_format": "#,##0.00"}),
        }
        self.sheet.freeze_panes(1, 0)
        for column, heading in enumerate(header):
            self.sheet.set_column(column, column, min(max(len(heading) * 2 + 2, 12), 40))
        bold = workbook.add_format({"bold": True, "bottom": 1})
        for column, heading in enumerate(header):
            self.sheet.write_string(0, column, heading, bold)
        self.written = 0

    def add(self, row: Sequence[Any]) -> None:
        """Append a row. Text is written as text, whatever it begins with."""
        self.written += 1
        for column, value in enumerate(row):
            if isinstance(value, bool) or value == "":
                if value != "":
                    self.sheet.write_boolean(self.written, column, value)
            elif isinstance(value, (int, float, Decimal)):
                self.sheet.write_number(self.written, column, value, self.formats.get(type(value)))
            elif isinstance(value, date):
                self.sheet.write_datetime(self.written, column, value, self.formats.get(type(value)))
            else:
                self.sheet.write_string(self.written, column, str(value)[:LONGEST_CELL])


def write_xlsx(
    target: str | IO[bytes], title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Write a workbook of one sheet to ``target``, a path or an open file; how many rows were written."""
    with new_workbook(target) as workbook:
        sheet = Sheet(workbook, title, header)
        for row in rows:
            sheet.add(row)
    return sheet.written


def new_workbook(target: Any) -> Any:
    """A workbook that keeps one row in memory."""
    return xlsxwriter.Workbook(target, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})


def write_csv(target: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a CSV file to the path ``target``; how many rows were written."""
    written = -1
    with open(target, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - as csv documents it
        for line in csv_lines(header, rows):
            file.write(line)
            written += 1
    return written
