"""What a phone sends of a duty log, perhaps hours later and more than once: done once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from jiannuo.operations.maintenance.models import DutyBook, DutyShift, LogStep


def was_logged(key: str, by: Any) -> bool:
    """Whether ``by`` has sent the step with this key before and it was done."""
    return bool(key) and LogStep.objects.filter(person=by, key=key[:64]).exists()


def began_with(key: str, book: DutyBook, by: Any) -> DutyShift | None:
    """The shift that ``by`` began in the log by the step with this key."""
    rows = LogStep.objects.filter(person=by, key=key[:64], book=book, shift__isnull=False)
    found = rows.select_related("shift__organization", "shift__book").first()
    return found.shift if found is not None else None


@transaction.atomic
def log_once(key: str, book: DutyBook, step: str, *, by: Any, do: Callable[[], DutyShift | None]) -> bool:
    """Run ``do`` unless ``by`` has sent a step with this ``key`` before; whether it was run.

    ``do`` gives the shift that it began, if it began one. Two copies that arrive together wait for each other on the
    unique key. Without a key the step is run.
    """
    noted = None
    if key:
        noted, is_new = LogStep.objects.get_or_create(
            person=by, key=key[:64], defaults={"book": book, "step": step[:20]}
        )
        if not is_new:
            return False
    begun = do()
    if noted is not None and begun is not None:
        noted.shift = begun
        noted.save(update_fields=["shift"])
    return True
