"""Search over every record that a room registers in its ``search.py``."""

from __future__ import annotations

from jiannuo.kernel.search.sources import Entry, SearchSource, register

__all__ = ["Entry", "SearchSource", "register"]
