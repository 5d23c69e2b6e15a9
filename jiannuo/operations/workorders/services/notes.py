"""What a technician recorded without network for an order that meanwhile went to somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.kernel.files.models import StoredFile
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import comment
from jiannuo.operations.workorders import telling
from jiannuo.operations.workorders.models import WorkOrder, is_assigned


def had_the_job(order: WorkOrder, user: Any) -> bool:
    """Whether ``user`` is, or was, the technician of the order."""
    return is_assigned(order, user) or order.visits.filter(technician=user).exists()


@transaction.atomic
def leave_note(
    order: WorkOrder,
    text: str,
    *,
    by: Any,
    key: str,
    at: datetime | None = None,
    files: Sequence[StoredFile] = (),
) -> TimelineEntry:
    """Keep on the timeline what could not be taken over, and tell the dispatchers, so that no work is lost.

    ``key`` names the note, so that nobody is told twice. Raises PermissionDenied for who never had the job,
    ValidationError for an empty note.
    """
    if not (by.has_perm("orders.work") and had_the_job(order, by)):
        raise PermissionDenied("orders.work")
    said = _("Recorded on the phone and not taken over:") + "\n" + text.strip() if text.strip() else ""
    entry = comment(order, by=by, text=said, files=files)
    if at is not None:
        TimelineEntry.objects.filter(pk=entry.pk).update(data={"recorded_at": at.isoformat()})
    telling.tell_of_note(order, text.strip() or _("Photos of the technician"), key=key)
    return entry
