"""Permissions from roles: ``user.has_perm("orders.dispatch", record)``."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE
from jiannuo.office.organizations.models import Organization


class RoleBackend:
    """Grants what the role matrix grants, within the organisations where the role is held, and nothing else.

    It signs nobody in and hence finds no user: that is the business of the other backends.
    """

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Whether a role of the person holds ``perm``: anywhere, or at the organisation of ``obj`` or above it.

        Raises PermissionDenied instead of answering no: that is Django's way to spare the other backends, whose
        groups and permissions are not used here, their questions to the database.
        """
        if not user_obj.is_active or not user_obj.is_authenticated or not self._holds(user_obj, perm, obj):
            raise PermissionDenied(perm)
        return True

    def _holds(self, user: Any, perm: str, obj: Any) -> bool:
        held = (path for role, path in user.held_roles if perm in PERMISSIONS_BY_ROLE.get(role, ()))
        if obj is None:
            return any(True for _path in held)
        organization = obj if isinstance(obj, Organization) else getattr(obj, "organization", None)
        return organization is not None and any(organization.path.startswith(path) for path in held)
