"""Clauses of one pack that contradict each other or themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from jiannuo.promises.commitments.packs.reading import PackError, mistake
from jiannuo.promises.commitments.packs.schema import Pack
from jiannuo.promises.commitments.packs.translating import PackRules
from jiannuo.promises.commitments.packs.trials import SAMPLES, days_in, first_occurrences, place_of, plans_of
from jiannuo.rules import (
    PAID,
    AnyClause,
    ApprovalClause,
    ChargeClause,
    CoverageClause,
    RecurringClause,
    RemedyClause,
    RemedyWindow,
    Season,
    SettlementClause,
    Step,
    TargetClause,
    Tier,
    TimeClause,
)

_FOREVER = 10**6
_Found = Iterator[PackError]


def contradictions(pack: Pack, rules: PackRules) -> list[PackError]:
    """Two clauses about one case without an order between them, and clauses that cannot come true."""
    return [
        *_overlaps(pack, rules),
        *_windows(pack, rules),
        *_late_steps(pack, rules),
        *_never(pack, rules),
        *_ranges(pack, rules),
    ]


def _overlaps(pack: Pack, rules: PackRules) -> _Found:
    """Two clauses that say different things of the same case."""
    seen: dict[tuple[object, ...], AnyClause] = {}
    for clause in rules.commitment.clauses:
        for subject in _subjects(clause):
            key = (*subject, frozenset(clause.when))
            other = seen.setdefault(key, clause)
            if other is not clause:
                yield mistake(
                    pack,
                    place_of(pack, clause.id),
                    f"speaks of the same case as {other.id!r} with no order between",
                    "Tell them apart by when, or remove one.",
                    warning=isinstance(clause, RecurringClause | SettlementClause),
                )
                break


def _subjects(clause: AnyClause) -> list[tuple[object, ...]]:
    """What a clause speaks about: no other clause of the pack may do so under the same conditions."""
    if isinstance(clause, TimeClause):
        things = clause.keeps or ("",)
        return [("time", clause.metric, clause.start, clause.before, thing) for thing in things]
    if isinstance(clause, CoverageClause):
        return [
            ("coverage", component, item)
            for component in clause.components or ((),)
            for item in clause.includes
        ]
    if isinstance(clause, ChargeClause):
        sides = ("in_warranty", "out_of_warranty") if clause.applies == "always" else (clause.applies,)
        return [
            ("charge", component, item, side)
            for component in clause.components or ((),)
            for item in clause.items
            for side in sides
        ]
    if isinstance(clause, RecurringClause):
        rhythm = ("every",) if clause.every else clause.seasons or clause.offsets
        return [("recurring", clause.action, clause.begins, one) for one in rhythm]
    if isinstance(clause, TargetClause):
        return [("target", clause.measure, clause.whom, clause.over)]
    if isinstance(clause, ApprovalClause):
        return [("approval", clause.subject, clause.above, kind) for kind in clause.certificates or ("",)]
    if isinstance(clause, SettlementClause):
        return [("settlement", clause.payee, item, clause.per) for item in clause.items]
    return []


def _windows(pack: Pack, rules: PackRules) -> _Found:
    """Two clauses that offer one remedy on the same days under the same conditions."""
    remedies = [clause for clause in rules.commitment.clauses if isinstance(clause, RemedyClause)]
    for first, second in combinations(remedies, 2):
        both = [offer for offer in second.offers if offer in first.offers]
        if not both or frozenset(first.when) != frozenset(second.when) or not _share_event(first, second):
            continue
        opens = max(days_of(first.window)[0], days_of(second.window)[0])
        closes = min(days_of(first.window)[1], days_of(second.window)[1])
        if opens <= closes:
            days = f"from day {opens} on" if closes == _FOREVER else f"on days {opens} to {closes}"
            yield mistake(
                pack,
                (*place_of(pack, second.id), "window"),
                f"offers {', '.join(both)} {days} as {first.id!r} does",
                "Let one window begin after the other, or tell them apart by when.",
                warning=not _differ(first, second, both),
            )


def _differ(first: RemedyClause, second: RemedyClause, offers: Sequence[str]) -> bool:
    """Whether two clauses give different things for the same remedy; on the very same days the better one counts."""
    if days_of(first.window) == days_of(second.window):
        return False
    return first.bearer != second.bearer or (first.price != second.price and bool(set(PAID) & set(offers)))


def _share_event(first: RemedyClause, second: RemedyClause) -> bool:
    """Whether two windows count from the same events; none at all is open at any time."""
    if first.window is None or second.window is None:
        return True
    return first.window.begins == second.window.begins


def days_of(window: RemedyWindow | None) -> tuple[int, int]:
    """The first and the last day of a window, the day of the event being day 1."""
    if window is None:
        return 1, _FOREVER
    shift = 0 if window.counts_start_day else 1
    ends = [window.to_day + shift] if window.to_day is not None else []
    if window.within is not None:
        ends.append(days_in(window.within) + shift)
    return max(window.from_day + shift if window.from_day > 1 else 1, 1), min(ends, default=_FOREVER)


def _late_steps(pack: Pack, rules: PackRules) -> _Found:
    """Warnings and escalations after the due instant."""
    for clause in rules.commitment.clauses:
        if not isinstance(clause, TimeClause | RecurringClause):
            continue
        place = place_of(pack, clause.id)
        allowed = sum(step.at.anchor == "missed" for step in clause.ladder)
        for owed in plans_of(clause, rules):
            due = owed.due_at
            if due is None:
                continue
            if sum(step.at > due for step in owed.steps) > allowed:
                mend = "Move it before the due instant, or anchor it at missed."
                yield mistake(pack, (*place, "ladder"), "an escalation comes after the due instant", mend)
                break
            if owed.warn_at and owed.warn_at > due:
                message = "the warning comes after the due instant"
                yield mistake(pack, (*place, "warn"), message, "Move it forward.")
                break


def _never(pack: Pack, rules: PackRules) -> _Found:
    """What is to come again and never comes, and seasons that lie in one another."""
    for clause in rules.commitment.clauses:
        if not isinstance(clause, RecurringClause):
            continue
        place = place_of(pack, clause.id)
        if not first_occurrences(clause, rules, SAMPLES[0]):
            mend = "Let it last longer than its period, and come at least once."
            yield mistake(pack, place, f"{clause.action} never comes", mend)
        days = sorted((day, season.begins) for season in clause.seasons for day in _days(season))
        if any(first[0] == second[0] for first, second in pairwise(days)):
            yield mistake(
                pack, (*place, "seasons"), "seasons overlap", "Let each begin after the one before."
            )


def _days(season: Season) -> Iterable[str]:
    """The days of a season as ``MM-DD``, those of a leap year too."""
    year = [f"{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 32)]
    over_new_year = season.begins > season.ends
    return [
        day
        for day in year
        if (
            season.begins <= day or day <= season.ends
            if over_new_year
            else season.begins <= day <= season.ends
        )
    ]


def _ranges(pack: Pack, rules: PackRules) -> _Found:
    """Steps of targets and tiers of settlements that overlap or leave a hole."""
    for clause in rules.commitment.clauses:
        place = place_of(pack, clause.id)
        if isinstance(clause, TargetClause):
            yield from _gaps(pack, (*place, "steps"), clause.steps)
        if isinstance(clause, SettlementClause):
            for grade in dict.fromkeys(tier.grade for tier in clause.tiers):
                own = [tier for tier in clause.tiers if tier.grade == grade]
                yield from _gaps(pack, (*place, "tiers"), own)


def _gaps(pack: Pack, place: tuple[str | int, ...], ranges: Sequence[Step | Tier]) -> _Found:
    ordered = sorted(ranges, key=lambda one: (one.low is not None, one.low or 0))
    for one in ordered:
        if one.low is not None and one.high is not None and one.high <= one.low:
            yield mistake(
                pack, place, f"the step from {one.low} to {one.high} is empty", "Let it end higher."
            )
    for lower, upper in pairwise(ordered):
        if lower.high is None or upper.low is None or upper.low < lower.high:
            message = f"the steps from {_edge(lower.low)} and from {_edge(upper.low)} overlap"
            yield mistake(pack, place, message, "A step ends before its high figure, where the next begins.")
        elif upper.low > lower.high:
            message = f"no step holds from {lower.high} to {upper.low}"
            yield mistake(
                pack, place, message, "A step ends before its high figure: let the next begin there."
            )


def _edge(value: object) -> str:
    return "below" if value is None else str(value)
