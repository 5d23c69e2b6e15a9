"""Promises of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jiannuo.rules.clauses.common import Clause, Consequence, Escalation, Limit, Point


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeClause(Clause):
    """``metric`` within ``limit`` on ``calendar`` from the event ``start``, owed by ``debtor`` to ``creditor``.

    ``evidence`` names what proves that it was kept (``signed_order``, ``register`` …).
    """

    kind: ClassVar[str] = "time"
    metric: str
    limit: Limit
    calendar: str = "24x7"
    start: str = "requested"
    debtor: str = "provider"
    creditor: str = "customer"
    pausable: tuple[str, ...] = ()
    warn: Point | None = None
    ladder: tuple[Escalation, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    evidence: tuple[str, ...] = ()
