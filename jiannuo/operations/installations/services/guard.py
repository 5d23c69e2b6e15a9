"""Who may record something, and when."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from jiannuo.office.documents import services as documents
from jiannuo.operations.installations.models import WORKING, Installation

WORK = "installations.work"


def working_on(
    installation: Installation,
    by: Any,
    *,
    states: Collection[str] = WORKING,
    version: int | None = None,
) -> Installation:
    """The project locked for a record of ``by``.

    Raises PermissionDenied, StaleDocument, and ValidationError where its state does not allow the record.
    """
    fresh = documents.lock(installation, version=version)
    if not by.has_perm(WORK, fresh):
        raise PermissionDenied(WORK)
    if fresh.state not in states:
        raise ValidationError(
            _("This cannot be recorded while %(number)s is “%(state)s”.")
            % {"number": fresh.number, "state": fresh.state_label}
        )
    return fresh
