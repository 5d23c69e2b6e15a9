"""A commitment: the clauses in force together, and the JSON form of a clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from jiannuo.rules import jsonform
from jiannuo.rules.clauses.approval import ApprovalClause
from jiannuo.rules.clauses.charge import ChargeClause
from jiannuo.rules.clauses.coverage import CoverageClause
from jiannuo.rules.clauses.parts import Condition
from jiannuo.rules.clauses.recurring import RecurringClause
from jiannuo.rules.clauses.remedy import RemedyClause
from jiannuo.rules.clauses.settlement import SettlementClause
from jiannuo.rules.clauses.target import TargetClause
from jiannuo.rules.clauses.time import TimeClause

CommitmentKind = Literal["statute", "maker", "contract", "dealer", "promotion"]
COMMITMENT_KINDS: tuple[CommitmentKind, ...] = ("statute", "maker", "contract", "dealer", "promotion")
AnyClause = (
    TimeClause
    | CoverageClause
    | ChargeClause
    | RemedyClause
    | RecurringClause
    | TargetClause
    | ApprovalClause
    | SettlementClause
)
CLAUSE_KINDS: dict[str, type[AnyClause]] = {
    cls.kind: cls
    for cls in (
        TimeClause,
        CoverageClause,
        ChargeClause,
        RemedyClause,
        RecurringClause,
        TargetClause,
        ApprovalClause,
        SettlementClause,
    )
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
