"""Dealers who turn away customers whom they owe service: found, reported to dealer management, decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import Document, TimelineEntry
from jiannuo.office.notices.services import notify
from jiannuo.office.organizations.models import Organization, OrganizationKind
from jiannuo.operations.desk import notices
from jiannuo.operations.desk.routing.models import PushBack
from jiannuo.operations.desk.routing.services import holders

DEALERS = (OrganizationKind.DEALER, OrganizationKind.STATION)
DECIDE = "pushbacks.decide"
State, Owed, Kind = PushBack.State, PushBack.Owed, PushBack.Kind


def why_owed(dealer: Organization, *, unit: Any, division: Any, at: datetime) -> str:
    """Why a dealer owes service at an instant: its area under a running agreement, its own sale, both, or nothing."""
    day = timezone.localdate(at)
    runs = (dealer.agreement_from is None or dealer.agreement_from <= day) and (
        dealer.agreement_to is None or day <= dealer.agreement_to
    )
    code = str(getattr(division, "pk", division) or "")
    area = runs and bool(code) and dealer.serves(code)
    sale = unit is not None and unit.dealer_id == dealer.pk
    if area and sale:
        return Owed.BOTH
    return Owed.AREA if area else Owed.SALE if sale else ""


@transaction.atomic
def report(
    kind: str,
    *,
    dealer: Organization,
    document: Document,
    reason: str,
    at: datetime,
    by: Any,
    occasion: str = "",
    is_accepted: bool = False,
) -> PushBack | None:
    """Report that a dealer turned a customer away, once for each occasion; None where it owes nothing, or may.

    ``document`` is the request or order; its unit, place and customer are the facts.
    """
    if dealer.kind not in DEALERS or is_accepted:
        return None
    owed = why_owed(
        dealer,
        unit=getattr(document, "unit", None),
        division=getattr(document, "division_id", None),
        at=at,
    )
    key = f"{kind}:{document.pk}:{dealer.pk}:{occasion}"[:80]
    if not owed or PushBack.objects.filter(key=key).exists():
        return None
    found = PushBack.objects.create(
        organization=dealer,
        document_id=document.pk,
        customer=getattr(document, "customer", None),
        kind=kind,
        owed=owed,
        reason=reason.strip()[:300],
        at=at,
        month=timezone.localdate(at).replace(day=1),
        by=by if getattr(by, "pk", None) else None,
        key=key,
    )
    context = {
        "dealer": dealer,
        "customer": found.customer or "",
        "reason": reason or found.get_kind_display(),
    }
    above = manager_of(dealer)
    notify(
        holders(Role.DEPARTMENT_MANAGER, above),
        notices.PUSHED_BACK,
        document=document,
        context=context,
        key=key,
    )
    return found


@transaction.atomic
def decide(push_back: PushBack, *, justified: bool, reason: str, by: Any) -> PushBack:
    """Say whether it was justified, and why. Raises PermissionDenied, ValidationError."""
    if not by.has_perm(DECIDE, manager_of(push_back.organization)):
        raise PermissionDenied(DECIDE)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    fresh = PushBack.objects.select_for_update().get(pk=push_back.pk)
    if fresh.state != State.OPEN:
        raise ValidationError(_("This was decided already: %(state)s.") % {"state": fresh.state_label})
    fresh.state = State.JUSTIFIED if justified else State.UNJUSTIFIED
    fresh.ruling, fresh.decided_by, fresh.decided_at = reason.strip()[:300], by, timezone.now()
    fresh.save()
    text = _("Push-back of %(dealer)s: %(state)s. %(reason)s") % {
        "dealer": fresh.organization,
        "state": fresh.state_label,
        "reason": fresh.ruling,
    }
    document = Document.objects.get(pk=fresh.document_id)
    documents.record(document, TimelineEntry.Kind.CHANGE, by=by, action="push_back", text=text)
    return fresh


def may_decide(push_back: PushBack, user: Any) -> bool:
    """Whether the person decides about this dealer; the dealer itself never does."""
    return push_back.state == State.OPEN and user.has_perm(DECIDE, manager_of(push_back.organization))


def manager_of(dealer: Organization) -> Organization:
    """The organisation that manages a dealer."""
    parent = Organization.objects.filter(path=dealer.path[: -Organization.steplen]).first()
    return parent or dealer


def employer_of(by: Any) -> Organization | None:
    """The dealer on whose behalf a person acts: the one that employs them."""
    employer = getattr(by, "organization", None)
    return employer if employer is not None and employer.kind in DEALERS else None
