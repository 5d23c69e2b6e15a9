"""Instants of an obligation: what the sweep is to do when. They follow from the frozen plan and its pauses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from jiannuo.promises.commitments.engine import calendar_of
from jiannuo.promises.obligations.models import Obligation, ObligationPause, ObligationStep
from jiannuo.rules import ObligationPlan, replanned

Kind = ObligationStep.Kind


def steps_of(obligation: Obligation, plan: ObligationPlan) -> list[ObligationStep]:
    """The steps of a plan as rows, not yet saved."""
    rows = []
    if plan.warn_at is not None and plan.due_at is not None and plan.warn_at < plan.due_at:
        rows.append(ObligationStep(obligation=obligation, kind=Kind.WARN, at=plan.warn_at))
    rows += [
        ObligationStep(
            obligation=obligation,
            kind=Kind.ESCALATE,
            at=step.at,
            role=step.role,
            channels=list(step.channels),
            repeat=timedelta(minutes=float(step.repeat)) if step.repeat is not None else None,
        )
        for step in plan.steps
    ]
    if plan.due_at is not None:
        rows.append(ObligationStep(obligation=obligation, kind=Kind.MISS, at=plan.due_at))
    return rows


def next_instant(steps: Iterable[ObligationStep]) -> datetime | None:
    """The earliest instant of the steps that are still to come."""
    return min((step.at for step in steps if step.done_at is None and step.at is not None), default=None)


def plan_with_pauses(obligation: Obligation, pauses: Sequence[ObligationPause]) -> ObligationPlan:
    """The frozen plan with its instants worked out anew for the pauses so far."""
    plan = ObligationPlan.from_json(obligation.plan)
    spans = [(pause.from_at, pause.to_at) for pause in sorted(pauses, key=lambda pause: pause.from_at)]
    return replanned(plan, calendar_of(obligation.version, plan.calendar), spans)


def apply_pauses(obligation: Obligation) -> None:
    """Set ``due_at``, ``warn_at``, ``next_at`` and the steps not yet done from the pauses; saves both.

    While a pause is open there is no due instant and nothing is to be done.
    """
    plan = plan_with_pauses(obligation, list(obligation.pauses.all()))
    obligation.due_at, obligation.warn_at = plan.due_at, plan.warn_at
    steps = sorted(obligation.steps.all(), key=lambda step: step.pk)
    fresh = _by_kind(steps_of(obligation, plan))
    for step in steps:
        row = fresh[step.kind].pop(0) if fresh.get(step.kind) else None
        if step.done_at is None:
            step.at = row.at if row else None
    pending = [step for step in steps if step.done_at is None]
    ObligationStep.objects.bulk_update(pending, ["at"])
    obligation.next_at = next_instant(pending) if plan.due_at is not None else None
    obligation.save(update_fields=["due_at", "warn_at", "next_at"])


def _by_kind(steps: Iterable[ObligationStep]) -> dict[str, list[ObligationStep]]:
    grouped: dict[str, list[ObligationStep]] = {}
    for step in steps:
        grouped.setdefault(step.kind, []).append(step)
    return grouped
