"""Short clips of a job, kept beside its photos."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from jiannuo.kernel.files.services import KINDS, MEGABYTE, store
from jiannuo.office.documents.models import Attachment
from jiannuo.office.documents.services import attach, lock
from jiannuo.operations.workorders.models import WorkOrder, is_assigned
from jiannuo.operations.workorders.services.guard import NotNow
from jiannuo.operations.workorders.services.recording import NO_PLACE, PHOTOS_WANTED

TYPES, _KERNEL_LIMIT = KINDS["video"]
#: states in which a clip still arrives that was taken before the customer signed: clips are sent last
STILL_TAKEN = ("signed", "reviewed")


def most_bytes() -> int:
    """How large a clip may be."""
    return min(settings.FIELD_VIDEO_MEGABYTES * MEGABYTE, _KERNEL_LIMIT)


@transaction.atomic
def add_video(
    order: WorkOrder,
    upload: Any,
    *,
    by: Any,
    at: datetime | None = None,
    taken_at: datetime | None = None,
    place: Mapping[str, float | None] = NO_PLACE,
) -> Attachment:
    """Keep one clip of the job with when and where (degrees) it was taken; ``at`` is when that was done.

    Raises PermissionDenied for others than the technician, NotNow for a clip taken after the customer signed,
    ValidationError for one too large and for what is no video.
    """
    order = lock(order)
    if not (is_assigned(order, by) and by.has_perm("orders.work", order)):
        raise PermissionDenied
    in_time = order.signed_at is not None and at is not None and at <= order.signed_at
    if order.state not in PHOTOS_WANTED and not (order.state in STILL_TAKEN and in_time):
        raise NotNow(order)
    if (upload.size or 0) > most_bytes():
        words = {"size": filesizeformat(upload.size), "limit": filesizeformat(most_bytes())}
        text = _("The clip has %(size)s; at most %(limit)s are allowed. Take a shorter one.")
        raise ValidationError({"video": text % words}, code="size")
    stored = store(upload, by=by, kinds=("video",), taken_at=taken_at, **place)
    return attach(order, stored, by=by, purpose=Attachment.Purpose.VIDEO)
