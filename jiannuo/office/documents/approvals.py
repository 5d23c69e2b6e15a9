"""Approvals: a question put to a chain of roles about a document, decided step by step.

Locks are taken in one order, the document first and then the approval, as actions do that cancel approvals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE, Role
from jiannuo.office.documents.events import ApprovalAsked, ApprovalDecided, ApprovalReminded
from jiannuo.office.documents.flow import all_actions
from jiannuo.office.documents.kinds import model_of
from jiannuo.office.documents.models import Approval, ApprovalStep, Document, TimelineEntry
from jiannuo.office.documents.services import ActionNotAllowed, act, record
from jiannuo.office.organizations.scope import paths_upwards

State = ApprovalStep.State


class AlreadyDecided(Exception):
    """Somebody else decided the step, or it is not its turn."""

    def __init__(self, step: ApprovalStep) -> None:
        self.step = step
        super().__init__(
            _("This step is not open any more: %(state)s. Reload to see who decided.")
            % {"state": step.get_state_display()}
        )


def reminder_interval() -> timedelta:
    """How long a step may wait before its people are reminded: the setting JIANNUO_APPROVAL_REMIND_HOURS."""
    return timedelta(hours=getattr(settings, "JIANNUO_APPROVAL_REMIND_HOURS", 24))


# Who may decide


def holders_of(role: str, document: Document) -> QuerySet[User]:
    """Active people who hold ``role`` at the organisation of ``document`` or above it."""
    held = RoleAssignment.objects.filter(
        user=OuterRef("pk"), role=role, organization__path__in=paths_upwards(document.organization)
    )
    return User.objects.filter(Exists(held), is_active=True)


def deciders_of(step: ApprovalStep) -> QuerySet[User]:
    """Who may decide ``step``: the delegate or the holders of its role, and their deputies; never who asked."""
    principals = (
        User.objects.filter(pk=step.assignee_id, is_active=True)
        if step.assignee_id
        else holders_of(step.role, step.approval.document)
    )
    principals = principals.exclude(pk=step.approval.asked_by_id)
    people = Q(pk__in=principals.values("pk")) | Q(pk__in=principals.values("deputy"))
    return User.objects.filter(people, is_active=True).exclude(pk=step.approval.asked_by_id)


def delegates_for(step: ApprovalStep, by: User) -> QuerySet[User]:
    """To whom ``by`` may hand ``step``: people who hold a deciding role there, apart from ``by`` and who asked."""
    roles = [role for role, held in PERMISSIONS_BY_ROLE.items() if "approvals.decide" in held]
    path = paths_upwards(step.approval.document.organization)
    held = RoleAssignment.objects.filter(user=OuterRef("pk"), role__in=roles, organization__path__in=path)
    return (
        User.objects.filter(Exists(held), is_active=True)
        .exclude(pk__in=[by.pk, step.approval.asked_by_id])
        .order_by("name")
    )


# Asking


@transaction.atomic
def ask(
    document: Document,
    subject: str,
    roles: Sequence[str],
    *,
    by: User,
    amount: Decimal | None = None,
    reason: str = "",
    on_approved: str = "",
    data: Mapping[str, Any] | None = None,
) -> Approval:
    """Ask the holders of ``roles``, one role after the other, to approve ``subject`` (amount in CNY).

    Once all approved, the action ``on_approved`` of the document is done with ``data``. Raises ValidationError when
    the same question is open already, when nobody but the asker holds one of the roles, or for an unknown action.
    """
    _check_question(document, subject, roles, by=by, on_approved=on_approved)
    Document.objects.select_for_update().get(pk=document.pk)
    if Approval.objects.filter(
        document_id=document.pk, subject=subject, state=Approval.State.PENDING
    ).exists():
        raise ValidationError(_("“%(subject)s” is waiting for approval already.") % {"subject": subject})
    approval = Approval.objects.create(
        document_id=document.pk,
        subject=subject,
        reason=reason,
        amount=amount,
        on_approved=on_approved,
        data=dict(data or {}),
        asked_by=by,
    )
    steps = ApprovalStep.objects.bulk_create(
        ApprovalStep(approval=approval, position=position, role=role)
        for position, role in enumerate(roles, 1)
    )
    text = _("Asked for approval: %(subject)s") % {"subject": subject}
    if amount is not None:
        text += f" (¥{amount:,.2f})"
    _write(approval, by, "ask", f"{text}\n{reason}".strip())
    _give_turn(steps[0])
    return approval


def _check_question(
    document: Document, subject: str, roles: Sequence[str], *, by: User, on_approved: str
) -> None:
    if not subject.strip():
        raise ValidationError({"subject": _("Say what is to be approved.")})
    if not roles:
        raise ValidationError({"roles": _("Name at least one role that approves.")})
    if on_approved and on_approved not in all_actions(type(document)):
        raise ValidationError({"on_approved": _("There is no action “%(name)s”.") % {"name": on_approved}})
    for role in roles:
        if "approvals.decide" not in PERMISSIONS_BY_ROLE.get(role, ()):
            raise ValidationError(
                {"roles": _("The role “%(role)s” does not decide approvals.") % {"role": role}}
            )
        if not holders_of(role, document).exclude(pk=by.pk).exists():
            raise ValidationError(
                {
                    "roles": _(
                        "Nobody else holds the role “%(role)s” at %(organization)s or above. Appoint somebody."
                    )
                    % {"role": Role(role).label, "organization": document.organization}
                }
            )


def _give_turn(step: ApprovalStep) -> None:
    step.state = State.PENDING
    step.remind_at = timezone.now() + reminder_interval()
    step.save(update_fields=["state", "remind_at"])
    publish(ApprovalAsked(step_id=step.pk))


# Deciding


@transaction.atomic
def approve(step: ApprovalStep, *, by: User, remark: str = "") -> Approval:
    """Say yes. The next role has its turn; after the last one the approval is done and its action follows.

    Raises PermissionDenied, or AlreadyDecided when somebody else was faster.
    """
    step = _take(step, by)
    _decide(step, State.APPROVED, by, remark)
    approval = step.approval
    _write(approval, by, "approve", _("Approved: %(subject)s") % {"subject": approval.subject}, remark)
    following = approval.steps.filter(state=State.WAITING).order_by("position").first()
    if following is not None:
        _give_turn(following)
        return approval
    _end(approval, Approval.State.APPROVED)
    if approval.on_approved:
        _do_what_was_approved(approval, by)
    return approval


def _do_what_was_approved(approval: Approval, by: User) -> None:
    model = model_of(approval.document.kind)
    document = model._default_manager.select_related("organization").get(pk=approval.document_id)
    try:
        with transaction.atomic():
            act(document, approval.on_approved, by=by, data=approval.data, as_system=True)
    except (ActionNotAllowed, ValidationError) as error:
        # The consent stands, but the document has moved on: people must see that nothing followed from it.
        reasons = error.messages if isinstance(error, ValidationError) else [str(error)]
        _write(approval, None, "not_done", _("Approved, but it could not be carried out:"), " ".join(reasons))


@transaction.atomic
def reject(step: ApprovalStep, *, by: User, remark: str) -> Approval:
    """Say no, with a reason; the approval ends. Raises ValidationError, PermissionDenied or AlreadyDecided."""
    return _refuse(step, State.REJECTED, by=by, remark=remark)


@transaction.atomic
def send_back(step: ApprovalStep, *, by: User, remark: str) -> Approval:
    """Give the question back to who asked, who may ask anew; with a reason. Raises like :func:`reject`."""
    return _refuse(step, State.SENT_BACK, by=by, remark=remark)


def _refuse(step: ApprovalStep, state: str, *, by: User, remark: str) -> Approval:
    if not remark.strip():
        raise ValidationError({"remark": _("Say why, so that the person who asked can act on it.")})
    step = _take(step, by)
    _decide(step, state, by, remark)
    approval = step.approval
    texts = {State.REJECTED: _("Rejected: %(subject)s"), State.SENT_BACK: _("Sent back: %(subject)s")}
    names = {State.REJECTED: "reject", State.SENT_BACK: "send_back"}
    _write(approval, by, names[State(state)], texts[State(state)] % {"subject": approval.subject}, remark)
    _end(approval, Approval.State(state))
    return approval


@transaction.atomic
def delegate(step: ApprovalStep, *, by: User, to: User, remark: str = "") -> ApprovalStep:
    """Hand the step to ``to``, who alone (or whose deputy) may decide it then.

    Raises ValidationError when ``to`` may not decide, PermissionDenied or AlreadyDecided.
    """
    step = _take(step, by)
    if not delegates_for(step, by).filter(pk=to.pk).exists():
        raise ValidationError(
            {
                "to": _("%(name)s may not decide this. Choose somebody with a deciding role there.")
                % {"name": to}
            }
        )
    step.assignee = to
    step.save(update_fields=["assignee"])
    text = _("Delegated to %(name)s: %(subject)s") % {"name": to, "subject": step.approval.subject}
    _write(step.approval, by, "delegate", text, remark)
    _give_turn(step)
    return step


@transaction.atomic
def cancel_pending(document: Document, *, by: User | None, reason: str) -> int:
    """End all open approvals of a document that is cancelled; how many there were."""
    Document.objects.select_for_update().get(pk=document.pk)
    rows = Approval.objects.select_for_update().filter(document_id=document.pk, state=Approval.State.PENDING)
    open_approvals = list(rows)
    for approval in open_approvals:
        _write(
            approval,
            by,
            "cancel",
            _("No approval needed any more: %(subject)s") % {"subject": approval.subject},
            reason,
        )
        _end(approval, Approval.State.CANCELLED)
    return len(open_approvals)


def _take(step: ApprovalStep, by: User) -> ApprovalStep:
    """The step, locked and checked: it is open and ``by`` may decide it."""
    document_id = Approval.objects.values_list("document_id", flat=True).get(pk=step.approval_id)
    Document.objects.select_for_update().get(pk=document_id)
    approval = (
        Approval.objects.select_for_update(of=("self",))
        .select_related("document__organization")
        .get(pk=step.approval_id)
    )
    fresh = ApprovalStep.objects.get(pk=step.pk)
    fresh.approval = approval
    if not by.has_perm("approvals.decide") or not deciders_of(fresh).filter(pk=by.pk).exists():
        raise PermissionDenied("approvals.decide")
    if approval.state != Approval.State.PENDING or fresh.state != State.PENDING:
        raise AlreadyDecided(fresh)
    return fresh


def _decide(step: ApprovalStep, state: str, by: User, remark: str) -> None:
    step.state, step.decided_by, step.decided_at = state, by, timezone.now()
    step.remark, step.remind_at = remark.strip(), None
    step.save(update_fields=["state", "decided_by", "decided_at", "remark", "remind_at"])


def _end(approval: Approval, state: str) -> None:
    approval.state, approval.decided_at = state, timezone.now()
    approval.save(update_fields=["state", "decided_at"])
    approval.steps.filter(state=State.PENDING).update(remind_at=None)
    publish(ApprovalDecided(approval_id=approval.pk))


def _write(approval: Approval, by: User | None, action: str, text: str, remark: str = "") -> None:
    record(
        approval.document,
        TimelineEntry.Kind.APPROVAL,
        by=by,
        action=action,
        text=f"{text}\n{remark}".strip(),
        data={"approval": approval.pk},
    )


# Reading


def waiting_for(user: User) -> QuerySet[ApprovalStep]:
    """The steps that ``user`` may decide now, as holder of the role, delegate or deputy; oldest first."""
    rows = ApprovalStep.objects.filter(state=State.PENDING, approval__state=Approval.State.PENDING)
    if not user.is_active or not user.has_perm("approvals.decide"):
        return rows.none()
    principals = Q(user=user) | Q(user__deputy=user, user__is_active=True)
    held = RoleAssignment.objects.filter(principals).values_list("user_id", "role", "organization__path")
    mine = Q(assignee=user) | Q(assignee__deputy=user, assignee__is_active=True)
    for principal, role, path in held:
        # What somebody asked is not theirs to decide, hence not their deputy's either on their behalf.
        mine |= Q(assignee=None, role=role, approval__document__organization__path__startswith=path) & ~Q(
            approval__asked_by=principal
        )
    return (
        rows.filter(mine)
        .exclude(approval__asked_by=user)
        .select_related("approval__document__organization", "approval__asked_by")
        .order_by("approval__asked_at", "pk")
    )


def asked_by(user: User) -> QuerySet[Approval]:
    """What ``user`` asked, newest first, with its steps."""
    return (
        Approval.objects.filter(asked_by=user)
        .select_related("document")
        .prefetch_related("steps__decided_by", "steps__assignee")
        .order_by("-asked_at", "-pk")
    )


@dataclass(frozen=True, slots=True)
class PendingApproval:
    """An open approval on the page of its document; ``step`` when the person may decide it now."""

    approval: Approval
    role: str
    since: datetime
    step: ApprovalStep | None


def pending_on(document: Document, user: User) -> list[PendingApproval]:
    """The open approvals of ``document``. One query when there are none, at most five."""
    rows = Approval.objects.filter(document_id=document.pk, state=Approval.State.PENDING)
    approvals = list(rows.select_related("asked_by").prefetch_related("steps"))
    if not approvals:
        return []
    mine = {step.approval_id: step for step in waiting_for(user).filter(approval__document_id=document.pk)}
    found = []
    for approval in approvals:
        turn = next((step for step in approval.steps.all() if step.state == State.PENDING), None)
        role = str(turn.get_role_display()) if turn else ""
        found.append(PendingApproval(approval, role, approval.asked_at, mine.get(approval.pk)))
    return found


# Reminding


def remind_due(now: datetime | None = None) -> int:
    """Remind the people of every step that has waited too long; how many steps. Two sweepers never remind twice."""
    now = now or timezone.now()
    due = ApprovalStep.objects.filter(state=State.PENDING, remind_at__lte=now).values_list("pk", "remind_at")
    return sum(_remind(pk, remind_at, now) for pk, remind_at in list(due[:500]) if remind_at)


@transaction.atomic
def _remind(pk: int, remind_at: datetime, now: datetime) -> bool:
    claimed = ApprovalStep.objects.filter(pk=pk, state=State.PENDING, remind_at=remind_at).update(
        remind_at=now + reminder_interval()
    )
    if claimed:
        publish(ApprovalReminded(step_id=pk, turn=remind_at.isoformat()))
    return claimed == 1
