"""What an acceptance leaves to be done, and what a refusal wants mended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.operations.installations.models import WORKING, Installation, InstallationUnit, Remaining
from jiannuo.operations.installations.services import promising
from jiannuo.operations.installations.services.guard import working_on
from jiannuo.operations.installations.services.recording import not_to_come, note

AFTERWARDS = [*WORKING, "accepted"]


@transaction.atomic
def add_remaining(
    installation: Installation,
    *,
    by: Any,
    text: str,
    due_on: date,
    part: InstallationUnit | None = None,
    person: Any = None,
    from_refusal: bool = False,
    at: datetime | None = None,
) -> Remaining:
    """Agree with the customer to do something until a day; it is owed from now on by ``person`` (``by``).

    Raises ValidationError without words or for a day that has passed.
    """
    installation = working_on(installation, by)
    if not text.strip():
        raise ValidationError({"text": _("Say what is to be done.")})
    at = not_to_come(at, "at")
    if due_on < timezone.localdate(at):
        raise ValidationError({"due_on": _("This day has passed.")})
    item = Remaining.objects.create(
        installation=installation,
        part=part,
        text=text.strip()[:200],
        due_on=due_on,
        person=person or by,
        from_refusal=from_refusal,
    )
    item.obligation = promising.owe_remaining(item, at=at, by=by)
    item.save(update_fields=["obligation"])
    return item


@transaction.atomic
def finish_remaining(
    installation: Installation, line: Remaining, *, by: Any, how: str, at: datetime | None = None
) -> Remaining:
    """Something that remained was done. Raises ValidationError without saying what, and for one that is done."""
    working_on(installation, by, states=AFTERWARDS)
    fresh = Remaining.objects.select_related("obligation", "installation").get(pk=line.pk)
    if fresh.done_at is not None:
        raise ValidationError(_("This is done already."))
    if not how.strip():
        raise ValidationError({"how": _("Say what was done.")})
    fresh.done_at, fresh.how = not_to_come(at, "at"), how.strip()[:200]
    fresh.save(update_fields=["done_at", "how"])
    promising.remaining_done(fresh, at=fresh.done_at, by=by)
    note(installation, _("Done: %(what)s") % {"what": f"{fresh.text}（{fresh.how}）"}, by=by, at=at)
    return fresh
