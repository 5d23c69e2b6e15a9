"""Approving, publishing and withdrawing versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE, Role
from jiannuo.office.documents import approvals
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import Approval
from jiannuo.office.organizations.models import Organization
from jiannuo.promises.commitments.drafts import NotADraft, is_open, mistakes_of, require, wrong
from jiannuo.promises.commitments.models import Commitment, CommitmentReview, CommitmentVersion

State = CommitmentVersion.State


def approving_roles() -> list[tuple[str, str]]:
    """The roles that may stand in the chain, with their names."""
    return [
        (role.value, str(role.label))
        for role in Role
        if {"approvals.decide", "commitments.review"} <= PERMISSIONS_BY_ROLE[role.value]
    ]


@transaction.atomic
def ask_approval(
    version: CommitmentVersion, *, roles: Sequence[str], reason: str = "", by: Any
) -> CommitmentReview:
    """Put a draft to a chain of roles. While they decide it cannot be changed.

    Raises ValidationError while it holds mistakes or nobody can decide, NotADraft, PermissionDenied.
    """
    version = CommitmentVersion.objects.select_related("commitment__organization").get(pk=version.pk)
    require(by, "commitments.edit", version.commitment.organization)
    if not is_open(version):
        raise NotADraft(version)
    mistakes = wrong(mistakes_of(version))
    if mistakes or not version.content:
        raise ValidationError(
            _("%(n)d mistakes have to be mended before anybody can approve.") % {"n": max(1, len(mistakes))}
        )
    review = _review_of(version, by=by)
    approvals.ask(review, str(review.title), list(roles), by=by, reason=reason, on_approved="approve")
    return review


def _review_of(version: CommitmentVersion, *, by: Any) -> CommitmentReview:
    """The paper of a version: the one that there is, or a new one."""
    found = CommitmentReview.objects.filter(version_of=version).select_related("organization").first()
    if found is not None:
        return found
    owner = version.commitment.organization or Organization.objects.get_first_root_node()
    title = _("%(name)s, version %(number)d") % {"name": version.commitment.name, "number": version.number}
    return documents.create_document(
        CommitmentReview(version_of=version, organization=owner, title=title[:200]), by=by
    )


@transaction.atomic
def do(
    review: CommitmentReview,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
) -> CommitmentReview:
    """Do an action of the paper, and what follows for its version; the house's entry for documents."""
    if name == "approve":
        _somebody_else_approved(review)
    done = documents.perform(review, name, by=by, data=data, version=version, at=at, as_system=as_system)
    target = {"approve": State.APPROVED, "reopen": State.DRAFT}.get(name)
    if target is not None:
        one = CommitmentVersion.objects.get(pk=review.version_of_id)
        one.state = target
        one.save(update_fields=["state", "changed_at"])
    return done


def _somebody_else_approved(review: CommitmentReview) -> None:
    """Who wrote a version may not be the only one who approves it."""
    asked = review.approvals.filter(on_approved="approve").order_by("-pk").first()
    deciders = set(asked.steps.values_list("decided_by", flat=True)) if asked is not None else set()
    writers = set(review.version_of.writers.values_list("pk", flat=True))
    if not deciders - writers - {None}:
        raise ValidationError(_("Who wrote a version may not be the only one who approves it. Ask anew."))


@transaction.atomic
def reopen(version: CommitmentVersion, *, by: Any, reason: str = "") -> CommitmentVersion:
    """Take an approved version up again to change it; it has to be approved anew."""
    require(by, "commitments.edit", version.commitment.organization)
    if version.state != State.APPROVED:
        raise NotADraft(version)
    do(version.review, "reopen", by=by, data={"reason": reason}, as_system=True)
    version.refresh_from_db()
    return version


# In force


def unconfirmed(version: CommitmentVersion) -> list[dict[str, Any]]:
    """The clauses of a version whose figures nobody has confirmed: they stay off."""
    done = set(version.confirmations.values_list("clause", flat=True))
    return [one for one in version.pack.get("clauses", ()) if one.get("verify") and one.get("id") not in done]


def blanks(version: CommitmentVersion) -> list[tuple[str, str]]:
    """Names and labels of the blanks of the document that have no value: their clauses stay off."""
    return [
        (name, str(part.get("label", name)))
        for name, part in version.pack.get("parameters", {}).items()
        if part.get("value") in (None, "")
    ]


@transaction.atomic
def publish(
    version: CommitmentVersion, *, valid_from: date, valid_to: date | None = None, by: Any
) -> CommitmentVersion:
    """Put an approved version in force; the one before ends the day before.

    Raises ValidationError when it is not approved, when the dates are in the wrong order, or when another published
    version begins within them.
    """
    commitment = Commitment.objects.select_for_update(of=("self",)).get(pk=version.commitment_id)
    require(by, "commitments.publish", commitment.organization)
    version = CommitmentVersion.objects.get(pk=version.pk)
    if version.state != State.APPROVED:
        raise ValidationError(_("Only an approved version can be published. Ask for approval first."))
    if valid_to is not None and valid_to < valid_from:
        raise ValidationError({"valid_to": _("The last day lies before the first.")})
    _end_earlier(version, valid_from, valid_to)
    dates = {"valid_from": valid_from.isoformat(), "valid_to": valid_to.isoformat() if valid_to else None}
    dates = {key: value for key, value in dates.items() if value}
    rest = {"valid_from", "valid_to"}
    version.pack = {**{k: v for k, v in version.pack.items() if k not in rest}, **dates}
    version.content = {**{k: v for k, v in version.content.items() if k not in rest}, **dates}
    version.valid_from, version.valid_to = valid_from, valid_to
    version.state, version.published_at, version.published_by = State.PUBLISHED, timezone.now(), by
    version.save()
    if (name := version.pack.get("name")) and (commitment.name, commitment.kind) != (
        name,
        kind := version.pack.get("kind", "maker"),
    ):
        commitment.name, commitment.kind = name, kind
        commitment.save(update_fields=["name", "kind"])
    do(version.review, "publish", by=by, as_system=True)
    return version


def overlapping(version: CommitmentVersion, valid_from: date, valid_to: date | None) -> Any:
    """Published versions of the same commitment that hold on a day of the span."""
    rows = CommitmentVersion.objects.filter(commitment=version.commitment_id, state=State.PUBLISHED)
    rows = rows.exclude(pk=version.pk).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from))
    return rows.filter(valid_from__lte=valid_to) if valid_to is not None else rows


def _end_earlier(version: CommitmentVersion, valid_from: date, valid_to: date | None) -> None:
    for other in overlapping(version, valid_from, valid_to).select_for_update():
        if other.valid_from >= valid_from:
            raise ValidationError(
                {
                    "valid_from": _(
                        "Version %(number)d holds from %(day)s on. Begin later, end earlier, or withdraw that version."
                    )
                    % {"number": other.number, "day": other.valid_from}
                }
            )
        other.valid_to = valid_from - timedelta(days=1)
        other.shortened_at = timezone.now()
        other.save(update_fields=["valid_to", "shortened_at", "changed_at"])


@transaction.atomic
def withdraw(version: CommitmentVersion, *, by: Any) -> CommitmentVersion:
    """Take a published version out of force for new requests; what was decided by it stays decided."""
    require(by, "commitments.publish", version.commitment.organization)
    if version.state != State.PUBLISHED:
        raise ValidationError(_("Only a published version can be withdrawn."))
    version.state, version.withdrawn_at = State.WITHDRAWN, timezone.now()
    version.save(update_fields=["state", "withdrawn_at", "changed_at"])
    return version


def pending_approval(version: CommitmentVersion) -> Approval | None:
    """The open question about a version, if there is one."""
    return (
        Approval.objects.filter(document__commitmentreview__version_of=version, state=Approval.State.PENDING)
        .select_related("asked_by")
        .first()
    )
