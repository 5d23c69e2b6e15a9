"""What a storekeeper books: receipts, moves, counts, and red entries that take back a slip."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.operations.parts.models import Condition, StockEntry, StockLocation
from jiannuo.operations.parts.services.booking import (
    Item,
    Line,
    StockChanged,
    amount,
    book,
    booked,
    held,
    known_condition,
    lock,
    merged,
)
from jiannuo.registry.products.models import SparePart

Cause = StockEntry.Cause
COMES_BY = (Cause.OPENING, Cause.RECEIVED)


def _locked(*places: StockLocation, by: Any) -> list[StockLocation]:
    """The places as they are now, in the order given. Raises PermissionDenied unless the person keeps all of them."""
    fresh = lock(*places)
    for place in fresh.values():
        if by is None or not by.has_perm("stock.keep", place):
            raise PermissionDenied("stock.keep")
    return [fresh[place.pk] for place in places]


def _open(place: StockLocation, field: str) -> None:
    if not place.active:
        raise ValidationError(
            {field: _("%(place)s is closed; nothing is booked into it.") % {"place": place}}
        )


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Write down why.")})
    return reason.strip()


@transaction.atomic
def receive_all(
    location: StockLocation,
    items: Iterable[Item],
    *,
    by: Any,
    cause: str = Cause.RECEIVED,
    note: str = "",
    at: datetime | None = None,
    key: UUID | None = None,
) -> list[StockEntry]:
    """Book parts that came from outside, all or none; with a ``key`` that was booked before, nothing more.

    Raises PermissionDenied, ValidationError for no part, a bad quantity, a closed place, another cause.
    """
    (place,) = _locked(location, by=by)
    if done := booked(key):
        return done
    if cause not in COMES_BY:
        raise ValidationError({"cause": _("Parts come in as opening stock or as received.")})
    _open(place, "location")
    lines = [Line(place, one.part, one.condition, one.quantity, cause) for one in merged(items)]
    return book(lines, by=by, at=at or timezone.now(), note=note, key=key)


def receive(
    location: StockLocation,
    part: SparePart,
    quantity: Decimal | int,
    *,
    by: Any,
    condition: str = Condition.GOOD,
    cause: str = Cause.RECEIVED,
    note: str = "",
    at: datetime | None = None,
    key: UUID | None = None,
) -> StockEntry:
    """Book one part that came from outside. Raises what ``receive_all`` raises."""
    item = Item(part, Decimal(quantity), condition)
    return receive_all(location, [item], by=by, cause=cause, note=note, at=at, key=key)[0]


@transaction.atomic
def move(
    source: StockLocation,
    target: StockLocation,
    items: Iterable[Item | tuple[SparePart, Decimal]],
    *,
    by: Any,
    note: str = "",
    at: datetime | None = None,
    key: UUID | None = None,
) -> list[StockEntry]:
    """Move parts from one place to another, all or none: a van is loaded and emptied so.

    With a ``key`` that was booked before, nothing more. Raises PermissionDenied unless the person keeps both places,
    StockShort when one part is short, ValidationError for no part, a bad quantity, twice the same place, a closed
    target.
    """
    if source.pk == target.pk:
        raise ValidationError({"target": _("Choose another place than the one the parts come from.")})
    origin, aim = _locked(source, target, by=by)
    if done := booked(key):
        return done
    _open(aim, "target")
    key = key or uuid4()
    lines = [
        Line(place, one.part, one.condition, sign * one.quantity, Cause.MOVED, transfer=key)
        for one in merged(items)
        for place, sign in ((origin, -1), (aim, 1))
    ]
    return book(lines, by=by, at=at or timezone.now(), note=note, key=key)


@transaction.atomic
def count(
    location: StockLocation,
    part: SparePart,
    counted: Decimal | int,
    *,
    by: Any,
    reason: str,
    condition: str = Condition.GOOD,
    expected: Decimal | None = None,
    at: datetime | None = None,
    key: UUID | None = None,
) -> StockEntry | None:
    """Book what a stocktake found more or less than the ledger says; ``None`` when it agrees.

    ``expected`` is what the ledger said when it was counted. Raises PermissionDenied, StockChanged when that is not so
    any more, ValidationError without a reason or for a negative quantity.
    """
    (place,) = _locked(location, by=by)
    if done := booked(key):
        return done[0]
    found, why = amount(counted, field="counted", zero=True), _reason(reason)
    there = held(place, part, known_condition(condition))
    if expected is not None and expected != there:
        raise StockChanged(there)
    if found == there:
        return None
    line = Line(place, part, condition, found - there, Cause.COUNTED)
    return book([line], by=by, at=at or timezone.now(), note=why, key=key)[0]


@transaction.atomic
def reverse(entry: StockEntry, *, by: Any, reason: str, at: datetime | None = None) -> list[StockEntry]:
    """Take an entry back by a red one (红字), with the other side of a move; the red entries.

    Raises PermissionDenied, StockShort when what came has gone on meanwhile, ValidationError without a reason, for an
    entry that was taken back already, is red itself, or belongs to a document.
    """
    sides = [entry]
    if entry.transfer is not None:
        sides = list(
            StockEntry.objects.filter(transfer=entry.transfer, part=entry.part, condition=entry.condition)
        )
    sides.sort(key=lambda one: one.pk)
    _locked(*(one.location for one in sides), by=by)
    why = _reason(reason)
    if entry.document_id is not None:
        raise ValidationError(_("This was booked by a document; correct it there."), code="of_document")
    if entry.is_red:
        raise ValidationError(_("A red entry is not taken back; book it anew."), code="is_red")
    if StockEntry.objects.filter(reverses__in=sides).exists():
        raise ValidationError(_("This entry was taken back already."), code="reversed")
    transfer = uuid4() if entry.transfer is not None else None
    lines = [
        Line(
            one.location,
            one.part,
            one.condition,
            -one.quantity,
            one.cause,
            unit_cost=one.unit_cost,
            transfer=transfer,
            reverses=one,
        )
        for one in sides
    ]
    return book(lines, by=by, at=at or timezone.now(), note=why, key=transfer)
