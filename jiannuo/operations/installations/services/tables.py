"""Saving the procedures that managers edit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.operations.installations.models import Procedure, ProcedureItem


@transaction.atomic
def save_procedure(row: Procedure, items: Sequence[ProcedureItem], *, by: Any) -> Procedure:
    """Check and save a procedure with all its lines; running projects keep theirs.

    Raises PermissionDenied without ``installations.rules``, ValidationError for what is wrong.
    """
    if not by.has_perm("installations.rules"):
        raise PermissionDenied("installations.rules")
    if row.model is not None:
        row.category = row.model.category
    row.full_clean()
    if not row.needed():
        raise ValidationError(_("Name at least one stage."))
    row.save()
    kept = [item.pk for item in items if item.pk]
    row.items.exclude(pk__in=kept).delete()
    for position, item in enumerate(items):
        item.procedure, item.position = row, position
        item.full_clean()
        item.save()
    return row
