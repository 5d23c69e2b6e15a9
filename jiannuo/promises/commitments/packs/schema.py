"""The shape of a pack: a commitment as people write it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PrivateAttr,
    model_validator,
)

from jiannuo.rules import (
    ACTIONS,
    APPROVAL_SUBJECTS,
    CHANNELS,
    CHARGE_BASES,
    CHARGE_UNITS,
    COMPARISONS,
    CONSEQUENCES,
    EVENTS,
    ITEMS,
    LIMIT_UNITS,
    MATCHABLE_FACTS,
    METRICS,
    OVER,
    PARTIES,
    PAUSE_REASONS,
    PAYERS,
    PERIOD_UNITS,
    PRICE_RULES,
    REMEDIES,
    SETTLEMENT_BASES,
    SETTLEMENT_UNITS,
    TARGET_UNITS,
    nearest,
)

NUMBER_GROUPS = ("meters", "amounts")
POINT_UNITS = ("minutes", "hours", "working_minutes", "working_hours")
_REFERENCE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True)
class known:  # noqa: N801 - used as a function
    """A validator that a word is one of a list; forms read the list from it."""

    kind: str
    words: Sequence[str]

    def __call__(self, word: str) -> str:
        if word not in self.words:
            raise ValueError(f"unknown {self.kind} {word!r}: {nearest(word, self.words)}")
        return word


def references(text: str) -> list[str]:
    """Names of the parameters that a text such as ``{hours}`` refers to."""
    return _REFERENCE.findall(text)


def _amount(value: Any) -> Decimal | str:
    if isinstance(value, str) and _REFERENCE.fullmatch(value):
        return value
    try:
        number = Decimal(str(value))
    except ArithmeticError as error:
        raise ValueError(
            f"cannot read the amount {value!r}: write a number, or a parameter as {{name}}"
        ) from error
    if number < 0:
        raise ValueError(f"an amount cannot be negative: {value}")
    return number


def shortest(value: Decimal | str | None) -> int | float | str | None:
    """A number as YAML writes it best."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == int(value) else float(value)


Amount = Annotated[
    Decimal | str, BeforeValidator(_amount), PlainSerializer(shortest, return_type=int | float | str)
]
Words = tuple[str, ...]
Number = Annotated[Decimal, PlainSerializer(shortest, return_type=int | float)]
Metric = Annotated[str, AfterValidator(known("metric", METRICS))]
Event = Annotated[str, AfterValidator(known("event", EVENTS))]
Item = Annotated[str, AfterValidator(known("item", ITEMS))]
Payer = Annotated[str, AfterValidator(known("payer", PAYERS))]
PauseReason = Annotated[str, AfterValidator(known("pause reason", PAUSE_REASONS))]
LimitUnit = Annotated[str, AfterValidator(known("unit", LIMIT_UNITS))]
PointUnit = Annotated[str, AfterValidator(known("unit", POINT_UNITS))]
PeriodUnit = Annotated[str, AfterValidator(known("unit", PERIOD_UNITS))]
Party = Annotated[str, AfterValidator(known("party", PARTIES))]
Action = Annotated[str, AfterValidator(known("action", ACTIONS))]
Remedy = Annotated[str, AfterValidator(known("remedy", REMEDIES))]
Channel = Annotated[str, AfterValidator(known("channel", CHANNELS))]
Subject = Annotated[str, AfterValidator(known("subject of approval", APPROVAL_SUBJECTS))]


class Part(BaseModel):
    """Base of all parts: no unknown keys, one text for one meaning."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class SourcePart(Part):
    """Document and article of a promise."""

    document: str
    article: str = ""


class RangePart(Part):
    """Bounds of a number, both included; either may be left out."""

    min: Amount | None = None
    max: Amount | None = None


class NonePart(Part):
    """Words that must not hold."""

    none_of: tuple[str, ...]


Match = RangePart | NonePart | tuple[str, ...]


def _as_match(value: Any) -> Any:
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        return (str(value),)
    if isinstance(value, list | tuple):
        return tuple(str(item) for item in value)
    return value


def _matchable(when: dict[str, Any]) -> dict[str, Any]:
    for fact in when:
        if fact.partition(".")[0] not in NUMBER_GROUPS:
            known("fact", MATCHABLE_FACTS)(fact)
    return when


When = Annotated[
    dict[str, Annotated[Match, Field(union_mode="left_to_right")]],
    AfterValidator(_matchable),
]


class LimitPart(Part):
    """How long, see :class:`jiannuo.rules.Limit`."""

    amount: Amount = Decimal(0)
    unit: LimitUnit
    reading: Literal["civil", "elapsed"] = "civil"
    counts_start_day: bool = False
    roll_forward: Literal["holiday", "rest_day"] | None = None
    ends: Literal["midnight", "closing"] = "midnight"


class PointPart(Part):
    """An instant within an obligation, see :class:`jiannuo.rules.Point`."""

    anchor: Literal["start", "before_due", "missed"] = "start"
    fraction: Annotated[Number, Field(ge=0)] | None = None
    amount: Amount | None = None
    unit: PointUnit = "minutes"

    @model_validator(mode="after")
    def _one_measure(self) -> PointPart:
        if (self.fraction is None) == (self.amount is None):
            raise ValueError("give either a fraction of the limit or an amount of time")
        if self.anchor != "missed" and self.fraction is not None and self.fraction > 1:
            raise ValueError("a fraction of the limit cannot pass 1")
        return self


class EscalationPart(Part):
    """One step of the ladder."""

    at: PointPart
    role: str
    kind: str = "notify"
    channels: tuple[Channel, ...] = ()
    repeat: Amount | None = None


class ConsequencePart(Part):
    """What a miss brings about."""

    code: Annotated[str, AfterValidator(known("consequence", CONSEQUENCES))]
    text: str = ""
    amount: Amount | None = None
    share: Amount | None = None
    per: str = ""


class PeriodPart(Part):
    """A span of civil time."""

    amount: Amount
    unit: PeriodUnit


class BeginningPart(Part):
    """The event a period runs from."""

    events: tuple[Event, ...] = Field(min_length=1)
    pick: Literal["first", "last"] = "first"
    fallbacks: tuple[Event, ...] = ()


class ClausePart(Part):
    """What every clause has."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    text: str
    source: SourcePart
    when: When = Field(default_factory=dict)
    verify: bool = False

    @model_validator(mode="before")
    @classmethod
    def _plain_matches(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("when"), dict):
            return {**data, "when": {fact: _as_match(value) for fact, value in data["when"].items()}}
        return data


class TimePart(ClausePart):
    """A time clause."""

    kind: Literal["time"]
    metric: Metric
    limit: LimitPart
    calendar: str = "24x7"
    start: Event = "requested"
    debtor: Party = "provider"
    creditor: Party = "customer"
    pausable: tuple[PauseReason, ...] = ()
    warn: PointPart | None = None
    ladder: tuple[EscalationPart, ...] = ()
    consequences: tuple[ConsequencePart, ...] = ()
    evidence: Words = ()


class TermPart(Part):
    """How long a warranty lasts, whichever comes first."""

    years: Amount | None = None
    quarters: Amount | None = None
    months: Amount | None = None
    weeks: Amount | None = None
    days: Amount | None = None
    meters: dict[str, Amount] = Field(default_factory=dict)
    counts_start_day: bool = False
    roll_forward: Literal["holiday", "rest_day"] | None = None
    repair_extends: bool = False
    replacement: Literal["continues", "restarts"] = "continues"

    @model_validator(mode="after")
    def _some_limit(self) -> TermPart:
        if not self.meters and all(getattr(self, unit) is None for unit in PERIOD_UNITS):
            raise ValueError("the components have no term: give years, months, days or meters")
        return self


class CoveragePart(ClausePart):
    """A coverage clause, see :class:`jiannuo.rules.CoverageClause`."""

    kind: Literal["coverage"]
    components: tuple[str, ...] = ()
    term: TermPart
    begins: BeginningPart
    includes: tuple[Item, ...] = ("parts", "labour")
    excluded_causes: tuple[str, ...] = ()
    payer: Payer = "manufacturer"
    calendar: str = "24x7"
    besides: Words = ()


class ChargePart(ClausePart):
    """A charge clause, see :class:`jiannuo.rules.ChargeClause`."""

    kind: Literal["charge"]
    items: tuple[Item, ...] = Field(min_length=1)
    basis: Annotated[str, AfterValidator(known("basis", CHARGE_BASES))]
    components: Words = ()
    rate: Amount | None = None
    amount: Amount | None = None
    per: Annotated[str, AfterValidator(known("unit", CHARGE_UNITS))] = "order"
    free_up_to: Amount | None = None
    free_is_threshold: bool = False
    cap: Amount | None = None
    applies: Literal["out_of_warranty", "in_warranty", "always"] = "out_of_warranty"
    payer: Payer = "customer"
    supplied_by: Party = "provider"


class PricePart(Part):
    """How a refund is reckoned, see :class:`jiannuo.rules.Price`."""

    rule: Annotated[str, AfterValidator(known("price rule", PRICE_RULES))] = "invoice"
    rate: Amount | None = None
    amount: Amount | None = None


class WindowPart(Part):
    """When a remedy may be asked for, see :class:`jiannuo.rules.Window`."""

    begins: BeginningPart
    from_day: Amount = Decimal(1)
    to_day: Amount | None = None
    within: PeriodPart | None = None
    counts_start_day: bool = True


class RemedyPart(ClausePart):
    """A remedy clause, see :class:`jiannuo.rules.RemedyClause`."""

    kind: Literal["remedy"]
    offers: tuple[Remedy, ...] = Field(min_length=1)
    window: WindowPart | None = None
    while_covered: bool = False
    price: PricePart = PricePart(rule="none")
    bearer: Party = "provider"
    calendar: str = "24x7"


class SeasonPart(Part):
    """Days of every year, ``MM-DD``."""

    begins: str = Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")
    ends: str = Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")
    name: str = ""


class OffsetPart(Part):
    """Days after an event, both included."""

    from_day: Amount
    to_day: Amount


class RecurringPart(ClausePart):
    """A recurring clause, see :class:`jiannuo.rules.RecurringClause`."""

    kind: Literal["recurring"]
    action: Action
    begins: BeginningPart
    every: PeriodPart | None = None
    times: Amount = Decimal(1)
    seasons: tuple[SeasonPart, ...] = ()
    offsets: tuple[OffsetPart, ...] = ()
    by_calendar: bool = False
    first_within: PeriodPart | None = None
    lasts: PeriodPart | None = None
    while_covered: bool = False
    count: Amount | None = None
    tolerance: Amount = Decimal(0)
    roll_forward: bool = False
    calendar: str = "24x7"
    debtor: Party = "provider"
    creditor: Party = "customer"
    pausable: tuple[PauseReason, ...] = ()
    warn: PointPart | None = None
    ladder: tuple[EscalationPart, ...] = ()
    consequences: tuple[ConsequencePart, ...] = ()
    evidence: Words = ()

    @model_validator(mode="after")
    def _one_rhythm(self) -> RecurringPart:
        if sum((self.every is not None, bool(self.seasons), bool(self.offsets))) != 1:
            raise ValueError("give exactly one of every, seasons and offsets")
        return self


class StepPart(Part):
    """Points or an amount for a range of the figure, see :class:`jiannuo.rules.Step`."""

    low: Amount | None = None
    high: Amount | None = None
    points: Amount | None = None
    amount: Amount | None = None
    text: str = ""


class StakePart(Part):
    """Reward or penalty, see :class:`jiannuo.rules.Stake`."""

    when: Literal["met", "missed"]
    amount: Amount | None = None
    points: Amount | None = None
    share: Amount | None = None
    per: Amount | None = None
    most: Amount | None = None
    text: str = ""


class TargetPart(ClausePart):
    """A target clause, see :class:`jiannuo.rules.TargetClause`."""

    kind: Literal["target"]
    measure: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    comparison: Annotated[str, AfterValidator(known("comparison", COMPARISONS))]
    value: Amount
    upper: Amount | None = None
    unit: Annotated[str, AfterValidator(known("unit", TARGET_UNITS))] = "percent"
    over: Annotated[str, AfterValidator(known("period", OVER))] = "month"
    whom: Party = "department"
    weight: Amount | None = None
    steps: tuple[StepPart, ...] = ()
    stakes: tuple[StakePart, ...] = ()


class ApprovalPart(ClausePart):
    """An approval clause, see :class:`jiannuo.rules.ApprovalClause`."""

    kind: Literal["approval"]
    subject: Subject
    approvers: Words = Field(min_length=1)
    above: Amount | None = None
    up_to: Amount | None = None
    limit: LimitPart | None = None
    calendar: str = "24x7"


class TierPart(Part):
    """Amount or share by quantity or grade, see :class:`jiannuo.rules.Tier`."""

    low: Amount | None = None
    high: Amount | None = None
    grade: str = ""
    amount: Amount | None = None
    share: Amount | None = None


class RefusalPart(Part):
    """A ground for refusal, see :class:`jiannuo.rules.Refusal`."""

    flag: str
    effect: Literal["refused", "reduced", "forfeited"] = "refused"
    share: Amount | None = None
    text: str = ""


class SettlementPart(ClausePart):
    """A settlement clause, see :class:`jiannuo.rules.SettlementClause`."""

    kind: Literal["settlement"]
    payee: Party
    basis: Annotated[str, AfterValidator(known("basis", SETTLEMENT_BASES))]
    items: tuple[Item, ...] = ("labour",)
    per: Annotated[str, AfterValidator(known("unit", SETTLEMENT_UNITS))] = "order"
    amount: Amount | None = None
    share: Amount | None = None
    cap: Amount | None = None
    tiers: tuple[TierPart, ...] = ()
    documents: Words = ()
    start: Event = "completed"
    deadline: LimitPart | None = None
    late: RefusalPart | None = None
    refusals: tuple[RefusalPart, ...] = ()
    calendar: str = "24x7"
    payer: Party = "manufacturer"


AnyPart = Annotated[
    TimePart
    | CoveragePart
    | ChargePart
    | RemedyPart
    | RecurringPart
    | TargetPart
    | ApprovalPart
    | SettlementPart,
    Field(discriminator="kind"),
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
            return {**data, "scope": {fact: _as_match(value) for fact, value in data["scope"].items()}}
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
