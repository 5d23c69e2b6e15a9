"""The kinds of clauses as packs write them, each after its class in :mod:`jiannuo.rules.clauses`."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from jiannuo.promises.commitments.packs.parts import (
    Action,
    Amount,
    BeginningPart,
    ClausePart,
    ConsequencePart,
    EscalationPart,
    Event,
    Item,
    LimitPart,
    Metric,
    Part,
    Party,
    PauseReason,
    Payer,
    PeriodPart,
    PointPart,
    Remedy,
    Subject,
    Words,
    known,
)
from jiannuo.rules import (
    CHARGE_BASES,
    CHARGE_UNITS,
    COMPARISONS,
    OVER,
    PERIOD_UNITS,
    PRICE_RULES,
    SETTLEMENT_BASES,
    SETTLEMENT_UNITS,
    TARGET_UNITS,
)


class TimePart(ClausePart):
    """A time clause."""

    kind: Literal["time"]
    metric: Metric
    limit: LimitPart
    calendar: str = "24x7"
    start: Event = "requested"
    before: Event | None = None
    opens: LimitPart | None = None
    keeps: Words = ()
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
    meter: str = ""
    per: Amount = Decimal(1)
    asked_on_exchange: bool = False


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
    """Days after an event, or ``before`` it, both included."""

    from_day: Amount
    to_day: Amount
    before: bool = False


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
    approvers: Words = ()
    certificates: Words = ()
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
