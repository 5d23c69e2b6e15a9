"""Every write about technicians."""

from __future__ import annotations

from jiannuo.operations.workforce.services.certificates import (
    remind_of_certificates,
    remove_certificate,
    save_certificate,
    save_kind,
)
from jiannuo.operations.workforce.services.patterns import (
    PatternDayPlan,
    assign_pattern,
    end_assignment,
    make_shifts,
    save_exception,
    save_pattern,
)
from jiannuo.operations.workforce.services.people import remove_skill, save_technician, set_skill
from jiannuo.operations.workforce.services.times import (
    ShiftPlan,
    add_absence,
    add_shifts,
    remove_absence,
    remove_shift,
)

__all__ = [
    "PatternDayPlan",
    "ShiftPlan",
    "add_absence",
    "add_shifts",
    "assign_pattern",
    "end_assignment",
    "make_shifts",
    "remind_of_certificates",
    "remove_absence",
    "remove_certificate",
    "remove_shift",
    "remove_skill",
    "save_certificate",
    "save_exception",
    "save_kind",
    "save_pattern",
    "save_technician",
    "set_skill",
]
