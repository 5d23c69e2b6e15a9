"""A receipt is read by whoever may see its trip."""

from __future__ import annotations

from typing import Any

from jiannuo.kernel.files.access import grant
from jiannuo.kernel.files.models import StoredFile
from jiannuo.operations.trips.models import BusinessTrip


@grant
def may_read_receipt(file: StoredFile, user: Any) -> bool:
    """Whether the file is the receipt of a trip that the person may see."""
    return bool(BusinessTrip.objects.visible_to(user).filter(expenses__receipt=file).exists())
