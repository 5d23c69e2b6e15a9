"""Writing commitments: drafts that may still hold mistakes, and the figures that a person has confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE
from jiannuo.office.notices.services import notify
from jiannuo.office.organizations.models import Organization
from jiannuo.office.organizations.scope import organization_ids, paths_upwards
from jiannuo.promises.commitments import notices, packs
from jiannuo.promises.commitments.models import ClauseConfirmation, Commitment, CommitmentVersion
from jiannuo.promises.commitments.packs import Pack, PackError, PackErrors

State = CommitmentVersion.State
Content = dict[str, Any]


class StaleDraft(Exception):
    """Somebody else saved the draft since the person opened it."""

    def __init__(self, version: CommitmentVersion) -> None:
        self.version = version
        super().__init__(
            _("%(version)s was changed meanwhile. Compare with what is saved now, then save again.")
            % {"version": version}
        )


class NotADraft(Exception):
    """The version waits for approval, is approved or is published: it cannot be written on."""

    def __init__(self, version: CommitmentVersion) -> None:
        self.version = version
        super().__init__(
            _("%(version)s cannot be changed: it is waiting for approval or has left the draft stage.")
            % {"version": version}
        )


def may(user: Any, permission: str, organization: Any) -> bool:
    """Whether ``user`` may do this with commitments of ``organization``; everybody's need a role at the top."""
    if organization is None:
        return user.has_perm(permission) and organization_ids(user, permission) is None
    return bool(user.has_perm(permission, organization))


def require(user: Any, permission: str, organization: Any) -> None:
    """Raise PermissionDenied unless ``user`` may; ``None`` is the system itself."""
    if user is not None and not may(user, permission, organization):
        raise PermissionDenied(permission)


# What a version says, as people write it


def pack_content(version: CommitmentVersion) -> Content:
    """The pack of a version as JSON values; for a version loaded without one, what its rules say."""
    return dict(version.pack) if version.pack else as_written(version.content)


def as_written(content: Mapping[str, Any]) -> Content:
    """The executed content of a version in the shape of a pack."""
    data = {key: value for key, value in content.items() if key != "version"}
    data["scope"] = _when(data.get("scope", ()))
    data["clauses"] = [_clause(clause) for clause in data.get("clauses", ())]
    try:
        return packs.pack_from_content(data).content()
    except PackErrors:
        return data


def _clause(clause: Mapping[str, Any]) -> Content:
    written = {**clause, "when": _when(clause.get("when", ()))}
    if "term" in clause:
        term = {key: value for key, value in clause["term"].items() if key != "periods"}
        written["term"] = {
            **term,
            **{period["unit"]: period["amount"] for period in clause["term"].get("periods", ())},
        }
    return written


def _when(conditions: Sequence[Mapping[str, Any]]) -> Content:
    when: Content = {}
    for one in conditions:
        bounds = {"min": one.get("low"), "max": one.get("high")}
        words = next((key for key in ("none_of", "all_of") if one.get(key)), "")
        when[one["fact"]] = (
            {words: list(one[words])}
            if words
            else list(one["any_of"])
            if one.get("any_of")
            else {key: value for key, value in bounds.items() if value is not None}
        )
    return when


# Mistakes


def read_pack(content: Mapping[str, Any]) -> tuple[Pack | None, list[PackError]]:
    """The pack, and everything wrong with it; no pack when it cannot be read at all. One query for the floors."""
    try:
        pack = packs.pack_from_content(content)
    except PackErrors as error:
        return None, list(error.errors)
    return pack, packs.check_pack(pack, floors())


def floors() -> list[Pack]:
    """The statutory packs in force, which no commitment may undercut."""
    found = []
    for version in CommitmentVersion.objects.filter(state=State.PUBLISHED, content__floor=True):
        try:
            found.append(packs.pack_from_content(pack_content(version)))
        except PackErrors:
            continue
    return found


def mistakes_of(version: CommitmentVersion) -> list[PackError]:
    """Everything wrong with a version, and everything to know about it."""
    return read_pack(pack_content(version))[1]


def wrong(found: Sequence[PackError]) -> list[PackError]:
    """Those that keep a draft from being approved."""
    return [one for one in found if one.severity == "error"]


# Drafts


@transaction.atomic
def start(*, code: str, name: str, kind: str, organization: Any, by: Any) -> CommitmentVersion:
    """A new commitment with an empty draft. Raises PermissionDenied, or ValidationError for a code in use."""
    require(by, "commitments.edit", organization)
    commitment = Commitment(code=code, name=name, kind=kind, organization=organization)
    commitment.full_clean()
    commitment.save()
    return _next_version(commitment, {"code": code, "name": name, "kind": kind}, by=by)


@transaction.atomic
def begin(commitment: Commitment, *, by: Any, source: CommitmentVersion | None = None) -> CommitmentVersion:
    """The draft of a commitment: the open one, or a copy of ``source`` (the newest version) as the next version."""
    require(by, "commitments.edit", commitment.organization)
    Commitment.objects.select_for_update().get(pk=commitment.pk)
    open_one = commitment.versions.filter(state__in=[State.DRAFT, State.APPROVED]).first()
    if open_one is not None:
        return open_one
    source = source or commitment.versions.first()
    content = pack_content(source) if source is not None else {"code": commitment.code}
    for key in ("valid_from", "valid_to"):
        content.pop(key, None)
    draft = _next_version(commitment, content, by=by)
    if source is not None:
        ClauseConfirmation.objects.bulk_create(
            ClauseConfirmation(version=draft, clause=one.clause, by=one.by, at=one.at, remark=one.remark)
            for one in source.confirmations.select_related("by")
        )
        _execute(draft)
        draft.save()
    return draft


@transaction.atomic
def take_in(pack: Pack, *, organization: Any, by: Any) -> CommitmentVersion:
    """A pack that was uploaded, as the draft of its commitment: a new one, or the next version of a known one.

    Raises ValidationError when another draft of it is open, PermissionDenied outside the person's scope.
    """
    commitment = Commitment.objects.filter(code=pack.code).select_related("organization").first()
    owner = organization if commitment is None else commitment.organization
    require(by, "commitments.edit", owner)
    if commitment is None:
        commitment = Commitment(code=pack.code, name=pack.name, kind=pack.kind, organization=organization)
        commitment.full_clean()
        commitment.save()
    elif commitment.versions.filter(state__in=[State.DRAFT, State.APPROVED]).exists():
        raise ValidationError(
            _("%(code)s has a draft already. Publish or discard it first.") % {"code": pack.code}
        )
    return _next_version(commitment, pack.content(), by=by)


def _next_version(commitment: Commitment, content: Content, *, by: Any) -> CommitmentVersion:
    number = (commitment.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = CommitmentVersion(
        commitment=commitment, number=number, pack=content, valid_from=timezone.localdate()
    )
    draft.save()
    _execute(draft)
    draft.save()
    if by is not None:
        draft.writers.add(by)
    return draft


@transaction.atomic
def save(
    version: CommitmentVersion, content: Mapping[str, Any], *, revision: int, by: Any
) -> CommitmentVersion:
    """Save a draft as it was typed, mistakes and all.

    Raises StaleDraft when ``revision`` is not the present one, NotADraft, PermissionDenied.
    """
    draft = _open(version, by)
    if draft.revision != revision:
        raise StaleDraft(draft)
    draft.pack = {**content, "code": draft.commitment.code}
    draft.revision += 1
    _execute(draft)
    draft.save()
    draft.writers.add(by)
    return draft


def possible_writers(commitment: Commitment) -> QuerySet[User]:
    """Active people who may write on a commitment: they hold a role that writes at its organisation or above it."""
    roles = [role for role, held in PERMISSIONS_BY_ROLE.items() if "commitments.edit" in held]
    owner = commitment.organization or Organization.objects.get_first_root_node()
    held = RoleAssignment.objects.filter(role__in=roles, organization__path__in=paths_upwards(owner))
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name")


@transaction.atomic
def hand_over(version: CommitmentVersion, person: User, *, by: Any, remark: str = "") -> None:
    """Make ``person`` a writer of the draft and tell them.

    Raises ValidationError for somebody who may not write on it, NotADraft, PermissionDenied.
    """
    draft = _open(version, by)
    if not possible_writers(draft.commitment).filter(pk=person.pk).exists():
        raise ValidationError({"to": _("%(person)s may not write on this commitment.") % {"person": person}})
    draft.writers.add(person)
    context = {"name": draft.commitment.name, "number": draft.number, "who": by, "remark": remark}
    address = reverse("commitments:draft", args=[draft.commitment.code])
    notify([person], notices.HANDED_OVER, context=context, url=address)


@transaction.atomic
def discard(version: CommitmentVersion, *, by: Any) -> None:
    """Throw a draft away; a commitment that was never published goes with its last draft."""
    draft = _open(version, by)
    commitment = draft.commitment
    if hasattr(draft, "review"):
        draft.review.delete()
    draft.delete()
    if not commitment.versions.exists():
        commitment.delete()


@transaction.atomic
def confirm(version: CommitmentVersion, clause: str, *, by: Any, remark: str = "") -> ClauseConfirmation:
    """``by`` has compared the figure of a clause with its source: from its publication on the clause counts."""
    draft = _open(version, by)
    marked = [one.get("id") for one in draft.pack.get("clauses", ()) if one.get("verify")]
    if clause not in marked:
        raise ValidationError(_("There is no figure to confirm in “%(clause)s”.") % {"clause": clause})
    if not remark.strip():
        raise ValidationError({"remark": _("Say where you looked the figure up.")})
    found, _created = ClauseConfirmation.objects.update_or_create(
        version=draft, clause=clause, defaults={"by": by, "at": timezone.now(), "remark": remark.strip()}
    )
    _execute(draft)
    draft.save()
    return found


@transaction.atomic
def unconfirm(version: CommitmentVersion, clause: str, *, by: Any) -> None:
    """Take a confirmation back."""
    draft = _open(version, by)
    draft.confirmations.filter(clause=clause).delete()
    _execute(draft)
    draft.save()


def is_open(version: CommitmentVersion) -> bool:
    """Whether the version may be written on: a draft that does not wait for approval."""
    from jiannuo.office.documents.models import Approval

    return (
        version.state == State.DRAFT
        and not Approval.objects.filter(
            document__commitmentreview__version_of=version, state=Approval.State.PENDING
        ).exists()
    )


def _open(version: CommitmentVersion, by: Any) -> CommitmentVersion:
    """The draft, locked and fit to be written on."""
    CommitmentVersion.objects.select_for_update().values_list("pk").get(pk=version.pk)
    draft = CommitmentVersion.objects.select_related("commitment__organization").get(pk=version.pk)
    require(by, "commitments.edit", draft.commitment.organization)
    if not is_open(draft):
        raise NotADraft(draft)
    return draft


def _execute(draft: CommitmentVersion) -> None:
    """Work out what the rules read of a draft; nothing while it holds mistakes."""
    from jiannuo.promises.commitments.engine import read

    confirmed = list(draft.confirmations.values_list("clause", flat=True))
    draft.content = {}
    pack, found = read_pack(draft.pack)
    if pack is None or wrong(found):
        return
    content = packs.to_content(pack, confirmed=confirmed)
    try:
        body = read(content, number=draft.number).commitment
    except ValueError:
        return
    draft.pack, draft.content = pack.content(), content
    if body.valid_from:
        draft.valid_from = body.valid_from
    draft.valid_to = body.valid_to
    commitment = draft.commitment
    if not commitment.versions.filter(published_at__isnull=False).exists():
        commitment.name, commitment.kind = body.name or commitment.code, body.kind
        commitment.save(update_fields=["name", "kind"])
