"""Where rooms above add to the page of a customer: ``panels.register(Panel(…))`` when their app is ready."""

from __future__ import annotations

from jiannuo.registry.panels import Panel, Panels

__all__ = ["Panel", "panels"]

panels = Panels()
