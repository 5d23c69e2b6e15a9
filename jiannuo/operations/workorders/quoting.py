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
#: stands for a cause that no clause excludes, so that the clauses are asked which causes they do
ANY = "-"
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
        self.components = list(components_for(order)[:MOST_COMPONENTS])
        self.reader = LineReader({one.code_path: one.name for one in self.components})
        self._excluded: dict[tuple[str, int, str], frozenset[str]] = {}

    def all(self) -> Iterator[Quote]:
        """Quotes by kind, component and cause class: those of a component only where they differ from the whole.

        Classes of causes that no clause speaks of are left out: the quotes without a cause hold for them.
        """
        usual = list(self._whole(""))
        yield from usual
        yield from self._of_components("", usual)
        plain = {self._sort(quote): _content(quote) for quote in usual}
        spoken_of = frozenset[str]().union(*self._excluded.values())
        for cause in sorted({code.cause_class for code in codes_for(self.order, "cause")} - {""}):
            whole = list(self._whole(cause))
            if cause in spoken_of or any(_content(one) != plain[self._sort(one)] for one in whole):
                yield from whole
                yield from self._of_components(cause, whole)

    def _whole(self, cause: str) -> Iterator[Quote]:
        for sort in SORTS:
            yield self.quote(*sort, None, cause)

    def _of_components(self, cause: str, whole: list[Quote]) -> Iterator[Quote]:
        known = {self._sort(quote): _content(quote) for quote in whole}
        for sort in SORTS:
            if sort[1] or sort[0] == "other":
                continue
            for component in self.components:
                found = self.quote(*sort, component, cause)
                if _content(found) != known[sort]:
                    yield found

    @staticmethod
    def _sort(quote: Quote) -> tuple[str, bool, bool]:
        return (quote.kind, quote.added, quote.consumable)

    def quote(
        self, kind: str, added: bool, consumable: bool, component: Component | None, cause: str
    ) -> Quote:
        """The quote of one sort of line."""
        line = self._priced(kind, added, consumable, component, cause, SAMPLES[0])
        pays = line.payer == OrderLine.Payer.CUSTOMER
        lines = [line]
        if pays:
            lines.append(self._priced(kind, added, consumable, component, cause, SAMPLES[1]))
        shares = [(one.customer_amount / one.amount).quantize(Decimal("0.0001")) for one in lines]
        fixed = line.asked if pays and line.basis == "fixed" else None
        known = fixed is not None or (shares[0] == shares[-1] and (not pays or line.basis in SHARES))
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
        charge(line, self.order, cause=cause or ANY, usual=self.usual, excluded=self._excluded_by)
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
