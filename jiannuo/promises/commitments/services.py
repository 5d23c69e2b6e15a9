"""Loading and publishing commitments, and deciding by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.promises.commitments import packs
from jiannuo.promises.commitments.engine import engine_of, known, published, read
from jiannuo.promises.commitments.facts import History, facts_for
from jiannuo.promises.commitments.models import (
    ALWAYS_VALID_FROM,
    ClauseConfirmation,
    Commitment,
    CommitmentVersion,
)
from jiannuo.promises.commitments.packs import Pack, PackErrors
from jiannuo.promises.commitments.publishing import withdraw
from jiannuo.promises.commitments.reading import reason_texts
from jiannuo.rules import Decision, Facts, ObligationPlan

__all__ = [
    "History",
    "about_the_case",
    "decide",
    "facts_for",
    "load_content",
    "load_pack",
    "reason_texts",
    "withdraw",
]

#: From when a pack without a beginning is valid.


def decide(
    facts: Facts, at: datetime, organization: Any = None, *, as_of: datetime | None = None
) -> Decision:
    """What the published commitments say about a case whose start event happened at ``at``.

    Only commitments of ``organization``, of the ones above it and of everybody are asked; the rules pick the version in
    force at each clause's start event and keep the reasons. ``as_of`` asks for what had been published at an earlier
    instant. One query, and one more where clauses use office calendars.
    """
    versions = published(organization, as_of=as_of)
    if "requested" not in facts.dates:
        facts = replace(facts, dates={**facts.dates, "requested": at})
    return engine_of(versions).decide(facts, at.astimezone(UTC))


def about_the_case(decision: Decision, instants: Collection[datetime]) -> Decision:
    """The decision with only those obligations that the case itself brought about.

    A clock that started with a date in the unit's file (a visit within half a year of handover) is no matter of a
    repair years later, unless its clause asks for this kind of request (an installation within 48 hours of delivery).
    """
    clauses = {
        (one.commitment.code, one.commitment.version, clause.id): clause
        for one in known()
        for clause in one.commitment.clauses
    }

    def concerns(plan: ObligationPlan) -> bool:
        if plan.started_at in instants:
            return True
        clause = clauses.get((plan.commitment, plan.version, plan.clause))
        return clause is not None and any(condition.fact == "request_kind" for condition in clause.when)

    return replace(decision, obligations=tuple(plan for plan in decision.obligations if concerns(plan)))


def load_pack(
    source: Pack | Path | str,
    *,
    by: Any,
    publish: bool = True,
    organization: Any = None,
    confirmed: Collection[str] = (),
    parameters: Mapping[str, str] | None = None,
    floors: Sequence[Pack] = (),
    is_demo: bool = False,
) -> CommitmentVersion:
    """Make the next version of a commitment from a pack: an object, a file, or YAML text.

    ``confirmed`` names clauses marked to be verified whose figures a person has confirmed; ``parameters`` fill blanks.
    Raises :class:`PackErrors` with file, line, clause and mend of everything wrong, or as :func:`load_content` does.
    """
    pack = source if isinstance(source, Pack) else packs.load_pack(source)
    wrong = [error for error in packs.check_pack(pack, floors) if error.severity == "error"]
    if wrong:
        raise PackErrors(wrong)
    pack = filled(pack, parameters or {})
    content = packs.to_content(pack, confirmed=confirmed)
    return load_content(
        content,
        by=by,
        publish=publish,
        organization=organization,
        is_demo=is_demo,
        pack=pack.content(),
        confirmed=confirmed,
    )


def filled(pack: Pack, parameters: Mapping[str, str]) -> Pack:
    """The pack with values in its blanks."""
    if not parameters:
        return pack
    content = pack.content()
    known_ones = content.get("parameters", {})
    values = {name: value for name, value in parameters.items() if name in known_ones}
    content["parameters"] = {
        name: {**part, "value": values[name]} if name in values else part for name, part in known_ones.items()
    }
    return packs.pack_from_content(content)


@transaction.atomic
def load_content(
    content: Mapping[str, Any],
    *,
    by: Any,
    publish: bool = True,
    organization: Any = None,
    is_demo: bool = False,
    pack: Mapping[str, Any] | None = None,
    confirmed: Collection[str] = (),
) -> CommitmentVersion:
    """Make the next version of a commitment from the content of a pack; the present one when nothing differs.

    ``pack`` is what people wrote, kept beside it; ``confirmed`` are the clauses whose figures were confirmed. ``by``
    needs the permissions ``commitments.edit`` and, with ``publish``, ``commitments.publish``; ``None`` is the system
    itself. Raises ValidationError for content that the rules do not accept.
    """
    for permission in ("commitments.edit", *(["commitments.publish"] if publish else [])):
        if by is not None and not by.has_perm(permission):
            raise PermissionDenied(permission)
    try:
        body = read(content, number=1).commitment
    except ValueError as error:
        raise ValidationError(_("The pack cannot be used: %(error)s") % {"error": error}) from error
    commitment, _created = Commitment.objects.select_for_update().get_or_create(
        code=body.code,
        defaults={
            "name": body.name or body.code,
            "kind": body.kind,
            "organization": organization,
            "is_demo": is_demo,
        },
    )
    latest = commitment.versions.order_by("-number").first()
    same = latest is not None and latest.content == dict(content) and latest.pack in ({}, dict(pack or {}))
    if latest is not None and same and latest.state != "withdrawn":
        return publish_version(latest, by=by) if publish else latest
    if (commitment.name, commitment.kind) != (body.name or body.code, body.kind):
        commitment.name, commitment.kind = body.name or body.code, body.kind
        commitment.save(update_fields=["name", "kind"])
    number = (commitment.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = CommitmentVersion(
        commitment=commitment,
        number=number,
        content=dict(content),
        pack=dict(pack or {}),
        valid_from=body.valid_from or ALWAYS_VALID_FROM,
        valid_to=body.valid_to,
    )
    version.full_clean(exclude=["commitment"])
    version.save()
    ClauseConfirmation.objects.bulk_create(
        ClauseConfirmation(version=version, clause=clause, by=by) for clause in sorted(set(confirmed))
    )
    return publish_version(version, by=by) if publish else version


@transaction.atomic
def publish_version(version: CommitmentVersion, *, by: Any) -> CommitmentVersion:
    """Put a draft in force. From then on its content never changes."""
    if version.state != CommitmentVersion.State.DRAFT:
        return version
    version.state = CommitmentVersion.State.PUBLISHED
    version.published_at, version.published_by = timezone.now(), by
    version.save(update_fields=["state", "published_at", "published_by", "changed_at"])
    return version
