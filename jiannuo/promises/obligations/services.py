"""Every write to the ledger: open, fulfil, pause, resume, assign, waive, cancel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents.models import Document, DocumentLink
from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.promises.obligations.events import ObligationSettled
from jiannuo.promises.obligations.journal import note
from jiannuo.promises.obligations.models import Obligation, ObligationPause, ObligationStep
from jiannuo.promises.obligations.schedule import apply_pauses, next_instant, steps_of
from jiannuo.rules import Decision, ObligationPlan

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


class ObligationNotOpen(Exception):
    """The obligation was kept, waived or cancelled before."""

    def __init__(self, obligation: Obligation) -> None:
        self.obligation = obligation
        super().__init__(
            _("“%(metric)s” of %(number)s is “%(state)s”: there is nothing left to waive.")
            % {
                "metric": obligation.metric_label,
                "number": obligation.document.number,
                "state": obligation.get_state_display(),
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
    """Owe what the decision promises: one obligation for each metric, with its plan frozen.

    A metric that ``document`` owes or has settled already is left as it is, so that asking twice changes nothing.
    """
    known = set(
        Obligation.objects.filter(document_id=document.pk)
        .exclude(state=State.CANCELLED)
        .values_list("metric", flat=True)
    )
    plans = [plan for plan in decision.obligations if plan.metric not in known]
    if not plans:
        return []
    versions = _versions_of(plans)
    opened, steps = [], []
    for plan in plans:
        obligation = Obligation(
            organization=organization,
            customer=customer,
            person=person,
            document_id=document.pk,
            version=versions.get((plan.commitment, plan.version)),
            clause=plan.clause,
            metric=plan.metric,
            text=plan.text,
            plan=plan.to_json(),
            started_at=plan.started_at,
            due_at=plan.due_at,
            warn_at=plan.warn_at,
            is_demo=document.is_demo,
        )
        own = steps_of(obligation, plan)
        obligation.next_at = next_instant(own)
        opened.append(obligation)
        steps.extend(own)
    Obligation.objects.bulk_create(opened)
    ObligationStep.objects.bulk_create(steps)
    opened.sort(key=lambda one: (one.due_at is None, one.due_at))
    note(document, "opened", opened, at=at or timezone.now(), by=by)
    return opened


def _versions_of(plans: Iterable[ObligationPlan]) -> dict[tuple[str, int], CommitmentVersion]:
    codes = {plan.commitment for plan in plans}
    rows = (
        CommitmentVersion.objects.filter(commitment__code__in=codes)
        .select_related("commitment")
        .defer("content")
    )
    return {(row.commitment.code, row.number): row for row in rows}


@transaction.atomic
def fulfil(
    document: Document,
    metric: str | Sequence[str],
    *,
    at: datetime,
    evidence: Document | None = None,
    by: Any = None,
) -> list[Obligation]:
    """Meet what ``document`` and the documents it serves owe for ``metric``; what they do not owe is no error.

    Kept in time when ``at`` is not after the due instant, even if the news comes later; a paused clock is in time.
    ``evidence`` is the document that proves it (``document`` itself when left out).
    """
    metrics = [metric] if isinstance(metric, str) else list(metric)
    settled = []
    for obligation in _owed(document, with_served=True).filter(metric__in=metrics):
        _close_pause(obligation, at)
        in_time = obligation.due_at is None or at <= obligation.due_at
        obligation.state = State.MET if in_time else State.MET_LATE
        obligation.met_at = at
        obligation.evidence_id = (evidence or document).pk
        obligation.next_at = None
        obligation.save(update_fields=["state", "met_at", "evidence", "next_at"])
        _announce(obligation, at)
        settled.append(obligation)
    _note_each_document(settled, lambda one: one.state, at=at, by=by)
    return settled


@transaction.atomic
def pause(document: Document, reason: str, *, at: datetime, by: Any = None) -> list[Obligation]:
    """Stop the clocks that the clause lets stand still for ``reason``; those of the documents served too.

    What is missed already, or stands still already, is left as it is.
    """
    paused = []
    for obligation in _owed(document, with_served=True).filter(state=State.OPEN):
        if reason not in obligation.pausable or at < obligation.started_at:
            continue
        if any(one.to_at is None for one in obligation.pauses.all()):
            continue
        ObligationPause.objects.create(obligation=obligation, reason=reason, from_at=at)
        _recount(obligation)
        paused.append(obligation)
    label = ObligationPause(reason=reason).reason_label
    _note_each_document(paused, lambda _one: "paused", at=at, by=by, reason=label)
    return paused


@transaction.atomic
def resume(document: Document, *, at: datetime, by: Any = None) -> list[Obligation]:
    """Let the clocks run again and work out the new due instants."""
    resumed = [one for one in _owed(document, with_served=True) if _close_pause(one, at)]
    _note_each_document(resumed, lambda _one: "resumed", at=at, by=by)
    return resumed


@transaction.atomic
def waive(obligation: Obligation, *, by: Any, reason: str) -> Obligation:
    """Let go of an obligation, with a reason and the person who answers for it.

    Raises PermissionDenied, ValidationError (no reason) or ObligationNotOpen.
    """
    obligation = (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("organization", "document")
        .get(pk=obligation.pk)
    )
    if not by.has_perm("obligations.waive", obligation):
        raise PermissionDenied("obligations.waive")
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why the promise is let go. The customer's file keeps it.")})
    if not obligation.is_owed:
        raise ObligationNotOpen(obligation)
    at = timezone.now()
    obligation.state, obligation.waived_by, obligation.waive_reason = State.WAIVED, by, reason
    obligation.next_at = None
    obligation.save(update_fields=["state", "waived_by", "waive_reason", "next_at"])
    obligation.pauses.filter(to_at__isnull=True).update(to_at=at)
    _announce(obligation, at)
    note(obligation.document, "waived", [obligation], at=at, by=by, reason=reason)
    return obligation


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
    owed = _owed(document, with_served=False)
    if metrics is not None:
        owed = owed.filter(metric__in=list(metrics))
    ended = []
    for obligation in owed:
        if obligation.state == State.MISSED:
            obligation.abandoned_at = at
        else:
            obligation.state = State.CANCELLED
            ended.append(obligation)
        obligation.next_at = None
        obligation.save(update_fields=["state", "abandoned_at", "next_at"])
        obligation.pauses.filter(to_at__isnull=True).update(to_at=at)
    note(document, "cancelled", ended, at=at, by=by, reason=reason)
    return ended


@transaction.atomic
def assign(
    document: Document, person: Any, *, metrics: Iterable[str] | None = None, by: Any = None
) -> list[Obligation]:
    """Make ``person`` (or nobody) answer for what ``document`` owes.

    Of the documents that it serves only what is done in the field passes over, unless ``metrics`` names more.
    """
    wanted = None if metrics is None else set(metrics)
    changed = []
    for obligation in _owed(document, with_served=True):
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
        _note_each_document(changed, lambda _one: "assigned", at=timezone.now(), by=by, people=people)
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

    What is still open and differs now ends and is owed anew; what was met, missed or waived stays.
    """
    plans = {plan.metric: plan for plan in decision.obligations}
    changed = [
        one.metric
        for one in _owed(document, with_served=False).filter(state=State.OPEN)
        if one.metric not in plans or one.plan != plans[one.metric].to_json()
    ]
    if changed:
        cancel(document, at=at, by=by, reason=reason, metrics=changed)
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
    """What is still owed, locked for this transaction, in one order so that two writers never block each other."""
    keys = [document.pk, *(served_by(document) if with_served else ())]
    return (
        Obligation.objects.open()
        .filter(document_id__in=keys)
        .select_for_update(of=("self",))
        .select_related("organization", "document", "version__commitment")
        .prefetch_related("pauses", "steps")
        .order_by("pk")
    )


def _close_pause(obligation: Obligation, at: datetime) -> bool:
    """End the open pause at ``at``, if there is one, and count anew."""
    running = next((one for one in obligation.pauses.all() if one.to_at is None), None)
    if running is None:
        return False
    running.to_at = max(at, running.from_at)
    running.save(update_fields=["to_at"])
    _recount(obligation)
    return True


def _recount(obligation: Obligation) -> None:
    obligation._prefetched_objects_cache.pop("pauses", None)  # type: ignore[attr-defined]
    apply_pauses(obligation)


def _announce(obligation: Obligation, at: datetime) -> None:
    publish(
        ObligationSettled(
            obligation_id=obligation.pk,
            document_id=obligation.document_id,
            metric=obligation.metric,
            state=obligation.state,
            at=at,
        )
    )


def _note_each_document(
    obligations: Iterable[Obligation],
    code: Callable[[Obligation], str],
    *,
    at: datetime,
    by: Any,
    **more: Any,
) -> None:
    """One line for each document and kind of news."""
    groups: dict[tuple[int, str], list[Obligation]] = defaultdict(list)
    for one in obligations:
        groups[one.document_id, code(one)].append(one)
    for (_document, what), together in groups.items():
        note(together[0].document, what, together, at=at, by=by, **more)
