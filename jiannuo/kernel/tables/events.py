"""News of lists."""

from __future__ import annotations

from dataclasses import dataclass

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class ExportFinished(Event):
    """A list made in the background can be fetched, or could not be made (``message`` says why)."""

    export_id: int
    owner_id: int
    title: str
    url: str
    message: str = ""
