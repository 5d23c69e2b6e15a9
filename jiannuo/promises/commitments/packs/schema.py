"""The shape of a pack: a commitment as people write it, with its blanks, zones and calendars."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from jiannuo.promises.commitments.packs.kinds import AnyPart, CoveragePart
from jiannuo.promises.commitments.packs.parts import (
    NUMBER_GROUPS,
    AllPart,
    Amount,
    ClausePart,
    Event,
    NonePart,
    Part,
    RangePart,
    When,
    as_match,
    known,
    matchable,
    references,
    shortest,
)
from jiannuo.rules import MATCHABLE_FACTS

__all__ = [
    "MATCHABLE_FACTS",
    "NUMBER_GROUPS",
    "AllPart",
    "Amount",
    "AnyPart",
    "CalendarPart",
    "ClausePart",
    "CoveragePart",
    "Event",
    "NonePart",
    "Pack",
    "ParameterPart",
    "Part",
    "RangePart",
    "RemarkPart",
    "When",
    "known",
    "matchable",
    "references",
    "shortest",
]


class CalendarPart(Part):
    """A working calendar, see :class:`jiannuo.rules.Calendar`."""

    tz: str = "Asia/Shanghai"
    weekly: Literal["24x7"] | dict[str, tuple[str, ...]]
    observes_holidays: bool = False
    make_up_hours: tuple[str, ...] | None = None
    extra_closed: tuple[date, ...] = ()
    extra_open: dict[date, tuple[str, ...]] = Field(default_factory=dict)


class ParameterPart(Part):
    """A blank of the document. While it has no value, the clauses that use it stay switched off."""

    label: str
    value: Amount | None = None
    unit: str = ""


class RemarkPart(Part):
    """A sentence of the document that no clause executes, and why."""

    text: str
    article: str = ""
    why: str


class Pack(Part):
    """One commitment as a document: what it is, its blanks, zones and calendars, and its clauses.

    ``labels`` says how words that only this commitment uses are read: flags, causes, measures, evidence, paths.
    """

    code: str
    name: str
    kind: Literal["statute", "maker", "contract", "dealer", "promotion"] = "maker"
    owner: str = ""
    exclusive: bool = False
    floor: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    scope: When = Field(default_factory=dict)
    components: tuple[str, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict)
    parameters: dict[str, ParameterPart] = Field(default_factory=dict)
    zones: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    calendars: dict[str, CalendarPart] = Field(default_factory=dict)
    clauses: tuple[AnyPart, ...] = ()
    not_executable: tuple[RemarkPart, ...] = ()
    _file: str = PrivateAttr(default="")
    _lines: dict[tuple[str | int, ...], int] = PrivateAttr(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _plain_scope(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("scope"), dict):
            return {**data, "scope": {fact: as_match(value) for fact, value in data["scope"].items()}}
        return data

    @model_validator(mode="after")
    def _dates_in_order(self) -> Pack:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} lies before valid_from {self.valid_from}")
        return self

    def __eq__(self, other: object) -> bool:
        """Packs that say the same are equal, wherever they were read from."""
        return isinstance(other, Pack) and self.content() == other.content()

    def __hash__(self) -> int:
        return hash(self.code)

    def content(self) -> dict[str, Any]:
        """The pack as plain JSON values, without what is at its default."""
        data: dict[str, Any] = self.model_dump(mode="json", exclude_defaults=True)
        for clause, part in zip(data.get("clauses", ()), self.clauses, strict=True):
            clause["kind"] = part.kind
        return data
