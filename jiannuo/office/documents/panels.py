"""What higher rooms show on every document page: promises plug their countdowns in here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jiannuo.office.documents.models import Document

Panel = Callable[[Document, Any], Mapping[str, Any]]
_panels: list[Panel] = []


def register(panel: Panel) -> Panel:
    """Add a function of (document, user) that gives context for the page of a document (usable as a decorator).

    It must take at most three queries, whatever the document holds: the page has a budget.
    """
    if panel not in _panels:
        _panels.append(panel)
    return panel


def context_for(document: Document, user: Any) -> dict[str, Any]:
    """The context that all panels give."""
    context: dict[str, Any] = {}
    for panel in _panels:
        context.update(panel(document, user))
    return context
