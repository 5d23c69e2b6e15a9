"""Making follow-ups: from what is owed to customers, and by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from jiannuo.office.documents.services import create_document
from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.followups.models import Caller, FollowUp, FollowUpKind
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.models import Obligation

HANDLE = "followups.handle"


def kind_for(obligation: Obligation) -> FollowUpKind | None:
    """The kind of follow-up that keeps an obligation, by the table; none for what is no follow-up."""
    if obligation.customer_id is None or obligation.creditor != "customer" or obligation.debtor == "customer":
        return None
    for kind in FollowUpKind.objects.filter(is_active=True):
        if obligation.metric not in kind.metrics:
            continue
        if kind.only_recurring and obligation.duty_id is None:
            continue
        if kind.events and obligation.event not in kind.events:
            continue
        return kind
    return None


@transaction.atomic
def from_obligation(obligation: Obligation, *, at: datetime | None = None) -> FollowUp | None:
    """The follow-up that keeps an obligation, made once; none where it is not one, or is not owed any more."""
    if not obligation.is_owed or FollowUp.objects.filter(obligation=obligation).exists():
        return None
    kind = kind_for(obligation)
    if kind is None or obligation.customer is None or not obligation.customer.is_active:
        return None
    at = at or timezone.now()
    earlier = source = None
    if obligation.document is not None:
        if obligation.document.kind == "followup":
            earlier = FollowUp.objects.select_related("source").get(pk=obligation.document_id)
            source = earlier.source
        else:
            source = obligation.document
    followup = make_now(
        kind,
        organization=obligation.organization,
        customer=obligation.customer,
        unit=obligation.unit or getattr(earlier, "unit", None) or _unit_of(source),
        obligation=obligation,
        source=source,
        follows=earlier,
        contact=earlier.contact if earlier is not None else None,
        purpose=obligation.text[:300],
        due_at=obligation.due_at or obligation.started_at,
        call_at=max(obligation.started_at, at),
        owner=obligation.person or caller_for(obligation.organization, kind, at),
        at=at,
        is_demo=obligation.is_demo,
    )
    if obligation.person_id is None and followup.owner is not None:
        obligations.entrust(obligation, followup.owner)
    return followup


@transaction.atomic
def make_followup(
    kind: FollowUpKind,
    customer: Any,
    *,
    by: Any,
    due_at: datetime,
    organization: Any = None,
    contact: Any = None,
    unit: Any = None,
    source: Any = None,
    follows: FollowUp | None = None,
    owner: Any = None,
    purpose: str = "",
    call_at: datetime | None = None,
    at: datetime | None = None,
    is_demo: bool = False,
) -> FollowUp:
    """A follow-up by hand. Raises PermissionDenied, or ValidationError (a due instant that has passed, say)."""
    at = at or timezone.now()
    organization = organization or (unit.organization if unit is not None else customer.organization)
    if by is not None and not by.has_perm(HANDLE, FollowUp(organization=organization)):
        raise PermissionDenied(HANDLE)
    if not customer.is_active:
        raise ValidationError({"customer": _("This customer is not active any more. Choose another.")})
    if due_at < at:
        raise ValidationError({"due_at": _("This time has passed. Choose one to come.")})
    if unit is not None and unit.customer_id not in (None, customer.pk):
        raise ValidationError(
            {"unit": _("This unit belongs to another customer. Choose one of this customer.")}
        )
    if follows is not None and follows.customer_id != customer.pk:
        raise ValidationError({"follows": _("That follow-up was with another customer.")})
    return make_now(
        kind,
        organization=organization,
        customer=customer,
        contact=contact,
        unit=unit,
        source=source or getattr(follows, "source", None),
        follows=follows,
        owner=owner or caller_for(organization, kind, at),
        purpose=purpose,
        due_at=due_at,
        call_at=call_at or at,
        at=at,
        by=by,
        is_demo=is_demo,
    )


def make_now(
    kind: FollowUpKind, *, at: datetime, call_at: datetime, customer: Any, by: Any = None, **fields: Any
) -> FollowUp:
    """A follow-up as given, to be tried from the first instant at which this customer may be called."""
    local = timezone.localtime(call_at)
    with override(settings.LANGUAGE_CODE):
        title = f"{kind} · {customer}"[:200]
    followup = FollowUp(
        followup_kind=kind,
        customer=customer,
        title=title,
        call_at=kind.hours_for(customer).next_from(local) or call_at,
        created_at=at,
        **fields,
    )
    return create_document(followup, by=by, text=followup.purpose)


def _unit_of(source: Any) -> Any:
    return getattr(source.specific(), "unit", None) if source is not None else None


def caller_for(organization: Any, kind: FollowUpKind, at: datetime) -> Any:
    """Who was named for such follow-ups there or nearest above it; somebody for the kind before somebody for all."""
    rows = Caller.objects.filter(organization__path__in=paths_upwards(organization)).select_related(
        "organization", "person", "substitute"
    )
    day = timezone.localdate(at)
    fitting = [one for one in rows if one.kind_id in (None, kind.pk)]
    fitting.sort(key=lambda one: (-one.organization.depth, one.kind_id is None))
    people = (one.on(day) for one in fitting)
    return next((person for person in people if person is not None and person.is_active), None)
