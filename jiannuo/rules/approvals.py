"""Whose consent is needed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from jiannuo.rules.case import Applicable, Case
from jiannuo.rules.clauses import APPROVAL_SUBJECTS, ApprovalClause, Limit
from jiannuo.rules.outcomes import maker, outcome
from jiannuo.rules.reasons import Reasons, Untold
from jiannuo.rules.selection import silenced


@outcome
class ApprovalOutcome:
    """A consent that is needed: of ``approvers``, one after the other, each within ``limit``.

    For the subject ``assignment`` it is none: the job is given only to who holds all ``certificates``.
    """

    subject: str
    approvers: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    amount: Decimal | None = None
    above: Decimal | None = None
    limit: Limit | None = None
    calendar: str = ""
    clause: str = ""
    commitment: str = ""
    version: int = 0
    reasons: Reasons = ()


_made = maker(ApprovalOutcome)


def decide_approvals(case: Case) -> tuple[ApprovalOutcome, ...]:
    """Every consent that the case needs, by subject.

    Consents of several commitments add up, unless one of them is exclusive. Within one commitment the clause with the
    highest threshold that the amount passes speaks alone.
    """
    amounts = case.facts.amounts
    needed: dict[str, list[Applicable[ApprovalClause]]] = {}
    for what in case.clauses(ApprovalClause):
        clause = what.clause
        amount = amounts.get(clause.subject)
        if amount is None:
            if clause.above is not None or clause.up_to is not None:
                if case.argues:
                    case.losers.append(what.note("lost.fact_missing", fact=f"amounts.{clause.subject}"))
                continue
        elif not _applies(clause, amount):
            continue
        needed.setdefault(clause.subject, []).append(what)
    if not needed:
        return ()
    return tuple(
        _outcome(what, case)
        for subject in APPROVAL_SUBJECTS
        if subject in needed
        for what in _highest(_heard(needed[subject], case))
    )


def _heard(clauses: list[Applicable[ApprovalClause]], case: Case) -> list[Applicable[ApprovalClause]]:
    """The clauses about one subject that no exclusive commitment silences."""
    heard: list[Applicable[ApprovalClause]] = []
    for what in clauses:
        silence = silenced(what, clauses)
        if not silence:
            heard.append(what)
        elif case.argues:
            subject = what.clause.subject
            case.losers.append(what.note("lost.exclusive", winner=silence, subject=subject))
    return heard


def _applies(clause: ApprovalClause, amount: Decimal) -> bool:
    return (clause.above is None or amount > clause.above) and (
        clause.up_to is None or amount <= clause.up_to
    )


def _highest(clauses: list[Applicable[ApprovalClause]]) -> list[Applicable[ApprovalClause]]:
    """Of each commitment the clauses with the highest threshold."""
    highest: dict[tuple[str, int], Decimal] = {}
    for what in clauses:
        highest[what.key] = max(highest.get(what.key, _NEVER), _threshold(what.clause))
    return [what for what in clauses if _threshold(what.clause) == highest[what.key]]


_NEVER = Decimal(-1)


def _threshold(clause: ApprovalClause) -> Decimal:
    return _NEVER if clause.above is None else clause.above


def _outcome(what: Applicable[ApprovalClause], case: Case) -> ApprovalOutcome:
    clause = what.clause
    amount = case.facts.amounts.get(clause.subject)
    return _made(
        subject=clause.subject,
        approvers=clause.approvers,
        certificates=clause.certificates,
        amount=amount,
        above=clause.above,
        limit=clause.limit,
        calendar=clause.calendar,
        clause=clause.id,
        commitment=what.key[0],
        version=what.key[1],
        reasons=case.tell(("approval", what.key, clause.id), _why, what, amount, case),
    )


def _why(what: Applicable[ApprovalClause], amount: Decimal | None, case: Case) -> Iterable[Untold]:
    clause = what.clause
    if clause.certificates:
        yield what.note("approval.certificates", certificates=", ".join(clause.certificates))
        yield case.grounds(what)
        return
    params: dict[str, object] = {"approval": clause.subject, "approvers": ", ".join(clause.approvers)}
    if clause.above is None:
        yield what.note("approval.needed", **params)
    else:
        yield what.note("approval.needed_above", **params, amount=amount, above=clause.above)
    yield case.grounds(what)
