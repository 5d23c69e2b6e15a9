"""What the effects of an action are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiannuo.operations.workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class Step:
    """An action that was done: the order as it is now and as it was ``before``, who did it, when, with what data."""

    order: WorkOrder
    before: WorkOrder
    by: Any
    at: datetime
    data: Mapping[str, Any]

    @property
    def reason(self) -> str:
        return str(self.data.get("reason") or "")
