"""What every clause is made of: its words, source, conditions, limits and periods."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from jiannuo.rules.civil import CIVIL_UNITS, DayEnd, RollForward
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
    "acknowledgement",
    "registration",
    "notice",
    "follow_up",
    "inspection",
    "maintenance",
    "training",
    "acceptance",
    "handover",
    "quotation",
    "approval",
    "review",
    "investigation",
    "refund",
    "exchange",
    "compensation",
    "claim",
    "settlement",
    "payment",
    "part_return",
    "recall",
    "plan",
    "announcement",
    "retain",
)
"""What a time clause can promise."""

ACTIONS = (
    "visit",
    "phone_call",
    "follow_up",
    "inspection",
    "maintenance",
    "training",
    "report",
    "statement",
    "meeting",
    "survey",
    "letter",
    "cleaning",
    "calibration",
    "drill",
    "stocktake",
    "upkeep",
    "patrol",
    "upgrade",
    "reminder",
    "rehearsal",
    "archive",
    "assessment",
    "test",
)
"""What a recurring clause can promise again and again."""

PARTIES = (
    "provider",
    "manufacturer",
    "dealer",
    "station",
    "supplier",
    "contractor",
    "department",
    "person",
    "customer",
    "insurer",
    "owner",
    "authority",
)
"""Who owes, and to whom. ``provider`` is whoever does the service under the commitment."""

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
    "forever",
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
    "forever",
)
FOREVER = "forever"
"""The unit of what is kept without an end."""
PointUnit = Literal["minutes", "hours", "working_minutes", "working_hours"]
POINT_UNITS: tuple[PointUnit, ...] = ("minutes", "hours", "working_minutes", "working_hours")
PeriodUnit = Literal["days", "weeks", "months", "quarters", "years"]
PERIOD_UNITS: tuple[PeriodUnit, ...] = ("days", "weeks", "months", "quarters", "years")
Anchor = Literal["start", "before_due", "missed"]
PAUSE_REASONS = ("waiting_customer", "waiting_parts", "waiting_approval", "waiting_site", "force_majeure")
ITEMS = (
    "parts",
    "labour",
    "travel",
    "loaner",
    "material",
    "freight",
    "lodging",
    "installation",
    "inspection",
    "maintenance",
    "training",
    "upgrade",
    "software",
    "consultation",
    "design",
    "disposal",
)
"""What a cover may include and a charge may be made for."""
PAYERS = ("manufacturer", "dealer", "supplier", "contract", "customer")
CONSEQUENCES = (
    "loaner",
    "exchange_offer",
    "refund_offer",
    "compensation",
    "deduction",
    "penalty",
    "forfeiture",
    "extension",
    "free_service",
    "special_case",
    "replacement_provider",
    "downgrade",
    "termination",
    "apology",
)
"""What a missed obligation may bring about. Operations turn each into work."""

CHANNELS = ("inbox", "sms", "im", "email", "phone")
"""How a step of the ladder reaches a person; none means the channels that the person has chosen."""


SEVERAL = ("flag", "document")
"""Facts that have several values at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a promise was made."""

    document: str
    article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One column of the decision table: what a fact must be for the clause to apply.

    ``any_of`` and ``none_of`` hold words, tree prefixes (``appliance/air-conditioner``), division code
    prefixes or zone names, as the fact has it; ``all_of`` holds words that must be there together, of a fact that has
    several values. ``low`` and ``high`` bound a number, both included.
    """

    fact: str
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None

    def __post_init__(self) -> None:
        if self.all_of and self.fact not in SEVERAL:
            raise ValueError(f"{self.fact} has one value only: all_of is for {' and '.join(SEVERAL)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How long: an amount and a unit, with the readings that the unit allows.

    ``minutes`` and ``hours`` are elapsed time; ``working_*`` run on the calendar of the clause; ``days``,
    ``months`` and ``years`` are civil; ``same_day`` and ``forever`` need no amount.
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
    """One step of the ladder: whom to tell, when, by which channels, and what kind of step it is.

    With ``repeat`` (minutes) the step is told again, until somebody acknowledges it or the thing is done.
    """

    at: Point
    role: str
    kind: str = "notify"
    channels: tuple[str, ...] = ()
    repeat: Decimal | None = None

    def __post_init__(self) -> None:
        if self.repeat is not None and self.repeat <= 0:
            raise ValueError("a step is told again after a number of minutes above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What a miss brings about: a code that operations act on, and the words of the promise.

    ``amount`` is in yuan, or with ``per`` that much for each ``day``, ``hour``, ``time`` or ``piece``; ``share``
    is a part of the value concerned (0.05 for five per cent of the fee).
    """

    code: str
    text: str = ""
    amount: Decimal | None = None
    share: Decimal | None = None
    per: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A span of civil time."""

    amount: int
    unit: PeriodUnit

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"a period cannot be negative: {self.amount} {self.unit}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """The event a period runs from: first or last known of ``events``, else the first known fall-back."""

    events: tuple[str, ...]
    pick: Literal["first", "last"] = "first"
    fallbacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What every clause has. ``verify`` keeps it switched off until a person has confirmed the figure."""

    kind: ClassVar[str] = ""
    id: str
    text: str
    source: Source
    when: tuple[Condition, ...] = ()
    verify: bool = False
