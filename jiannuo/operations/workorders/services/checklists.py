"""Giving an order a checklist of its own in place of that of its product."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.operations.workorders.models import OrderCheck, WorkOrder


@transaction.atomic
def set_checklist(order: WorkOrder, lines: Iterable[Any]) -> list[OrderCheck]:
    """Ask on ``order`` what ``lines`` say (text, kind, unit_of_measure, minimum, maximum, required), nothing else.

    Raises ValidationError once something was answered: what was recorded is not thrown away.
    """
    if order.checks.filter(recorded_at__isnull=False).exists():
        raise ValidationError(_("The checklist was begun already and cannot be changed."))
    order.checks.all().delete()
    return OrderCheck.objects.bulk_create(
        OrderCheck(
            order=order,
            position=position,
            text=line.text,
            kind=line.kind,
            unit=line.unit_of_measure,
            minimum=line.minimum,
            maximum=line.maximum,
            required=line.required,
        )
        for position, line in enumerate(lines)
    )
