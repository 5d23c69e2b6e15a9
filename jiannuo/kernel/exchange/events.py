"""News of imports."""

from __future__ import annotations

from dataclasses import dataclass

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class ImportFinished(Event):
    """An import came to its end: ``done`` rows were imported, ``bad`` rows were not; ``failed`` when none were."""

    job_id: int
    user_id: int
    file_name: str
    url: str
    done: int
    bad: int
    failed: bool = False
