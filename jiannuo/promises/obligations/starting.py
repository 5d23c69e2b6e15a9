"""Which clauses an event touches, and what follows from them: plans, duties that recur, records kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from jiannuo import rules
from jiannuo.promises.commitments.engine import Loaded, calendars_of
from jiannuo.rules import (
    RETAIN,
    AnyClause,
    CoverageClause,
    Facts,
    ObligationPlan,
    RecurrenceOutcome,
    RecurringClause,
    RetentionOutcome,
    TimeClause,
)
from jiannuo.rules.clauses import REST

WARRANTY_ENDED = "warranty_ended"
#: Since when something is owed that is counted back from an event and that nobody requested: since it was known.
ANNOUNCED = "announced"
#: How a cover names the whole product: for itself, or beside components with a cover of their own.
WHOLE = ((), REST)
#: The event on which promises hang, who owes and to whom: only these compete.
Group = tuple[str, str, str]
#: Whether a clause of the commitment with that code is asked.
Only = Callable[[str, AnyClause], bool]


@dataclass(frozen=True, slots=True)
class Starting:
    """What some events start: plans by event, debtor and creditor, the duties that recur, and what is kept."""

    plans: Mapping[Group, Sequence[ObligationPlan]]
    outcomes: Sequence[RecurrenceOutcome]
    retentions: Sequence[RetentionOutcome] = ()


def what_starts(
    versions: Sequence[Loaded],
    facts: Facts,
    events: Collection[str],
    now: datetime,
    only: Only | None = None,
    *,
    announced: datetime | None = None,
) -> Starting:
    """What ``events`` start under these versions; of several promises of the same the best for the creditor.

    Promises compete only with those that hang on the same event, after it or before it, and lie between the same
    parties. What is counted back and was not requested is owed since ``announced`` (``now`` when left out).
    """
    asked = [(one.commitment, clause) for one in versions for clause in one.commitment.clauses]
    asked = [(its, clause) for its, clause in asked if only is None or only(its.code, clause)]
    groups: dict[Group, set[int]] = {}
    kept: set[int] = set()
    again: set[int] = set()
    for _its, clause in asked:
        if isinstance(clause, TimeClause) and _hangs_on(clause, events):
            if clause.metric == RETAIN:
                kept.add(id(clause))
            else:
                groups.setdefault((clause.event, clause.debtor, clause.creditor), set()).add(id(clause))
        elif _recurs_from(clause, events):
            again.add(id(clause))
    calendars = calendars_of(versions) if groups or again or kept else {}
    facts = replace(facts, dates={**facts.dates, ANNOUNCED: announced or now})

    def decided(wanted: set[int]) -> rules.Decision:
        narrowed = [
            replace(
                one.commitment,
                clauses=tuple(
                    _since_known(clause, facts)
                    for clause in one.commitment.clauses
                    if id(clause) in wanted or isinstance(clause, CoverageClause)
                ),
            )
            for one in versions
        ]
        return rules.decide(narrowed, facts, calendars, now.astimezone(UTC))

    return Starting(
        {group: decided(wanted).obligations for group, wanted in sorted(groups.items())},
        decided(again).recurrences if again else (),
        decided(kept).retentions if kept else (),
    )


def _hangs_on(clause: TimeClause, events: Collection[str]) -> bool:
    """Whether one of ``events`` starts the clause, or is the one from which it is counted back."""
    return clause.event in events or bool(clause.before and clause.start in events)


def _since_known(clause: AnyClause, facts: Facts) -> AnyClause:
    """A clause that is counted back, to be owed since its event was known where there was no request."""
    if not isinstance(clause, TimeClause) or not clause.before:
        return clause
    if clause.start == "requested" and "requested" not in facts.dates:
        return replace(clause, start=ANNOUNCED)
    return clause


def _recurs_from(clause: AnyClause, events: Collection[str]) -> bool:
    if not isinstance(clause, RecurringClause):
        return False
    return any(event in events for event in (*clause.begins.events, *clause.begins.fallbacks))


def starts_with(version: Loaded, events: Collection[str]) -> bool:
    """Whether any clause of a version hangs on one of ``events``."""
    return any(
        (isinstance(clause, TimeClause) and _hangs_on(clause, events)) or _recurs_from(clause, events)
        for clause in version.commitment.clauses
    )


def with_end_of_warranty(facts: Facts, versions: Sequence[Loaded], now: datetime) -> Facts:
    """The facts with the last day of the warranty of the whole product, where a promise hangs on that."""
    if not any(starts_with(version, {WARRANTY_ENDED}) for version in versions):
        return facts
    covers = [
        replace(
            one.commitment,
            clauses=tuple(clause for clause in one.commitment.clauses if isinstance(clause, CoverageClause)),
        )
        for one in versions
    ]
    coverage = rules.decide(covers, facts, calendars_of(versions), now.astimezone(UTC)).coverage
    ends = {one.component: one.until for one in coverage if one.item == "parts" and one.until is not None}
    whole = next((ends[name] for name in WHOLE if name in ends), min(ends.values(), default=None))
    if whole is None:
        return facts
    last = timezone.localdate(whole - timedelta(microseconds=1))
    return replace(facts, dates={**facts.dates, WARRANTY_ENDED: last})
