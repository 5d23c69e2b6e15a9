"""What a job takes from a van and puts back; the rooms of work call this in their own transactions."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.operations.parts.models import Condition, StockEntry, plain
from jiannuo.operations.parts.queries import van_of
from jiannuo.operations.parts.services.booking import (
    CENT,
    Line,
    PartGone,
    StockShort,
    amount,
    book,
    lock,
)
from jiannuo.registry.products.models import SparePart


@transaction.atomic
def draw(
    person: Any,
    part: SparePart,
    quantity: Decimal | int,
    *,
    document: Any,
    by: Any,
    at: datetime | None = None,
) -> StockEntry:
    """Take good parts out of the person's van for a document (a work order); who may do that, its room has asked.

    Raises PartGone when the van has fewer, or the person has no van; ValidationError for a bad quantity.
    """
    wanted = amount(quantity)
    van = van_of(person)
    if van is not None:
        van = lock(van)[van.pk]
    if van is None or not van.active:
        raise PartGone(part, wanted, Decimal(0), None)
    line = Line(van, part, Condition.GOOD, -wanted, StockEntry.Cause.USED, document=document)
    try:
        return book([line], by=by, at=at or timezone.now())[0]
    except StockShort as short:
        raise PartGone(part, wanted, short.lacking[0][2], van) from short


@transaction.atomic
def put_back(
    entry: StockEntry,
    *,
    by: Any,
    quantity: Decimal | int | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> StockEntry:
    """Put what a document drew back into the van it came from: all that is still out, or ``quantity`` of it.

    Raises ValidationError for an entry that drew nothing, for more than is still out, for a bad quantity.
    """
    if entry.cause != StockEntry.Cause.USED:
        raise ValidationError(_("Only what a job took can be put back."), code="not_drawn")
    van = lock(entry.location)[entry.location_id]
    out = still_out(entry)
    back = out if quantity is None else amount(quantity)
    if not 0 < back <= out:
        text = _("%(part)s: %(wanted)s cannot be put back, %(out)s are still out.")
        values = {"part": entry.part, "wanted": plain(back), "out": plain(out)}
        raise ValidationError({"quantity": text % values}, code="not_out")
    line = Line(
        van,
        entry.part,
        entry.condition,
        back,
        StockEntry.Cause.PUT_BACK,
        unit_cost=entry.unit_cost,
        document=entry.document,
        reverses=entry,
    )
    return book([line], by=by, at=at or timezone.now(), note=reason)[0]


def still_out(entry: StockEntry) -> Decimal:
    """How much of what an entry drew was not put back."""
    back = entry.corrections.aggregate(sum=Sum("quantity"))["sum"] or Decimal(0)
    return (-entry.quantity - back).quantize(CENT)
