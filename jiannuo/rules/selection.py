"""Which promise counts when several apply: the one most favourable to the customer.

A commitment marked exclusive silences the others wherever it says something itself; a statutory floor is
heard even then, so nothing can undercut it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from jiannuo.rules.clauses import AnyClause, CommitmentInForce
from jiannuo.rules.facts import Facts
from jiannuo.rules.matching import verdict
from jiannuo.rules.reasons import Reason, reason

Value = TypeVar("Value")
_PRECEDENCE = ("contract", "promotion", "maker", "dealer", "statute")
"""Which kind is named when two promise the same."""


@dataclass(frozen=True, slots=True)
class Candidate(Generic[Value]):
    """A clause that applies. The smallest ``rank`` is the best for the customer."""

    commitment: CommitmentInForce
    clause: AnyClause
    rank: tuple[float, ...]
    value: Value


@dataclass(frozen=True, slots=True)
class Choice(Generic[Value]):
    """The candidate that counts, why, and why the others do not."""

    winner: Candidate[Value]
    why: Reason
    losers: tuple[Reason, ...]


def choose(candidates: Sequence[Candidate[Value]], subject: str) -> Choice[Value]:
    """Pick the best of at least one candidate; the order in which they are given does not matter."""
    speaking = [candidate.commitment for candidate in candidates]
    silence = [silenced(commitment, speaking) for commitment in speaking]
    heard = [one for one, silencer in zip(candidates, silence, strict=True) if not silencer]
    winner = min(heard, key=_order)
    losers = [
        _loss("lost.exclusive", candidate, silencer, subject)
        if silencer
        else _loss("lost.less_favourable", candidate, winner.clause.id, subject)
        for candidate, silencer in sorted(
            zip(candidates, silence, strict=True), key=lambda pair: _order(pair[0])
        )
        if candidate is not winner
    ]
    code = _why(winner, heard, candidates)
    why = reason(code, winner.commitment, winner.clause, subject=subject, count=len(candidates))
    return Choice(winner, why, tuple(losers))


def silenced(commitment: CommitmentInForce, speaking: Iterable[CommitmentInForce]) -> str:
    """The code of the exclusive commitment behind which one of those that speak stands back; empty if none."""
    if commitment.exclusive or commitment.floor:
        return ""
    return next((other.code for other in speaking if other.exclusive), "")


def barrier(
    commitment: CommitmentInForce,
    clause: AnyClause,
    facts: Facts,
    day: date,
    commitments: Sequence[CommitmentInForce],
) -> Reason | str:
    """Why a clause does not apply to a start event on ``day``.

    Empty if it does; ``"no"`` if the facts simply differ from what it asks for, which is not worth a reason.
    """
    found, fact = verdict((*commitment.scope, *clause.when), facts, commitment.zones)
    if found == "no":
        return "no"
    if found == "unknown":
        return reason("lost.fact_missing", commitment, clause, fact=fact)
    if not commitment.is_valid_on(day):
        return reason("lost.not_in_force", commitment, clause, day=day)
    if any(_replaces(other, commitment, day) for other in commitments):
        return reason("lost.newer_version", commitment, clause, day=day, version=commitment.version)
    if clause.verify:
        return reason("lost.unverified", commitment, clause)
    return ""


def _replaces(other: CommitmentInForce, commitment: CommitmentInForce, day: date) -> bool:
    return other.code == commitment.code and other.version > commitment.version and other.is_valid_on(day)


def _order(candidate: Candidate[Value]) -> tuple[tuple[float, ...], int, str, str]:
    kind = _PRECEDENCE.index(candidate.commitment.kind)
    return candidate.rank, kind, candidate.commitment.code, candidate.clause.id


def _loss(code: str, candidate: Candidate[Value], winner: str, subject: str) -> Reason:
    return reason(code, candidate.commitment, candidate.clause, winner=winner, subject=subject)


def _why(
    winner: Candidate[Value], heard: Sequence[Candidate[Value]], everyone: Sequence[Candidate[Value]]
) -> str:
    if len(everyone) == 1:
        return "chosen.only"
    if winner.commitment.floor and any(candidate.commitment.exclusive for candidate in heard):
        return "chosen.floor"
    return "chosen.exclusive" if len(heard) < len(everyone) else "chosen.best"
