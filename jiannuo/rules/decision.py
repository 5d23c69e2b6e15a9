"""The engine: commitments and facts in, a decision with its obligations and reasons out."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from jiannuo.rules import jsonform
from jiannuo.rules.approvals import ApprovalOutcome, decide_approvals
from jiannuo.rules.bookindex import IndexedBook
from jiannuo.rules.books import PlainBook
from jiannuo.rules.calendar import Calendar
from jiannuo.rules.case import ALWAYS, Applicable, Book, Case
from jiannuo.rules.charges import ChargeOutcome, covered_charge, decide_charges
from jiannuo.rules.civil import CIVIL_UNITS, local_date, start_of_day
from jiannuo.rules.clauses import RETAIN, CommitmentInForce, TimeClause
from jiannuo.rules.coverage import Cover, CoverageOutcome
from jiannuo.rules.deadlines import (
    ObligationPlan,
    clock_of,
    limit_before,
    limit_due,
    opening,
    planned,
    planned_back,
)
from jiannuo.rules.facts import Facts
from jiannuo.rules.instants import to_utc
from jiannuo.rules.outcomes import maker, outcome
from jiannuo.rules.reasons import Reason, Reasons, Untold
from jiannuo.rules.recurrence import RecurrenceOutcome, decide_recurrences
from jiannuo.rules.remedies import RemedyOutcome, decide_remedies
from jiannuo.rules.retentions import RetentionOutcome, decide_retentions
from jiannuo.rules.selection import Choice, choose
from jiannuo.rules.settlements import SettlementOutcome, decide_settlements
from jiannuo.rules.targets import TargetOutcome, decide_targets
from jiannuo.rules.worktime import calendar_years_without_holidays

__all__ = ["ALWAYS", "Decision", "Engine", "decide"]

_DATE_IS_ENOUGH = (*CIVIL_UNITS, "working_days", "same_day")
WARRANTY_ENDED = "warranty_ended"
_MICROSECOND = timedelta(microseconds=1)


class _Reasoned(Protocol):
    """An outcome that says why."""

    @property
    def reasons(self) -> Reasons: ...


@outcome
class Decision:
    """What the commitments say about a case, and the argument.

    What is covered, what is owed by when, once and again, what is asked, what the customer may choose, which figures
    are reached, whose consent is needed, who is paid what, what is kept until when. Each outcome but an obligation
    carries its own reasons.
    """

    decided_at: datetime
    coverage: tuple[CoverageOutcome, ...] = ()
    obligations: tuple[ObligationPlan, ...] = ()
    reasons: Reasons = ()
    losers: Reasons = ()
    charges: tuple[ChargeOutcome, ...] = ()
    remedies: tuple[RemedyOutcome, ...] = ()
    recurrences: tuple[RecurrenceOutcome, ...] = ()
    targets: tuple[TargetOutcome, ...] = ()
    approvals: tuple[ApprovalOutcome, ...] = ()
    settlements: tuple[SettlementOutcome, ...] = ()
    retentions: tuple[RetentionOutcome, ...] = ()

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

    def retention(self, thing: str) -> RetentionOutcome | None:
        """Until when a thing is kept, if any commitment says so."""
        return next((one for one in self.retentions if one.keeps == thing), None)

    def approvers(self, subject: str) -> tuple[str, ...]:
        """Everybody whose consent a subject needs."""
        named = (who for one in self.approvals if one.subject == subject for who in one.approvers)
        return tuple(dict.fromkeys(named))

    @property
    def certificates(self) -> tuple[str, ...]:
        """The kinds of certificates that whoever does the job must hold."""
        return tuple(dict.fromkeys(kind for one in self.approvals for kind in one.certificates))

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
            *self.retentions,
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


_made = maker(Decision)


def decide(
    commitments: Sequence[CommitmentInForce], facts: Facts, calendars: Mapping[str, Calendar], now: datetime
) -> Decision:
    """Apply commitments to a case.

    ``calendars`` maps the names that clauses use to calendars; ``24x7`` is always known. ``now`` dates the
    decision and stands in for the instant of the request where that is not known. For each metric, and for
    each item of each component, the promise most favourable to the customer counts; the result does not
    depend on the order of the commitments. Raises :class:`~jiannuo.rules.instants.NaiveInstantError` for an
    instant without zone and :class:`~jiannuo.rules.timeline.NeverOpensError` for a calendar that stays shut.
    Whoever decides many cases by the same commitments takes an :class:`Engine`.
    """
    return _decide(Case(PlainBook(commitments, calendars), facts, now))


class Engine:
    """Decides many cases by the same commitments: the same decisions as :func:`decide`, much sooner.

    It remembers which clauses can apply to which words of a case, and decides anew when somebody asks for reasons.
    Commitments and calendars must not change.
    """

    def __init__(self, commitments: Sequence[CommitmentInForce], calendars: Mapping[str, Calendar]) -> None:
        self._book = IndexedBook(commitments, calendars)

    def decide(self, facts: Facts, now: datetime) -> Decision:
        """Apply the commitments to a case; raises as :func:`decide`."""
        return _decide(Case(self._book, facts, now, _Argument(self._book, facts, now)))


class _Argument:
    """The reasons of a decision by their outcomes, worked out when the first of them is asked for."""

    __slots__ = ("_book", "_facts", "_now", "_told")

    def __init__(self, book: Book, facts: Facts, now: datetime) -> None:
        self._book = book
        self._facts = facts
        self._now = now
        self._told: Mapping[Hashable, Reasons] | None = None

    def __call__(self) -> Mapping[Hashable, Reasons]:
        if self._told is None:
            case = Case(self._book, self._facts, self._now)
            _decide(case)
            self._told = case.told
        return self._told


def _decide(case: Case) -> Decision:
    cover = Cover(case)
    coverage = cover.outcomes()
    if case.in_warranty is None:
        case.in_warranty = _in_warranty(coverage)
    obligations, retentions = _obligations(case, cover)
    return _made(
        decided_at=case.now,
        coverage=coverage,
        obligations=obligations,
        charges=decide_charges(case, cover),
        remedies=decide_remedies(case, cover),
        recurrences=decide_recurrences(case, cover),
        targets=decide_targets(case),
        approvals=decide_approvals(case),
        settlements=decide_settlements(case),
        reasons=case.tell("reasons", lambda: case.notes),
        losers=case.tell("losers", lambda: case.losers),
        retentions=retentions,
    )


def _obligations(case: Case, cover: Cover) -> tuple[tuple[ObligationPlan, ...], tuple[RetentionOutcome, ...]]:
    """The best promise for each metric whose clock has started, and what is kept."""
    chosen: list[ObligationPlan] = []
    retentions: tuple[RetentionOutcome, ...] = ()
    for metric, clauses in case.book.by_subject(TimeClause, case):
        if metric == RETAIN:
            retentions = decide_retentions(case, clauses)
            continue
        options = [(what, limit) for what in clauses if (limit := _limit(what, case, cover)) is not None]
        if not options:
            continue
        choice = choose(options, _sooner, metric)
        what, (started_at, due_at, event_at) = choice.what, choice.value
        clause, calendar = what.clause, what.calendar
        if event_at is not None:
            since = _since(clause, case, calendar)
            owed = planned_back(clause, what.commitment, calendar, since, due_at, event_at)
        else:
            limit, timing = clause.limit, what.timing
            owed = planned(clause, what.commitment, calendar, metric, limit, started_at, 0, due_at, timing)
        chosen.append(owed)
        if case.argues:
            case.notes += _why(choice, owed, case)
            case.losers += choice.lost()
    return tuple(chosen), retentions


_Limit = tuple[datetime, datetime, date | datetime | None]
"""When a clock starts, when its limit is used up, and the event from which it is counted back."""


def _why(choice: Choice[_Limit], owed: ObligationPlan, case: Case) -> Iterator[Untold]:
    what, (started_at, due_at, event_at) = choice.what, choice.value
    yield what.note("time.chosen", metric=owed.metric, due=due_at)
    if event_at is not None:
        yield what.note("time.counted_back", metric=owed.metric, event=owed.before, at=event_at)
        if due_at < started_at:
            yield what.note("time.too_late", metric=owed.metric, event=owed.before)
    yield case.grounds(what)
    yield choice.why()
    yield _Holidays(what, owed)


def _sooner(_what: Applicable[TimeClause], limit: _Limit) -> tuple[float]:
    return (limit[1].timestamp(),)


def _limit(what: Applicable[TimeClause], case: Case, cover: Cover) -> _Limit | None:
    """When the clock of a clause starts and when its limit is used up; notes why it does not run."""
    clause = what.clause
    if clause.before:
        return _counted_back(what, case, cover)
    moment = case.facts.dates.get(clause.start)
    if moment is None:
        return _not_yet(what, case, "time.not_started", clause.start)
    if not isinstance(moment, datetime):
        if clause.limit.unit not in _DATE_IS_ENOUGH:
            return _not_yet(what, case, "time.start_not_exact", clause.start)
        moment = start_of_day(moment, what.calendar)
    if what.timing is not None:
        return moment, to_utc(moment) + what.timing.length, None
    due_at = limit_due(clause.limit, what.calendar, moment)
    return None if due_at is None else (moment, due_at, None)


def _counted_back(what: Applicable[TimeClause], case: Case, cover: Cover) -> _Limit | None:
    """The same for a limit before an event; the end of the warranty follows from the cover where nobody says it."""
    clause, calendar = what.clause, what.calendar
    event_at = case.facts.dates.get(clause.before)
    if event_at is None and clause.before == WARRANTY_ENDED:
        until = cover.standing().until
        event_at = None if until is None else local_date(until - _MICROSECOND, calendar)
    if event_at is None:
        return _not_yet(what, case, "time.event_unknown", clause.before)
    due_at = limit_before(clause.limit, calendar, event_at)
    if due_at is None:
        return _not_yet(what, case, "time.start_not_exact", clause.before)
    started_at = opening(clause.opens, calendar, event_at, _since(clause, case, calendar))
    if started_at is None:
        return _not_yet(what, case, "time.not_started", clause.start)
    return started_at, due_at, event_at


def _since(clause: TimeClause, case: Case, calendar: Calendar) -> datetime | None:
    """When the start event of a clause happened, the whole of its day where only the day is known."""
    moment = case.facts.dates.get(clause.start)
    if moment is None or isinstance(moment, datetime):
        return moment
    return start_of_day(moment, calendar)


def _not_yet(what: Applicable[TimeClause], case: Case, code: str, event: str) -> _Limit | None:
    """No limit; notes why the clock does not run."""
    if case.argues:
        case.notes.append(what.note(code, metric=what.clause.metric, event=event))
    return None


class _Holidays(NamedTuple):
    """Years in which an obligation was worked out without knowing the official holidays."""

    what: Applicable[TimeClause]
    owed: ObligationPlan

    def reasons(self) -> Iterable[Reason]:
        owed, calendar = self.owed, self.what.calendar
        if owed.due_at is None or (
            clock_of(owed.limit, calendar) is not calendar and not owed.limit.roll_forward
        ):
            return ()
        since, until = sorted((owed.started_at, owed.due_at))
        if isinstance(owed.event_at, datetime):
            until = max(until, owed.event_at)
        years = calendar_years_without_holidays(calendar, since, until)
        shown = ", ".join(map(str, years))
        return self.what.note("calendar.holidays_unknown", years=shown).reasons() if years else ()


def _in_warranty(coverage: Sequence[CoverageOutcome]) -> bool | None:
    parts = {outcome.in_warranty for outcome in coverage if outcome.item == "parts"}
    return parts.pop() if len(parts) == 1 else None
