"""Asking customers after a service, as the table of invitations says."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.accounts.privacy import mask_phone
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import record
from jiannuo.office.notices.services import tell_customer
from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.surveys import notices
from jiannuo.operations.surveys.links import url_of
from jiannuo.operations.surveys.models import Edition, Invitation, InvitationRule
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.registry.customers.models import Customer


def rules_for(organization: Any, event: str, job: str) -> list[InvitationRule]:
    """The lines of the nearest organisation upwards that says anything about the event; one query.

    A line for the kind of job goes before a line for any.
    """
    rows = InvitationRule.objects.filter(
        organization__path__in=paths_upwards(organization), event=event, is_active=True, job__in=["", job]
    )
    lines = list(rows.select_related("organization", "questionnaire"))
    if not lines:
        return []
    nearest = max(line.organization.path for line in lines)
    lines = [line for line in lines if line.organization.path == nearest]
    exact = [line for line in lines if line.job]
    return [line for line in (exact or lines) if line.questionnaire.is_active]


def is_drawn(rule: InvitationRule, document_id: int) -> bool:
    """Whether a document is in the share that is asked: the same answer however often the event is heard."""
    digest = hashlib.sha256(f"{rule.questionnaire_id}:{document_id}".encode()).digest()
    return int.from_bytes(digest[:4]) % 100 < rule.share


@transaction.atomic
def invite_for_order(order_id: int, event: str, *, at: datetime) -> list[Invitation]:
    """Invite the customer of an order as the table says; nothing where it says nothing, or too soon again."""
    rows = WorkOrder.objects.select_related("organization", "unit__model", "technician")
    order = rows.filter(pk=order_id).first()
    if order is None or order.is_demo:
        return []
    made = []
    for rule in rules_for(order.organization, event, order.job):
        edition = rule.questionnaire.current
        if edition is None or not is_drawn(rule, order.pk):
            continue
        if at + timedelta(days=edition.link_days) <= timezone.now():
            continue  # the news comes so late that the link would be over
        # Two orders of a customer may close at once: the row of the customer is the lock.
        customer = Customer.objects.select_for_update(of=("self",)).get(pk=order.customer_id)
        since = at - timedelta(days=rule.interval_days)
        too_soon = Invitation.objects.filter(customer=customer, created_at__gt=since).exists()
        if too_soon or not customer.is_active:
            continue
        invitation = invite(order, edition, customer=customer, at=at)
        if invitation is not None:
            made.append(invitation)
            send(invitation, at=at)
    return made


def invite(order: WorkOrder, edition: Edition, *, customer: Any, at: datetime) -> Invitation | None:
    """An invitation about an order, once for a questionnaire; ``None`` when there is one."""
    values: dict[str, Any] = {
        "organization": order.organization,
        "edition": edition,
        "customer": customer,
        "unit": order.unit,
        "model": order.unit.model if order.unit else None,
        "person": order.technician,
        "phone": order.contact_phone,
        "month": timezone.localdate(at).replace(day=1),
        "created_at": at,
        "expires_at": at + timedelta(days=edition.link_days),
        "is_demo": order.is_demo,
    }
    invitation, is_new = Invitation.objects.get_or_create(
        document_id=order.pk, questionnaire=edition.questionnaire, defaults=values
    )
    return invitation if is_new else None


@transaction.atomic
def send(invitation: Invitation, *, at: datetime) -> bool:
    """Send the link. What went out stands on the order without it: who reads the order must not answer.

    Whom no message reaches stays in the list of those to be called.
    """
    deliveries = tell_customer(
        notices.INVITATION,
        key=f"survey:{invitation.pk}",
        customer=invitation.customer,
        phone=invitation.phone,
        context={
            "firm": invitation.organization.name,
            "day": f"{timezone.localdate(invitation.created_at):%Y-%m-%d}",
            "url": url_of(invitation),
        },
    )
    if not deliveries:
        return False
    waiting = Invitation.objects.filter(pk=invitation.pk, state=Invitation.State.UNSENT)
    waiting.update(state=Invitation.State.SENT, sent_at=at)
    invitation.state, invitation.sent_at = Invitation.State.SENT, at
    if invitation.document is not None:
        whom = mask_phone(invitation.phone) or invitation.customer.name
        text = _("%(whom)s was asked to judge the service.") % {"whom": whom}
        record(invitation.document, TimelineEntry.Kind.MESSAGE, text=text, at=at)
    return True
