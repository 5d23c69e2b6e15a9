"""The copy of a certificate is read by its holder and by whoever may see the file of the technician."""

from __future__ import annotations

from typing import Any

from jiannuo.kernel.files.access import grant
from jiannuo.kernel.files.models import StoredFile
from jiannuo.operations.workforce.models import Certificate, Technician


@grant
def may_read_certificate(file: StoredFile, user: Any) -> bool:
    """Whether the file is a copy in the own file, or in one that the person may see."""
    rows = Certificate.objects.filter(copy=file)
    if rows.filter(technician__user=user).exists():
        return True
    if not user.has_perm("workforce.view"):
        return False
    return rows.filter(technician__in=Technician.objects.visible_to(user)).exists()
