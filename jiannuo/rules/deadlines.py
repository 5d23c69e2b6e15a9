"""From a time clause to the instants of one obligation: due, warning, escalation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from jiannuo.rules import jsonform
from jiannuo.rules.calendar import Calendar
from jiannuo.rules.civil import period_end, same_day_end
from jiannuo.rules.clauses import (
    CommitmentInForce,
    Consequence,
    Escalation,
    Limit,
    Point,
    RecurringClause,
    Source,
    TimeClause,
)
from jiannuo.rules.worktime import Pauses, due, due_days, elapsed, prolonged

ELAPSED_TIME = Calendar.always_open("elapsed time", "UTC")
_SECONDS = {"minutes": 60, "hours": 3600, "working_minutes": 60, "working_hours": 3600}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """One escalation of an obligation at its instant: whom to tell, by which channels, how often again (minutes)."""

    at: datetime
    role: str
    kind: str
    channels: tuple[str, ...] = ()
    repeat: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationPlan:
    """What is owed by whom to whom, by when, and all that is needed to work the instants out again after a pause.

    ``due_at``, ``warn_at`` and ``steps`` are empty while a pause is open. ``occurrence`` counts what comes again
    from 1; it is 0 for what is owed once.
    """

    metric: str
    clause: str
    commitment: str
    version: int
    text: str
    source: Source
    calendar: str
    started_at: datetime
    due_at: datetime | None
    warn_at: datetime | None = None
    steps: tuple[PlannedStep, ...] = ()
    pausable: tuple[str, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    limit: Limit
    warn: Point | None = None
    ladder: tuple[Escalation, ...] = ()
    debtor: str = "provider"
    creditor: str = "customer"
    evidence: tuple[str, ...] = ()
    occurrence: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the plan as a JSON object."""
        data: dict[str, Any] = jsonform.to_json(self)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ObligationPlan:
        """Read what :meth:`to_json` wrote."""
        return jsonform.from_json(cls, data)


def plan(
    clause: TimeClause, commitment: CommitmentInForce, calendar: Calendar, started_at: datetime
) -> ObligationPlan:
    """The obligation that a clause brings about when its start event happens at ``started_at``."""
    return planned(clause, commitment, calendar, clause.metric, clause.limit, started_at)


def planned(
    clause: TimeClause | RecurringClause,
    commitment: CommitmentInForce,
    calendar: Calendar,
    metric: str,
    limit: Limit,
    started_at: datetime,
    occurrence: int = 0,
) -> ObligationPlan:
    """The obligation of a clause to do ``metric`` within ``limit`` of ``started_at``."""
    shell = ObligationPlan(
        metric=metric,
        clause=clause.id,
        commitment=commitment.code,
        version=commitment.version,
        text=clause.text,
        source=clause.source,
        calendar=clause.calendar,
        started_at=started_at,
        due_at=None,
        pausable=clause.pausable,
        consequences=clause.consequences,
        limit=limit,
        warn=clause.warn,
        ladder=clause.ladder,
        debtor=clause.debtor,
        creditor=clause.creditor,
        evidence=clause.evidence,
        occurrence=occurrence,
    )
    return replanned(shell, calendar)


def replanned(obligation: ObligationPlan, calendar: Calendar, pauses: Pauses = ()) -> ObligationPlan:
    """The same obligation with its instants worked out anew, the pauses so far taken into account."""
    due_at = due_with_pauses(obligation, calendar, pauses)
    if due_at is None:
        return replace(obligation, due_at=None, warn_at=None, steps=())
    settled = replace(obligation, due_at=due_at, warn_at=None, steps=())
    warn_at = (
        None if obligation.warn is None else _instant(obligation.warn, settled, due_at, calendar, pauses)
    )
    steps = sorted(
        (
            PlannedStep(
                at=_instant(step.at, settled, due_at, calendar, pauses),
                role=step.role,
                kind=step.kind,
                channels=step.channels,
                repeat=step.repeat,
            )
            for step in obligation.ladder
        ),
        key=lambda step: step.at,
    )
    return replace(settled, warn_at=warn_at, steps=tuple(steps))


def due_with_pauses(obligation: ObligationPlan, calendar: Calendar, pauses: Pauses = ()) -> datetime | None:
    """When the obligation is due, given its pauses; ``None`` while one of them is still open."""
    return limit_due(obligation.limit, calendar, obligation.started_at, pauses)


def limit_due(limit: Limit, calendar: Calendar, start: datetime, pauses: Pauses = ()) -> datetime | None:
    """When a limit that begins at ``start`` is used up.

    Time paused within a civil limit is added after it, as with working days.
    """
    if limit.unit in _SECONDS:
        return due(clock_of(limit, calendar), start, span(limit.amount, limit.unit), pauses)
    if limit.unit == "working_days":
        return due_days(calendar, start, int(limit.amount), limit.reading, pauses)
    if limit.unit == "same_day":
        end = same_day_end(start, calendar, limit.ends)
    else:
        end = period_end(
            start,
            int(limit.amount),
            limit.unit,  # type: ignore[arg-type]
            counts_start_day=limit.counts_start_day,
            roll_forward=limit.roll_forward,
            calendar=calendar,
        )
    return prolonged(clock_of(limit, calendar), start, max(start, end), pauses)


def clock_of(limit: Limit, calendar: Calendar) -> Calendar:
    """The calendar on which the time of a limit passes: its own for working time, else the wall clock."""
    on_calendar = limit.unit.startswith("working") or (limit.unit == "same_day" and limit.ends == "closing")
    return calendar if on_calendar else ELAPSED_TIME


def span(amount: Decimal, unit: str) -> timedelta:
    """The duration of an amount of minutes or hours, working or not."""
    return timedelta(microseconds=round(amount * _SECONDS[unit] * 1_000_000))


def _instant(
    point: Point, obligation: ObligationPlan, due_at: datetime, calendar: Calendar, pauses: Pauses
) -> datetime:
    """The instant of a point of an obligation whose due instant is known."""
    clock = clock_of(obligation.limit, calendar)
    start = obligation.started_at
    if point.fraction is not None:
        whole = elapsed(clock, start, due_at, pauses)
        amount = whole * float(point.fraction)
    else:
        clock = calendar if point.unit.startswith("working") else ELAPSED_TIME
        whole = elapsed(clock, start, due_at, pauses)
        amount = span(point.amount or Decimal(0), point.unit)
    if point.anchor == "missed":
        return due(clock, due_at, amount)
    if point.anchor == "before_due":
        if amount > whole and clock is ELAPSED_TIME:
            return due_at - amount  # before the start: of an appointment one may be warned the day before
        amount = max(whole - amount, timedelta(0))
    result = due(clock, start, amount, pauses)
    return due_at if result is None else result
