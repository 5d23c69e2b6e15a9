"""Reads of the channels."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Left, NullIf

from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE, Role
from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.channels.models import Call, InboxItem, InboxLine
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.promises.obligations.recipients import acting, unique
from jiannuo.registry.customers.phones import phone_or_none

#: who shall take what came in and is nobody's
TAKERS = (Role.SERVICE_AGENT, Role.DISPATCHER, Role.DEALER_CLERK)

RELATED = ("organization", "customer", "owner", "request")
CALL_RELATED = ("organization", "customer", "agent", "request")


def items_for(user: Any) -> QuerySet[InboxItem]:
    """What came in, in the scope of ``user``, with what lists show."""
    return InboxItem.objects.visible_to(user).select_related(*RELATED).defer("text")


def listed(rows: QuerySet[InboxItem]) -> QuerySet[InboxItem]:
    """Items with their first words, without reading the whole texts."""
    return rows.annotate(
        listed_title=Coalesce(NullIf(F("subject"), Value("")), Left("text", 60), output_field=CharField())
    )


def calls_for(user: Any) -> QuerySet[Call]:
    """Calls in the scope of ``user``, with what lists show."""
    return Call.objects.visible_to(user).select_related(*CALL_RELATED).defer("note", "result")


def people_with(permission: str, organization: Any) -> QuerySet[User]:
    """Active people who hold ``permission`` at an organisation or above it."""
    roles = [role for role, held in PERMISSIONS_BY_ROLE.items() if permission in held]
    held = RoleAssignment.objects.filter(role__in=roles, organization__path__in=paths_upwards(organization))
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name")


def takers(organization: Any, now: datetime | None = None) -> list[Any]:
    """Who shall take what came in for an organisation: its agents, dispatchers and dealer clerks who are here.

    Where it has none, those of the nearest organisation above it that has.
    """
    rows = RoleAssignment.objects.filter(role__in=TAKERS, organization__path__in=paths_upwards(organization))
    nearest: dict[int, list[Any]] = {}
    for row in rows.select_related("user__deputy", "organization").order_by("user_id"):
        if (person := acting(row.user, now)) is not None:
            nearest.setdefault(row.organization.depth, []).append(person)
    return unique(nearest[max(nearest)]) if nearest else []


def waiting_for(user: Any) -> QuerySet[InboxItem]:
    """What ``user`` shall see to, what is due first before the rest: the own items, and for takers nobody's."""
    mine = Q(owner=user.pk)
    if user.has_role(*TAKERS):
        mine |= Q(owner=None)
    rows = listed(items_for(user)).filter(mine, state__in=InboxItem.OPEN_STATES)
    return rows.order_by(F("due_at").asc(nulls_last=True), "pk")


def lines_of(item: InboxItem) -> list[InboxLine]:
    """The history of an item, oldest first, with who did it and the files of each line. Two queries."""
    rows = item.lines.select_related("by", "to").prefetch_related("files__file")
    return list(rows.order_by("at", "pk"))


def same_number(number: str) -> str:
    """A number as it is kept: E.164 where it is one, else its digits as they came."""
    return phone_or_none(number) or "".join(number.split())[:32]


def requests_to_attach(user: Any, item: InboxItem) -> QuerySet[ServiceRequest]:
    """Open requests of the item's customer, to one of which it may belong."""
    rows = ServiceRequest.objects.visible_to(user).filter(state__in=ServiceRequest.OPEN_STATES)
    if item.customer_id is None:
        return rows.none()
    return rows.filter(customer=item.customer_id).select_related("unit__model").order_by("-pk")


def open_call_backs(organization: Any, numbers: Iterable[str]) -> QuerySet[InboxItem]:
    """Open tasks to call one of ``numbers`` back."""
    wanted = [one for one in numbers if one]
    return InboxItem.objects.filter(
        Q(kind=InboxItem.Kind.CALL_BACK, state__in=InboxItem.OPEN_STATES),
        organization=organization,
        sender_phone__in=wanted,
    )
