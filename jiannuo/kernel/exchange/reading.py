"""Reading rows from XLSX, XLS and CSV files, whoever wrote them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from jiannuo.kernel.exchange.encodings import find_encoding, looks_like_text

MEGABYTE = 1024 * 1024
LARGEST_FILE = 30 * MEGABYTE
#: A workbook is a zip file; one that unpacks to more than this is refused (a bomb, or too large to hold).
LARGEST_UNPACKED = 400 * MEGABYTE
MOST_COLUMNS = 200
#: Cells of one sheet, empty ones inside the used area included.
MOST_CELLS = 12_000_000
CSV_SHEET = "CSV"
_CELL = re.compile(rb' r="([A-Z]{1,3})([0-9]{1,7})"')
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a file: ``number`` as Excel shows it, beginning with 1."""

    sheet: str
    number: int
    cells: list[Any]


def sniff(file: BinaryIO, name: str) -> str:
    """The kind of a file by its bytes: ``book`` or ``csv``. Raises ValidationError with what to do instead."""
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    if not head:
        raise ValidationError(_("“%(name)s” is empty. Choose another file.") % {"name": name}, code="empty")
    if head.startswith(b"PK\x03\x04"):
        _check_zip(file, name)
        return "book"
    if head.startswith(_OLE):
        return "book"
    if _looks_like_text(head):
        return "csv"
    raise ValidationError(_not_a_table(name), code="kind")


def _not_a_table(name: str) -> str:
    return _("“%(name)s” is not an Excel or CSV file. Save it as .xlsx or .csv, then choose it again.") % {
        "name": name
    }


def _check_zip(file: BinaryIO, name: str) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            unpacked = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise ValidationError(
            _("“%(name)s” is damaged. Open it in Excel, save it again, then choose it again.")
            % {"name": name},
            code="damaged",
        ) from None
    finally:
        file.seek(0)
    if "xl/workbook.xml" not in names:
        raise ValidationError(_not_a_table(name), code="kind")
    if unpacked > LARGEST_UNPACKED:
        raise ValidationError(
            _("“%(name)s” holds too much. Split it into several files.") % {"name": name}, code="large"
        )


def _looks_like_text(head: bytes) -> bool:
    if head.startswith((b"MZ", b"\x7fELF", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        return False
    return looks_like_text(head)


def refuse_sprawl(path: str, name: str) -> None:
    """Refuse a workbook whose used area is far larger than what it holds: reading it would fill the memory.

    One stray cell at the last row and column of a sheet is enough for that. Raises ValidationError.
    """
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        for entry in archive.namelist():
            if entry.startswith("xl/worksheets/") and entry.endswith(".xml"):
                with archive.open(entry) as sheet:
                    rows, columns = _extent(sheet)
                if rows * columns > MOST_CELLS:
                    message = _("A sheet of “%(name)s” spreads over %(rows)s rows and %(columns)s columns.")
                    advice = _("Delete the empty rows and columns after the table, or split the file.")
                    raise ValidationError(
                        f"{message % {'name': name, 'rows': rows, 'columns': columns}} {advice}", code="large"
                    )


def _extent(sheet: IO[bytes]) -> tuple[int, int]:
    """The last row and the last column that a sheet uses."""
    rows, letters, rest = 0, set(), b""
    while block := sheet.read(MEGABYTE):
        block = rest + block
        found = _CELL.findall(block)
        if found:
            letters |= {column for column, _row in found}
            rows = max(rows, int(found[-1][1]), int(found[0][1]))
        rest = block[-40:]
    columns = max((_column_number(column) for column in letters), default=0)
    return rows, columns


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


class TableFile:
    """A file of tables on the disk."""

    def __init__(self, path: str | Path, name: str = "") -> None:
        self.path = str(path)
        self.name = name or Path(path).name
        with open(self.path, "rb") as file:  # noqa: PTH123
            self.kind = sniff(file, self.name)
        self._book = self._open() if self.kind == "book" else None
        self._encoding = find_encoding(self.path, self.name) if self.kind == "csv" else ""
        self._sheet: tuple[str, CalamineSheet] | None = None

    def _open(self) -> CalamineWorkbook:
        try:
            return CalamineWorkbook.from_path(self.path)
        except CalamineError as error:
            if "assword" in str(error) or type(error).__name__ == "PasswordError":
                message = _("“%(name)s” is protected by a password. Save it without one.") % {
                    "name": self.name
                }
                raise ValidationError(message, code="password") from None
            message = _("“%(name)s” is damaged. Open it in Excel, save it again, then choose it again.")
            raise ValidationError(message % {"name": self.name}, code="damaged") from None

    @property
    def sheets(self) -> list[str]:
        """Names of the sheets, in the order of the workbook."""
        return list(self._book.sheet_names) if self._book is not None else [CSV_SHEET]

    def rows(self, sheet: str) -> Iterator[SheetRow]:
        """The rows of a sheet that hold anything. Raises ValidationError when it cannot be read."""
        raw = self._csv_rows() if self._book is None else self._book_rows(sheet)
        for number, cells in raw:
            trimmed = cells[:MOST_COLUMNS]
            if any(cell not in ("", None) for cell in trimmed):
                yield SheetRow(sheet, number, trimmed)

    def heights(self, sheets: Sequence[str]) -> int:
        """How many rows the sheets have, headings and empty rows included."""
        if self._book is None:
            with open(self.path, encoding=self._encoding) as file:  # noqa: PTH123
                return sum(block.count("\n") for block in iter(lambda: file.read(MEGABYTE), ""))
        return sum(self._sheet_named(sheet).height for sheet in sheets if sheet in self.sheets)

    def _sheet_named(self, name: str) -> CalamineSheet:
        """A sheet of the workbook; the last one is kept, because reading one takes seconds and much memory."""
        if self._sheet is None or self._sheet[0] != name:
            self._sheet = None
            try:
                self._sheet = (name, self._book.get_sheet_by_name(name))  # type: ignore[union-attr]
            except CalamineError:
                raise ValidationError(_("The sheet “%(sheet)s” cannot be read.") % {"sheet": name}) from None
        return self._sheet[1]

    def _book_rows(self, name: str) -> Iterator[tuple[int, list[Any]]]:
        sheet = self._sheet_named(name)
        # Rows come from the top of the sheet on, but cells from the first column that is used.
        padding = [""] * (sheet.start[1] if sheet.start else 0)
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            yield number, [*padding, *cells] if padding else cells

    def _csv_rows(self) -> Iterator[tuple[int, list[Any]]]:
        with open(self.path, encoding=self._encoding, newline="") as file:  # noqa: PTH123
            sample = file.read(8192)
            file.seek(0)
            reader = csv.reader(file, delimiter=_delimiter(sample))
            try:
                for cells in reader:
                    yield reader.line_num, [cell.strip() for cell in cells]
            except csv.Error as error:
                message = _("Line %(line)s of “%(name)s” cannot be read: %(why)s.")
                values = {"line": reader.line_num, "name": self.name, "why": error}
                raise ValidationError(message % values) from None


def _delimiter(sample: str) -> str:
    first = next(iter(io.StringIO(sample)), "")
    return max(",;\t", key=first.count)
