"""The monthly survey: who had a service in the month before is asked once, a share of them or all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from jiannuo.kernel.months import months_before, next_month
from jiannuo.operations.surveys.models import Invitation, InvitationRule
from jiannuo.operations.surveys.services.inviting import Service, ask, is_drawn
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.registry.customers.models import Customer

#: on which days of a month, and at which hours, customers are asked about the month before
LAST_DAY = 7
FROM, UNTIL = time(9), time(20)
#: how many one run asks; the next runs go on
MOST_AT_ONCE = 500


def invite_for_month(at: datetime) -> int:
    """Ask about the month before, where the table says so; returns how many were asked. Runs again do nothing twice.

    Asked are customers in use who agree to messages, not in the hours in which they must not be called (a later
    run asks them then), not too soon after another invitation, and each once a month.
    """
    local = timezone.localtime(at)
    if local.day > LAST_DAY or not FROM <= local.time() < UNTIL:
        return 0
    about = months_before(local.date().replace(day=1), 1)
    rows = InvitationRule.objects.filter(event=InvitationRule.Event.MONTHLY, is_active=True)
    lines = list(rows.select_related("organization", "questionnaire"))
    if not lines:
        return 0
    made = 0
    for customer_id, orders in _services(lines, about, local.time()).items():
        made += _invite(lines, customer_id, orders, about, at)
        if made >= MOST_AT_ONCE:
            break
    return made


def _services(lines: Iterable[InvitationRule], about: date, clock: time) -> dict[int, list[dict[str, Any]]]:
    """The orders signed in a month by customer, the latest first, of those who may be asked now; one query."""
    reach = reduce(or_, (Q(organization__path__startswith=line.organization.path) for line in lines))
    asked = Invitation.objects.filter(customer=OuterRef("customer"), round=about)
    rows = (
        WorkOrder.objects.filter(reach, is_demo=False, signed_at__gte=_begin(about))
        .filter(signed_at__lt=_begin(next_month(about)))
        .exclude(state="cancelled")
        .filter(customer__in=Customer.objects.active().filter(consent_messages=True))
        .exclude(Exists(asked))
        .order_by("customer", "-signed_at", "-pk")
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    hours = ("customer__do_not_call_from", "customer__do_not_call_to")
    for row in rows.values("pk", "customer", "organization__path", "technician", "unit", *hours):
        if not _is_quiet(row[hours[0]], row[hours[1]], clock):
            found[row["customer"]].append(row)
    return found


def _begin(month: date) -> datetime:
    return timezone.make_aware(datetime.combine(month, time.min))


def _is_quiet(begin: time | None, end: time | None, clock: time) -> bool:
    """Whether a customer must not be called at ``clock``; the hours may go over midnight."""
    if begin is None or end is None:
        return False
    return begin <= clock < end if begin <= end else clock >= begin or clock < end


@transaction.atomic
def _invite(
    lines: Iterable[InvitationRule],
    customer_id: int,
    orders: list[dict[str, Any]],
    about: date,
    at: datetime,
) -> int:
    """Ask a customer by the lines for their latest order; who served them and the unit only where it is one."""
    rules = nearest_lines(lines, orders[0]["organization__path"])
    drawn = [rule for rule in rules if is_drawn(rule, f"{customer_id}:{about:%Y-%m}")]
    if not drawn:
        return 0
    order = WorkOrder.objects.select_related("organization", "unit__model").get(pk=orders[0]["pk"])
    service = Service(
        organization=order.organization,
        unit=order.unit if len({row["unit"] for row in orders}) == 1 else None,
        person_id=order.technician_id if len({row["technician"] for row in orders}) == 1 else None,
        phone=order.contact_phone,
        round=about,
    )
    return len(ask(drawn[:1], service, customer_id=customer_id, at=at))


def nearest_lines(lines: Iterable[InvitationRule], path: str) -> list[InvitationRule]:
    """Of ``lines`` those of the organisation nearest to ``path`` upwards, whose questionnaire is in use."""
    above = [line for line in lines if path.startswith(line.organization.path)]
    nearest = max((line.organization.path for line in above), default="")
    return [line for line in above if line.organization.path == nearest and line.questionnaire.is_active]
