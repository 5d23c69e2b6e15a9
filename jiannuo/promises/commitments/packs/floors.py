"""Promises that give less than the law."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from jiannuo.promises.commitments.packs.contradictions import days_of
from jiannuo.promises.commitments.packs.reading import PackError, mistake
from jiannuo.promises.commitments.packs.schema import Pack
from jiannuo.promises.commitments.packs.translating import PackRules, to_rules
from jiannuo.promises.commitments.packs.trials import (
    CLOCK,
    SAMPLES,
    first_occurrences,
    place_of,
    plans_of,
)
from jiannuo.rules import (
    AnyClause,
    Condition,
    CoverageClause,
    ObligationPlan,
    RecurringClause,
    RemedyClause,
    TimeClause,
    period_end,
)

_COMPARED = 4
"""How many occurrences of what comes again are compared."""


def below_floors(pack: Pack, rules: PackRules, floors: Sequence[Pack]) -> Iterator[PackError]:
    """Promises that give less than a statutory floor about the same thing."""
    for floor in floors:
        if floor.code == pack.code or not floor.floor:
            continue
        law = to_rules(floor, confirmed=[clause.id for clause in floor.clauses])
        for clause in rules.commitment.clauses:
            for least in law.commitment.clauses:
                if _same_product(pack, clause, floor, least) and _is_less(clause, rules, least, law):
                    message = f"promises less than {floor.name} allows ({least.source.article or least.id})"
                    yield mistake(pack, place_of(pack, clause.id), message, f"The floor is: {least.text}")


def _is_less(clause: AnyClause, rules: PackRules, least: AnyClause, law: PackRules) -> bool:
    if isinstance(clause, TimeClause) and isinstance(least, TimeClause):
        if (clause.metric, clause.before, clause.event) != (least.metric, least.before, least.event):
            return False
        both = list(zip(plans_of(clause, rules), plans_of(least, law), strict=True))
        if clause.keeps or least.keeps:
            return bool(set(clause.keeps) & set(least.keeps)) and any(_is_kept_less(*pair) for pair in both)
        return any(mine.due_at and theirs.due_at and mine.due_at > theirs.due_at for mine, theirs in both)
    if isinstance(clause, CoverageClause) and isinstance(least, CoverageClause):
        return _same_component(clause, least) and _shortest(clause) < _shortest(least)
    if isinstance(clause, RemedyClause) and isinstance(least, RemedyClause):
        return _same_case(clause, least) and _is_less_remedy(clause, least)
    if isinstance(clause, RecurringClause) and isinstance(least, RecurringClause):
        same = (clause.action, clause.begins) == (least.action, least.begins)
        return same and _same_case(clause, least) and _is_rarer(clause, rules, least, law)
    return False


def _is_kept_less(mine: ObligationPlan, theirs: ObligationPlan) -> bool:
    """Whether something is kept for less time than the law has it; without an end it is kept forever."""
    return mine.due_at is not None and (theirs.due_at is None or mine.due_at < theirs.due_at)


def _is_less_remedy(clause: RemedyClause, least: RemedyClause) -> bool:
    """Whether days that the law gives are missing, or the customer bears what the law lays on others."""
    if not set(clause.offers) & set(least.offers):
        return False
    if clause.window and least.window and clause.window.begins != least.window.begins:
        return False
    mine, theirs = days_of(clause.window), days_of(least.window)
    if mine[0] > theirs[1] or theirs[0] > mine[1]:
        return False
    return mine[1] < theirs[1] or (clause.bearer == "customer" and least.bearer != "customer")


def _is_rarer(clause: RecurringClause, rules: PackRules, least: RecurringClause, law: PackRules) -> bool:
    """Whether one of the first occurrences comes later than the law has it, or not at all."""
    mine = first_occurrences(clause, rules, SAMPLES[0], _COMPARED)
    theirs = first_occurrences(least, law, SAMPLES[0], _COMPARED)
    return len(mine) < len(theirs) or any(
        own.due_at > due.due_at for own, due in zip(mine, theirs, strict=False)
    )


def _same_case(clause: AnyClause, least: AnyClause) -> bool:
    """Whether two clauses ask for the same facts, apart from the product."""
    return _conditions(clause) == _conditions(least)


def _conditions(clause: AnyClause) -> frozenset[Condition]:
    return frozenset(condition for condition in clause.when if condition.fact != "product")


def _shortest(clause: CoverageClause) -> datetime:
    ends = [period_end(SAMPLES[0], p.amount, p.unit, calendar=CLOCK) for p in clause.term.periods]
    return min(ends, default=datetime.max.replace(tzinfo=UTC))


def _same_component(clause: CoverageClause, least: CoverageClause) -> bool:
    if not clause.components or not least.components:
        return clause.components == least.components
    return any(a[: len(b)] == b for a in clause.components for b in least.components)


def _same_product(pack: Pack, clause: AnyClause, floor: Pack, least: AnyClause) -> bool:
    mine, theirs = _products(pack, clause.id), _products(floor, least.id)
    if not mine or not theirs:
        return not theirs
    return any(f"{a}/".startswith(f"{b}/") or f"{b}/".startswith(f"{a}/") for a in mine for b in theirs)


def _products(pack: Pack, clause: str) -> tuple[str, ...]:
    part = next(part for part in pack.clauses if part.id == clause)
    match = part.when.get("product") or pack.scope.get("product") or ()
    return match if isinstance(match, tuple) else ()
