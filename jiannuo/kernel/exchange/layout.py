"""Where the table stands in a sheet: which row holds the headings, which heading means which column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from jiannuo.kernel.exchange.importers import Importer, Row, headings_of, match_columns
from jiannuo.kernel.exchange.reading import MOST_COLUMNS, TableFile

#: The row of headings is looked for among so many first rows; titles and remarks may stand above it.
FIRST_ROWS = 20
PREVIEW_ROWS = 5


@dataclass(slots=True)
class SheetLook:
    """The beginning of a sheet, for the page on which columns are matched."""

    name: str
    headings: list[str] = field(default_factory=list)
    header_row: int = 0
    preview: list[list[str]] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)

    def example(self, heading: str) -> str:
        """The first value under a heading."""
        place = self.headings.index(heading) if heading in self.headings else MOST_COLUMNS
        return next((row[place] for row in self.preview if place < len(row) and row[place]), "")


def look(importer: type[Importer], file: TableFile, sheet: str) -> SheetLook:
    """What the beginning of ``sheet`` looks like to ``importer``."""
    rows = list(islice(file.rows(sheet), FIRST_ROWS + PREVIEW_ROWS))
    if not rows:
        return SheetLook(sheet)
    candidates = [
        (match_columns(importer, headings_of(row.cells)), index)
        for index, row in enumerate(rows[:FIRST_ROWS])
    ]
    mapping, index = max(candidates, key=lambda found: (len(found[0]), -found[1]))
    header = rows[index]
    return SheetLook(
        name=sheet,
        headings=headings_of(header.cells),
        header_row=header.number,
        preview=[[shown(cell) for cell in row.cells] for row in rows[index + 1 : index + 1 + PREVIEW_ROWS]],
        mapping=mapping,
    )


def usable(importer: type[Importer], looks: Sequence[SheetLook]) -> list[str]:
    """The sheets that hold this kind of record, by their headings: at least half of what is required."""
    required = [column.field for column in importer.columns if column.required]
    found = [
        s.name for s in looks if sum(name in s.mapping for name in required) * 2 >= max(len(required), 1)
    ]
    return found or [s.name for s in looks if s.headings][:1]


def data_rows(file: TableFile, sheets: Sequence[str], mapping: Mapping[str, str]) -> Iterator[Row]:
    """The rows under the headings of all ``sheets``, as one sequence.

    A sheet without the headings of ``mapping`` gives one row that is already refused.
    """
    for sheet in sheets:
        yield from _sheet_rows(file, sheet, mapping)


def _sheet_rows(file: TableFile, sheet: str, mapping: Mapping[str, str]) -> Iterator[Row]:
    rows = file.rows(sheet)
    first = list(islice(rows, FIRST_ROWS))
    if not first:
        return
    wanted = set(mapping.values())
    scores = [(len(wanted.intersection(headings_of(row.cells))), -index) for index, row in enumerate(first)]
    _score, negative = max(scores)
    header = first[-negative]
    headings = headings_of(header.cells)
    places = {name: headings.index(heading) for name, heading in mapping.items() if heading in headings}
    for row in chain(first[-negative + 1 :], rows):
        cells = row.cells
        values = {name: cells[place] for name, place in places.items() if place < len(cells)}
        yield Row(sheet, row.number, cells, values, places=places)


def first_look(importer: type[Importer], file: TableFile) -> list[SheetLook]:
    return [look(importer, file, sheet) for sheet in file.sheets]


def shown(cell: Any) -> str:
    """A cell as people see it in Excel."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat()).replace("T00:00:00", "").replace("T", " ")
    return str(cell)
