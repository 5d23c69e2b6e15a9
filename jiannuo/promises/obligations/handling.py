"""What people do with one obligation: acknowledge, prove, keep, pause, resume, let go."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.notices.models import Notice
from jiannuo.office.notices.services import mark_read
from jiannuo.promises.obligations.clocks import close_pause, open_pause
from jiannuo.promises.obligations.events import ObligationSettled
from jiannuo.promises.obligations.journal import note
from jiannuo.promises.obligations.models import (
    Obligation,
    ObligationEvidence,
    ObligationPause,
    ObligationStep,
)
from jiannuo.promises.obligations.notices import ESCALATED
from jiannuo.promises.obligations.schedule import next_instant

State = Obligation.State
HANDLE = "obligations.handle"


class ObligationNotOpen(Exception):
    """The obligation was kept, waived or cancelled before."""

    def __init__(self, obligation: Obligation) -> None:
        self.obligation = obligation
        super().__init__(
            _("“%(metric)s” of %(subject)s is “%(state)s”: there is nothing left to do.")
            % {
                "metric": obligation.metric_label,
                "subject": obligation.subject_label,
                "state": obligation.get_state_display(),
            }
        )


def _locked(obligation: Obligation) -> Obligation:
    rows = Obligation.objects.select_for_update(of=("self",)).select_related(
        "organization", "document", "unit", "customer", "version__commitment"
    )
    return rows.prefetch_related("pauses", "steps").get(pk=obligation.pk)


def _still_owed(obligation: Obligation, by: Any, permission: str) -> Obligation:
    """The obligation, locked. Raises PermissionDenied or ObligationNotOpen."""
    obligation = _locked(obligation)
    if not by.has_perm(permission, obligation):
        raise PermissionDenied(permission)
    if not obligation.is_owed:
        raise ObligationNotOpen(obligation)
    return obligation


def settle(obligation: Obligation, *, at: datetime, proof: Any = None, by: Any = None) -> Obligation:
    """Write down that a locked obligation was kept at ``at``; late when that is after the due instant."""
    close_pause(obligation, at)
    in_time = obligation.due_at is None or at <= obligation.due_at
    obligation.state = State.MET if in_time else State.MET_LATE
    obligation.met_at = at
    obligation.next_at = None
    if proof is not None:
        obligation.evidence_id = proof.pk
        ObligationEvidence.objects.get_or_create(
            obligation=obligation,
            document_id=proof.pk,
            defaults={"kind": ObligationEvidence.Kind.DOCUMENT, "at": at, "by": by},
        )
    obligation.save(update_fields=["state", "met_at", "evidence", "next_at"])
    announce(obligation, at)
    return obligation


@transaction.atomic
def prove(obligation: Obligation, *, at: datetime, evidence: Any, by: Any = None) -> Obligation | None:
    """Write down that a document shows this one to be kept at ``at``; nothing where it is not owed any more.

    For rooms whose work it is to meet one certain obligation; they ask for the permission themselves.
    """
    obligation = _locked(obligation)
    if not obligation.is_owed:
        return None
    settle(obligation, at=max(at, obligation.started_at), proof=evidence, by=by)
    note(obligation.document, obligation.state, [obligation], at=at, by=by)
    return obligation


@transaction.atomic
def entrust(obligation: Obligation, person: Any) -> None:
    """Make ``person`` (or nobody) answer for this one."""
    Obligation.objects.filter(pk=obligation.pk).update(person=person)


def announce(obligation: Obligation, at: datetime) -> None:
    """Tell the others that it is settled."""
    publish(
        ObligationSettled(
            obligation_id=obligation.pk,
            document_id=obligation.document_id,
            unit_id=obligation.unit_id,
            metric=obligation.metric,
            state=obligation.state,
            at=at,
        )
    )


@transaction.atomic
def keep(
    obligation: Obligation,
    *,
    by: Any,
    at: datetime | None = None,
    text: str = "",
    file: Any = None,
) -> Obligation:
    """Write down by hand that it was kept, with what proves it: the record of a call, or a file.

    Raises PermissionDenied, ObligationNotOpen, ValidationError without proof or for an instant to come.
    """
    obligation = _still_owed(obligation, by, HANDLE)
    at = at or timezone.now()
    if at > timezone.now():
        raise ValidationError({"at": _("This time is still to come.")})
    if at < obligation.started_at:
        raise ValidationError({"at": _("It was not owed yet at this time.")})
    if not text.strip() and file is None:
        raise ValidationError({"text": _("Say what proves it, or attach a file.")})
    add_evidence(obligation, by=by, at=at, text=text, file=file)
    settle(obligation, at=at, by=by)
    note(obligation.document, obligation.state, [obligation], at=at, by=by)
    return obligation


@transaction.atomic
def add_evidence(
    obligation: Obligation,
    *,
    by: Any,
    at: datetime | None = None,
    document: Any = None,
    file: Any = None,
    text: str = "",
) -> ObligationEvidence:
    """Add a document, a file or the record of a call as proof; also to what was kept before.

    Raises PermissionDenied, and ValidationError when there is nothing.
    """
    if not by.has_perm(HANDLE, obligation):
        raise PermissionDenied(HANDLE)
    kind = ObligationEvidence.Kind.CALL
    if document is not None:
        kind = ObligationEvidence.Kind.DOCUMENT
    elif file is not None:
        kind = ObligationEvidence.Kind.FILE
    elif not text.strip():
        raise ValidationError({"text": _("Say what proves it, or attach a file.")})
    return ObligationEvidence.objects.create(
        obligation=obligation,
        kind=kind,
        document_id=getattr(document, "pk", None),
        file=file,
        text=text.strip()[:300],
        at=at or timezone.now(),
        by=by,
    )


def may_acknowledge(obligation: Obligation, user: Any) -> bool:
    """Whoever handles obligations there, answers for this one, or was told of it."""
    if user.has_perm(HANDLE, obligation) or obligation.person_id == user.pk:
        return True
    return _told_to(obligation, user).exists()


def _told_to(obligation: Obligation, user: Any) -> Any:
    return Notice.objects.filter(person=user, key__startswith=f"{ESCALATED.id}:{obligation.pk}:")


@transaction.atomic
def acknowledge(obligation: Obligation, *, by: Any, at: datetime | None = None) -> int:
    """Say that the escalations told so far have arrived: they are not told again; how many there were.

    What is still to come on the ladder comes. Raises PermissionDenied or ObligationNotOpen.
    """
    obligation = _locked(obligation)
    if not may_acknowledge(obligation, by):
        raise PermissionDenied(HANDLE)
    mark_read(by, _told_to(obligation, by).values_list("pk", flat=True))
    if not obligation.is_owed:
        raise ObligationNotOpen(obligation)
    at = at or timezone.now()
    steps = list(obligation.steps.all())
    waiting = [step for step in steps if step.is_waiting_for_word]
    for step in waiting:
        step.acknowledged_at, step.acknowledged_by, step.done_at = at, by, at
    ObligationStep.objects.bulk_update(waiting, ["acknowledged_at", "acknowledged_by", "done_at"])
    if waiting:
        obligation.next_at = next_instant(steps)
        obligation.save(update_fields=["next_at"])
        note(obligation.document, "acknowledged", [obligation], at=at, by=by, people=str(by))
    return len(waiting)


@transaction.atomic
def pause_one(obligation: Obligation, reason: str, *, by: Any, at: datetime | None = None) -> Obligation:
    """Stop the clock of one obligation for a reason that its clause allows.

    Raises PermissionDenied, ObligationNotOpen, ValidationError for another reason or a clock that stands still.
    """
    obligation = _still_owed(obligation, by, HANDLE)
    at = at or timezone.now()
    if obligation.state != State.OPEN or not open_pause(obligation, reason, at):
        raise ValidationError(
            {"reason": _("The clause does not let this clock stand still for that reason now.")}
        )
    label = ObligationPause(reason=reason).reason_label
    note(obligation.document, "paused", [obligation], at=at, by=by, reason=label)
    return obligation


@transaction.atomic
def resume_one(obligation: Obligation, *, by: Any, at: datetime | None = None) -> Obligation:
    """Let the clock of one obligation run again. Raises PermissionDenied, ObligationNotOpen, ValidationError."""
    obligation = _still_owed(obligation, by, HANDLE)
    at = at or timezone.now()
    if not close_pause(obligation, at):
        raise ValidationError(_("This clock is running."))
    note(obligation.document, "resumed", [obligation], at=at, by=by)
    return obligation


@transaction.atomic
def waive(obligation: Obligation, *, by: Any, reason: str) -> Obligation:
    """Let go of an obligation, with a reason and the person who answers for it.

    Raises PermissionDenied, ValidationError (no reason) or ObligationNotOpen.
    """
    obligation = _locked(obligation)
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
    announce(obligation, at)
    note(obligation.document, "waived", [obligation], at=at, by=by, reason=reason)
    return obligation
