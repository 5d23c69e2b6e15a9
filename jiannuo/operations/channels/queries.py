"""Reads of the channels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE
from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.channels.models import Call, InboxItem, InboxLine
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.registry.customers.phones import phone_or_none

RELATED = ("organization", "customer", "owner", "request")
CALL_RELATED = ("organization", "customer", "agent", "request")


def items_for(user: Any) -> QuerySet[InboxItem]:
    """What came in, in the scope of ``user``, with what lists show."""
    return InboxItem.objects.visible_to(user).select_related(*RELATED).defer("text")


def calls_for(user: Any) -> QuerySet[Call]:
    """Calls in the scope of ``user``, with what lists show."""
    return Call.objects.visible_to(user).select_related(*CALL_RELATED).defer("note", "result")


def people_with(permission: str, organization: Any) -> QuerySet[User]:
    """Active people who hold ``permission`` at an organisation or above it."""
    roles = [role for role, held in PERMISSIONS_BY_ROLE.items() if permission in held]
    held = RoleAssignment.objects.filter(role__in=roles, organization__path__in=paths_upwards(organization))
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name")


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
