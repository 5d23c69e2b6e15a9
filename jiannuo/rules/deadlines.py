"""From a time clause to the instants of one obligation: due, warning, escalation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple, overload

from jiannuo.rules import jsonform
from jiannuo.rules.backwards import due_before, last_day_before, working_days_before
from jiannuo.rules.calendar import Calendar
from jiannuo.rules.civil import CIVIL_UNITS, end_of_day, local_date, period_end, same_day_end, start_of_day
from jiannuo.rules.clauses import (
    FOREVER,
    CommitmentInForce,
    Consequence,
    Escalation,
    Limit,
    Point,
    RecurringClause,
    Source,
    TimeClause,
)
from jiannuo.rules.instants import to_utc
from jiannuo.rules.outcomes import maker, outcome
from jiannuo.rules.worktime import Pauses, due, due_days, elapsed, prolonged

ELAPSED_TIME = Calendar.always_open("elapsed time", "UTC")
_MICROSECOND = timedelta(microseconds=1)
_SECONDS = {"minutes": 60, "hours": 3600, "working_minutes": 60, "working_hours": 3600}


@outcome
class PlannedStep:
    """One escalation of an obligation at its instant: whom to tell, by which channels, how often again (minutes)."""

    at: datetime
    role: str
    kind: str
    channels: tuple[str, ...] = ()
    repeat: Decimal | None = None


@outcome
class ObligationPlan:
    """What is owed by whom to whom, by when, and all that is needed to work the instants out again after a pause.

    ``due_at``, ``warn_at`` and ``steps`` are empty while a pause is open. ``occurrence`` counts what comes again
    from 1; it is 0 for what is owed once. What is counted back names its event in ``before``, and in ``event_at`` the
    date or the instant that was known for it; :func:`postponed` follows a new one. Where such a clause opens a window,
    ``started_at`` is when the thing may first be done, and ``since`` when its start event happened, as far as known.
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
    before: str = ""
    opens: Limit | None = None
    since: datetime | None = None
    event_at: date | datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the plan as a JSON object."""
        data: dict[str, Any] = jsonform.to_json(self)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ObligationPlan:
        """Read what :meth:`to_json` wrote."""
        return jsonform.from_json(cls, data)


_step = maker(PlannedStep)
_plan: Callable[..., ObligationPlan] = maker(ObligationPlan)


def plan(
    clause: TimeClause,
    commitment: CommitmentInForce,
    calendar: Calendar,
    started_at: datetime,
    event_at: date | datetime | None = None,
) -> ObligationPlan:
    """The obligation that a clause brings about when its start event happens at ``started_at``.

    What is counted back also needs to know when its event will be, ``event_at``; until then it has no due instant.
    """
    if not clause.before:
        return planned(clause, commitment, calendar, clause.metric, clause.limit, started_at)
    due_at = None if event_at is None else limit_before(clause.limit, calendar, event_at)
    return planned_back(clause, commitment, calendar, started_at, due_at, event_at)


def planned_back(
    clause: TimeClause,
    commitment: CommitmentInForce,
    calendar: Calendar,
    since: datetime | None,
    due_at: datetime | None,
    event_at: date | datetime | None,
) -> ObligationPlan:
    """The obligation of a clause that is counted back, its due instant worked out already.

    ``since`` is when its start event happened; it may be unknown where the clause opens a window before its event.
    """
    started_at = opening(clause.opens, calendar, event_at, since)
    if started_at is None:
        raise ValueError(f"{clause.id} has neither a start nor a window that opens")
    warn_at: datetime | None = None
    steps: tuple[PlannedStep, ...] = ()
    if due_at is not None:
        begin = min(started_at, due_at)
        warn_at, steps = _points(clause.warn, clause.ladder, clause.limit, calendar, begin, due_at, ())
    return replace(
        planned(clause, commitment, calendar, clause.metric, clause.limit, started_at, due_at=started_at),
        due_at=due_at,
        warn_at=warn_at,
        steps=steps,
        before=clause.before,
        opens=clause.opens,
        since=None if clause.opens is None else since,
        event_at=event_at,
    )


def opening(
    opens: Limit | None, calendar: Calendar, event_at: date | datetime | None, started_at: datetime | None
) -> datetime | None:
    """From when on something counted back is owed: its start, but not before ``opens``; ``None`` when unknown.

    Where ``opens`` is one of days, the whole of that day is open.
    """
    if opens is None or event_at is None:
        return started_at
    earliest = limit_before(opens, calendar, event_at)
    if earliest is not None and opens.unit not in _SECONDS:
        earliest = start_of_day(local_date(earliest - _MICROSECOND, calendar), calendar)
    if earliest is None or started_at is None:
        return earliest or started_at
    return max(earliest, to_utc(started_at))


def planned(
    clause: TimeClause | RecurringClause,
    commitment: CommitmentInForce,
    calendar: Calendar,
    metric: str,
    limit: Limit,
    started_at: datetime,
    occurrence: int = 0,
    due_at: datetime | None = None,
    timing: Timing | None = None,
) -> ObligationPlan:
    """The obligation of a clause to do ``metric`` within ``limit`` of ``started_at``.

    ``due_at`` is when the limit is used up, and ``timing`` what :func:`timing_of` the clause says, where these have
    been worked out already.
    """
    if due_at is None:
        due_at = limit_due(limit, calendar, started_at)
    warn_at: datetime | None = None
    steps: tuple[PlannedStep, ...] = ()
    if timing is not None:
        begin = to_utc(started_at)
        if timing.warn is not None:
            warn_at = begin + timing.warn
        if timing.steps:
            steps = tuple(
                [
                    _step(at=begin + after, role=role, kind=kind, channels=channels, repeat=repeat)
                    for after, role, kind, channels, repeat in timing.steps
                ]
            )
    elif due_at is not None and (clause.warn is not None or clause.ladder):
        warn_at, steps = _points(clause.warn, clause.ladder, limit, calendar, started_at, due_at, ())
    return _plan(
        metric,
        clause.id,
        commitment.code,
        commitment.version,
        clause.text,
        clause.source,
        clause.calendar,
        started_at,
        due_at,
        limit,
        warn_at=warn_at,
        steps=steps,
        pausable=clause.pausable,
        consequences=clause.consequences,
        warn=clause.warn,
        ladder=clause.ladder,
        debtor=clause.debtor,
        creditor=clause.creditor,
        evidence=clause.evidence,
        occurrence=occurrence,
    )


class Timing(NamedTuple):
    """A limit on the clock on the wall, with its warning and its steps in order, all as times after the start."""

    length: timedelta
    warn: timedelta | None
    steps: tuple[tuple[timedelta, str, str, tuple[str, ...], Decimal | None], ...]


def timing_of(clause: TimeClause) -> Timing | None:
    """The same for every start: what a clause says where nothing in it runs on a calendar."""
    points = [step.at for step in clause.ladder] + ([clause.warn] if clause.warn is not None else [])
    limit = clause.limit
    if (
        limit.unit not in ("minutes", "hours")
        or clause.before
        or any(point.fraction is None and point.unit[0] == "w" for point in points)
    ):
        return None
    start = datetime(2000, 1, 1, tzinfo=UTC)
    length = span(limit.amount, limit.unit)
    warn_at, steps = _points(clause.warn, clause.ladder, limit, ELAPSED_TIME, start, start + length, ())
    return Timing(
        length,
        None if warn_at is None else warn_at - start,
        tuple((step.at - start, step.role, step.kind, step.channels, step.repeat) for step in steps),
    )


def replanned(obligation: ObligationPlan, calendar: Calendar, pauses: Pauses = ()) -> ObligationPlan:
    """The same obligation with its instants worked out anew, the pauses so far taken into account.

    What is counted back from an event does not move.
    """
    due_at = due_with_pauses(obligation, calendar, pauses)
    if due_at is None:
        return replace(obligation, due_at=None, warn_at=None, steps=())
    start = obligation.started_at
    if obligation.before:
        start, pauses = min(start, due_at), ()
    warn_at, steps = _points(
        obligation.warn, obligation.ladder, obligation.limit, calendar, start, due_at, pauses
    )
    return replace(obligation, due_at=due_at, warn_at=warn_at, steps=steps)


def postponed(
    obligation: ObligationPlan, calendar: Calendar, event_at: date | datetime | None
) -> ObligationPlan:
    """What is counted back, when its event gets another date; without one it waits and is not due.

    Raises ``ValueError`` for an obligation that is not counted back.
    """
    if not obligation.before:
        raise ValueError(f"{obligation.clause} is not counted back from an event")
    since = obligation.since if obligation.opens is not None else obligation.started_at
    start = opening(obligation.opens, calendar, event_at, since) or obligation.started_at
    return replanned(replace(obligation, event_at=event_at, started_at=start), calendar)


def _points(
    warn: Point | None,
    ladder: Sequence[Escalation],
    limit: Limit,
    calendar: Calendar,
    start: datetime,
    due_at: datetime,
    pauses: Pauses,
) -> tuple[datetime | None, tuple[PlannedStep, ...]]:
    """The instants of the warning and of the steps, these in order."""
    clock = clock_of(limit, calendar)
    warn_at = None if warn is None else _instant(warn, clock, calendar, start, due_at, pauses)
    steps = [
        _step(
            at=_instant(step.at, clock, calendar, start, due_at, pauses),
            role=step.role,
            kind=step.kind,
            channels=step.channels,
            repeat=step.repeat,
        )
        for step in ladder
    ]
    steps.sort(key=_at)
    return warn_at, tuple(steps)


_at = attrgetter("at")


def due_with_pauses(obligation: ObligationPlan, calendar: Calendar, pauses: Pauses = ()) -> datetime | None:
    """When the obligation is due, given its pauses; ``None`` while one of them is still open."""
    if obligation.before:
        event_at = obligation.event_at
        return None if event_at is None else limit_before(obligation.limit, calendar, event_at)
    return limit_due(obligation.limit, calendar, obligation.started_at, pauses)


def limit_due(limit: Limit, calendar: Calendar, start: datetime, pauses: Pauses = ()) -> datetime | None:
    """When a limit that begins at ``start`` is used up; ``None`` while a pause is open, or when it lasts forever.

    Time paused within a civil limit is added after it, as with working days.
    """
    unit = limit.unit
    if unit in _SECONDS:
        length = span(limit.amount, unit)
        if not pauses and unit[0] != "w":
            return to_utc(start) + length
        return due(clock_of(limit, calendar), start, length, pauses)
    if unit == "working_days":
        return due_days(calendar, start, int(limit.amount), limit.reading, pauses)
    if unit == "same_day":
        end = same_day_end(start, calendar, limit.ends)
    elif unit == FOREVER:
        return None
    else:
        end = period_end(
            start,
            int(limit.amount),
            unit,  # type: ignore[arg-type]
            counts_start_day=limit.counts_start_day,
            roll_forward=limit.roll_forward,
            calendar=calendar,
        )
    return prolonged(clock_of(limit, calendar), start, max(start, end), pauses)


def limit_before(limit: Limit, calendar: Calendar, event: date | datetime) -> datetime | None:
    """When something is due that is promised ``limit`` before an event; never after the event itself.

    The day of the event is not counted, or with ``counts_start_day`` it is the first. ``None`` when the limit is one of
    hours or minutes and only the date of the event is known. Raises as :func:`~jiannuo.rules.worktime.due`, and
    ``ValueError`` for a limit that is no amount of time.
    """
    unit = limit.unit
    if unit in _SECONDS:
        if not isinstance(event, datetime):
            return None
        length = span(limit.amount, unit)
        return due_before(calendar, event, length) if unit[0] == "w" else to_utc(event) - length
    if unit == "working_days":
        return working_days_before(calendar, event, int(limit.amount), limit.reading)
    if unit not in CIVIL_UNITS:
        raise ValueError(f"a limit before an event is an amount of time, not {unit}")
    last = last_day_before(
        event,
        int(limit.amount),
        unit,
        counts_event_day=limit.counts_start_day,
        calendar=calendar,
    )
    end = end_of_day(last, calendar)
    return min(end, to_utc(event)) if isinstance(event, datetime) else end


def clock_of(limit: Limit, calendar: Calendar) -> Calendar:
    """The calendar on which the time of a limit passes: its own for working time, else the wall clock."""
    on_calendar = limit.unit.startswith("working") or (limit.unit == "same_day" and limit.ends == "closing")
    return calendar if on_calendar else ELAPSED_TIME


@lru_cache(maxsize=4096)
def span(amount: Decimal, unit: str) -> timedelta:
    """The duration of an amount of minutes or hours, working or not."""
    return timedelta(microseconds=round(amount * _SECONDS[unit] * 1_000_000))


def _instant(
    point: Point, clock: Calendar, calendar: Calendar, start: datetime, due_at: datetime, pauses: Pauses
) -> datetime:
    """The instant of a point of an obligation whose limit runs on ``clock`` and whose due instant is known."""
    if point.fraction is None:
        clock = calendar if point.unit[0] == "w" else ELAPSED_TIME
    if point.anchor == "missed":
        return _later(clock, due_at, _amount_of(point, clock, start, due_at, pauses), ())
    amount = _amount_of(point, clock, start, due_at, pauses)
    if point.anchor == "before_due":
        whole = _between(clock, start, due_at, pauses)
        if amount > whole and clock is ELAPSED_TIME:
            return due_at - amount  # before the start: of an appointment one may be warned the day before
        amount = max(whole - amount, timedelta(0))
    return _later(clock, start, amount, pauses) or due_at


def _amount_of(point: Point, clock: Calendar, start: datetime, due_at: datetime, pauses: Pauses) -> timedelta:
    """The time that a point names: so much, or a part of the limit."""
    if point.fraction is None:
        return span(point.amount or Decimal(0), point.unit)
    return _between(clock, start, due_at, pauses) * float(point.fraction)


def _between(clock: Calendar, start: datetime, end: datetime, pauses: Pauses) -> timedelta:
    """The time that passes on a clock; on the clock on the wall it is a difference."""
    return end - start if clock is ELAPSED_TIME and not pauses else elapsed(clock, start, end, pauses)


@overload
def _later(clock: Calendar, start: datetime, amount: timedelta, pauses: tuple[()]) -> datetime: ...
@overload
def _later(clock: Calendar, start: datetime, amount: timedelta, pauses: Pauses) -> datetime | None: ...
def _later(clock: Calendar, start: datetime, amount: timedelta, pauses: Pauses) -> datetime | None:
    """The instant at which so much time has passed on a clock."""
    if clock is ELAPSED_TIME and not pauses:
        return to_utc(start) + amount
    return due(clock, start, amount, pauses)
