"""The installation of a unit on its page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.operations.installations.queries import installations_for
from jiannuo.registry.installedbase.panels import Panel, panels

MOST = 5


def of_unit(unit: Any, user: Any) -> dict[str, Any] | None:
    """The projects that the unit is or was in, newest first; one query, nothing where there is none."""
    rows = installations_for(user).filter(pk__in=unit.installation_parts.values("installation"))
    found = list(rows.order_by("-pk")[:MOST])
    return {"projects": found} if found else None


panels.register(
    Panel(
        name="installations",
        title=_("Installation and acceptance"),
        template="installations/_of_unit.html",
        context=of_unit,
        permission="installations.view",
        order=30,
    )
)
