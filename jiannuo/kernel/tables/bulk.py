"""What can be done with several rows of a list at once. One bad row does not spoil the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import Form
from django.utils.translation import gettext as _

MOST_ROWS = 500


@dataclass(slots=True)
class BulkResult:
    """How many rows were done, and why each of the others was not."""

    done: int = 0
    errors: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, row: Any, reason: Any) -> None:
        self.errors.append((str(row), str(reason)))


@dataclass(frozen=True, slots=True)
class BulkAction:
    """A declaration: ``handler(user, queryset)``, or ``handler(user, queryset, cleaned_data)`` with a ``form``.

    The queryset holds the chosen rows, cut to what the person may see. ``permission`` is a name of the role matrix.
    """

    name: str
    label: Any
    permission: str
    handler: Callable[..., BulkResult]
    confirm: Any = ""
    form: type[Form] | None = None
    style: str = "secondary"


def each_row(
    rows: Iterable[Any],
    do: Callable[[Any], object],
    *,
    refusals: tuple[type[Exception], ...] = (ValidationError, PermissionDenied),
) -> BulkResult:
    """Do ``do(row)`` for each row in a transaction of its own; ``refusals`` are reported with their row."""
    result = BulkResult()
    for row in rows:
        try:
            with transaction.atomic():
                do(row)
        except refusals as refusal:
            result.refuse(row, _reason(refusal))
        else:
            result.done += 1
    return result


def _reason(refusal: Exception) -> str:
    if isinstance(refusal, ValidationError):
        return " ".join(str(message) for message in refusal.messages)
    return _("You may not do this.") if isinstance(refusal, PermissionDenied) else str(refusal)
