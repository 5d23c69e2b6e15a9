"""Promises of time: what is done within a limit after an event or before one, and what is kept for so long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jiannuo.rules.clauses.parts import FOREVER, Clause, Consequence, Escalation, Limit, Point

RETAIN = "retain"
"""The metric of what is kept: the end of its limit is no due instant but the day until which it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeClause(Clause):
    """``metric`` within ``limit`` on ``calendar`` from the event ``start``, owed by ``debtor`` to ``creditor``.

    ``evidence`` names what proves that it was kept (``signed_order``, ``register`` …).

    With ``before`` the limit is counted back from that event ("two weeks before the visit"): it is due so long before
    it, and owed since ``start``, or no earlier than ``opens`` before the event (an application from 90 to 30 working
    days before a licence ends). No pause moves it; a new date of the event does.

    With the metric ``retain`` the things named in ``keeps`` (``purchase_record``, ``recording`` …) are kept from
    ``start`` until the limit ends, or ``forever``.
    """

    kind: ClassVar[str] = "time"
    metric: str
    limit: Limit
    calendar: str = "24x7"
    start: str = "requested"
    before: str = ""
    opens: Limit | None = None
    keeps: tuple[str, ...] = ()
    debtor: str = "provider"
    creditor: str = "customer"
    pausable: tuple[str, ...] = ()
    warn: Point | None = None
    ladder: tuple[Escalation, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.before:
            for limit in (self.limit, self.opens):
                if limit is not None and (limit.unit in ("same_day", FOREVER) or limit.roll_forward):
                    raise ValueError(
                        "a limit before an event is an amount of time, and its end does not move on"
                    )
            if self.pausable:
                raise ValueError("a limit counted back from an event cannot stand still")
        elif self.opens is not None:
            raise ValueError("opens is counted back from an event: name it in before")
        if (self.metric == RETAIN) != bool(self.keeps):
            raise ValueError("the metric retain and what it keeps go together")
        if self.metric == RETAIN and self.before:
            raise ValueError("what is kept is kept after an event, not before one")
        if self.limit.unit == FOREVER and self.metric != RETAIN:
            raise ValueError("only what is kept lasts forever")

    @property
    def event(self) -> str:
        """The event whose date decides: the one it is counted back from, else its start."""
        return self.before or self.start
