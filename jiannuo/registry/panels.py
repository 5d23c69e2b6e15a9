"""Places on a page of the registry that rooms above fill: the warranty state of a unit, the promises to a customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True, slots=True)
class Panel:
    """A card on the page of a record.

    ``context(record, user)`` gives what ``template`` shows, or None to leave the panel out; ``permission`` is a name
    of the role matrix. Keep it to a few queries: the page has a budget.
    """

    name: str
    title: Any
    template: str
    context: Callable[[Any, Any], dict[str, Any] | None]
    permission: str = ""
    order: int = 50
    icon: str = ""


@dataclass(frozen=True, slots=True)
class ShownPanel:
    """A panel filled for one record."""

    name: str
    title: str
    html: SafeString


class Panels:
    """The panels of one kind of page."""

    def __init__(self) -> None:
        self._panels: dict[str, Panel] = {}

    def register(self, panel: Panel) -> Panel:
        """Add a panel; one of the same name is replaced."""
        self._panels[panel.name] = panel
        return panel

    def remove(self, name: str) -> None:
        """Take a panel away."""
        self._panels.pop(name, None)

    def allowed(self, user: Any) -> list[Panel]:
        """The panels that ``user`` may see, in order, not filled yet."""
        seen = [one for one in self._panels.values() if not one.permission or user.has_perm(one.permission)]
        return sorted(seen, key=lambda panel: (panel.order, panel.name))

    def shown(self, record: Any, request: HttpRequest) -> list[ShownPanel]:
        """The panels that the person may see, filled."""
        user: Any = request.user
        found = []
        for panel in self.allowed(user):
            context = panel.context(record, user)
            if context is not None:
                html = render_to_string(panel.template, context, request=request)
                found.append(ShownPanel(panel.name, str(panel.title), mark_safe(html)))  # noqa: S308 - own template
        return found
