"""Records that several people may change: each change names the version that the person saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

R = TypeVar("R", bound=models.Model)


class StaleRecord(Exception):
    """Somebody else changed the record since the person opened it; ``record`` is how it is now."""

    def __init__(self, record: Any) -> None:
        self.record = record
        super().__init__(
            _("“%(record)s” was changed by someone else meanwhile. Compare the values, then save again.")
            % {"record": record}
        )


def lock(record: R, *, version: int | None = None) -> R:
    """The record read anew and locked for this transaction.

    Raises StaleRecord when ``version`` is not the present one.
    """
    fresh = type(record)._default_manager.select_for_update().get(pk=record.pk)
    if version is not None and fresh.version != version:  # type: ignore[attr-defined]
        raise StaleRecord(fresh)
    return fresh


def assign(record: models.Model, values: Mapping[str, Any], allowed: Iterable[str]) -> None:
    """Set the fields named in ``values``. Raises TypeError for a field that is not ``allowed``."""
    unknown = set(values) - set(allowed)
    if unknown:
        raise TypeError(f"{type(record).__name__} has no field to set called {min(unknown)!r}")
    for name, value in values.items():
        setattr(record, name, value)


def save_next(record: R) -> R:
    """Check and save a locked record and count its version up."""
    record.version += 1  # type: ignore[attr-defined]
    record.full_clean()
    record.save()
    return record
