"""Saving the rows that managers edit."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

PERMISSION = "planning.settings"


@transaction.atomic
def save_row(row: Any, *, by: Any) -> models.Model:
    """Check and save a row of its organisation. Raises PermissionDenied or ValidationError."""
    _refuse(row, by)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def remove_row(row: Any, *, by: Any) -> None:
    """Remove a row; what counts above the organisation counts again. Raises PermissionDenied."""
    _refuse(row, by)
    row.delete()


def _refuse(row: Any, by: Any) -> None:
    """A row counts for its organisation; one that is moved must be allowed on both sides."""
    before = type(row)._default_manager.filter(pk=row.pk).first() if row.pk else None
    for one in (row, before):
        if one is not None and not by.has_perm(PERMISSION, one):
            raise PermissionDenied(PERMISSION)
