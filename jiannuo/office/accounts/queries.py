"""Reading people."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.organizations.models import Organization


def people_for(user: Any) -> QuerySet[User]:
    """The people whom ``user`` may see, with employer and roles."""
    rows: QuerySet[User] = User.objects.visible_to(user)
    return rows.select_related("organization").prefetch_related("role_assignments__organization")


def organizations_ruled_by(user: Any) -> QuerySet[Organization]:
    """The active organisations where ``user`` may change people."""
    from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE

    roles = [role for role, held in PERMISSIONS_BY_ROLE.items() if "accounts.edit" in held]
    paths = RoleAssignment.objects.filter(user=user, role__in=roles).values_list(
        "organization__path", flat=True
    )
    rows = Organization.objects.filter(active=True)
    chosen = Organization.objects.none()
    for path in set(paths):
        chosen = chosen | rows.filter(path__startswith=path)
    return chosen


def possible_deputies(person: User) -> QuerySet[User]:
    """Who may stand in for ``person``: active colleagues of the organisations that they see, and of their own."""
    if not person.paths_where():
        # Customers, and people without a role yet, have no colleagues here.
        return User.objects.none()
    rows = User.objects.filter(is_active=True, role_assignments__isnull=False).exclude(pk=person.pk)
    rows = rows.exclude(role_assignments__role="customer")
    return (
        (rows.visible_to(person) | rows.filter(organization=person.organization)).distinct().order_by("name")
    )
