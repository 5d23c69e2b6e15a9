"""Files of the inbox are for those who may see the item; recordings for those who may hear them."""

from __future__ import annotations

from typing import Any

from jiannuo.kernel.files.access import grant
from jiannuo.kernel.files.models import StoredFile
from jiannuo.operations.channels.models import Call, InboxItem


@grant
def belongs_to_a_visible_item(file: StoredFile, user: Any) -> bool:
    """Whether an inbox item that ``user`` may see holds ``file``."""
    return InboxItem.objects.visible_to(user).filter(files__file=file).exists()


@grant
def is_a_recording_to_hear(file: StoredFile, user: Any) -> bool:
    """Whether ``file`` records a call that ``user`` may see, and they may hear recordings there."""
    call = Call.objects.visible_to(user).select_related("organization").filter(recording=file).first()
    return call is not None and bool(user.has_perm("calls.listen", call))
