"""Which work orders a person sees."""

from __future__ import annotations

from typing import Any

from django.db import models

from jiannuo.office.documents.models import DocumentQuerySet

FIELD_ROLES = frozenset({"technician", "dealer_technician"})
#: results of visits whose crew sees the order: still to come or going on, and done
CREW_SEES = ("", "done")


class WorkOrderQuerySet(DocumentQuerySet):
    def visible_to(self, user: Any) -> WorkOrderQuerySet:
        """Orders in the person's scope; those who only do field work see the orders that they do."""
        rows = super().visible_to(user)
        if getattr(user, "is_authenticated", False) and user.roles and not (user.roles - FIELD_ROLES):
            rows = rows.done_by(user)
        return rows

    def done_by(self, user: Any) -> WorkOrderQuerySet:
        """Orders that ``user`` answers for, or helps with as one of the crew."""
        helped = self.model._base_manager.filter(visits__crew=user, visits__result__in=CREW_SEES)
        return self.filter(models.Q(technician=user) | models.Q(pk__in=helped.values("pk")))
