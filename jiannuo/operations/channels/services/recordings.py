"""Recordings of calls: kept privately, as long as a clause or the table says, and then removed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.files.services import store
from jiannuo.operations.channels.models import Call, CallLine, Channel, ChannelSetting
from jiannuo.promises.commitments.facts import facts_for
from jiannuo.promises.commitments.services import decide
from jiannuo.rules import RetentionOutcome

#: what clauses call a recording
KEEPS = ("call_recording", "recording")
BATCH = 200
#: parts asked for within this time of the first belong to one hearing
ONE_HEARING = timedelta(minutes=30)


class RecordedAlready(Exception):
    """The call has its recording; it is not replaced."""


@transaction.atomic
def keep_recording(call: Call, upload: Any, *, by: Any = None) -> Call:
    """Store the recording of a call and until when it is kept.

    Raises RecordedAlready when it has one, ValidationError for a file that is no sound recording.
    """
    rows = Call.objects.all()
    if connection.features.has_select_for_update:
        rows.select_for_update().values_list("pk").get(pk=call.pk)
    call = rows.select_related("organization", "customer").get(pk=call.pk)
    if call.recording_id is not None or call.recording_removed_at is not None:
        raise RecordedAlready
    call.recording = store(upload, by=None, kinds=("audio",))
    call.recording_until, call.recording_rule = _kept_until(call)
    call.version += 1
    call.save(update_fields=["recording", "recording_until", "recording_rule", "version"])
    CallLine.objects.create(call=call, by=by, text=_("The recording came in."))
    return call


def note_hearing(call: Call, *, by: Any, at: datetime | None = None) -> None:
    """Write on the call who heard its recording; the many parts that a player asks for are one hearing."""
    at = at or timezone.now()
    heard = call.lines.filter(by=by, kind=CallLine.Kind.HEARD, at__gt=at - ONE_HEARING)
    if not heard.exists():
        CallLine.objects.create(
            call=call, by=by, at=at, kind=CallLine.Kind.HEARD, text=_("Heard the recording.")
        )


def _kept_until(call: Call) -> tuple[datetime | None, str]:
    """Until when the recording is kept and by which clause: by a commitment, else by the table of the channels."""
    kept = _promised(call)
    if kept is not None:
        return kept.until, f"{kept.commitment} {kept.clause}"[:120]
    days = _days()
    return (call.rang_at + timedelta(days=days) if days else None), ""


def _promised(call: Call) -> RetentionOutcome | None:
    facts = facts_for(customer=call.customer, kind=_kind(call), channel=Channel.HOTLINE)
    decision = decide(facts, call.rang_at, call.organization)
    return next((one for one in map(decision.retention, KEEPS) if one is not None), None)


def _kind(call: Call) -> str:
    return "" if call.topic in ("", Call.Topic.OTHER) else call.topic


def _days() -> int | None:
    rows = ChannelSetting.objects.filter(channel=Channel.HOTLINE)
    return rows.values_list("recordings_days", flat=True).first()


@transaction.atomic
def follow_table() -> int:
    """After the table was changed: until when recordings are kept that no clause keeps; how many."""
    days = _days()
    rows = Call.objects.filter(recording__isnull=False, recording_rule="")
    return rows.update(recording_until=F("rang_at") + timedelta(days=days) if days else None)


def remove_due(limit: int = BATCH, *, at: datetime | None = None) -> int:
    """Remove recordings whose time is over, at most ``limit``; how many were looked at.

    Each is asked once more what keeps it, so that a promise made meanwhile counts.
    """
    at = at or timezone.now()
    due = Call.objects.filter(recording_until__lte=at).order_by("recording_until")
    keys = list(due.values_list("pk", flat=True)[:limit])
    for key in keys:
        _remove(key, at)
    return len(keys)


@transaction.atomic
def _remove(key: int, at: datetime) -> None:
    rows = Call.objects.filter(pk=key, recording_until__lte=at)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    call = rows.select_related("organization").first()
    if call is None:
        return
    promised = _promised(call)
    if promised is not None and (promised.until is None or promised.until > at):
        call.recording_until, call.recording_rule = _kept_until(call)
        call.save(update_fields=["recording_until", "recording_rule"])
        return
    rule = call.recording_rule
    stored = call.recording
    call.recording, call.recording_until, call.recording_removed_at = None, None, at
    call.version += 1
    call.save(update_fields=["recording", "recording_until", "recording_removed_at", "version"])
    by_rule = rule or _("by the table of the channels")
    CallLine.objects.create(
        call=call, at=at, text=_("The recording was removed, its time is over: %(rule)s.") % {"rule": by_rule}
    )
    if stored is not None:
        name, storage = str(stored.file.name), stored.file.storage
        stored.delete()
        transaction.on_commit(lambda: storage.delete(name))
