"""Pages about technicians."""

from __future__ import annotations

from jiannuo.operations.workforce.views.certificates import (
    CertificateList,
    certificate_edit,
    certificate_new,
    certificate_remove,
    kind_edit,
    kind_new,
    kinds,
)
from jiannuo.operations.workforce.views.pages import TechnicianList, create, detail, edit
from jiannuo.operations.workforce.views.parts import (
    absence_new,
    absence_remove,
    shift_remove,
    shifts_new,
    skill_new,
    skill_remove,
)
from jiannuo.operations.workforce.views.patterns import (
    PatternList,
    assignment_end,
    exception_new,
    pattern_assign,
    pattern_edit,
    pattern_new,
)

__all__ = [
    "CertificateList",
    "PatternList",
    "TechnicianList",
    "absence_new",
    "absence_remove",
    "assignment_end",
    "certificate_edit",
    "certificate_new",
    "certificate_remove",
    "create",
    "detail",
    "edit",
    "exception_new",
    "kind_edit",
    "kind_new",
    "kinds",
    "pattern_assign",
    "pattern_edit",
    "pattern_new",
    "shift_remove",
    "shifts_new",
    "skill_new",
    "skill_remove",
]
