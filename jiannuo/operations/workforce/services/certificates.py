"""Certificates: kept, needed for work, and remembered before they end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from jiannuo.kernel.files.services import store
from jiannuo.office.notices.services import notify
from jiannuo.operations.workforce import notices
from jiannuo.operations.workforce.models import Certificate, CertificateKind, Technician
from jiannuo.operations.workforce.services.people import require_edit
from jiannuo.promises.obligations.recipients import Recipients

REMINDED_ROLES = ("dispatcher", "department_manager")


@transaction.atomic
def save_certificate(
    certificate: Certificate,
    *,
    kind: CertificateKind,
    number: str,
    issued_on: date | None = None,
    expires_on: date | None = None,
    copy: Any = None,
    by: Any,
) -> Certificate:
    """Keep a certificate of a technician, with an uploaded ``copy`` (picture or PDF) if there is one.

    Raises PermissionDenied; ValidationError for dates the wrong way round, a number twice, or a file of another kind.
    """
    require_edit(certificate.technician, by)
    certificate.kind, certificate.number = kind, number.strip()
    certificate.issued_on, certificate.expires_on = issued_on, expires_on
    if copy is not None:
        certificate.copy = store(copy, by=by, kinds=("image", "pdf"))
    certificate.full_clean()
    certificate.save()
    return certificate


@transaction.atomic
def remove_certificate(certificate: Certificate, *, by: Any) -> None:
    """Take a certificate out of the file."""
    require_edit(certificate.technician, by)
    certificate.delete()


@transaction.atomic
def save_kind(
    kind: CertificateKind,
    *,
    name: str,
    remind_days: int,
    categories: Sequence[Any],
    by: Any,
    code: str = "",
) -> CertificateKind:
    """Make or change a kind of certificate and what it is needed for: products, and clauses that name its ``code``.

    Raises PermissionDenied, ValidationError.
    """
    if not by.has_perm("workforce.rules"):
        raise PermissionDenied("workforce.rules")
    kind.name, kind.remind_days, kind.code = name.strip(), remind_days, code
    kind.full_clean()
    kind.save()
    kind.categories.set(categories)
    return kind


def remind_of_certificates(today: date | None = None) -> int:
    """Tell holders and their office of certificates that end soon, once for each end; how many."""
    today = today or timezone.localdate()
    told = 0
    for days, pks in _ending(today).items():
        rows = Certificate.objects.filter(
            kind__in=pks, technician__active=True, expires_on__lte=today + timedelta(days=days)
        ).exclude(reminded_for=F("expires_on"))
        rows = rows.select_related("kind", "technician__user", "technician__organization")
        told += sum(_remind(one) for one in rows[:500])
    return told


def _ending(today: date) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for pk, days in CertificateKind.objects.values_list("pk", "remind_days"):
        found.setdefault(days, []).append(pk)
    return found


@transaction.atomic
def _remind(certificate: Certificate) -> int:
    fresh = Certificate.objects.filter(pk=certificate.pk, expires_on=certificate.expires_on)
    fresh = fresh.filter(Q(reminded_for__isnull=True) | ~Q(reminded_for=certificate.expires_on))
    if not fresh.update(reminded_for=certificate.expires_on) or certificate.expires_on is None:
        return 0
    technician: Technician = certificate.technician
    nearest = Recipients()
    office = [person for role in REMINDED_ROLES for person in nearest.holding(role, technician.organization)]
    context = {
        "person": technician.user.name,
        "kind": certificate.kind.name,
        "certificate": certificate.number,
        "day": certificate.expires_on.isoformat(),
    }
    key = f"workforce.certificate:{certificate.pk}:{certificate.expires_on}"
    notify([technician.user], notices.CERTIFICATE_ENDS, context=context, key=key, url="/workforce/me/")
    notify(office, notices.CERTIFICATE_ENDS, context=context, key=key, url=f"/workforce/{technician.pk}/")
    return 1
