"""What every part of a pack is made of: words that are known, amounts, conditions, limits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

from jiannuo.rules import (
    ACTIONS,
    APPROVAL_SUBJECTS,
    CHANNELS,
    CONSEQUENCES,
    EVENTS,
    ITEMS,
    LIMIT_UNITS,
    MATCHABLE_FACTS,
    METRICS,
    PARTIES,
    PAUSE_REASONS,
    PAYERS,
    PERIOD_UNITS,
    REMEDIES,
    SEVERAL,
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


class AllPart(Part):
    """Words that must hold together, of a fact with several values."""

    all_of: tuple[str, ...]


Match = RangePart | NonePart | AllPart | tuple[str, ...]


def as_match(value: Any) -> Any:
    """What a condition asks for; one word is a list of one."""
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        return (str(value),)
    if isinstance(value, list | tuple):
        return tuple(str(item) for item in value)
    return value


def matchable(when: dict[str, Any]) -> dict[str, Any]:
    """The conditions, if each asks for a fact that is known. Raises ``ValueError``."""
    for fact, match in when.items():
        if fact.partition(".")[0] not in NUMBER_GROUPS:
            known("fact", MATCHABLE_FACTS)(fact)
        if isinstance(match, AllPart) and fact not in SEVERAL:
            raise ValueError(f"{fact} has one value only: all_of is for {' and '.join(SEVERAL)}")
    return when


When = Annotated[
    dict[str, Annotated[Match, Field(union_mode="left_to_right")]],
    AfterValidator(matchable),
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
            return {**data, "when": {fact: as_match(value) for fact, value in data["when"].items()}}
        return data
