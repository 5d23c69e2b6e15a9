"""Clauses and commitments: promises as data, one module for each kind of clause."""

from __future__ import annotations

from jiannuo.rules.clauses.approval import (
    APPROVAL_SUBJECTS,
    ApprovalClause,
)
from jiannuo.rules.clauses.charge import (
    CHARGE_BASES,
    CHARGE_UNITS,
    ChargeClause,
)
from jiannuo.rules.clauses.commitment import (
    CLAUSE_KINDS,
    COMMITMENT_KINDS,
    AnyClause,
    CommitmentInForce,
    CommitmentKind,
    clause_from_json,
    clause_to_json,
)
from jiannuo.rules.clauses.common import (
    ACTIONS,
    CHANNELS,
    CONSEQUENCES,
    ITEMS,
    LIMIT_UNITS,
    METRICS,
    PARTIES,
    PAUSE_REASONS,
    PAYERS,
    PERIOD_UNITS,
    POINT_UNITS,
    Beginning,
    Clause,
    Condition,
    Consequence,
    Escalation,
    Limit,
    Period,
    Point,
    Source,
)
from jiannuo.rules.clauses.coverage import (
    REST,
    CoverageClause,
    Term,
)
from jiannuo.rules.clauses.recurring import (
    Offset,
    RecurringClause,
    Season,
)
from jiannuo.rules.clauses.remedy import (
    PRICE_RULES,
    REMEDIES,
    Price,
    RemedyClause,
    RemedyWindow,
)
from jiannuo.rules.clauses.settlement import (
    SETTLEMENT_BASES,
    SETTLEMENT_UNITS,
    Refusal,
    SettlementClause,
    Tier,
)
from jiannuo.rules.clauses.target import (
    COMPARISONS,
    OVER,
    TARGET_UNITS,
    Stake,
    Step,
    TargetClause,
)
from jiannuo.rules.clauses.time import (
    TimeClause,
)

__all__ = [
    "ACTIONS",
    "APPROVAL_SUBJECTS",
    "CHANNELS",
    "CHARGE_BASES",
    "CHARGE_UNITS",
    "CLAUSE_KINDS",
    "COMMITMENT_KINDS",
    "COMPARISONS",
    "CONSEQUENCES",
    "ITEMS",
    "LIMIT_UNITS",
    "METRICS",
    "OVER",
    "PARTIES",
    "PAUSE_REASONS",
    "PAYERS",
    "PERIOD_UNITS",
    "POINT_UNITS",
    "PRICE_RULES",
    "REMEDIES",
    "REST",
    "SETTLEMENT_BASES",
    "SETTLEMENT_UNITS",
    "TARGET_UNITS",
    "AnyClause",
    "ApprovalClause",
    "Beginning",
    "ChargeClause",
    "Clause",
    "CommitmentInForce",
    "CommitmentKind",
    "Condition",
    "Consequence",
    "CoverageClause",
    "Escalation",
    "Limit",
    "Offset",
    "Period",
    "Point",
    "Price",
    "RecurringClause",
    "Refusal",
    "RemedyClause",
    "RemedyWindow",
    "Season",
    "SettlementClause",
    "Source",
    "Stake",
    "Step",
    "TargetClause",
    "Term",
    "Tier",
    "TimeClause",
    "clause_from_json",
    "clause_to_json",
]
