"""Clauses and commitments: promises as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Literal

from jiannuo.rules import jsonform
from jiannuo.rules.civil import CIVIL_UNITS, DayEnd, RollForward
from jiannuo.rules.facts import Path
from jiannuo.rules.worktime import DayReading

METRICS = (
    "response",
    "contact",
    "answer",
    "arrangement",
    "arrival",
    "guidance",
    "diagnosis",
    "repair",
    "restore",
    "spare",
    "loaner",
    "delivery",
    "installation",
    "support",
    "report",
    "document",
    "visit",
    "closure",
)
"""What a time clause can promise."""

LimitUnit = Literal[
    "minutes",
    "hours",
    "working_minutes",
    "working_hours",
    "working_days",
    "days",
    "months",
    "years",
    "same_day",
]
LIMIT_UNITS: tuple[LimitUnit, ...] = (
    "minutes",
    "hours",
    "working_minutes",
    "working_hours",
    "working_days",
    "days",
    "months",
    "years",
    "same_day",
)
PointUnit = Literal["minutes", "hours", "working_minutes", "working_hours"]
POINT_UNITS: tuple[PointUnit, ...] = ("minutes", "hours", "working_minutes", "working_hours")
PeriodUnit = Literal["days", "months", "years"]
Anchor = Literal["start", "before_due", "missed"]
PAUSE_REASONS = ("waiting_customer", "waiting_parts", "waiting_approval", "waiting_site", "force_majeure")
ITEMS = ("parts", "labour", "travel", "loaner")
CommitmentKind = Literal["statute", "maker", "contract", "dealer", "promotion"]
COMMITMENT_KINDS: tuple[CommitmentKind, ...] = ("statute", "maker", "contract", "dealer", "promotion")
PAYERS = ("manufacturer", "dealer", "supplier", "contract", "customer")
REST: Path = ("rest",)
"""Stands for every component that no other coverage clause of the same commitment names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a promise was made."""

    document: str
    article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One column of the decision table: what a fact must be for the clause to apply.

    ``any_of`` and ``none_of`` hold words, tree prefixes (``appliance/air-conditioner``), division code
    prefixes or zone names, as the fact has it; ``low`` and ``high`` bound a number, both included.
    """

    fact: str
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How long: an amount and a unit, with the readings that the unit allows.

    ``minutes`` and ``hours`` are elapsed time; ``working_*`` run on the calendar of the clause; ``days``,
    ``months`` and ``years`` are civil; ``same_day`` needs no amount.
    """

    amount: Decimal = Decimal(0)
    unit: LimitUnit
    reading: DayReading = "civil"
    counts_start_day: bool = False
    roll_forward: RollForward | None = None
    ends: DayEnd = "midnight"

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"a limit cannot be negative: {self.amount} {self.unit}")
        if self.unit not in LIMIT_UNITS:
            raise ValueError(f"unknown unit {self.unit!r}: use one of {', '.join(LIMIT_UNITS)}")
        if self.unit in ("working_days", *CIVIL_UNITS) and self.amount % 1:
            raise ValueError(f"a limit in {self.unit} must be a whole number, not {self.amount}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """An instant within an obligation: a fraction of its limit, or an amount of time.

    Counted from the start, backwards from the due instant (``before_due``), or after a miss (``missed``).
    """

    anchor: Anchor = "start"
    fraction: Decimal | None = None
    amount: Decimal | None = None
    unit: PointUnit = "minutes"

    def __post_init__(self) -> None:
        if (self.fraction is None) == (self.amount is None):
            raise ValueError("give a point either as a fraction of the limit or as an amount of time")
        if self.anchor != "missed" and self.fraction is not None and not 0 <= self.fraction <= 1:
            raise ValueError(f"a fraction of a limit lies between 0 and 1, not at {self.fraction}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """One step of the ladder: whom to tell, when, and what kind of step it is."""

    at: Point
    role: str
    kind: str = "notify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What a miss brings about: a code that operations act on, and the words of the promise."""

    code: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What every clause has. ``verify`` keeps it switched off until a person has confirmed the figure."""

    kind: ClassVar[str] = ""
    id: str
    text: str
    source: Source
    when: tuple[Condition, ...] = ()
    verify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeClause(Clause):
    """``metric`` within ``limit`` on ``calendar`` from the event ``start``."""

    kind: ClassVar[str] = "time"
    metric: str
    limit: Limit
    calendar: str = "24x7"
    start: str = "requested"
    pausable: tuple[str, ...] = ()
    warn: Point | None = None
    ladder: tuple[Escalation, ...] = ()
    consequences: tuple[Consequence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """The event a warranty runs from: first or last known of ``events``, else the first known fall-back."""

    events: tuple[str, ...]
    pick: Literal["first", "last"] = "first"
    fallbacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A span of civil time."""

    amount: int
    unit: PeriodUnit

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"a period cannot be negative: {self.amount} {self.unit}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How long a warranty lasts: whichever of its periods and meter readings comes first.

    ``repair_extends`` adds the days under repair. ``replacement`` says whether a replaced component carries
    on with the old term or starts its own anew.
    """

    periods: tuple[Period, ...] = ()
    meters: Mapping[str, Decimal] = field(default_factory=dict)
    counts_start_day: bool = False
    roll_forward: RollForward | None = None
    repair_extends: bool = False
    replacement: Literal["continues", "restarts"] = "continues"

    def __post_init__(self) -> None:
        if not self.periods and not self.meters:
            raise ValueError("a warranty needs a period or a meter limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageClause(Clause):
    """Components covered, how long, from when, what is included and which causes are excluded.

    Without ``components`` the whole product is covered; ``rest`` stands for what no other clause of the
    commitment names. ``calendar`` gives the zone, and the working days for ``roll_forward``.
    """

    kind: ClassVar[str] = "coverage"
    components: tuple[Path, ...] = ()
    term: Term
    begins: Beginning
    includes: tuple[str, ...] = ("parts", "labour")
    excluded_causes: tuple[str, ...] = ()
    payer: str = "manufacturer"
    calendar: str = "24x7"


AnyClause = TimeClause | CoverageClause
CLAUSE_KINDS: dict[str, type[TimeClause] | type[CoverageClause]] = {
    "time": TimeClause,
    "coverage": CoverageClause,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentInForce:
    """One version of a published commitment.

    A clause of it applies to start events from ``valid_from`` to ``valid_to``, both included. ``exclusive``
    silences other commitments wherever it has a clause of its own; a ``floor`` is heard even then. ``zones``
    name sets of division code prefixes. ``scope`` holds for every clause.
    """

    code: str
    version: int = 1
    name: str = ""
    kind: CommitmentKind = "maker"
    owner: str = ""
    exclusive: bool = False
    floor: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    scope: tuple[Condition, ...] = ()
    zones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clauses: tuple[AnyClause, ...] = ()

    def is_valid_on(self, day: date) -> bool:
        """Whether a start event on the date falls under this version."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    def to_json(self) -> dict[str, Any]:
        """Return the commitment as a JSON object."""
        data: dict[str, Any] = jsonform.to_json(self)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CommitmentInForce:
        """Read what :meth:`to_json` wrote. Raises :class:`~jiannuo.rules.jsonform.JsonFormError`."""
        return jsonform.from_json(cls, data)


def clause_to_json(clause: AnyClause) -> dict[str, Any]:
    """Return a clause as a JSON object that tells its kind."""
    data: dict[str, Any] = jsonform.to_json(clause)
    return data


def clause_from_json(data: Mapping[str, Any]) -> AnyClause:
    """Read what :func:`clause_to_json` wrote. Raises :class:`~jiannuo.rules.jsonform.JsonFormError`."""
    kind = data.get("kind")
    if kind not in CLAUSE_KINDS:
        known = ", ".join(CLAUSE_KINDS)
        raise jsonform.JsonFormError(f"unknown kind of clause {kind!r}: use one of {known}")
    return jsonform.from_json(CLAUSE_KINDS[kind], data)
