"""Files of articles are for those who may read the article."""

from __future__ import annotations

from typing import Any

from jiannuo.kernel.files.access import grant
from jiannuo.kernel.files.models import StoredFile
from jiannuo.operations.knowledge.queries import readable_by


@grant
def belongs_to_a_readable_article(file: StoredFile, user: Any) -> bool:
    """Whether ``file`` hangs on a published article that ``user`` may read."""
    return bool(user.has_perm("knowledge.view")) and readable_by(user).filter(attachments__file=file).exists()
