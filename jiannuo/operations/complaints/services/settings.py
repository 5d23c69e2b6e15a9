"""Saving a row of a table that managers edit."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction


@transaction.atomic
def save_row(row: models.Model, *, by: Any) -> models.Model:
    """Check and save; raises PermissionDenied without ``complaints.rules``, ValidationError for what is wrong."""
    if not by.has_perm("complaints.rules"):
        raise PermissionDenied("complaints.rules")
    row.full_clean()
    row.save()
    return row
