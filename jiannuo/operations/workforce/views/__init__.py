"""Pages about technicians."""

from __future__ import annotations

from jiannuo.operations.workforce.views.pages import TechnicianList, create, detail, edit
from jiannuo.operations.workforce.views.parts import (
    absence_new,
    absence_remove,
    shift_remove,
    shifts_new,
    skill_new,
    skill_remove,
)

__all__ = [
    "TechnicianList",
    "absence_new",
    "absence_remove",
    "create",
    "detail",
    "edit",
    "shift_remove",
    "shifts_new",
    "skill_new",
    "skill_remove",
]
