"""What is better for the customer, said once more and apart from the rules: judges one decision against another.

Every function returns sentences about what a decision gives less of than another one; none where it gives as much.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

from jiannuo.rules import CommitmentInForce, Decision, RecurringClause

FOREVER = datetime.max.replace(tzinfo=UTC)
MONEY = ("refund", "return", "price_reduction", "compensation")
TIMES_A_YEAR = {"days": 365.2425, "weeks": 365.2425 / 7, "months": 12.0, "quarters": 4.0, "years": 1.0}


def later_obligations(decision: Decision, other: Decision) -> Iterator[str]:
    """Metrics that the other decision promises sooner."""
    for owed in other.obligations:
        mine = decision.obligation(owed.metric)
        if mine is None or (mine.due_at or FOREVER) > (owed.due_at or FOREVER):
            yield f"{owed.metric}: due {mine and mine.due_at}, not {owed.due_at}"


def lost_cover(decision: Decision, other: Decision) -> Iterator[str]:
    """Items that the other decision covers, or covers for longer."""
    for cover in other.coverage:
        mine = decision.cover(cover.item, cover.component)
        if not cover.in_warranty:
            continue
        if mine is None or not mine.in_warranty or (mine.until or FOREVER) < (cover.until or FOREVER):
            yield f"{cover.component} {cover.item}: until {mine and mine.until}, not {cover.until}"


def dearer_charges(decision: Decision, other: Decision) -> Iterator[str]:
    """Items for which the customer is asked more, where both sums are known."""
    for charge in other.charges:
        mine = decision.charge(charge.item, charge.component)
        asked, least = None if mine is None else paid(mine), paid(charge)
        if mine is None or (least is not None and asked is not None and asked > least):
            yield f"{charge.component} {charge.item}: {asked} yuan, not {least}"
        elif least == 0 and asked is None:
            yield f"{charge.component} {charge.item}: no longer free"


def paid(charge) -> Decimal | None:
    """What the customer pays."""
    return charge.total if charge.payer == "customer" else Decimal(0)


def lost_records(decision: Decision, other: Decision) -> Iterator[str]:
    """Things that the other decision keeps for longer."""
    for kept in other.retentions:
        mine = decision.retention(kept.keeps)
        if mine is None or (mine.until or FOREVER) < (kept.until or FOREVER):
            yield f"{kept.keeps}: kept until {mine and mine.until}, not {kept.until}"


def lost_remedies(decision: Decision, other: Decision) -> Iterator[str]:
    """Remedies that the other decision gives, that pay more there, or as much for longer."""
    for remedy in other.remedies:
        mine = decision.remedy(remedy.remedy)
        if mine is None:
            yield f"{remedy.remedy}: no longer given"
            continue
        is_paid = remedy.remedy in MONEY
        gives = (mine.amount or Decimal(0)) if is_paid else Decimal(0)
        gave = (remedy.amount or Decimal(0)) if is_paid else Decimal(0)
        if (gives, mine.until or FOREVER) < (gave, remedy.until or FOREVER):
            yield f"{remedy.remedy}: {gives} until {mine.until}, not {gave} until {remedy.until}"


def rarer_duties(
    decision: Decision, other: Decision, commitments: Iterable[CommitmentInForce]
) -> Iterator[str]:
    """Actions that the other decision promises more often."""
    by_id = {
        (one.code, one.version, clause.id): clause
        for one in commitments
        for clause in one.clauses
        if isinstance(clause, RecurringClause)
    }
    for subject, often in _how_often(other, by_id).items():
        mine = _how_often(decision, by_id).get(subject, 0.0)
        if mine < often - 1e-9:
            yield f"{subject}: {mine} times, not {often}"


def _how_often(decision: Decision, by_id: dict) -> dict[tuple[str, bool], float]:
    found: dict[tuple[str, bool], float] = {}
    for one in decision.recurrences:
        clause = by_id[one.commitment, one.version, one.clause]
        subject = (one.action, bool(clause.offsets))
        found[subject] = found.get(subject, 0.0) + _a_year(clause)
    return found


def _a_year(clause: RecurringClause) -> float:
    if clause.every is None:
        return clause.times * len(clause.seasons or clause.offsets)
    return clause.times * TIMES_A_YEAR[clause.every.unit] / clause.every.amount


def worse(
    decision: Decision, other: Decision, commitments: Iterable[CommitmentInForce], *, charges: bool = True
) -> list[str]:
    """Everything of which a decision gives the customer less than another one."""
    return [
        *later_obligations(decision, other),
        *lost_cover(decision, other),
        *lost_records(decision, other),
        *(dearer_charges(decision, other) if charges else ()),
        *lost_remedies(decision, other),
        *rarer_duties(decision, other, commitments),
    ]
