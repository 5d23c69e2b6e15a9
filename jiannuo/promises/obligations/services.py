"""Every write to the ledger: open, fulfil, pause, resume, assign, waive, cancel."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from jiannuo.office.documents.models import Document, DocumentLink
from jiannuo.promises.obligations import duties
from jiannuo.promises.obligations.announcing import announce, call_off_event, change_day
from jiannuo.promises.obligations.byword import BY_WORD, give_word
from jiannuo.promises.obligations.clocks import close_pause, open_pause
from jiannuo.promises.obligations.ending import call_off
from jiannuo.promises.obligations.handling import (
    ObligationNotOpen,
    acknowledge,
    add_evidence,
    entrust,
    keep,
    pause_one,
    prove,
    resume_one,
    settle,
    waive,
)
from jiannuo.promises.obligations.happening import (
    UNIT_EVENTS,
    ended,
    happened,
    is_still_to_do,
    starts_anything,
)
from jiannuo.promises.obligations.journal import note, note_each_document
from jiannuo.promises.obligations.keeping import keep_records, of_the_case
from jiannuo.promises.obligations.models import Obligation, ObligationPause, RecurringDuty
from jiannuo.promises.obligations.moving import called_off
from jiannuo.promises.obligations.opening import about_document, owe, parties_key
from jiannuo.rules import Decision, ObligationPlan

__all__ = [
    "FIELD_METRICS",
    "ObligationNotOpen",
    "acknowledge",
    "add_evidence",
    "announce",
    "assign",
    "call_off_event",
    "called_off",
    "cancel",
    "change_day",
    "ended",
    "entrust",
    "fulfil",
    "give_word",
    "happened",
    "keep",
    "kept_by_all",
    "open_obligations",
    "pause",
    "pause_one",
    "prove",
    "replan",
    "resume",
    "resume_one",
    "served_by",
    "starts_anything",
    "waive",
]

State = Obligation.State

#: What the technician of a work order answers for; the rest stays with whoever handles the request.
FIELD_METRICS = frozenset(
    {
        "arrival",
        "diagnosis",
        "repair",
        "restore",
        "installation",
        "support",
        "visit",
        "spare",
        "loaner",
        "delivery",
    }
)


@transaction.atomic
def open_obligations(
    document: Document,
    decision: Decision,
    *,
    organization: Any,
    customer: Any,
    person: Any = None,
    by: Any = None,
    at: datetime | None = None,
) -> list[Obligation]:
    """Owe what the decision promises: one obligation for each metric between two parties, with its plan frozen.

    What ``document`` owes or has settled already is left as it is, so that asking twice changes nothing. What it says
    of things kept is written down too. What must be done before a date in the unit's file is the unit's own matter.
    """
    subject = about_document(document, organization=organization, customer=customer, person=person)
    at = at or timezone.now()
    opened = owe(subject, _of_the_case(decision, at), parties_key(subject))
    keep_records(subject, of_the_case(decision.retentions, UNIT_EVENTS))
    note(document, "opened", opened, at=at, by=by)
    return opened


def _of_the_case(decision: Decision, at: datetime) -> list[ObligationPlan]:
    return [
        plan for plan in decision.obligations if plan.before not in UNIT_EVENTS and is_still_to_do(plan, at)
    ]


@transaction.atomic
def fulfil(
    document: Document | None,
    metric: str | Sequence[str],
    *,
    at: datetime,
    unit: Any = None,
    organization: Any = None,
    evidence: Document | None = None,
    by: Any = None,
    served: bool = True,
) -> list[Obligation]:
    """Meet what is owed for ``metric``; what is not owed is no error.

    Of a ``document`` and those that it serves (unless not ``served``) all of it; of a ``unit`` (or, without either, of
    an ``organization``) what its own events brought about, and of each recurring duty the one occurrence in whose
    window ``at`` lies, or else the oldest that was missed. Kept in time when ``at`` is not after the due instant, even
    if the news comes later; a paused clock is in time. What is done before its window opens meets nothing.
    ``evidence`` is the document
    that proves it (``document`` itself when left out).
    """
    metrics = [metric] if isinstance(metric, str) else list(metric)
    meant: list[Obligation] = []
    if document is not None:
        owed = _owed(document, with_served=served).filter(metric__in=metrics, duty__isnull=True)
        meant += [one for one in owed if not _is_too_early(one, at)]
    meant += _done_for(_whose(document, unit, organization), metrics, at)
    proof = evidence or document
    settled = [settle(one, at=at, proof=proof, by=by) for one in {one.pk: one for one in meant}.values()]
    note_each_document(settled, lambda one: one.state, at=at, by=by)
    return settled


def _is_too_early(obligation: Obligation, at: datetime) -> bool:
    """Whether something was done before the window opened in which the clause wants it."""
    return bool(obligation.plan.get("opens")) and at < obligation.started_at


def _whose(document: Document | None, unit: Any, organization: Any) -> list[Q]:
    """The subjects for whose duties something was done."""
    subjects = [Q(document_id=document.pk)] if document is not None else []
    if unit is not None:
        subjects.append(Q(unit=unit, document__isnull=True))
    elif document is None and organization is not None:
        subjects.append(Q(organization=organization, document__isnull=True, unit__isnull=True))
    return subjects


def _done_for(subjects: list[Q], metrics: list[str], at: datetime) -> list[Obligation]:
    """What an action at ``at`` meets beside the obligations of a document."""
    if not subjects:
        return []
    those = subjects[0]
    for one in subjects[1:]:
        those |= one
    duties.open_due_of(RecurringDuty.objects.filter(those, action__in=metrics), at)
    rows = _locked(Obligation.objects.open().filter(those, metric__in=metrics, started_at__lte=at))
    by_duty: dict[int, list[Obligation]] = {}
    met: list[Obligation] = []
    for one in rows:
        if one.duty_id is not None:
            by_duty.setdefault(one.duty_id, []).append(one)
        elif one.document_id is None:
            met.append(one)
    return met + [_the_one_meant(together, at) for together in by_duty.values()]


@transaction.atomic
def kept_by_all(
    those: Q,
    metric: str,
    *,
    at: datetime,
    evidence: Document,
    papers: Collection[str],
    period: tuple[datetime, datetime] | None = None,
    by: Any = None,
) -> list[Obligation]:
    """Meet what several subjects owe for ``metric``: those rows (of duties and obligations alike) that ``those`` names.

    ``papers`` are what ``evidence`` is: a clause that wants other papers is not kept by it. Of each duty the one
    occurrence is meant in whose window ``at`` lies, else the oldest that is late; with a ``period`` all those of whose
    windows it is the greater part (a report about May does not keep what is owed for June).
    """
    duties.open_due_of(RecurringDuty.objects.filter(those, action=metric), at)
    rows = _locked(Obligation.objects.open().filter(those, metric=metric, started_at__lte=at))
    fitting = [one for one in rows if _is_proved_by(one, papers)]
    if period is not None:
        meant = [one for one in fitting if _lies_in(one, *period)]
    else:
        by_duty: dict[int | None, list[Obligation]] = {}
        for one in fitting:
            by_duty.setdefault(one.duty_id, []).append(one)
        meant = by_duty.pop(None, []) + [_the_one_meant(together, at) for together in by_duty.values()]
    settled = [settle(one, at=at, proof=evidence, by=by) for one in meant]
    note_each_document(settled, lambda one: one.state, at=at, by=by)
    return settled


def _is_proved_by(obligation: Obligation, papers: Collection[str]) -> bool:
    wanted = set(obligation.plan.get("evidence") or ())
    return not wanted or bool(wanted & set(papers))


def _lies_in(obligation: Obligation, begin: datetime, end: datetime) -> bool:
    """Whether the period is at least half of the window in which it is owed."""
    if obligation.due_at is None:
        return begin <= obligation.started_at < end
    common = min(obligation.due_at, end) - max(obligation.started_at, begin)
    return 2 * common >= obligation.due_at - obligation.started_at


def _the_one_meant(occurrences: list[Obligation], at: datetime) -> Obligation:
    """The occurrence in whose window ``at`` lies (the earlier of two), else the oldest that is late."""
    inside = [one for one in occurrences if one.due_at is None or at <= one.due_at]
    return min(inside or occurrences, key=lambda one: (one.due_at or one.started_at, one.pk))


@transaction.atomic
def pause(document: Document, reason: str, *, at: datetime, by: Any = None) -> list[Obligation]:
    """Stop the clocks that the clause lets stand still for ``reason``; those of the documents served too.

    What is missed already, or stands still already, is left as it is.
    """
    owed = _owed(document, with_served=True).filter(state=State.OPEN)
    paused = [one for one in owed if open_pause(one, reason, at)]
    label = ObligationPause(reason=reason).reason_label
    note_each_document(paused, lambda _one: "paused", at=at, by=by, reason=label)
    return paused


@transaction.atomic
def resume(document: Document, *, at: datetime, by: Any = None, served: bool = True) -> list[Obligation]:
    """Let the clocks run again, those of the documents ``served`` too, and work out the new due instants."""
    resumed = [one for one in _owed(document, with_served=served) if close_pause(one, at)]
    note_each_document(resumed, lambda _one: "resumed", at=at, by=by)
    return resumed


@transaction.atomic
def cancel(
    document: Document,
    *,
    at: datetime,
    by: Any = None,
    reason: str = "",
    metrics: Iterable[str] | None = None,
) -> list[Obligation]:
    """End what ``document`` itself still owes, because its subject has ended. What was missed stays missed.

    ``metrics`` limits it to some of them.
    """
    owed = Obligation.objects.open().filter(document_id=document.pk)
    if metrics is not None:
        owed = owed.filter(metric__in=list(metrics))
    return call_off(owed, at=at, by=by, reason=reason)


@transaction.atomic
def assign(
    document: Document,
    person: Any,
    *,
    metrics: Iterable[str] | None = None,
    by: Any = None,
    served: bool = True,
) -> list[Obligation]:
    """Make ``person`` (or nobody) answer for what ``document`` owes.

    Of the documents that it serves only what is done in the field passes over, unless ``metrics`` names more; nothing
    when not ``served``.
    """
    wanted = None if metrics is None else set(metrics)
    changed = []
    for obligation in _owed(document, with_served=served):
        own = obligation.document_id == document.pk
        allowed = wanted if wanted is not None else (None if own else FIELD_METRICS)
        if allowed is not None and obligation.metric not in allowed:
            continue
        if obligation.person_id != getattr(person, "pk", None):
            obligation.person = person
            obligation.save(update_fields=["person"])
            changed.append(obligation)
    if person is not None:
        people = str(person)
        note_each_document(changed, lambda _one: "assigned", at=timezone.now(), by=by, people=people)
    return changed


@transaction.atomic
def replan(
    document: Document,
    decision: Decision,
    *,
    organization: Any,
    customer: Any,
    person: Any = None,
    at: datetime,
    by: Any = None,
    reason: str = "",
) -> list[Obligation]:
    """Follow a decision that was taken anew on other facts (a graver fault, say).

    What is still open and differs now ends and is owed anew; what was met, missed or waived stays, and so does what
    must be done before an event that was announced, and what a person promised by word.
    """
    plans = {plan.metric: plan for plan in _of_the_case(decision, at)}
    owed = _owed(document, with_served=False).exclude(clause=BY_WORD)
    changed = [
        one.metric
        for one in owed.filter(state=State.OPEN, duty__isnull=True)
        if not one.plan.get("before")
        and (one.metric not in plans or ObligationPlan.from_json(one.plan) != plans[one.metric])
    ]
    if changed:
        rows = Obligation.objects.open().filter(document_id=document.pk, metric__in=changed)
        call_off(rows.exclude(clause=BY_WORD), at=at, by=by, reason=reason)
    return open_obligations(
        document, decision, organization=organization, customer=customer, person=person, by=by, at=at
    )


def served_by(document: Document) -> list[int]:
    """Keys of the documents for whose sake ``document`` exists."""
    return list(
        DocumentLink.objects.filter(source_id=document.pk, kind=DocumentLink.Kind.SERVES)
        .order_by("target_id")
        .values_list("target_id", flat=True)
    )


def _owed(document: Document, *, with_served: bool) -> Any:
    """What is still owed, locked for this transaction."""
    keys = [document.pk, *(served_by(document) if with_served else ())]
    return _locked(Obligation.objects.open().filter(document_id__in=keys))


def _locked(rows: Any) -> Any:
    """``rows`` locked in one order, so that two writers never block each other."""
    return (
        rows.select_for_update(of=("self",))
        .select_related("organization", "document", "unit", "version__commitment")
        .prefetch_related("pauses", "steps")
        .order_by("pk")
    )
