"""Sending customers the link with the windows of their order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents.models import DocumentLink, TimelineEntry
from jiannuo.office.documents.services import lock, record
from jiannuo.office.notices.services import reaches
from jiannuo.operations.appointments.events import LinkSent
from jiannuo.operations.appointments.models import AppointmentLink, AppointmentRule
from jiannuo.operations.appointments.services.booking import present_window, window_text
from jiannuo.operations.appointments.windows import offers, rule_for, subject_of
from jiannuo.operations.workorders.models import WorkOrder

#: how long a link is good, and how soon it is not sent again
LASTS = timedelta(days=30)
AGAIN = timedelta(minutes=10)
#: kinds of orders that nobody asks for: their customers are sent the link by the rule
PLANNED = (WorkOrder.Kind.MAINTENANCE, WorkOrder.Kind.INSPECTION, WorkOrder.Kind.INSTALLATION)
PORTION = 200


def may_send_link(order: WorkOrder, by: Any) -> bool:
    """Whether somebody may send the link: dispatchers, and agents who handle requests."""
    return bool(by.has_perm("orders.dispatch", order) or by.has_perm("requests.handle", order))


@transaction.atomic
def send_link(order: WorkOrder, *, by: Any = None) -> AppointmentLink:
    """Send the customer the link with the windows of the order; without ``by`` the rule does it.

    Raises PermissionDenied; ValidationError when there is nothing to choose (under way, agreed already, no window),
    when the customer cannot be reached, and when the link was sent just now.
    """
    order = lock(order)
    if by is not None and not may_send_link(order, by):
        raise PermissionDenied("orders.dispatch")
    now = timezone.now()
    _refuse(order, now)
    link = AppointmentLink.objects.create(
        organization_id=order.organization_id,
        order=order,
        sent_by=by,
        sent_at=now,
        expires_at=now + LASTS,
    )
    text = _("The customer was sent the link to choose when somebody comes")
    record(order, TimelineEntry.Kind.CHANGE, by=by, action="appointment_link", text=text)
    publish(LinkSent(link_id=link.pk))
    return link


def _refuse(order: WorkOrder, now: datetime) -> None:
    """Raises ValidationError when the link would lead to nothing, or nowhere."""
    subject = subject_of(order)
    if not subject.is_open:
        raise ValidationError(_("No appointment can be agreed now: the work is under way or settled."))
    present = present_window(subject)
    if present is not None:
        window = window_text(present.starts_at, present.ends_at)
        raise ValidationError(_("An appointment is agreed already: %(window)s") % {"window": window})
    if AppointmentLink.objects.filter(order=order.pk, sent_at__gt=now - AGAIN).exists():
        raise ValidationError(_("The link was sent a few minutes ago. Give the customer some time."))
    if not reaches(order.customer, phone=order.contact_phone):
        raise ValidationError(
            _(
                "The customer cannot be reached in writing. Enter an e-mail address, or agree the time on the phone."
            )
        )
    if not offers(subject, now):
        raise ValidationError(_("No window is free in the coming days: the customer could choose nothing."))


def invite_customers(now: datetime | None = None) -> int:
    """Send the link to customers of planned work that waits, where the rule says so, once for each order; how many.

    Work that is due only after the windows that are offered waits for its time.
    """
    now = now or timezone.now()
    rules = list(AppointmentRule.objects.filter(invite=True).select_related("organization"))
    if not rules:
        return 0
    sent = AppointmentLink.objects.filter(order=OuterRef("pk"))
    asked = DocumentLink.objects.filter(
        source=OuterRef("pk"), kind=DocumentLink.Kind.SERVES, target__servicerequest__isnull=False
    )
    furthest = now + timedelta(days=max(rule.days_ahead for rule in rules))
    orders = WorkOrder.objects.filter(
        ~Exists(sent),
        ~Exists(asked),
        Q(due_at__isnull=True) | Q(due_at__lte=furthest),
        kind="workorder",
        state=WorkOrder.State.READY,
        job__in=PLANNED,
    )
    known: dict[int, AppointmentRule | None] = {}
    count = 0
    for order in orders.select_related("organization", "customer").order_by("due_at", "pk")[:PORTION]:
        if order.organization_id not in known:
            known[order.organization_id] = rule_for(order.organization)
        rule = known[order.organization_id]
        if rule is None or not rule.invite:
            continue
        if order.due_at is None or order.due_at <= now + timedelta(days=rule.days_ahead):
            count += _invite(order)
    return count


def _invite(order: WorkOrder) -> int:
    """Send one link; what is in the way now is tried again later."""
    try:
        send_link(order)
    except ValidationError:
        return 0
    return 1
