"""What people have to do at which time: visits that they answer for, and those that they help with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from jiannuo.operations.workorders.models import Visit
from jiannuo.operations.workorders.queries import USUAL_MINUTES


@dataclass(frozen=True, slots=True)
class Engagement:
    """A person who is at an order for a time, and the visit that says so."""

    person: Any
    visit: int
    order: int
    number: str
    starts_at: datetime
    ends_at: datetime

    def meets(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether it takes some of the span."""
        return self.starts_at < ends_at and starts_at < self.ends_at


def span_of(visit: Visit) -> tuple[datetime, datetime] | None:
    """The time that a visit takes: the planned one, else the usual one from the appointment on; none without either."""
    start = visit.planned_from or visit.appointment_from
    if start is None:
        return None
    if visit.planned_from is not None and visit.planned_to is not None:
        return start, visit.planned_to
    return start, start + timedelta(minutes=USUAL_MINUTES)


def people_of(visit: Visit) -> list[Any]:
    """Who is there: the technician and the crew."""
    return list({person.pk: person for person in (visit.technician, *visit.crew.all())}.values())


def engagements(people: Iterable[int], begins: datetime, ends: datetime) -> list[Engagement]:
    """What people (keys of users) have to do between two instants, in open visits; two queries."""
    keys = set(people)
    at = Q(planned_from__lt=ends, planned_to__gt=begins) | Q(
        planned_from__isnull=True, appointment_from__gte=begins, appointment_from__lt=ends
    )
    helped = Visit.crew.through.objects.filter(user__in=keys).values("visit")
    rows = Visit.objects.filter(at, Q(technician__in=keys) | Q(pk__in=helped), ended_at__isnull=True)
    found = []
    for visit in rows.select_related("order", "technician").prefetch_related("crew").order_by("pk"):
        span = span_of(visit)
        if span is None:
            continue
        found += [
            Engagement(person, visit.pk, visit.order_id, visit.order.number, *span)
            for person in people_of(visit)
            if person.pk in keys
        ]
    return found
