"""Asking customers after a service, as the table of invitations says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.accounts.privacy import mask_phone
from jiannuo.office.documents.events import ServiceEnded
from jiannuo.office.documents.models import Document, TimelineEntry
from jiannuo.office.documents.services import record
from jiannuo.office.notices.services import tell_customer
from jiannuo.office.organizations.models import Organization
from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.surveys import notices
from jiannuo.operations.surveys.links import url_of
from jiannuo.operations.surveys.models import Edition, Invitation, InvitationRule
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.registry.customers.models import Customer, Phone
from jiannuo.registry.installedbase.models import InstalledUnit


@dataclass(frozen=True, slots=True)
class Service:
    """What a customer is asked about: ``document`` brought it about, or it is all of a month (``round``)."""

    organization: Any
    document_id: int | None = None
    unit: Any = None
    person_id: int | None = None
    phone: str = ""
    round: date | None = None
    is_demo: bool = False


def rules_for(organization: Any, event: str, job: str = "") -> list[InvitationRule]:
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


def is_drawn(rule: InvitationRule, key: object) -> bool:
    """Whether what ``key`` names is in the share that is asked: the same answer however often it is drawn."""
    digest = hashlib.sha256(f"{rule.questionnaire_id}:{key}".encode()).digest()
    return int.from_bytes(digest[:4]) % 100 < rule.share


@transaction.atomic
def invite_for_order(order_id: int, event: str, *, at: datetime) -> list[Invitation]:
    """Invite the customer of an order as the table says; nothing where it says nothing, or too soon again."""
    rows = WorkOrder.objects.select_related("organization", "unit__model", "technician")
    order = rows.filter(pk=order_id).first()
    if order is None or order.is_demo:
        return []
    drawn = [rule for rule in rules_for(order.organization, event, order.job) if is_drawn(rule, order.pk)]
    return ask(drawn, _of_order(order), customer_id=order.customer_id, at=at)


@transaction.atomic
def invite_for_document(news: ServiceEnded, event: str) -> list[Invitation]:
    """Invite who was served without a work order as the table says; nothing where it says nothing, or too soon."""
    document = Document.objects.filter(pk=news.document_id, is_demo=False).first()
    if document is None:
        return []
    service = Service(
        organization=Organization.objects.get(pk=news.organization_id),
        document_id=document.pk,
        unit=InstalledUnit.objects.select_related("model").filter(pk=news.unit_id).first(),
        person_id=news.person_id,
        phone=_phone_of(news.customer_id),
    )
    drawn = [rule for rule in rules_for(service.organization, event) if is_drawn(rule, document.pk)]
    return ask(drawn, service, customer_id=news.customer_id, at=news.at)


def _phone_of(customer_id: int) -> str:
    main = Phone.objects.filter(customer=customer_id).order_by("-is_primary", "pk").first()
    return main.number if main is not None else ""


def ask(
    rules: Iterable[InvitationRule], service: Service, *, customer_id: int, at: datetime
) -> list[Invitation]:
    """Invite by each of the lines and send the link, unless it is too late, or the customer was asked lately."""
    made = []
    for rule in rules:
        edition = rule.questionnaire.current
        if edition is None or at + timedelta(days=edition.link_days) <= timezone.now():
            continue  # without a version, or the news comes so late that the link would be over
        # Two services of a customer may end at once: the row of the customer is the lock.
        customer = Customer.objects.select_for_update(of=("self",)).get(pk=customer_id)
        since = at - timedelta(days=rule.interval_days)
        too_soon = Invitation.objects.filter(customer=customer, created_at__gt=since).exists()
        if too_soon or not customer.is_active:
            continue
        invitation = keep(service, edition, customer=customer, at=at)
        if invitation is not None:
            made.append(invitation)
            send(invitation, at=at)
    return made


def _of_order(order: WorkOrder) -> Service:
    return Service(
        organization=order.organization,
        document_id=order.pk,
        unit=order.unit,
        person_id=order.technician_id,
        phone=order.contact_phone,
        is_demo=order.is_demo,
    )


def invite(order: WorkOrder, edition: Edition, *, customer: Any, at: datetime) -> Invitation | None:
    """An invitation about an order, once for a questionnaire; ``None`` when there is one."""
    return keep(_of_order(order), edition, customer=customer, at=at)


def keep(service: Service, edition: Edition, *, customer: Any, at: datetime) -> Invitation | None:
    """An invitation about a service, once for a questionnaire, or once a month; ``None`` when there is one."""
    values: dict[str, Any] = {
        "organization": service.organization,
        "edition": edition,
        "customer": customer,
        "unit": service.unit,
        "model": service.unit.model if service.unit else None,
        "person_id": service.person_id,
        "phone": service.phone,
        "month": timezone.localdate(at).replace(day=1),
        "created_at": at,
        "expires_at": at + timedelta(days=edition.link_days),
        "is_demo": service.is_demo,
    }
    if service.round is not None:
        once: dict[str, Any] = {"customer": customer, "round": service.round}
        values["questionnaire"] = edition.questionnaire
    else:
        once = {"document_id": service.document_id, "questionnaire": edition.questionnaire}
    invitation, is_new = Invitation.objects.get_or_create(**once, defaults=values)
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
            "day": _day_of(invitation),
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


def _day_of(invitation: Invitation) -> str:
    """Which service is meant, for the customer: its day, or the month."""
    if invitation.round is not None:
        return f"{invitation.round:%Y-%m}"
    return f"{timezone.localdate(invitation.created_at):%Y-%m-%d}"
