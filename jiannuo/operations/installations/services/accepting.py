"""Acceptance, refusal, and taking an acceptance back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.files.services import store
from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE, Role
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.approvals import ask
from jiannuo.office.documents.models import Attachment, TimelineEntry
from jiannuo.operations.installations.events import Accepted
from jiannuo.operations.installations.models import Acceptance, Installation, InstallationUnit, Procedure
from jiannuo.operations.installations.services import promising
from jiannuo.operations.installations.services.recording import not_to_come
from jiannuo.operations.installations.services.remaining import add_remaining
from jiannuo.operations.workorders import consents
from jiannuo.operations.workorders.services.signing import kept_signature
from jiannuo.promises.obligations.happening import plan_unit
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.installedbase.services import update_unit

#: what the approval clauses call the correction of something signed
CORRECTION = "correction"
DATES = ("delivered_on", "installed_on", "accepted_on")


@transaction.atomic
def accept(
    installation: Installation,
    *,
    by: Any,
    parts: Sequence[InstallationUnit],
    signed_by: str,
    signature: Any = None,
    paper: Any = None,
    accepted_at: datetime | None = None,
    opinion: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Installation:
    """The customer accepts some or all units, by signing on the screen or on paper (``paper``: a photo).

    ``accepted_at`` is when the customer signed, ``at`` when that was recorded (both now, unless told).

    The files of the units get their dates, and what they were promised begins. Raises PermissionDenied,
    ActionNotAllowed, StaleDocument, and ValidationError for an instant before a stage was done, a missing name or
    signature, a unit that is accepted elsewhere, or a unit left out without anything being agreed about it.
    """
    installation = documents.lock(installation, version=version)
    recorded = not_to_come(at, "at")
    at = not_to_come(accepted_at or at, "accepted_at")
    left = _check_parts(installation, parts)
    _check_instant(installation, at)
    if not signed_by.strip():
        raise ValidationError({"signed_by": _("Enter the name of the person who signs.")})
    if signature is None and paper is None:
        raise ValidationError(
            {"signature": _("Let the customer sign in the box, or take a photo of the signed form.")}
        )
    installation = documents.perform(
        installation,
        "accept",
        by=by,
        data={"whole": not left, "accepted_at": at},
        at=recorded,
        text=_("%(name)s accepts: %(units)s") % {"name": signed_by.strip(), "units": _names(parts)},
    )
    record = _record(installation, by=by, at=at, signed_by=signed_by, signature=signature, paper=paper)
    record.opinion = opinion.strip()
    record.figures = promising.figures_at_acceptance(installation, at)
    record.units.set(parts)
    for part in parts:
        _date_unit(installation, part, at=at, by=by)
    record.begins = promising.accepted(installation, parts, at=at, by=by)
    record.save(update_fields=["opinion", "figures", "begins"])
    documents.record(
        installation,
        TimelineEntry.Kind.OBLIGATION,
        by=by,
        text=_("Begins with the acceptance: %(count)s covers and promises.") % {"count": len(record.begins)},
    )
    publish(Accepted(installation_id=installation.pk, at=at, acceptance_id=record.pk))
    return installation


def _names(parts: Sequence[InstallationUnit]) -> str:
    return "、".join(str(part.unit) for part in parts)


def _check_parts(installation: Installation, parts: Sequence[InstallationUnit]) -> list[InstallationUnit]:
    """The units that are left unaccepted."""
    if not parts:
        raise ValidationError({"parts": _("Choose the units that are accepted.")})
    keys = {part.pk for part in parts}
    own = {one.pk: one for one in installation.parts.select_related("unit")}
    for part in parts:
        fresh = own.get(part.pk)
        if fresh is None or fresh.accepted_at is not None or fresh.unit.accepted_on is not None:
            raise ValidationError({"parts": _("%(unit)s is accepted already.") % {"unit": part.unit}})
    left = [one for one in own.values() if one.pk not in keys and one.accepted_at is None]
    items = list(installation.remaining.filter(done_at__isnull=True))
    for one in left:
        if not any(item.part_id in (None, one.pk) for item in items):
            raise ValidationError(
                {
                    "parts": _("%(unit)s is left out: enter first what remains to be done and until when.")
                    % {"unit": one.unit}
                }
            )
    return left


def _check_instant(installation: Installation, at: datetime) -> None:
    """Nothing is accepted before it was there, ran and was handed over."""
    for name in ("arrived_at", "installed_at", "commissioned_at", "trial_ended_at"):
        done = getattr(installation, name)
        if done is not None and at < done.replace(second=0, microsecond=0):  # people write minutes
            label = str(installation._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            raise ValidationError(
                {
                    "accepted_at": _("This is before “%(stage)s” (%(at)s).")
                    % {"stage": label, "at": f"{timezone.localtime(done):%Y-%m-%d %H:%M}"}
                }
            )


def _record(
    installation: Installation,
    *,
    by: Any,
    at: datetime,
    signed_by: str,
    signature: Any,
    paper: Any,
    is_refusal: bool = False,
) -> Acceptance:
    drawn = kept_signature(signature, by=by) if signature is not None else None
    photo = store(paper, by=by, kinds=("image", "pdf")) if paper is not None else None
    for file, purpose in ((drawn, Attachment.Purpose.SIGNATURE), (photo, Attachment.Purpose.REPORT)):
        if file is not None:
            documents.attach(
                installation,
                file,
                by=by,
                purpose=purpose,
                caption=signed_by.strip()[:120],
                visible_to_customer=True,
            )
    return Acceptance.objects.create(
        installation=installation,
        round=installation.round,
        is_refusal=is_refusal,
        at=at,
        signed_by=signed_by.strip(),
        signature=drawn,
        paper=photo,
        by=by,
    )


def _date_unit(installation: Installation, part: InstallationUnit, *, at: datetime, by: Any) -> None:
    """Set the dates of the unit's file; they were kept for the case that the acceptance is taken back."""
    unit = part.unit
    part.before = {
        **{name: _iso(getattr(unit, name)) for name in DATES},
        "status": unit.status,
    }
    part.accepted_at = at
    part.save(update_fields=["before", "accepted_at"])
    installed = part.installed_at or installation.installed_at or installation.commissioned_at
    values: dict[str, Any] = {"accepted_on": timezone.localdate(at), "status": InstalledUnit.Status.IN_USE}
    if installation.arrived_at is not None:
        values["delivered_on"] = timezone.localdate(installation.arrived_at)
    if installed is not None:
        values["installed_on"] = timezone.localdate(installed)
    elif unit.installed_on is None:
        values["installed_on"] = timezone.localdate(at)
    part.unit = update_unit(unit, by=by, version=None, **values)


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value is not None else None


# Refusal


@transaction.atomic
def refused(
    installation: Installation,
    *,
    by: Any,
    at: datetime,
    signed_by: str,
    reasons: Sequence[str],
    due_on: date,
    paper: Any = None,
) -> None:
    """Keep the refusal, and owe that each of its reasons is mended until the day agreed."""
    record = _record(
        installation, by=by, at=at, signed_by=signed_by, signature=None, paper=paper, is_refusal=True
    )
    record.opinion = "\n".join(reasons)
    record.save(update_fields=["opinion"])
    for reason in reasons:
        add_remaining(installation, by=by, text=reason, due_on=due_on, from_refusal=True, at=at)


# Correction


def correctors(installation: Installation, *, at: datetime) -> list[str]:
    """The roles that agree to a correction, one after the other: as a clause says, else the table of the product.

    For somebody outside the house the department manager confirms that the consent is there.
    """
    named = promising.decided(installation, at).approvers(CORRECTION)
    roles = [
        who if "approvals.decide" in PERMISSIONS_BY_ROLE.get(who, ()) else consents.FOR_PARTIES
        for who in named
    ]
    if roles:
        return list(dict.fromkeys(str(role) for role in roles))
    part = installation.parts.select_related("unit__model__category").order_by("pk").first()
    procedure = Procedure.objects.for_model(part.unit.model) if part is not None else None
    return [procedure.correction_role if procedure is not None else Role.DEPARTMENT_MANAGER]


@transaction.atomic
def ask_to_correct(installation: Installation, *, by: Any, reason: str) -> None:
    """Ask those who decide it to take the acceptance back. Raises ValidationError where nobody else may agree."""
    ask(
        installation,
        _("Take the acceptance back"),
        correctors(installation, at=timezone.now()),
        by=by,
        reason=reason,
        on_approved="take_back",
        data={"reason": reason},
    )


def taken_back(installation: Installation, *, by: Any, at: datetime, data: Mapping[str, Any]) -> None:
    """Put the files of the units back to what they were; the acceptance stays readable, marked as taken back."""
    rows = installation.acceptances.filter(is_refusal=False, taken_back_at__isnull=True)
    rows.update(
        taken_back_at=at,
        taken_back_by=by if getattr(by, "pk", None) else None,
        taken_back_reason=str(data.get("reason", ""))[:200],
    )
    for part in installation.parts.select_related("unit").filter(accepted_at__isnull=False):
        before = part.before
        values: dict[str, Any] = {
            name: date.fromisoformat(before[name]) if before.get(name) else None for name in DATES
        }
        unit = update_unit(part.unit, by=by, version=None, status=before["status"], **values)
        plan_unit(
            InstalledUnit.objects.select_related(
                "organization", "customer", "model__category", "address", "dealer"
            ).get(pk=unit.pk)
        )
        part.accepted_at, part.before = None, {}
        part.save(update_fields=["accepted_at", "before"])
