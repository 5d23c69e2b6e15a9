"""Where rooms above add to the page of a unit (warranty state, promises): ``panels.register(Panel(…))``."""

from __future__ import annotations

from jiannuo.registry.panels import Panel, Panels

__all__ = ["Panel", "panels"]

panels = Panels()
