"""Permissions of the API are those of the role matrix; a view that names none is open to nobody."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission

from jiannuo.office.accounts.access import SIGNED_IN
from jiannuo.office.documents.models import Document


class RolePermission(BasePermission):
    """Asks the view for ``permission``, or for another one by method in ``permissions_by_action``."""

    def has_permission(self, request: Any, view: Any) -> bool:
        user = request.user
        if user is None or not user.is_authenticated:
            return False
        wanted = self._wanted(view)
        return wanted == SIGNED_IN or (bool(wanted) and user.has_perm(wanted))

    def has_object_permission(self, request: Any, view: Any, obj: Any) -> bool:
        wanted = self._wanted(view)
        if wanted == SIGNED_IN:
            return True
        reads = request.method in SAFE_METHODS
        if reads and isinstance(obj, Document) and obj.is_public_to(request.user):
            return True
        scoped = obj if hasattr(obj, "organization") else None
        return bool(wanted) and request.user.has_perm(wanted, scoped)

    def _wanted(self, view: Any) -> str:
        by_action: dict[str | None, str] = getattr(view, "permissions_by_action", {})
        return by_action.get(getattr(view, "action", None)) or str(getattr(view, "permission", ""))
