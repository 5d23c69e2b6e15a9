"""What managers keep: the rules, the pool of loaners, grades of models."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.operations.bench.models import BenchRules, LoanEquipment, ModelGrade


@transaction.atomic
def save_rules(rules: BenchRules, *, by: Any) -> BenchRules:
    """Keep the rules of an organisation. Raises PermissionDenied or ValidationError."""
    if not by.has_perm("bench.rules", rules.organization):
        raise PermissionDenied("bench.rules")
    rules.full_clean()
    rules.save()
    return rules


@transaction.atomic
def save_equipment(equipment: LoanEquipment, *, by: Any) -> LoanEquipment:
    """Keep a piece of the pool; one that is lent keeps its state. Raises PermissionDenied or ValidationError."""
    if not by.has_perm("loans.manage", equipment.organization):
        raise PermissionDenied("loans.manage")
    if equipment.pk:
        before = LoanEquipment.objects.select_for_update().get(pk=equipment.pk)
        out = before.state == LoanEquipment.State.LENT
        if out != (equipment.state == LoanEquipment.State.LENT):
            raise ValidationError({"state": _("Whether it is lent is decided by lending and taking back.")})
        if not by.has_perm("loans.manage", before.organization):
            raise PermissionDenied("loans.manage")
    elif equipment.state == LoanEquipment.State.LENT:
        raise ValidationError({"state": _("Whether it is lent is decided by lending and taking back.")})
    equipment.full_clean()
    equipment.save()
    return equipment


@transaction.atomic
def save_grade(row: ModelGrade, *, by: Any) -> ModelGrade:
    """Keep the grade of a model. Raises PermissionDenied or ValidationError."""
    if not by.has_perm("bench.rules"):
        raise PermissionDenied("bench.rules")
    row.full_clean()
    row.save()
    return row


def remove_grade(row: ModelGrade, *, by: Any) -> None:
    """Forget the grade of a model. Raises PermissionDenied."""
    if not by.has_perm("bench.rules"):
        raise PermissionDenied("bench.rules")
    row.delete()
