"""The engine: commitments and facts in, a decision with its obligations and reasons out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from jiannuo.rules import jsonform
from jiannuo.rules.calendar import Calendar
from jiannuo.rules.civil import CIVIL_UNITS, local_date, start_of_day
from jiannuo.rules.clauses import CommitmentInForce, TimeClause
from jiannuo.rules.coverage import CoverageOutcome, applicable_clauses, decide_coverage
from jiannuo.rules.deadlines import ObligationPlan, clock_of, plan
from jiannuo.rules.facts import Facts
from jiannuo.rules.reasons import Reason, reason
from jiannuo.rules.selection import Candidate, barrier, choose
from jiannuo.rules.worktime import calendar_years_without_holidays

ALWAYS = "24x7"
_DATE_IS_ENOUGH = (*CIVIL_UNITS, "working_days", "same_day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the commitments say about a case: what is covered, what is owed by when, and the argument."""

    decided_at: datetime
    coverage: tuple[CoverageOutcome, ...] = ()
    obligations: tuple[ObligationPlan, ...] = ()
    reasons: tuple[Reason, ...] = ()
    losers: tuple[Reason, ...] = ()

    def obligation(self, metric: str) -> ObligationPlan | None:
        """The obligation for a metric, if any commitment promises one."""
        return next((owed for owed in self.obligations if owed.metric == metric), None)

    def cover(self, item: str, component: tuple[str, ...] | None = None) -> CoverageOutcome | None:
        """The outcome for an item; of the first component when none is named."""
        return next(
            (one for one in self.coverage if one.item == item and component in (None, one.component)),
            None,
        )

    @property
    def in_warranty(self) -> bool | None:
        """Whether parts are covered; ``None`` when nothing says so or it depends on the component."""
        return _in_warranty(self.coverage)

    def to_json(self) -> dict[str, Any]:
        """Return the decision as a JSON object."""
        data: dict[str, Any] = jsonform.to_json(self)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Decision:
        """Read what :meth:`to_json` wrote."""
        return jsonform.from_json(cls, data)


def decide(
    commitments: Sequence[CommitmentInForce], facts: Facts, calendars: Mapping[str, Calendar], now: datetime
) -> Decision:
    """Apply commitments to a case.

    ``calendars`` maps the names that clauses use to calendars; ``24x7`` is always known. ``now`` dates the
    decision and stands in for the instant of the request where that is not known. For each metric, and for
    each item of each component, the promise most favourable to the customer counts; the result does not
    depend on the order of the commitments. Raises :class:`~jiannuo.rules.instants.NaiveInstantError` for an
    instant without zone and :class:`~jiannuo.rules.timeline.NeverOpensError` for a calendar that stays shut.
    """
    known = {ALWAYS: Calendar.always_open(ALWAYS), **calendars}
    ordered = sorted(commitments, key=lambda commitment: (commitment.code, commitment.version))
    applicable, losers = applicable_clauses(ordered, facts, known, now)
    coverage, lost = decide_coverage(applicable, facts, now)
    losers.extend(lost)
    if facts.in_warranty is None:
        facts = replace(facts, in_warranty=_in_warranty(coverage))
    obligations, reasons, lost = _obligations(ordered, facts, known, now)
    return Decision(
        decided_at=now,
        coverage=coverage,
        obligations=obligations,
        reasons=reasons,
        losers=(*losers, *lost),
    )


def _obligations(
    commitments: Sequence[CommitmentInForce], facts: Facts, calendars: Mapping[str, Calendar], now: datetime
) -> tuple[tuple[ObligationPlan, ...], tuple[Reason, ...], tuple[Reason, ...]]:
    """The best promise for each metric whose clock has started."""
    candidates: dict[str, list[Candidate[ObligationPlan]]] = {}
    reasons: list[Reason] = []
    losers: list[Reason] = []
    for commitment in commitments:
        for clause in commitment.clauses:
            if not isinstance(clause, TimeClause):
                continue
            calendar = calendars.get(clause.calendar)
            if calendar is None:
                losers.append(reason("lost.calendar_missing", commitment, clause, calendar=clause.calendar))
                continue
            day = local_date(facts.dates.get(clause.start, now), calendar)
            hindrance = barrier(commitment, clause, facts, day, commitments)
            if hindrance:
                losers.extend([hindrance] if isinstance(hindrance, Reason) else [])
                continue
            owed = _planned(commitment, clause, facts, calendar)
            if isinstance(owed, Reason):
                reasons.append(owed)
            elif owed.due_at is not None:
                candidate = Candidate(commitment, clause, owed.due_at.timestamp(), owed)
                candidates.setdefault(clause.metric, []).append(candidate)
    chosen: list[ObligationPlan] = []
    for metric in sorted(candidates):
        choice = choose(candidates[metric], metric)
        winner = choice.winner
        chosen.append(winner.value)
        reasons.append(
            reason(
                "time.chosen", winner.commitment, winner.clause, metric=metric, due=_text(winner.value.due_at)
            )
        )
        reasons.append(choice.why)
        reasons.extend(_unknown_holidays(winner, calendars))
        losers.extend(choice.losers)
    return tuple(chosen), tuple(reasons), tuple(losers)


def _planned(
    commitment: CommitmentInForce, clause: TimeClause, facts: Facts, calendar: Calendar
) -> ObligationPlan | Reason:
    """The obligation of a clause, or why its clock does not run."""
    moment = facts.dates.get(clause.start)
    if moment is None:
        return reason("time.not_started", commitment, clause, metric=clause.metric, event=clause.start)
    if not isinstance(moment, datetime):
        if clause.limit.unit not in _DATE_IS_ENOUGH:
            return reason(
                "time.start_not_exact", commitment, clause, metric=clause.metric, event=clause.start
            )
        moment = start_of_day(moment, calendar)
    return plan(clause, commitment, calendar, moment)


def _unknown_holidays(winner: Candidate[ObligationPlan], calendars: Mapping[str, Calendar]) -> list[Reason]:
    owed = winner.value
    calendar = calendars[owed.calendar]
    if owed.due_at is None or (
        clock_of(owed.limit, calendar) is not calendar and not owed.limit.roll_forward
    ):
        return []
    years = calendar_years_without_holidays(calendar, owed.started_at, owed.due_at)
    shown = ", ".join(map(str, years))
    return (
        [reason("calendar.holidays_unknown", winner.commitment, winner.clause, years=shown)] if years else []
    )


def _in_warranty(coverage: Sequence[CoverageOutcome]) -> bool | None:
    parts = {outcome.in_warranty for outcome in coverage if outcome.item == "parts"}
    return parts.pop() if len(parts) == 1 else None


def _text(instant: datetime | None) -> str:
    return "" if instant is None else instant.isoformat()
