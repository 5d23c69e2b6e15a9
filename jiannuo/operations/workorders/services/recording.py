"""Recording the job step by step, before it is completed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.kernel.files.services import store
from jiannuo.office.documents.models import Attachment
from jiannuo.office.documents.services import attach_all, lock
from jiannuo.operations.workorders.models import WorkOrder, is_assigned
from jiannuo.operations.workorders.services.guard import NotNow, lock_for_work

FIELDS = ("symptom", "cause", "measure", "work_done", "test_result", "test_passed", "meter_reading")
PHOTO_PURPOSES = (Attachment.Purpose.BEFORE, Attachment.Purpose.AFTER, Attachment.Purpose.FAULT)
NO_PLACE: Mapping[str, float | None] = {}
#: states in which photos may still be added
PHOTOS_WANTED = ("accepted", "travelling", "on_site", "waiting", "bench", "completed")


@transaction.atomic
def save_record(order: WorkOrder, data: Mapping[str, Any], *, by: Any) -> WorkOrder:
    """Keep what was found, done and tested so far. Raises PermissionDenied, NotNow or ValidationError."""
    order = lock_for_work(order, by=by)
    for name in FIELDS:
        if name in data:
            setattr(order, name, data[name])
    order.full_clean(exclude=["number", "kind", "state"])
    order.save(update_fields=[name for name in FIELDS if name in data] or None)
    return order


@transaction.atomic
def add_photos(
    order: WorkOrder,
    uploads: Sequence[Any],
    *,
    by: Any,
    purpose: str,
    taken: Sequence[Any] = (),
    place: Mapping[str, float | None] = NO_PLACE,
) -> int:
    """Keep photos of the job, with when each was taken and at which ``place`` (degrees) where known; how many.

    Raises PermissionDenied for others than the technician, NotNow once the customer has signed, ValidationError for
    what is no photo.
    """
    order = lock(order)
    if not (is_assigned(order, by) and by.has_perm("orders.work", order)):
        raise PermissionDenied
    if order.state not in PHOTOS_WANTED:
        raise NotNow(order)
    if purpose not in PHOTO_PURPOSES:
        raise ValidationError(
            {"purpose": _("Say whether the photo shows the state before or after the work.")}
        )
    times = [*taken, *([None] * len(uploads))]
    files = [
        store(upload, by=by, kinds=("image",), taken_at=times[position], **place)
        for position, upload in enumerate(uploads)
    ]
    attach_all(order, files, by=by, purpose=purpose)
    return len(files)
