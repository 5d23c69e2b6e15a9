"""Files that prove something are for those who may see the obligation."""

from __future__ import annotations

from typing import Any

from jiannuo.kernel.files.access import grant
from jiannuo.kernel.files.models import StoredFile
from jiannuo.promises.obligations.models import ObligationEvidence
from jiannuo.promises.obligations.queries import visible_to


@grant
def proves_a_visible_obligation(file: StoredFile, user: Any) -> bool:
    """Whether ``file`` is evidence of an obligation that ``user`` may see."""
    if not user.has_perm("obligations.view"):
        return False
    shown = ObligationEvidence.objects.filter(file=file).values("obligation")
    return visible_to(user).filter(pk__in=shown).exists()
