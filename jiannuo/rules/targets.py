"""Whether figures have reached their targets, and what that brings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from jiannuo.rules.case import Applicable, Case
from jiannuo.rules.clauses import Stake, Step, TargetClause
from jiannuo.rules.money import rounded
from jiannuo.rules.outcomes import maker, outcome
from jiannuo.rules.reasons import Reasons, Untold
from jiannuo.rules.selection import silenced

NOTHING = Decimal(0)


@outcome
class TargetOutcome:
    """A figure against its target.

    ``points`` are those of the score sheet, ``amount`` is in yuan and ``share`` a part of the pay; penalties are below
    zero. ``None`` where the clause gives none.
    """

    measure: str
    whom: str
    over: str
    figure: Decimal
    value: Decimal
    upper: Decimal | None = None
    comparison: str = "at_least"
    unit: str = "percent"
    met: bool
    points: Decimal | None = None
    amount: Decimal | None = None
    share: Decimal | None = None
    weight: Decimal | None = None
    clause: str = ""
    commitment: str = ""
    version: int = 0
    reasons: Reasons = ()


_made: Callable[..., TargetOutcome] = maker(TargetOutcome)


def decide_targets(case: Case) -> tuple[TargetOutcome, ...]:
    """Every target whose figure the facts know, those of each commitment for themselves.

    Nothing is chosen by favour here. An exclusive commitment silences the others about the same measure of the same
    people over the same period.
    """
    figures = case.facts.figures
    if not figures:
        return ()
    subjects: dict[tuple[str, str, str], list[Applicable[TargetClause]]] = {}
    for what in case.clauses(TargetClause):
        clause = what.clause
        if clause.measure in figures:
            subjects.setdefault((clause.measure, clause.whom, clause.over), []).append(what)
        elif case.argues:
            case.losers.append(what.note("lost.fact_missing", fact=f"figures.{clause.measure}"))
    outcomes: list[TargetOutcome] = []
    for (measure, _whom, _over), clauses in subjects.items():
        for what in clauses:
            silence = silenced(what, clauses)
            if not silence:
                outcomes.append(_outcome(what, case))
            elif case.argues:
                case.losers.append(what.note("lost.exclusive", winner=silence, subject=measure))
    return tuple(outcomes)


def is_met(clause: TargetClause, figure: Decimal) -> bool:
    """Whether a figure reaches the target."""
    if clause.comparison == "at_least":
        return figure >= clause.value
    if clause.comparison == "at_most":
        return figure <= clause.value
    if clause.comparison == "equals":
        return figure == clause.value
    return clause.upper is not None and clause.value <= figure <= clause.upper


def _outcome(what: Applicable[TargetClause], case: Case) -> TargetOutcome:
    clause = what.clause
    figure = case.facts.figures[clause.measure]
    met = is_met(clause, figure)
    step = _step(clause.steps, figure) if clause.steps else None
    points, amount, share = _stakes(clause, figure, met)
    points = _points(clause, step, met, points)
    if step is not None and step.amount is not None:
        amount = (amount or NOTHING) + step.amount
    amount = None if amount is None else rounded(amount)
    return _made(
        clause.measure,
        clause.whom,
        clause.over,
        figure,
        clause.value,
        met,
        upper=clause.upper,
        comparison=clause.comparison,
        unit=clause.unit,
        points=points,
        amount=amount,
        share=share,
        weight=clause.weight,
        clause=clause.id,
        commitment=what.key[0],
        version=what.key[1],
        reasons=case.tell(
            ("target", what.key, clause.id), _why, what, figure, met, (points, amount, share), case
        ),
    )


def _why(
    what: Applicable[TargetClause],
    figure: Decimal,
    met: bool,
    brought: tuple[Decimal | None, Decimal | None, Decimal | None],
    case: Case,
) -> Iterable[Untold]:
    clause = what.clause
    target = str(clause.value) if clause.upper is None else f"{clause.value} – {clause.upper}"
    yield what.note(
        "target.met" if met else "target.missed",
        measure=clause.measure,
        figure=figure,
        comparison=clause.comparison,
        target=target,
    )
    if any(value is not None for value in brought):
        points, amount, share = ("–" if value is None else value for value in brought)
        yield what.note("target.brings", measure=clause.measure, points=points, amount=amount, share=share)
    yield case.grounds(what)


def _stakes(
    clause: TargetClause, figure: Decimal, met: bool
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Points, yuan and share that reward and penalty bring; yuan are 0 where some are at stake and none fall due."""
    if not clause.stakes:
        return None, None, None
    stakes = [stake for stake in clause.stakes if stake.when == ("met" if met else "missed")]
    amount = NOTHING if any(stake.amount is not None for stake in clause.stakes) else None
    if not stakes:
        return None, amount, None
    distance = _distance(clause, figure)
    found = _brought(stakes, "amount", distance, met)
    return (
        _brought(stakes, "points", distance, met),
        amount if found is None else found,
        _brought(stakes, "share", distance, met),
    )


def _step(steps: Sequence[Step], figure: Decimal) -> Step | None:
    for step in steps:
        if (step.low is None or figure >= step.low) and (step.high is None or figure < step.high):
            return step
    return None


def _points(clause: TargetClause, step: Step | None, met: bool, staked: Decimal | None) -> Decimal | None:
    """The points of the step; else the weight, whole when met, and less what a miss takes off, or nothing."""
    base = step.points if step is not None else None
    if base is None and clause.weight is not None:
        keeps = met or any(stake.points is not None and stake.when == "missed" for stake in clause.stakes)
        base = clause.weight if keeps else NOTHING
    if base is None:
        return staked
    return max(base + (staked or NOTHING), NOTHING)


def _brought(stakes: Sequence[Stake], name: str, distance: Decimal, met: bool) -> Decimal | None:
    """What the stakes bring in points, yuan or as a share, below zero for a miss."""
    found: Decimal | None = None
    for stake in stakes:
        one: Decimal | None = getattr(stake, name)
        if one is None:
            continue
        whole = one if stake.per is None else one * (distance // stake.per)
        whole = whole if stake.most is None else min(whole, stake.most)
        found = (found or NOTHING) + (whole if met else -whole)
    return found


def _distance(clause: TargetClause, figure: Decimal) -> Decimal:
    """How far a figure lies from its target."""
    if clause.comparison == "between" and clause.upper is not None and figure > clause.upper:
        return figure - clause.upper
    return abs(figure - clause.value)
