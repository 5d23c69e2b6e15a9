"""What became of the appointments of a month, for each organisation and person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from jiannuo.operations.appointments.models import VisitNote
from jiannuo.operations.workorders.models import Visit, WorkOrder

ABSENT = Visit.Result.CUSTOMER_ABSENT
#: results of visits that never were the appointment in the end
HANDED_ON = (Visit.Result.REASSIGNED, Visit.Result.DECLINED, Visit.Result.CANCELLED)


@dataclass(slots=True)
class Figures:
    """Counts of appointments whose time has come. ``kept``: somebody came before the window was over."""

    name: str = ""
    place: str = ""
    agreed: int = 0
    kept: int = 0
    late: int = 0
    told: int = 0
    missed: int = 0
    absent: int = 0
    customer_late: int = 0
    waited: int = 0

    @property
    def share(self) -> int | None:
        """Kept in per cent of those at which the customer was there."""
        counted = self.kept + self.late + self.missed
        return round(100 * self.kept / counted) if counted else None

    def add(self, visit: Any, now: datetime) -> None:
        """Count one visit with its ``delays``, ``lates`` and ``waited`` minutes."""
        self.agreed += 1
        limit = visit.appointment_to or visit.appointment_from
        self.told += 1 if visit.delays else 0
        self.customer_late += 1 if visit.lates else 0
        self.waited += visit.waited or 0
        if visit.result == ABSENT:
            self.absent += 1
            begins = max(visit.arrived_at or visit.appointment_from, visit.appointment_from)
            if visit.arrived_at is not None and visit.ended_at is not None and visit.ended_at > begins:
                self.waited += round((visit.ended_at - begins).total_seconds() / 60)
        elif visit.arrived_at is not None:
            if visit.arrived_at <= limit:
                self.kept += 1
            else:
                self.late += 1
        elif limit < now:
            self.missed += 1


def figures_of(user: Any, begins: datetime, ends: datetime) -> tuple[Figures, list[Figures], list[Figures]]:
    """All together, by organisation and by technician, of the orders that ``user`` sees; two queries."""
    now = timezone.now()
    total = Figures()
    places: dict[int, Figures] = defaultdict(Figures)
    people: dict[int, Figures] = defaultdict(Figures)
    for visit in _visits(user, begins, min(ends, now)):
        place, person = places[visit.order.organization_id], people[visit.technician_id]
        place.name = str(visit.order.organization)
        person.name, person.place = visit.technician.name, str(visit.order.organization)
        for one in (total, place, person):
            one.add(visit, now)
    return total, _sorted(places.values()), _sorted(people.values())


def _sorted(rows: Iterable[Figures]) -> list[Figures]:
    return sorted(rows, key=lambda one: (-(one.late + one.missed), -one.agreed, one.name))


def _visits(user: Any, begins: datetime, ends: datetime) -> Any:
    notes = VisitNote.objects.filter(visit=OuterRef("pk")).order_by().values("visit")
    delays = notes.filter(kind=VisitNote.Kind.DELAY, untold="").annotate(n=Count("pk")).values("n")
    lates = notes.filter(kind=VisitNote.Kind.CUSTOMER_LATE)
    orders = WorkOrder.objects.visible_to(user)
    return (
        Visit.objects.filter(order__in=orders, appointment_from__gte=begins, appointment_from__lt=ends)
        .exclude(Q(result__in=HANDED_ON) & Q(arrived_at__isnull=True))
        .select_related("order__organization", "technician")
        .annotate(
            delays=Subquery(delays),
            lates=Subquery(lates.annotate(n=Count("pk")).values("n")),
            waited=Subquery(lates.annotate(n=Sum("minutes")).values("n")),
        )
        .iterator()
    )
