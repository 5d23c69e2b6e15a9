"""What a phone sends of a round, perhaps hours later and more than once: done once, refused or kept as a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.kernel.files.models import StoredFile
from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import comment
from jiannuo.office.notices.services import notify
from jiannuo.operations.maintenance import notices
from jiannuo.operations.maintenance.models import PatrolRound, WalkStep
from jiannuo.promises.obligations.recipients import Recipients


def was_sent(key: str, by: Any) -> bool:
    """Whether ``by`` has sent the step with this key before and it was done."""
    return bool(key) and WalkStep.objects.filter(person=by, key=key[:64]).exists()


@transaction.atomic
def once(key: str, one: PatrolRound, step: str, *, by: Any, do: Callable[[], object]) -> bool:
    """Run ``do`` unless ``by`` has sent a step with this ``key`` before; whether it was run.

    Two copies that arrive together wait for each other on the unique key. Without a key the step is run.
    """
    if key:
        _noted, is_new = WalkStep.objects.get_or_create(
            person=by, key=key[:64], defaults={"round": one, "step": step[:20]}
        )
        if not is_new:
            return False
    do()
    return True


@transaction.atomic
def leave_round_note(
    one: PatrolRound,
    text: str,
    *,
    by: Any,
    key: str,
    at: datetime | None = None,
    files: Sequence[StoredFile] = (),
) -> TimelineEntry:
    """Keep on the timeline of a round what could not be taken over, and tell the dispatchers.

    ``key`` names the note, so that nobody is told twice. Raises PermissionDenied for who walks no rounds there,
    ValidationError for an empty note.
    """
    if not by.has_perm("patrols.record", one):
        raise PermissionDenied("patrols.record")
    text = text.strip()
    said = _("Recorded on the phone and not taken over:") + "\n" + text if text else ""
    entry = comment(one, by=by, text=said, files=files)
    if at is not None:
        TimelineEntry.objects.filter(pk=entry.pk).update(data={"recorded_at": at.isoformat()})
    people = Recipients().escalated_to(Role.DISPATCHER, one.organization)
    context = {"what": one.title, "text": (text or _("Photos of the patrol"))[:400]}
    notify(people, notices.ROUND_NOTE, document=one, context=context, key=f"round-note:{key}")
    return entry
