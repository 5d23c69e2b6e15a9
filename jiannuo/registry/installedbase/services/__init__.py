"""Every write to installed units."""

from __future__ import annotations

from jiannuo.registry.installedbase.services.changes import (
    change_owner,
    change_status,
    record_reading,
    replace_component,
)
from jiannuo.registry.installedbase.services.records import DuplicateSerial, register_unit, update_unit

__all__ = [
    "DuplicateSerial",
    "change_owner",
    "change_status",
    "record_reading",
    "register_unit",
    "replace_component",
    "update_unit",
]
