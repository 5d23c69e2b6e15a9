"""When technicians are at work or on standby: the shifts, and the duties that rooms above this one keep in rosters.

Whoever asks when somebody can be sent asks here, so that a duty counts wherever it was written down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, DateTimeField, QuerySet, Value

from jiannuo.operations.workforce.models import Shift

#: the duties of technicians (rows or a query for them) in a span, each with its ``technician_key``
Roster = Callable[[Any, datetime, datetime], QuerySet[Any, Any]]
_rosters: list[Roster] = []


@dataclass(frozen=True, slots=True)
class AtWork:
    """A span in which a technician works or, with ``standby``, can be called; lunch from ``break_from`` on."""

    technician: int
    starts_at: datetime
    ends_at: datetime
    standby: bool = False
    break_from: datetime | None = None
    break_to: datetime | None = None


def register(roster: Roster) -> Roster:
    """Let the duties of a roster count."""
    if roster not in _rosters:
        _rosters.append(roster)
    return roster


def at_work(technicians: Any, begins: datetime, ends: datetime) -> list[AtWork]:
    """Standby first, then the shifts, in the order of time; one query. ``technicians`` are rows or a query for them."""
    shifts = Shift.objects.filter(technician__in=technicians, starts_at__lt=ends, ends_at__gt=begins)
    rows = shifts.order_by().values_list(
        "technician_id", "starts_at", "ends_at", "standby", "break_from", "break_to"
    )
    duties = [_as_shifts(roster(technicians, begins, ends)) for roster in _rosters]
    found = [AtWork(*row) for row in rows.union(*duties, all=True)]
    return sorted(found, key=lambda one: (not one.standby, one.starts_at, one.ends_at, one.technician))


def _as_shifts(duties: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    nothing = Value(None, output_field=DateTimeField())
    return duties.order_by().values_list(
        "technician_key", "starts_at", "ends_at", Value(True, output_field=BooleanField()), nothing, nothing
    )
