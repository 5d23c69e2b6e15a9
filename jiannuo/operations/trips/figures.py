"""Yearly statistics of trips (年度出差统计, F71): person-trips and money by cause, month and organisation.

A trip counts in the month of its first day once it has set out; each traveller is one person-trip. Money is all
expenses of the trip in CNY, whoever paid them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import ExtractMonth, ExtractYear

from jiannuo.office.organizations.models import Organization
from jiannuo.operations.trips.models import BusinessTrip, TripCause, TripExpense, TripPerson

ZERO = Decimal(0)
MONTHS = range(1, 13)
EARLIEST, LATEST = 2000, 2100


def year_of(text: str, today: date) -> int:
    """The year written; the present one for anything else."""
    return int(text) if text.isdecimal() and EARLIEST <= int(text[:5]) <= LATEST else today.year


@dataclass(slots=True)
class Line:
    """One cause, organisation or month: the year and the one before."""

    name: str
    trips: int = 0
    before: int = 0
    money: Decimal = ZERO
    money_before: Decimal = ZERO
    months: dict[int, int] = field(default_factory=lambda: dict.fromkeys(MONTHS, 0))

    @property
    def change(self) -> Decimal | None:
        """Person-trips against the year before (%); none where there were none."""
        if not self.before:
            return None
        return (Decimal(self.trips - self.before) * 100 / self.before).quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def is_empty(self) -> bool:
        return not (self.trips or self.before or self.money or self.money_before)


@dataclass(frozen=True, slots=True)
class Figures:
    """The statistics of a year."""

    year: int
    by_cause: list[Line]
    by_month: list[Line]
    by_organization: list[Line]
    total: Line


def figures(user: Any, year: int, *, organization: Organization | None = None) -> Figures:
    """The statistics of what ``user`` may see, of an organisation and all below it when one is given; four queries."""
    trips = BusinessTrip.objects.visible_to(user).filter(
        state__in=BusinessTrip.TOOK_PLACE, starts_on__year__in=[year - 1, year]
    )
    if organization is not None:
        trips = trips.filter(organization__path__startswith=organization.path)
    known = list(TripCause.objects.all())
    causes = {one.pk: Line(one.name) for one in known}
    months = {month: Line(f"{year}-{month:02}") for month in MONTHS}
    places: dict[str, Line] = defaultdict(lambda: Line(""))
    total = Line("")
    for row in _grouped(TripPerson.objects.filter(trip__in=trips.values("pk")), Count("pk")):
        lines = (causes[row["trip__cause"]], months[row["month"]], _place(places, row), total)
        _add_trips(lines, row, this_year=row["year"] == year)
    for row in _grouped(TripExpense.objects.filter(trip__in=trips.values("pk")), Sum("amount")):
        lines = (causes[row["trip__cause"]], months[row["month"]], _place(places, row), total)
        _add_money(lines, row["found"], this_year=row["year"] == year)
    by_cause = [causes[one.pk] for one in known if one.active or not causes[one.pk].is_empty]
    by_place = [places[path] for path in sorted(places)]
    return Figures(year, by_cause, list(months.values()), by_place, total)


def _grouped(rows: QuerySet[Any], found: Any) -> Iterable[dict[str, Any]]:
    return (
        rows.order_by()
        .annotate(year=ExtractYear("trip__starts_on"), month=ExtractMonth("trip__starts_on"))
        .values("year", "month", "trip__cause", "trip__organization__path", "trip__organization__name")
        .annotate(found=found)
    )


def _place(places: dict[str, Line], row: dict[str, Any]) -> Line:
    line = places[row["trip__organization__path"]]
    line.name = row["trip__organization__name"]
    return line


def _add_trips(lines: Iterable[Line], row: dict[str, Any], *, this_year: bool) -> None:
    for line in lines:
        if this_year:
            line.trips += row["found"]
            line.months[row["month"]] += row["found"]
        else:
            line.before += row["found"]


def _add_money(lines: Iterable[Line], amount: Decimal, *, this_year: bool) -> None:
    for line in lines:
        if this_year:
            line.money += amount
        else:
            line.money_before += amount
