"""How much each technician has to do: the figures of a week."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Avg, Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from jiannuo.operations.dispatch.suitability import distance
from jiannuo.operations.workforce.models import Absence, Shift, Technician
from jiannuo.operations.workorders.models import OrderLine, Visit, WorkOrder
from jiannuo.operations.workorders.queries import USUAL_MINUTES

#: how many technicians one page shows
MOST = 100
#: ratings and lateness of so many days back
LOOK_BACK = timedelta(days=90)

Spans = list[tuple[datetime, datetime]]
Point = tuple[float, float]


@dataclass(slots=True)
class DayLoad:
    """A day of one technician: minutes by the shifts, minutes planned, visits, kilometres in a straight line."""

    day: date
    shift_minutes: int = 0
    planned_minutes: int = 0
    visits: int = 0
    kilometres: float | None = None
    away: bool = False

    @property
    def share(self) -> int | None:
        """Planned in per cent of the shift; nothing without a shift."""
        return round(100 * self.planned_minutes / self.shift_minutes) if self.shift_minutes else None

    @property
    def is_over(self) -> bool:
        return self.planned_minutes > self.shift_minutes


@dataclass(slots=True)
class Load:
    """A technician's line of the page."""

    technician: Technician
    days: list[DayLoad]
    open_orders: int = 0
    overdue: int = 0
    today: int = 0
    late: int = 0
    visits_made: int = 0
    rating: float | None = None
    week: DayLoad = field(init=False)

    def __post_init__(self) -> None:
        known = [day.kilometres for day in self.days if day.kilometres is not None]
        self.week = DayLoad(
            self.days[0].day,
            sum(day.shift_minutes for day in self.days),
            sum(day.planned_minutes for day in self.days),
            sum(day.visits for day in self.days),
            round(sum(known), 1) if known else None,
        )


def workload(technicians: Iterable[Technician], monday: date) -> list[Load]:
    """The week from ``monday`` of each technician; seven queries however many they are."""
    people = list(technicians)
    zone = timezone.get_current_timezone()
    begins = datetime.combine(monday, time.min, zone)
    ends = begins + timedelta(days=7)
    shifts, absences = _spans(Shift, people, begins, ends), _spans(Absence, people, begins, ends)
    visits = _visits(people, begins, ends)
    counts, made = _orders(people), _made(people)
    found = []
    for technician in people:
        own = visits[technician.user_id]
        days = [
            _day(technician, monday + timedelta(days=n), shifts[technician.pk], absences[technician.pk], own)
            for n in range(7)
        ]
        found.append(
            Load(technician, days, **counts.get(technician.user_id, {}), **made.get(technician.user_id, {}))
        )
    return found


def _spans(
    model: type[Shift] | type[Absence], people: list[Technician], begins: datetime, ends: datetime
) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in model.objects.filter(technician__in=people, starts_at__lt=ends, ends_at__gt=begins):
        found[row.technician_id].append(row)
    return found


def _visits(people: list[Technician], begins: datetime, ends: datetime) -> dict[int, list[Any]]:
    """Visits of the week that are to come or took place, with ``at`` and the planned ``minutes``."""
    labour = (
        OrderLine.objects.filter(order=OuterRef("order"), labour__isnull=False)
        .order_by()
        .values("order")
        .annotate(total=Sum("labour__minutes"))
        .values("total")
    )
    rows = (
        Visit.objects.annotate(at=Coalesce("planned_from", "appointment_from"), labour=Subquery(labour))
        .filter(
            Q(planned_from__gte=begins, planned_from__lt=ends)
            | Q(planned_from__isnull=True, appointment_from__gte=begins, appointment_from__lt=ends),
            technician__in=[one.user_id for one in people],
        )
        .filter(Q(ended_at__isnull=True) | Q(arrived_at__isnull=False))
        .select_related("order")
        .order_by("at")
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.technician_id].append(row)
    return found


def _minutes(visit: Any) -> int:
    if visit.planned_from is not None and visit.planned_to is not None:
        return round((visit.planned_to - visit.planned_from).total_seconds() / 60)
    return visit.labour or USUAL_MINUTES


def _day(
    technician: Technician, day: date, shifts: list[Any], absences: list[Any], visits: list[Any]
) -> DayLoad:
    own = [visit for visit in visits if timezone.localtime(visit.at).date() == day]
    worked: Spans = []
    for shift in shifts:
        if shift.standby or timezone.localtime(shift.starts_at).date() != day:
            continue
        if shift.break_from is None:
            worked.append((shift.starts_at, shift.ends_at))
        else:
            worked += [(shift.starts_at, shift.break_from), (shift.break_to, shift.ends_at)]
    away = [(one.starts_at, one.ends_at) for one in absences]
    minutes = sum(_length(span) - sum(_common(span, gone) for gone in away) for span in worked)
    return DayLoad(
        day,
        max(0, minutes),
        sum(_minutes(visit) for visit in own),
        len(own),
        _kilometres(technician, own),
        away=any(
            timezone.localtime(one.starts_at).date() <= day <= timezone.localtime(one.ends_at).date()
            for one in absences
        ),
    )


def _length(span: tuple[datetime, datetime]) -> int:
    return round((span[1] - span[0]).total_seconds() / 60)


def _common(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> int:
    begins, ends = max(one[0], other[0]), min(one[1], other[1])
    return _length((begins, ends)) if ends > begins else 0


def _kilometres(technician: Technician, visits: list[Any]) -> float | None:
    """From home over the places of the day and back, in a straight line; nothing while a place is not known."""
    if not visits or technician.home_latitude is None or technician.home_longitude is None:
        return None
    home: Point = (technician.home_latitude, technician.home_longitude)
    stops: list[Point] = []
    for visit in visits:
        if visit.order.latitude is None or visit.order.longitude is None:
            return None
        stops.append((visit.order.latitude, visit.order.longitude))
    way = [home, *stops, home]
    return round(sum(distance(one, other) for one, other in itertools.pairwise(way)), 1)


def _orders(people: list[Technician]) -> dict[int, dict[str, int]]:
    keys = [one.user_id for one in people]
    now = timezone.now()
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = (
        WorkOrder.objects.filter(technician__in=keys, state__in=WorkOrder.UNDER_WAY)
        .order_by()
        .values("technician")
        .annotate(number=Count("pk"), due=Count("pk", filter=Q(due_at__lt=now)))
    )
    for row in rows:
        found[row["technician"]].update(open_orders=row["number"], overdue=row["due"])
    todays = (
        Visit.objects.filter(technician__in=keys)
        .filter(Q(ended_at__isnull=True) | Q(arrived_at__isnull=False))
        .annotate(at=Coalesce("planned_from", "appointment_from"))
        .filter(at__gte=today, at__lt=today + timedelta(days=1))
        .order_by()
        .values("technician")
        .annotate(number=Count("pk"))
    )
    for row in todays:
        found[row["technician"]]["today"] = row["number"]
    return found


def _made(people: list[Technician]) -> dict[int, dict[str, Any]]:
    """Of the last three months: visits made, how many began after the appointment was over, the mean rating."""
    keys = [one.user_id for one in people]
    since = timezone.now() - LOOK_BACK
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    visits = (
        Visit.objects.filter(technician__in=keys, arrived_at__gte=since)
        .annotate(limit=Coalesce("appointment_to", "appointment_from"))
        .order_by()
        .values("technician")
        .annotate(number=Count("pk"), late=Count("pk", filter=Q(arrived_at__gt=F("limit"))))
    )
    for row in visits:
        found[row["technician"]].update(visits_made=row["number"], late=row["late"])
    ratings = (
        WorkOrder.objects.filter(technician__in=keys, signed_at__gte=since, rating__isnull=False)
        .order_by()
        .values("technician")
        .annotate(mean=Avg("rating"))
    )
    for row in ratings:
        found[row["technician"]]["rating"] = round(float(row["mean"]), 1)
    return found
