"""Files of the inbox are for those who may see the item. Recordings are heard at their own address, which notes it."""

from __future__ import annotations

from typing import Any

from jiannuo.kernel.files.access import grant
from jiannuo.kernel.files.models import StoredFile
from jiannuo.operations.channels.models import InboxItem


@grant
def belongs_to_a_visible_item(file: StoredFile, user: Any) -> bool:
    """Whether an inbox item that ``user`` may see holds ``file``."""
    return InboxItem.objects.visible_to(user).filter(files__file=file).exists()
