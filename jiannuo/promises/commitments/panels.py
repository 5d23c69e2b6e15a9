"""The warranty state on the page of a unit."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.promises.commitments.facts import facts_for
from jiannuo.promises.commitments.services import decide
from jiannuo.promises.commitments.showing import view_of
from jiannuo.registry.installedbase.panels import Panel, panels


def warranty(unit: Any, user: Any) -> dict[str, Any] | None:
    """What is covered today, until when and why; three queries."""
    facts = facts_for(unit=unit, customer=unit.customer, kind="repair")
    decision = decide(facts, timezone.now(), unit.organization)
    return {"decision": view_of(decision, unit.model_id)}


panels.register(
    Panel(
        name="warranty",
        title=_("Warranty and promises"),
        template="commitments/_decision_body.html",
        context=warranty,
        permission="commitments.view",
        order=10,
    )
)
