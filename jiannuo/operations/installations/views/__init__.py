"""Pages of installation projects."""

from __future__ import annotations

from jiannuo.operations.installations.views.notices import NoticeList, NoticePage
from jiannuo.operations.installations.views.procedures import procedure_edit, procedure_new, procedures
from jiannuo.operations.installations.views.projects import InstallationList, InstallationPage, create
from jiannuo.operations.installations.views.steps import step

__all__ = [
    "InstallationList",
    "InstallationPage",
    "NoticeList",
    "NoticePage",
    "create",
    "procedure_edit",
    "procedure_new",
    "procedures",
    "step",
]
