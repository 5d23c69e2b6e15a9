"""Files of articles are for those who may read the article."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from jiannuo.kernel.files.access import grant
from jiannuo.kernel.files.models import StoredFile
from jiannuo.operations.knowledge.queries import readable_by


@grant
def belongs_to_a_readable_article(file: StoredFile, user: Any) -> bool:
    """Whether ``file`` belongs to the version in force of an article that ``user`` may read."""
    if not user.has_perm("knowledge.view"):
        return False
    rows = readable_by(user).filter(
        attachments__file=file, attachments__entry__at__lte=F("published__published_at")
    )
    return rows.exists()
