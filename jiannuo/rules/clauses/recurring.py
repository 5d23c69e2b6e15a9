"""Promises that come again: visits, calls, inspections, training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jiannuo.rules.clauses.parts import Beginning, Clause, Consequence, Escalation, Period, Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Days of every year, both included, as ``MM-DD``; may run over New Year (12-01 to 02-28)."""

    begins: str
    ends: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """Days after the event, both included: ``from_day`` 3 to ``to_day`` 7. The day of the event is day 0.

    With ``before`` they are counted back: from 14 to 7 days before the event is ``from_day`` 7 to ``to_day`` 14.
    """

    from_day: int
    to_day: int
    before: bool = False

    def __post_init__(self) -> None:
        if self.from_day < 0 or self.to_day < self.from_day:
            raise ValueError(f"the days {self.from_day} to {self.to_day} from the event are no window")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringClause(Clause):
    """``action``, ``times`` times every ``every``, in each of ``seasons``, or at ``offsets`` after the event.

    Exactly one of the three. Periods are counted from the event of ``begins``, or with ``by_calendar`` from the
    first of the calendar month, quarter or year; a broken first period owes once at least. ``first_within`` says
    by when the first is due. It goes on for ``lasts`` from the event, ``while_covered``, or ``count`` times,
    whichever ends first. ``tolerance`` (days) is how much earlier an occurrence counts for its period. An
    occurrence opens at the first instant of its window and is due at the end of its last day.
    """

    kind: ClassVar[str] = "recurring"
    action: str
    begins: Beginning
    every: Period | None = None
    times: int = 1
    seasons: tuple[Season, ...] = ()
    offsets: tuple[Offset, ...] = ()
    by_calendar: bool = False
    first_within: Period | None = None
    lasts: Period | None = None
    while_covered: bool = False
    count: int | None = None
    tolerance: int = 0
    roll_forward: bool = False
    calendar: str = "24x7"
    debtor: str = "provider"
    creditor: str = "customer"
    pausable: tuple[str, ...] = ()
    warn: Point | None = None
    ladder: tuple[Escalation, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if sum((self.every is not None, bool(self.seasons), bool(self.offsets))) != 1:
            raise ValueError("give exactly one of every, seasons and offsets")
        if self.times < 1:
            raise ValueError("something that recurs happens at least once in its period")
        if self.every is not None and self.every.amount == 0:
            raise ValueError("a period that recurs cannot have the length 0")
