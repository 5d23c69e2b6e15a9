"""The card of a unit on its page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.operations.cards.models import UnitStanding
from jiannuo.registry.installedbase.panels import Panel, panels


def registration(unit: Any, user: Any) -> dict[str, Any] | None:
    """Whether guarantee service for the unit is recognised, and why; one query, nothing where no card is asked for."""
    standing = UnitStanding.objects.filter(unit=unit).select_related("card").first()
    return {"standing": standing} if standing is not None else None


panels.register(
    Panel(
        name="registration",
        title=_("Registration card"),
        template="cards/_unit.html",
        context=registration,
        permission="cards.view",
        order=15,
    )
)
