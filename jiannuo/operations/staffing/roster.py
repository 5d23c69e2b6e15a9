"""The roster of standby duties, as those who plan work read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from jiannuo.operations.staffing.models import StandbyDuty
from jiannuo.operations.workforce.standby import register


@register
def duties_between(technicians: Any, begins: datetime, ends: datetime) -> QuerySet[Any, Any]:
    """The duties in a span, each with the technician of its person."""
    rows = StandbyDuty.objects.filter(
        person__technician__in=technicians, starts_at__lt=ends, ends_at__gt=begins
    )
    return rows.annotate(technician_key=F("person__technician"))
