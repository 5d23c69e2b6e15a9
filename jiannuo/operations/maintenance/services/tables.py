"""Keeping the tables that managers edit."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.operations.maintenance.models import (
    Checklist,
    ChecklistLine,
    MaintenanceSettings,
    Season,
)

RULES = "maintenance.rules"


@transaction.atomic
def save_season(season: Season, *, by: Any) -> Season:
    """Keep a season; raises ValidationError for one that ends before it begins."""
    _allowed(by, None)
    season.full_clean()
    season.save()
    return season


@transaction.atomic
def save_checklist(checklist: Checklist, *, by: Any) -> Checklist:
    """Keep a checklist. Raises PermissionDenied unless ``by`` keeps those of its organisation."""
    _allowed(by, checklist)
    checklist.full_clean()
    checklist.save()
    return checklist


@transaction.atomic
def save_line(line: ChecklistLine, *, by: Any) -> ChecklistLine:
    """Keep a line of a checklist; rounds and orders under way keep what they asked.

    Raises ValidationError for limits that contradict each other, or on what is not measured.
    """
    _allowed(by, line.checklist)
    if line.kind != ChecklistLine.Kind.NUMBER:
        if line.minimum is not None or line.maximum is not None:
            raise ValidationError({"kind": _("Only a measured value has limits.")})
        line.unit_of_measure = ""
    line.full_clean()
    line.save()
    return line


@transaction.atomic
def remove_line(line: ChecklistLine, *, by: Any) -> None:
    """Take a line off its checklist."""
    _allowed(by, line.checklist)
    line.delete()


@transaction.atomic
def save_settings(settings: MaintenanceSettings, *, by: Any) -> MaintenanceSettings:
    """Keep the one row of settings."""
    _allowed(by, None)
    settings.pk = 1
    settings.full_clean(exclude=["id"])
    settings.save()
    return settings


def _allowed(by: Any, record: Any) -> None:
    if by is not None and not by.has_perm(RULES, record):
        raise PermissionDenied(RULES)
