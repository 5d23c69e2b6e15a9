"""The engine: commitments and facts in, a decision with its obligations and reasons out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from jiannuo.rules import jsonform
from jiannuo.rules.applicable import ALWAYS, Applicable, Case, applicable
from jiannuo.rules.approvals import ApprovalOutcome, decide_approvals
from jiannuo.rules.calendar import Calendar
from jiannuo.rules.charges import ChargeOutcome, covered_charge, decide_charges
from jiannuo.rules.civil import CIVIL_UNITS, start_of_day
from jiannuo.rules.clauses import CommitmentInForce, CoverageClause, TimeClause
from jiannuo.rules.coverage import Cover, CoverageOutcome
from jiannuo.rules.deadlines import ObligationPlan, clock_of, plan
from jiannuo.rules.facts import Facts
from jiannuo.rules.reasons import Reason
from jiannuo.rules.recurrence import RecurrenceOutcome, decide_recurrences
from jiannuo.rules.remedies import RemedyOutcome, decide_remedies
from jiannuo.rules.selection import Candidate, choose
from jiannuo.rules.settlements import SettlementOutcome, decide_settlements
from jiannuo.rules.targets import TargetOutcome, decide_targets
from jiannuo.rules.worktime import calendar_years_without_holidays

__all__ = ["ALWAYS", "Decision", "decide"]

_DATE_IS_ENOUGH = (*CIVIL_UNITS, "working_days", "same_day")


class _Reasoned(Protocol):
    """An outcome that says why."""

    @property
    def reasons(self) -> tuple[Reason, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the commitments say about a case, and the argument.

    What is covered, what is owed by when, once and again, what is asked, what the customer may choose, which figures
    are reached, whose consent is needed, who is paid what. Each outcome but an obligation carries its own reasons.
    """

    decided_at: datetime
    coverage: tuple[CoverageOutcome, ...] = ()
    obligations: tuple[ObligationPlan, ...] = ()
    reasons: tuple[Reason, ...] = ()
    losers: tuple[Reason, ...] = ()
    charges: tuple[ChargeOutcome, ...] = ()
    remedies: tuple[RemedyOutcome, ...] = ()
    recurrences: tuple[RecurrenceOutcome, ...] = ()
    targets: tuple[TargetOutcome, ...] = ()
    approvals: tuple[ApprovalOutcome, ...] = ()
    settlements: tuple[SettlementOutcome, ...] = ()

    def obligation(self, metric: str) -> ObligationPlan | None:
        """The obligation for a metric, if any commitment promises one."""
        return next((owed for owed in self.obligations if owed.metric == metric), None)

    def cover(self, item: str, component: tuple[str, ...] | None = None) -> CoverageOutcome | None:
        """The outcome for an item; of the first component when none is named."""
        return next(
            (one for one in self.coverage if one.item == item and component in (None, one.component)),
            None,
        )

    def charge(self, item: str, component: tuple[str, ...] | None = None) -> ChargeOutcome | None:
        """What is asked for an item, nothing where a cover pays; of the first component when none is named."""
        found = next((c for c in self.charges if c.item == item and component in (None, c.component)), None)
        cover = self.cover(item, component)
        return covered_charge(cover) if found is None and cover and cover.in_warranty else found

    def remedy(self, name: str) -> RemedyOutcome | None:
        """The remedy of that name, if it may be chosen now."""
        return next((one for one in self.remedies if one.remedy == name), None)

    def approvers(self, subject: str) -> tuple[str, ...]:
        """Everybody whose consent a subject needs."""
        named = (who for one in self.approvals if one.subject == subject for who in one.approvers)
        return tuple(dict.fromkeys(named))

    @property
    def all_reasons(self) -> tuple[Reason, ...]:
        """The reasons of every outcome, and those of the decision itself; not what lost."""
        outcomes: tuple[_Reasoned, ...] = (
            *self.coverage,
            *self.charges,
            *self.remedies,
            *self.recurrences,
            *self.targets,
            *self.approvals,
            *self.settlements,
        )
        return (*(why for outcome in outcomes for why in outcome.reasons), *self.reasons)

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
    case = Case(ordered, facts, known, now)
    losers: list[Reason] = []
    cover = Cover(applicable(CoverageClause, case, losers), facts, case.at)
    coverage, lost = cover.outcomes()
    losers.extend(lost)
    if facts.in_warranty is None:
        case = replace(case, facts=replace(facts, in_warranty=_in_warranty(coverage)))
    obligations, reasons, lost_obligations = _obligations(case)
    charges, lost_charges = decide_charges(case, cover)
    remedies, not_now, lost_remedies = decide_remedies(case, cover)
    recurrences, not_again, lost_recurrences = decide_recurrences(case, cover)
    targets, lost_targets = decide_targets(case)
    approvals, lost_approvals = decide_approvals(case)
    settlements, not_paid, lost_settlements = decide_settlements(case)
    return Decision(
        decided_at=now,
        coverage=coverage,
        obligations=obligations,
        reasons=(*reasons, *not_now, *not_again, *not_paid),
        losers=(
            *losers,
            *lost_obligations,
            *lost_charges,
            *lost_remedies,
            *lost_recurrences,
            *lost_targets,
            *lost_approvals,
            *lost_settlements,
        ),
        charges=charges,
        remedies=remedies,
        recurrences=recurrences,
        targets=targets,
        approvals=approvals,
        settlements=settlements,
    )


def _obligations(case: Case) -> tuple[tuple[ObligationPlan, ...], tuple[Reason, ...], tuple[Reason, ...]]:
    """The best promise for each metric whose clock has started."""
    candidates: dict[str, list[Candidate[tuple[Applicable[TimeClause], ObligationPlan]]]] = {}
    reasons: list[Reason] = []
    losers: list[Reason] = []
    for what in applicable(TimeClause, case, losers):
        owed = _planned(what, case.facts)
        if isinstance(owed, Reason):
            reasons.append(owed)
        elif owed.due_at is not None:
            candidate = Candidate(what.commitment, what.clause, (owed.due_at.timestamp(),), (what, owed))
            candidates.setdefault(what.clause.metric, []).append(candidate)
    chosen: list[ObligationPlan] = []
    for metric in sorted(candidates):
        choice = choose(candidates[metric], metric)
        what, owed = choice.winner.value
        chosen.append(owed)
        reasons.append(what.because("time.chosen", metric=metric, due=_text(owed.due_at)))
        reasons.extend(what.grounds(case.facts))
        reasons.append(choice.why)
        reasons.extend(_unknown_holidays(what, owed))
        losers.extend(choice.losers)
    return tuple(chosen), tuple(reasons), tuple(losers)


def _planned(what: Applicable[TimeClause], facts: Facts) -> ObligationPlan | Reason:
    """The obligation of a clause, or why its clock does not run."""
    clause, calendar = what.clause, what.calendar
    moment = facts.dates.get(clause.start)
    if moment is None:
        return what.because("time.not_started", metric=clause.metric, event=clause.start)
    if not isinstance(moment, datetime):
        if clause.limit.unit not in _DATE_IS_ENOUGH:
            return what.because("time.start_not_exact", metric=clause.metric, event=clause.start)
        moment = start_of_day(moment, calendar)
    return plan(clause, what.commitment, calendar, moment)


def _unknown_holidays(what: Applicable[TimeClause], owed: ObligationPlan) -> list[Reason]:
    calendar = what.calendar
    if owed.due_at is None or (
        clock_of(owed.limit, calendar) is not calendar and not owed.limit.roll_forward
    ):
        return []
    years = calendar_years_without_holidays(calendar, owed.started_at, owed.due_at)
    shown = ", ".join(map(str, years))
    return [what.because("calendar.holidays_unknown", years=shown)] if years else []


def _in_warranty(coverage: Sequence[CoverageOutcome]) -> bool | None:
    parts = {outcome.in_warranty for outcome in coverage if outcome.item == "parts"}
    return parts.pop() if len(parts) == 1 else None


def _text(instant: datetime | None) -> str:
    return "" if instant is None else instant.isoformat()
