"""How the ledger is written: places locked in one order, entries added, balances changed with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db.models import F
from django.db.models.functions import Round
from django.utils.translation import gettext as _

from jiannuo.operations.parts.models import Condition, StockBalance, StockEntry, StockLocation, plain
from jiannuo.registry.products.models import SparePart

CENT = Decimal("0.01")
#: more than this of a part is a slip of the finger; the column holds eight digits before the point
MOST = Decimal("9999999.99")


class Item(NamedTuple):
    """So much of a part in a condition."""

    part: SparePart
    quantity: Decimal
    condition: str = Condition.GOOD


class StockShort(ValidationError):
    """There is less than was wanted. ``lacking`` holds part, quantity wanted and quantity there for each."""

    code = "stock_short"

    def __init__(
        self, lacking: Sequence[tuple[SparePart, Decimal, Decimal]], place: StockLocation | None
    ) -> None:
        self.lacking = list(lacking)
        self.place = place
        told = [ValidationError(self.words(*one), code=self.code) for one in lacking]
        super().__init__(told if len(told) > 1 else told[0].message, code=self.code)

    def words(self, part: SparePart, wanted: Decimal, held: Decimal) -> str:
        """What is said about one part."""
        text = _("%(part)s: %(wanted)s wanted, but %(place)s has only %(held)s.")
        return text % {"part": part, "wanted": plain(wanted), "held": plain(held), "place": self.place}


class PartGone(StockShort):
    """A part that a technician wants to use is not in the van, or not as many."""

    code = "part_gone"

    def __init__(self, part: SparePart, wanted: Decimal, held: Decimal, van: StockLocation | None) -> None:
        self.part, self.wanted, self.held = part, wanted, held
        super().__init__([(part, wanted, held)], van)

    def words(self, part: SparePart, wanted: Decimal, held: Decimal) -> str:
        if self.place is None:
            text = _("%(part)s: %(wanted)s wanted, but there is no van to take it from.")
        else:
            text = _("%(part)s: %(wanted)s wanted, but only %(held)s in the van.")
        return text % {"part": part, "wanted": plain(wanted), "held": plain(held)}


class StockChanged(ValidationError):
    """The stock is no longer what the person saw when they counted."""

    def __init__(self, held: Decimal) -> None:
        self.held = held
        text = _("The stock changed meanwhile: the ledger now says %(held)s. Count again.")
        super().__init__(text % {"held": plain(held)}, code="stock_changed")


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be booked: ``quantity`` with its sign, ``unit_cost`` in CNY (empty: that of the part now)."""

    location: StockLocation
    part: SparePart
    condition: str
    quantity: Decimal
    cause: str
    unit_cost: Decimal | None = None
    document: Any = None
    transfer: UUID | None = None
    reverses: StockEntry | None = None


def amount(value: Any, *, field: str = "quantity", zero: bool = False) -> Decimal:
    """The quantity as it is booked. Raises ValidationError for none, a negative one, too many, or parts of a cent."""
    try:
        number = Decimal(value)
        exact = number.quantize(CENT)
    except (InvalidOperation, TypeError, ValueError):
        raise ValidationError({field: _("Enter a quantity, at most two digits behind the point.")}) from None
    if number != exact:
        raise ValidationError({field: _("Enter a quantity, at most two digits behind the point.")})
    if exact < 0 or (exact == 0 and not zero):
        raise ValidationError({field: _("The quantity must be above zero.")})
    if exact > MOST:
        raise ValidationError({field: _("That is more than the ledger can hold.")})
    return exact


def known_condition(condition: str) -> str:
    """The condition itself. Raises ValidationError for one that there is not."""
    if condition not in Condition.values:
        raise ValidationError({"condition": _("There is no such condition.")})
    return condition


def merged(items: Iterable[Item | tuple[Any, ...]]) -> list[Item]:
    """Each part and condition once, in the order in which they came. Raises ValidationError for none or a bad one."""
    sums: dict[tuple[int, str], Item] = {}
    for given in items:
        item = Item(*given)
        quantity, condition = amount(item.quantity), known_condition(item.condition)
        known = sums.get((item.part.pk, condition))
        total = amount(quantity + known.quantity) if known is not None else quantity
        sums[item.part.pk, condition] = Item(item.part, total, condition)
    if not sums:
        raise ValidationError(_("Enter at least one part."))
    return list(sums.values())


def lock(*places: StockLocation) -> dict[int, StockLocation]:
    """The places as they are now, by key, locked in one order until the transaction ends.

    Whoever books at a place waits here for whoever books there already, so that nobody waits in a circle.
    """
    rows = StockLocation.objects.filter(pk__in={place.pk for place in places}).order_by("pk")
    locked = rows.select_for_update(of=("self",), no_key=True).select_related("organization")
    return {place.pk: place for place in locked}


def booked(key: UUID | None) -> list[StockEntry]:
    """What was booked with that key before; ask it with the places locked."""
    if key is None:
        return []
    rows = StockEntry.objects.filter(key=key).select_related("location__organization", "part")
    return list(rows.order_by("pk"))


def held(location: StockLocation, part: SparePart, condition: str) -> Decimal:
    """How much the ledger says there is."""
    rows = StockBalance.objects.filter(location=location, part=part, condition=condition)
    return rows.values_list("quantity", flat=True).first() or Decimal(0)


def book(
    lines: Sequence[Line], *, by: Any, at: datetime, note: str = "", key: UUID | None = None
) -> list[StockEntry]:
    """Add entries and change their balances, all or none; the places are locked already.

    Raises StockShort when a balance would fall below zero.
    """
    key = key or uuid4()
    begun = _begin(lines)
    lacking = [
        (line.part, -line.quantity, there)
        for line in lines
        if line not in begun and (there := _change(line)) is not None
    ]
    if lacking:
        raise StockShort(lacking, next(line.location for line in lines if line.quantity < 0))
    return StockEntry.objects.bulk_create(
        StockEntry(
            location=line.location,
            part=line.part,
            condition=line.condition,
            quantity=line.quantity,
            unit_cost=line.part.cost if line.unit_cost is None else line.unit_cost,
            cause=line.cause,
            document=line.document,
            transfer=line.transfer,
            reverses=line.reverses,
            note=note[:300],
            by=by,
            at=at,
            key=key,
        )
        for line in lines
    )


def _begin(lines: Sequence[Line]) -> list[Line]:
    """Write the first balances of what comes where nothing lay before; of which lines that was."""
    places, parts = {line.location for line in lines}, {line.part for line in lines}
    rows = StockBalance.objects.filter(location__in=places, part__in=parts)
    known = set(rows.values_list("location", "part", "condition"))
    begun = [
        line
        for line in lines
        if line.quantity > 0 and (line.location.pk, line.part.pk, line.condition) not in known
    ]
    StockBalance.objects.bulk_create(
        StockBalance(location=line.location, part=line.part, condition=line.condition, quantity=line.quantity)
        for line in begun
    )
    return begun


def _change(line: Line) -> Decimal | None:
    """Change the balance of a line; where it does not suffice, how much there is and nothing is changed.

    Rounded, because SQLite counts in binary fractions.
    """
    rows = StockBalance.objects.filter(location=line.location, part=line.part, condition=line.condition)
    least, most = max(Decimal(0), -line.quantity), min(MOST, MOST - line.quantity)
    fitting = rows.filter(quantity__gte=least, quantity__lte=most)
    if fitting.update(quantity=Round(F("quantity") + line.quantity, 2)):
        return None
    if line.quantity > 0:
        raise ValidationError({"quantity": _("That is more than the ledger can hold.")})
    return held(line.location, line.part, line.condition)
