"""Permissions from roles: ``user.has_perm("orders.dispatch", record)``."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend

from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE
from jiannuo.office.organizations.models import Organization


class RoleBackend(BaseBackend):
    """Grants what the role matrix grants, within the organisations where the role is held."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not user_obj.is_active or not user_obj.is_authenticated:
            return False
        if obj is None:
            return any(perm in PERMISSIONS_BY_ROLE.get(role, ()) for role in user_obj.roles)
        organization = obj if isinstance(obj, Organization) else getattr(obj, "organization", None)
        return organization is not None and self._holds_at(user_obj, perm, organization)

    def _holds_at(self, user: Any, perm: str, organization: Any) -> bool:
        if not hasattr(user, "_held_roles"):
            user._held_roles = list(user.role_assignments.values_list("role", "organization__path"))
        return any(
            perm in PERMISSIONS_BY_ROLE.get(role, ()) and organization.path.startswith(path)
            for role, path in user._held_roles
        )
