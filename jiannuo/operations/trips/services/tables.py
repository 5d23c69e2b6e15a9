"""The tables that managers keep."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.operations.trips.models import ExpenseLimit, TripCause, TripRules, TripStep

Row = TypeVar("Row", ExpenseLimit, TripRules, TripStep)
RULES = "trips.rules"


@transaction.atomic
def save_row(row: Row, *, by: Any) -> Row:
    """Keep a line of the tables of an organisation. Raises PermissionDenied, ValidationError."""
    if not by.has_perm(RULES, row.organization):
        raise PermissionDenied(RULES)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def remove_row(row: Row, *, by: Any) -> None:
    """Take a line out. Raises PermissionDenied."""
    if not by.has_perm(RULES, row.organization):
        raise PermissionDenied(RULES)
    row.delete()


@transaction.atomic
def save_cause(cause: TripCause, *, by: Any) -> TripCause:
    """Keep a cause of trips, which all organisations share. Raises PermissionDenied, ValidationError."""
    if not by.has_perm(RULES):
        raise PermissionDenied(RULES)
    if not cause.active and not TripCause.objects.exclude(pk=cause.pk).filter(active=True).exists():
        raise ValidationError({"active": _("At least one cause must be in use.")})
    cause.full_clean()
    cause.save()
    return cause
