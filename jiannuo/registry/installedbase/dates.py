"""The dates of a unit must tell a possible story."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.registry.installedbase.models import InstalledUnit

FIELDS = tuple(InstalledUnit.DATE_FIELDS.values())
#: (later, earlier): what the database demands as well.
ORDER = (*((name, "produced_on") for name in FIELDS[1:]), ("accepted_on", "installed_on"))


def date_problems(values: Mapping[str, Any], *, today: date | None = None) -> dict[str, str]:
    """What is impossible about the dates in ``values``, by field; empty when they can be true."""
    latest = today or timezone.localdate()
    problems: dict[str, str] = {}
    for name in FIELDS:
        if values.get(name) is not None and values[name] > latest:
            problems[name] = _("This day is still to come.")
    for later, earlier in ORDER:
        first, second = values.get(earlier), values.get(later)
        if first is not None and second is not None and second < first and later not in problems:
            names = {"later": date_label(later), "earlier": date_label(earlier), "day": first.isoformat()}
            problems[later] = _("“%(later)s” cannot be before “%(earlier)s” (%(day)s).") % names
    return problems


def date_label(name: str) -> str:
    """The name of a date for people."""
    return str(InstalledUnit._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
