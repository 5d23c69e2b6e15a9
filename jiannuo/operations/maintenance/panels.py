"""What maintenance shows on the page of a unit."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.operations.maintenance.models import Finding, PlannedJob
from jiannuo.registry.installedbase.panels import Panel, panels


def maintenance(unit: Any, user: Any) -> dict[str, Any] | None:
    """The next planned jobs and the open findings of a unit, and the way to its measured values; two queries."""
    jobs = PlannedJob.objects.visible_to(user).filter(unit=unit, state__in=PlannedJob.OPEN_STATES)
    findings = Finding.objects.visible_to(user).filter(unit=unit, state__in=Finding.OPEN_STATES)
    return {
        "unit": unit,
        "jobs": list(jobs.select_related("plan", "order").order_by("due_on")[:5]),
        "findings": list(findings.order_by("-pk")[:5]),
    }


panels.register(
    Panel(
        name="maintenance",
        title=_("Maintenance and inspection"),
        template="maintenance/_unit.html",
        context=maintenance,
        permission="maintenance.view",
        order=60,
    )
)
