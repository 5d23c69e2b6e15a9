"""Who may read a stored file. Rooms grant; without a grant nobody reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jiannuo.kernel.files.models import StoredFile

Grant = Callable[[StoredFile, Any], bool]
_grants: list[Grant] = []


def grant(function: Grant) -> Grant:
    """Register a function that says whether a person may read a file (usable as a decorator)."""
    if function not in _grants:
        _grants.append(function)
    return function


def may_read(file: StoredFile, user: Any) -> bool:
    """Whether ``user`` may read ``file``: its uploader, or whom a room grants it."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return file.uploaded_by_id == user.pk or any(function(file, user) for function in _grants)
