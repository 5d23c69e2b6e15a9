"""What a phone sends of a project, perhaps hours later and more than once: done once, refused or kept as a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.kernel.files.models import StoredFile
from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import attach_all, comment
from jiannuo.office.notices.services import notify
from jiannuo.operations.installations import notices
from jiannuo.operations.installations.models import Installation, SiteStep
from jiannuo.operations.installations.services.guard import WORK, working_on
from jiannuo.promises.obligations.recipients import Recipients


def was_sent(key: str, by: Any) -> bool:
    """Whether ``by`` has sent the step with this key before and it was done."""
    return bool(key) and SiteStep.objects.filter(person=by, key=key[:64]).exists()


def line_made(key: str, installation: Installation, by: Any) -> int | None:
    """The line that the step of ``by`` with this key made in the project."""
    rows = SiteStep.objects.filter(person=by, key=key[:64], installation=installation)
    return rows.values_list("made", flat=True).first()


@transaction.atomic
def once(key: str, installation: Installation, step: str, *, by: Any, do: Callable[[], int | None]) -> bool:
    """Run ``do`` unless ``by`` has sent a step with this ``key`` before; whether it was run.

    ``do`` answers with the key of the line that it made. Two copies that arrive together wait for each other on the
    unique key. Without a key the step is run.
    """
    noted = None
    if key:
        noted, is_new = SiteStep.objects.get_or_create(
            person=by, key=key[:64], defaults={"installation": installation, "step": step[:20]}
        )
        if not is_new:
            return False
    made = do()
    if noted is not None and made is not None:
        SiteStep.objects.filter(pk=noted.pk).update(made=made)
    return True


@transaction.atomic
def add_site_photos(
    installation: Installation, files: Sequence[StoredFile], *, by: Any, caption: str = ""
) -> None:
    """Attach photos of the site. Raises PermissionDenied, and ValidationError without any or where nothing is done."""
    installation = working_on(installation, by)
    if not files:
        raise ValidationError({"photos": _("Choose a file.")})
    attach_all(installation, files, by=by, caption=caption.strip()[:120])


@transaction.atomic
def leave_site_note(
    installation: Installation,
    text: str,
    *,
    by: Any,
    key: str,
    at: datetime | None = None,
    files: Sequence[StoredFile] = (),
) -> TimelineEntry:
    """Keep on the timeline of a project what could not be taken over, and tell the dispatchers.

    ``key`` names the note, so that nobody is told twice. Raises PermissionDenied for who records nothing there,
    ValidationError for an empty note.
    """
    if not by.has_perm(WORK, installation):
        raise PermissionDenied(WORK)
    text = text.strip()
    said = _("Recorded on the phone and not taken over:") + "\n" + text if text else ""
    entry = comment(installation, by=by, text=said, files=files)
    if at is not None:
        TimelineEntry.objects.filter(pk=entry.pk).update(data={"recorded_at": at.isoformat()})
    people = Recipients().escalated_to(Role.DISPATCHER, installation.organization)
    context = {"what": installation.title, "text": (text or _("Photos of the site"))[:400]}
    notify(people, notices.NOTE, document=installation, context=context, key=f"site-note:{key}")
    return entry
