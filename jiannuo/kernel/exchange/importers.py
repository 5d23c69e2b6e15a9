"""What a room declares to take in a kind of record: columns, checks and saving, in portions."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

Parser = Callable[[Any], Any]
#: Label of a model → the records that were created, in the order of their creation.
Created = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """A column of the file. ``parse`` turns a cell that is not empty into a value or raises ValidationError."""

    field: str
    label: Any
    aliases: tuple[str, ...] = ()
    required: bool = False
    parse: Parser | None = None
    example: str = ""
    help_text: Any = ""


@dataclass(slots=True)
class Row:
    """A row on its way in: the cells of the file, the values they mean, and what is wrong with them."""

    sheet: str
    number: int
    cells: list[Any]
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    places: Mapping[str, int] = field(default_factory=dict)

    def raw(self, column: str) -> Any:
        """The cell of the file under a column."""
        place = self.places.get(column)
        return self.cells[place] if place is not None and place < len(self.cells) else ""

    def refuse(self, column: str, message: Any) -> None:
        """Say what is wrong in a column (empty: with the whole row)."""
        self.faults.append((column, str(message)))

    def refused(self, column: str) -> bool:
        return any(name == column for name, _message in self.faults)


@dataclass(frozen=True, slots=True)
class ImportContext:
    """For whom an import runs."""

    user: Any
    organization: Any


class Importer(ABC):
    """Base of importers. One object serves one pass over the file, so it may remember what it has seen.

    :meth:`prepare` loads what is looked up for every row; :meth:`check_portion` refuses rows for what a single cell
    does not show; :meth:`save_portion` writes the rows that are left, inside a transaction, and gives what it created
    (with what the records point to, so that search need not read it again).
    """

    #: Templates get the class itself.
    do_not_call_in_templates: ClassVar[bool] = True

    id: ClassVar[str]
    title: ClassVar[Any]
    permission: ClassVar[str]
    columns: ClassVar[Sequence[ImportColumn]]
    portion: ClassVar[int] = 1000

    def __init__(self, context: ImportContext) -> None:
        self.context = context

    def prepare(self) -> None:  # noqa: B027 - not every importer needs it
        """Called once before the first portion."""

    def check_portion(self, rows: Sequence[Row]) -> None:  # noqa: B027 - not every importer needs it
        """Refuse bad rows; rows that a parser refused are here too."""

    @abstractmethod
    def save_portion(self, rows: Sequence[Row]) -> Created:
        """Write ``rows``, all of them good."""

    def finish(self) -> None:  # noqa: B027 - not every importer needs it
        """Called once after the last portion."""

    def take_back(self, label: str, keys: Sequence[Any]) -> int | None:
        """Undo what a portion created, where records must not be deleted: how many stay. ``None``: they are deleted."""
        return None

    @classmethod
    def column(cls, name: str) -> ImportColumn | None:
        return next((column for column in cls.columns if column.field == name), None)

    @classmethod
    def label_of(cls, name: str) -> str:
        column = cls.column(name)
        return str(column.label) if column else ""


_importers: dict[str, type[Importer]] = {}


def register(importer: type[Importer]) -> type[Importer]:
    """Offer an importer to those who hold its permission."""
    _importers[importer.id] = importer
    return importer


def importer_named(name: str) -> type[Importer] | None:
    return _importers.get(name)


def importers_for(user: Any) -> list[type[Importer]]:
    """The importers that ``user`` may use."""
    return [importer for importer in _importers.values() if user.has_perm(importer.permission)]


# Matching headings to columns

_IGNORED = re.compile(r"[\s*＊()（）:：_\-/、.]+")


def folded(heading: Any) -> str:
    """A heading without what people write differently: spaces, stars, brackets, case."""
    return _IGNORED.sub("", str(heading)).lower()


def headings_of(cells: Iterable[Any]) -> list[str]:
    """The headings of a header row; one that stands twice gets a number, an empty one stays empty."""
    seen: dict[str, int] = {}
    headings = []
    for cell in cells:
        text = str(cell).strip() if cell is not None else ""
        seen[text] = seen.get(text, 0) + 1
        headings.append(text if not text or seen[text] == 1 else f"{text} ({seen[text]})")
    return headings


def match_columns(importer: type[Importer], headings: Sequence[str]) -> dict[str, str]:
    """Field → heading, by label and aliases in any language."""
    available = {folded(heading): heading for heading in reversed(headings) if heading}
    matched = {}
    for column in importer.columns:
        for name in names_of(column):
            heading = available.pop(folded(name), None)
            if heading:
                matched[column.field] = heading
                break
    return matched


def names_of(column: ImportColumn) -> list[str]:
    """Everything that a heading of this column may say."""
    return [str(column.label), *column.aliases, column.field]


# Parsers that several importers need


def text(most: int) -> Parser:
    """Text of at most ``most`` signs; a whole number loses its ``.0``."""

    def parse(value: Any) -> str:
        if isinstance(value, float) and value.is_integer():
            if abs(value) >= 10**15:
                raise ValidationError(
                    _("Excel has rounded this long number. Format the column as text, then enter it again.")
                )
            value = int(value)
        if isinstance(value, (datetime, date)):
            value = value.isoformat()[:10]
        result = str(value).strip()
        if len(result) > most:
            raise ValidationError(
                _("At most %(most)s characters; this has %(count)s.") % {"most": most, "count": len(result)}
            )
        if "\x00" in result:
            raise ValidationError(_("This holds a character that cannot be stored."))
        return result

    return parse


_DAY = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?$"
)
_COMPACT_DAY = re.compile(r"^(\d{4})(\d{2})(\d{2})$")


def day(value: Any) -> date:
    """A date, however it is written: a date of Excel, 2026-01-05, 2026/1/5, 2026年1月5日, 20260105."""
    if isinstance(value, datetime):
        found = value.date()
    elif isinstance(value, date):
        found = value
    else:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        written = str(value).strip()
        matched = _DAY.match(written) or _COMPACT_DAY.match(written)
        if not matched:
            raise ValidationError(
                _("“%(text)s” is not a date. Write it like 2026-01-05.") % {"text": written[:30]}
            )
        try:
            found = date(*(int(part) for part in matched.groups()))
        except ValueError:
            raise ValidationError(_("There is no such day: %(text)s.") % {"text": written[:30]}) from None
    if not 1970 <= found.year <= 2100:
        raise ValidationError(_("The year %(year)s is not plausible.") % {"year": found.year})
    return found


def amount(value: Any) -> Decimal:
    """An amount of money in yuan with at most two decimals, not negative."""
    written = str(value).strip()
    if not written.isascii() or "," in written:
        written = written.removeprefix("¥").removeprefix("￥").removesuffix("元")
        written = written.replace(",", "").replace("，", "")
    try:
        number = Decimal(written)
    except InvalidOperation:
        raise ValidationError(
            _("“%(text)s” is not an amount. Write it like 1280.50.") % {"text": str(value)[:30]}
        ) from None
    if not number.is_finite() or number >= Decimal(10) ** 12:
        raise ValidationError(_("The amount is too large."))
    if number < 0:
        raise ValidationError(_("An amount cannot be negative."))
    return number.quantize(Decimal("0.01"))


def one_of(choices: Mapping[str, str], *, label: Any) -> Parser:
    """One of a few words; ``choices`` maps what people may write (folded) to the value."""

    def parse(value: Any) -> str:
        found = choices.get(folded(value))
        if found is None:
            raise ValidationError(
                _("“%(text)s” is not a %(label)s. Possible: %(words)s.")
                % {"text": str(value)[:30], "label": label, "words": "、".join(dict.fromkeys(choices))}
            )
        return found

    return parse
