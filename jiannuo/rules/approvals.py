"""Whose consent is needed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jiannuo.rules.applicable import Applicable, Case, applicable
from jiannuo.rules.clauses import APPROVAL_SUBJECTS, ApprovalClause, Limit
from jiannuo.rules.reasons import Reason
from jiannuo.rules.selection import silenced


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalOutcome:
    """A consent that is needed: of ``approvers``, one after the other, each within ``limit``."""

    subject: str
    approvers: tuple[str, ...]
    amount: Decimal | None = None
    above: Decimal | None = None
    limit: Limit | None = None
    calendar: str = ""
    clause: str = ""
    commitment: str = ""
    version: int = 0
    reasons: tuple[Reason, ...] = ()


def decide_approvals(case: Case) -> tuple[tuple[ApprovalOutcome, ...], tuple[Reason, ...]]:
    """Every consent that the case needs, by subject; and what lost.

    Consents of several commitments add up, unless one of them is exclusive. Within one commitment the clause with the
    highest threshold that the amount passes speaks alone.
    """
    losers: list[Reason] = []
    needed: dict[str, list[Applicable[ApprovalClause]]] = {}
    for what in applicable(ApprovalClause, case, losers):
        clause = what.clause
        amount = case.facts.amounts.get(clause.subject)
        if amount is None and (clause.above is not None or clause.up_to is not None):
            losers.append(what.because("lost.fact_missing", fact=f"amounts.{clause.subject}"))
        elif amount is None or _applies(clause, amount):
            needed.setdefault(clause.subject, []).append(what)
    outcomes: list[ApprovalOutcome] = []
    for subject in APPROVAL_SUBJECTS:
        clauses = needed.get(subject, [])
        heard: list[Applicable[ApprovalClause]] = []
        for what in clauses:
            silence = silenced(what.commitment, [one.commitment for one in clauses])
            if silence:
                losers.append(what.because("lost.exclusive", winner=silence, subject=subject))
            else:
                heard.append(what)
        outcomes.extend(_outcome(what, case) for what in _highest(heard))
    return tuple(outcomes), tuple(losers)


def _applies(clause: ApprovalClause, amount: Decimal) -> bool:
    return (clause.above is None or amount > clause.above) and (
        clause.up_to is None or amount <= clause.up_to
    )


def _highest(clauses: list[Applicable[ApprovalClause]]) -> list[Applicable[ApprovalClause]]:
    """Of each commitment the clauses with the highest threshold."""
    highest: dict[tuple[str, int], Decimal] = {}
    for what in clauses:
        key = (what.commitment.code, what.commitment.version)
        highest[key] = max(highest.get(key, _NEVER), _threshold(what.clause))
    return [
        what
        for what in clauses
        if _threshold(what.clause) == highest[what.commitment.code, what.commitment.version]
    ]


_NEVER = Decimal(-1)


def _threshold(clause: ApprovalClause) -> Decimal:
    return _NEVER if clause.above is None else clause.above


def _outcome(what: Applicable[ApprovalClause], case: Case) -> ApprovalOutcome:
    clause = what.clause
    amount = case.facts.amounts.get(clause.subject)
    approvers = ", ".join(clause.approvers)
    needed = what.because("approval.needed", approval=clause.subject, approvers=approvers)
    if clause.above is not None:
        needed = what.because(
            "approval.needed_above",
            approval=clause.subject,
            approvers=approvers,
            amount=amount,
            above=clause.above,
        )
    return ApprovalOutcome(
        subject=clause.subject,
        approvers=clause.approvers,
        amount=amount,
        above=clause.above,
        limit=clause.limit,
        calendar=clause.calendar,
        clause=clause.id,
        commitment=what.commitment.code,
        version=what.commitment.version,
        reasons=(needed, *what.grounds(case.facts)),
    )
