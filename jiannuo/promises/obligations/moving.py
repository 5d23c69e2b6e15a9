"""What hangs on an event to come: it moves with the event, and ends when that is called off or has taken place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from jiannuo.promises.commitments.engine import calendar_of
from jiannuo.promises.obligations import duties
from jiannuo.promises.obligations.ending import call_off
from jiannuo.promises.obligations.journal import note
from jiannuo.promises.obligations.models import Obligation, ObligationStep, RecurringDuty
from jiannuo.promises.obligations.opening import Subject, owe, parties_key
from jiannuo.promises.obligations.schedule import next_instant, steps_of
from jiannuo.rules import ObligationPlan, postponed, replanned, start_of_day

State = Obligation.State
KEPT = (State.MET, State.MET_LATE)


def of_subject(subject: Subject) -> Q:
    """What is about a subject itself: a document, a unit without one, an organisation without either."""
    if subject.document is not None:
        return Q(document_id=subject.document.pk)
    if subject.unit is not None:
        return Q(unit=subject.unit, document__isnull=True)
    return Q(organization=subject.organization, document__isnull=True, unit__isnull=True)


def move(
    subject: Subject,
    event: str,
    occasion: str,
    at: date | datetime,
    *,
    told_at: datetime,
    reason: str = "",
    agreed: bool = False,
    by: Any = None,
) -> list[Obligation]:
    """Let what is counted back from ``event``, or starts with it and has not begun, follow it to ``at``.

    The promise stays the one that was frozen. What was kept stays kept, and what was missed stays missed, but it is
    owed once more where that was for the former date only: a miss when it may be kept for the new one, something kept
    when it was done before the window of the new date opens (who was reminded a day before the old appointment must
    be reminded of the new one; a plan that was handed in at any time before it need not be handed in again). Returns
    what is owed anew.
    """
    moved: list[Obligation] = []
    too_late: list[int] = []
    anew: list[Obligation] = []
    for one in _hanging_on(subject, event, occasion):
        fresh = _moved(one, event, at, told_at)
        if fresh is None:
            continue
        if one.state == State.OPEN and agreed and is_over(fresh, told_at):
            too_late.append(one.pk)
        elif one.state == State.OPEN:
            _follow(one, fresh)
            moved.append(one)
        elif _is_owed_again(one, fresh, told_at):
            _let_go(one, told_at)
            own = replace(subject, product_path=one.product_path or subject.product_path)
            anew += owe(own, [fresh], parties_key(own, event, occasion), event=event)
    call_off(Obligation.objects.filter(pk__in=too_late), at=told_at, by=by, reason=reason)
    note(subject.document, "moved", moved, at=told_at, by=by)
    return anew


def is_over(plan: ObligationPlan, told_at: datetime) -> bool:
    """Whether something counted back had been due before anybody was told of its event."""
    return bool(plan.before) and plan.due_at is not None and plan.due_at < told_at


@transaction.atomic
def called_off(
    event: str,
    *,
    at: datetime,
    unit: Any = None,
    document: Any = None,
    organization: Any = None,
    reason: str = "",
    took_place: bool = False,
    by: Any = None,
) -> list[Obligation]:
    """End what hangs on an ``event`` of a subject that will not be, or that ``took_place``; what was cancelled.

    When it took place, only what had to be done before it ends. What was missed stays missed, but is owed no longer.
    Raises ValueError without any subject.
    """
    if document is None and unit is None and organization is None:
        raise ValueError("say whose event it is: a document, a unit or an organisation")
    subject = Subject(organization=organization, unit=unit, document=document)
    owed = Obligation.objects.open().filter(of_subject(subject), event=event)
    if took_place:
        owed = owed.filter(plan__before=event)
    else:
        running = RecurringDuty.objects.filter(of_subject(subject), event=event)
        duties.end(running, at=at, reason=reason, by=by)
    return call_off(owed, at=at, by=by, reason=reason)


def _hanging_on(subject: Subject, event: str, occasion: str) -> Sequence[Obligation]:
    """What was owed for this occasion of the event, kept or not; locked in one order."""
    rows: QuerySet[Obligation] = Obligation.objects.filter(
        of_subject(subject), event=event, key__isnull=False, duty__isnull=True
    )
    rows = rows.select_for_update(of=("self",)).select_related("organization", "version__commitment")
    found = rows.prefetch_related("pauses").order_by("pk")
    return [one for one in found if _key_of(one, subject, event, occasion) == one.key]


def _key_of(obligation: Obligation, subject: Subject, event: str, occasion: str) -> str:
    """The key that it would have, were it owed for this occasion; an organisation owes for each product by itself."""
    own = replace(subject, product_path=obligation.product_path)
    return parties_key(own, event, occasion)(ObligationPlan.from_json(obligation.plan))


def _moved(
    obligation: Obligation, event: str, at: date | datetime, told_at: datetime
) -> ObligationPlan | None:
    """The plan for the new date of the event; nothing when it stays where it was."""
    plan = ObligationPlan.from_json(obligation.plan)
    calendar = calendar_of(obligation.version, plan.calendar)
    if plan.before == event:
        return None if plan.event_at == at else postponed(plan, calendar, at)
    if plan.before or plan.started_at <= told_at:
        return None
    start = at if isinstance(at, datetime) else start_of_day(at, calendar)
    return None if start == plan.started_at else replanned(replace(plan, started_at=start), calendar)


def _is_owed_again(obligation: Obligation, fresh: ObligationPlan, told_at: datetime) -> bool:
    if obligation.state == State.MISSED:
        return fresh.due_at is not None and fresh.due_at > told_at
    if obligation.state in KEPT and obligation.met_at is not None:
        return fresh.opens is not None and fresh.started_at > obligation.met_at
    return False


def _follow(obligation: Obligation, plan: ObligationPlan) -> None:
    """Give an open obligation the instants of ``plan``; steps that were done stay written down."""
    obligation.steps.filter(done_at__isnull=True).delete()
    steps = ObligationStep.objects.bulk_create(steps_of(obligation, plan))
    obligation.plan = plan.to_json()
    obligation.started_at, obligation.due_at, obligation.warn_at = plan.started_at, plan.due_at, plan.warn_at
    obligation.warned_at, obligation.next_at = None, next_instant(steps)
    obligation.save(update_fields=["plan", "started_at", "due_at", "warn_at", "warned_at", "next_at"])


def _let_go(obligation: Obligation, at: datetime) -> None:
    """Keep what became of it, and give its key back."""
    if obligation.state == State.MISSED and obligation.abandoned_at is None:
        obligation.abandoned_at = at
    obligation.key = obligation.next_at = None
    obligation.save(update_fields=["abandoned_at", "key", "next_at"])
