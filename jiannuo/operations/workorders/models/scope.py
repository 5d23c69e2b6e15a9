"""Which work orders a person sees."""

from __future__ import annotations

from typing import Any

from jiannuo.office.documents.models import DocumentQuerySet

FIELD_ROLES = frozenset({"technician", "dealer_technician"})


class WorkOrderQuerySet(DocumentQuerySet):
    def visible_to(self, user: Any) -> WorkOrderQuerySet:
        """Orders in the person's scope; those who only do field work see the orders assigned to them."""
        rows = super().visible_to(user)
        if getattr(user, "is_authenticated", False) and user.roles and not (user.roles - FIELD_ROLES):
            rows = rows.filter(technician=user)
        return rows
