"""Files of technicians and their skills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.kernel.regions.models import Division
from jiannuo.operations.workforce.models import Skill, Technician

FIELDS = ("organization", "areas", "home_latitude", "home_longitude", "daily_minutes", "active")


def require_edit(technician: Technician, by: Any) -> None:
    """Raise PermissionDenied unless ``by`` may change technicians of this organisation."""
    if not by.has_perm("workforce.edit", technician):
        raise PermissionDenied("workforce.edit")


@transaction.atomic
def save_technician(technician: Technician, data: Mapping[str, Any], *, by: Any) -> Technician:
    """Make or change the file of a technician.

    Raises PermissionDenied for another's organisation (the present and the new one), ValidationError for a person
    without the role, unknown division codes or half a home point.
    """
    if technician.pk:
        require_edit(technician, by)
    for name in FIELDS:
        if name in data:
            setattr(technician, name, data[name])
    require_edit(technician, by)
    check_divisions(technician.areas)
    if (technician.home_latitude is None) != (technician.home_longitude is None):
        raise ValidationError({"home_longitude": _("Give latitude and longitude together, or neither.")})
    if not technician.user.has_perm("orders.work"):
        raise ValidationError(
            {"user": _("%(person)s does not hold the role of a technician.") % {"person": technician.user}}
        )
    technician.full_clean()
    technician.save()
    return technician


def check_divisions(codes: Sequence[str]) -> None:
    """Raise ValidationError that names every code that is no administrative division."""
    known = set(Division.objects.filter(pk__in=codes).values_list("pk", flat=True))
    unknown = [code for code in codes if code not in known]
    if unknown:
        text = _("No such administrative division: %(codes)s. Enter codes such as 330106.")
        raise ValidationError({"areas": text % {"codes": "、".join(unknown)}})


@transaction.atomic
def set_skill(
    technician: Technician,
    category: Any,
    level: int,
    *,
    by: Any,
    certificate: str = "",
    expires_on: date | None = None,
) -> Skill:
    """Say what a technician can repair and how well (1–5); a skill for the same category is replaced."""
    require_edit(technician, by)
    skill = Skill.objects.filter(technician=technician, category=category).first() or Skill(
        technician=technician, category=category
    )
    skill.level, skill.certificate, skill.expires_on = level, certificate.strip(), expires_on
    skill.full_clean()
    skill.save()
    return skill


@transaction.atomic
def remove_skill(skill: Skill, *, by: Any) -> None:
    """Take a skill away."""
    require_edit(skill.technician, by)
    skill.delete()
