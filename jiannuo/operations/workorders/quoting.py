"""What each sort of line would cost the customer, told before the work and reckoned with where there is no network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from jiannuo.operations.workorders.case import Case
from jiannuo.operations.workorders.models import OrderLine, WorkOrder
from jiannuo.operations.workorders.queries import codes_for, components_for
from jiannuo.operations.workorders.services.charging import (
    ChargeBasis,
    charge,
    component_of_order,
    cover_replaced,
    excluded_causes,
)
from jiannuo.operations.workorders.services.pricing import price_lines
from jiannuo.operations.workorders.wording import LineReader
from jiannuo.registry.products.models import Component, SparePart

#: components of a unit that are quoted one by one; those further down the list follow the whole
MOST_COMPONENTS = 40
#: two sums (CNY) at which a clause is asked; where the share differs, it depends on the sum
SAMPLES = (Decimal(100), Decimal(10_000))
#: bases whose sum is known before the work: a share of the list price
SHARES = ("list", "free", "discount")
#: kind of line, whether it is beyond the fault reported, whether it is a consumable
SORTS = (
    ("labour", False, False),
    ("travel", False, False),
    ("parts", False, False),
    ("parts", False, True),
    ("other", False, False),
    ("labour", True, False),
    ("parts", True, False),
    ("parts", True, True),
    ("other", True, False),
)


@dataclass(frozen=True, slots=True)
class Quote:
    """What a customer pays of a sort of line.

    ``factor`` of the list price, or the sum ``fixed`` for all such lines of the order together (CNY); ``estimate``
    where the clause reckons with what is known only in the end: then the list price is the most.
    """

    kind: str
    component: str
    added: bool
    consumable: bool
    cause: str
    payer: str
    payer_label: str
    factor: str
    fixed: str
    estimate: bool
    why: str


class Quoting:
    """The quotes of one order; commitments, facts and components are read once."""

    def __init__(self, order: WorkOrder) -> None:
        self.order = order
        self.case = Case(order)
        self.usual = component_of_order(order)
        self.reader = LineReader()
        self._excluded: dict[tuple[str, int, str], frozenset[str]] = {}

    def all(self) -> Iterator[Quote]:
        """Quotes by kind, component, cause class; those of a component only where they differ from the whole."""
        components: list[Component | None] = [None, *components_for(self.order)[:MOST_COMPONENTS]]
        classes = {code.cause_class for code in codes_for(self.order, "cause")}
        for cause in sorted({"", *classes}):
            for sort in SORTS:
                whole = self.quote(*sort, None, cause)
                yield whole
                if sort[1] or sort[0] == "other":
                    continue
                for component in components[1:]:
                    found = self.quote(*sort, component, cause)
                    if _content(found) != _content(whole):
                        yield found

    def quote(
        self, kind: str, added: bool, consumable: bool, component: Component | None, cause: str
    ) -> Quote:
        """The quote of one sort of line."""
        lines = [self._priced(kind, added, consumable, component, cause, sum_) for sum_ in SAMPLES]
        line = lines[0]
        pays = line.payer == OrderLine.Payer.CUSTOMER
        shares = [(one.customer_amount / one.amount).quantize(Decimal("0.0001")) for one in lines]
        fixed = line.asked if pays and line.basis == "fixed" else None
        known = fixed is not None or (shares[0] == shares[1] and (not pays or line.basis in SHARES))
        return Quote(
            kind=kind,
            component=component.code_path if component is not None else "",
            added=added,
            consumable=consumable,
            cause=cause,
            payer=line.payer,
            payer_label=str(line.get_payer_display()),
            factor=str(shares[0].normalize()) if known else "1",
            fixed=str(fixed) if fixed is not None else "",
            estimate=not known,
            why=self.reader.why(line),
        )

    def _priced(
        self,
        kind: str,
        added: bool,
        consumable: bool,
        component: Component | None,
        cause: str,
        amount: Decimal,
    ) -> OrderLine:
        part = SparePart(kind=SparePart.Kind.CONSUMABLE) if consumable else None
        line = OrderLine(
            order=self.order, kind=kind, added=added, component=component, part=part, unit_price=amount
        )
        line.quantity = Decimal(1)
        charge(line, self.order, cause=cause, usual=self.usual, excluded=self._excluded_by)
        cover_replaced(line, self.order, self.case, cause=cause, excluded=self._excluded_by)
        price_lines(self.order, [line], self.case, cause=cause, usual=self.usual)
        return line

    def _excluded_by(self, found: ChargeBasis) -> frozenset[str]:
        key = (found.commitment, found.version, found.clause)
        if key not in self._excluded:
            self._excluded[key] = excluded_causes(found)
        return self._excluded[key]


def _content(quote: Quote) -> tuple[Any, ...]:
    """What makes two quotes the same for the customer, whichever component they are for."""
    return (quote.payer, quote.factor, quote.fixed, quote.estimate, quote.why)


def quotes_of(order: WorkOrder) -> list[dict[str, Any]]:
    """The quotes of ``order`` as plain data."""
    return [asdict(quote) for quote in Quoting(order).all()]
