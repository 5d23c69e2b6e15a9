"""Jobs that were divided among several orders: which belong together, and how far the whole is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from jiannuo.office.documents.models import Document, DocumentLink
from jiannuo.operations.workorders.models import OrderShare, WorkOrder

PART_OF = DocumentLink.Kind.PART_OF
#: states in which the work of an order is done
DONE = ("completed", "signed", "reviewed", "closed")
#: states in which the customer has signed
SIGNED = ("signed", "reviewed", "closed")


@dataclass(frozen=True, slots=True)
class Standing:
    """The place of an order among the parts of its job, those given up left out: the second of three."""

    first: int
    place: int
    of: int

    def __str__(self) -> str:
        return f"{self.place}/{self.of}"


#: part, first, and the states of both: what a link between parts tells
COLUMNS = ("source_id", "target_id", "source__state", "target__state")
#: first part of a job → its parts with their states
Jobs = dict[int, dict[int, str]]


def about(orders: Collection[int]) -> Q:
    """The links between the parts of all jobs of which one of these orders is a part."""
    known = DocumentLink.objects.filter(source__in=orders, kind=PART_OF)
    return Q(Q(target__in=orders) | Q(target__in=known.values("target")), kind=PART_OF)


def keys_of(order_id: int) -> list[int]:
    """Keys of all parts of the job, the first one first; the order alone when nothing was divided. One query."""
    pairs = DocumentLink.objects.filter(about([order_id])).values_list("source_id", "target_id")
    return sorted({order_id, *(key for pair in pairs for key in pair)})


def orders_of(order: WorkOrder) -> list[WorkOrder]:
    """All parts of the job with their state of now, the first one first; those given up, too."""
    keys = keys_of(order.pk)
    if len(keys) == 1:
        return [order]
    rows = WorkOrder.objects.filter(pk__in=keys).select_related("organization", "technician", "share")
    return list(rows.order_by("pk"))


def others_of(order: WorkOrder) -> list[WorkOrder]:
    """The other parts that were not given up."""
    return [one for one in orders_of(order) if one.pk != order.pk and one.state != "cancelled"]


def jobs_from(rows: Iterable[Sequence[Any]]) -> Jobs:
    """The divided jobs that rows of :data:`COLUMNS` tell of."""
    jobs: Jobs = defaultdict(dict)
    for part, first, state, state_of_first in rows:
        jobs[first] |= {first: state_of_first, part: state}
    return jobs


def standings_in(jobs: Jobs) -> dict[int, Standing]:
    """The places of all parts of those jobs that have several parts left."""
    found: dict[int, Standing] = {}
    for first, states in jobs.items():
        left = sorted(key for key, state in states.items() if state != "cancelled")
        if len(left) > 1:
            found |= {key: Standing(first, place, len(left)) for place, key in enumerate(left, start=1)}
    return found


def standings(orders: Iterable[int]) -> dict[int, Standing]:
    """The places of orders and of the other parts of their jobs; those that were not divided have none. One query."""
    wanted = list(orders)
    if not wanted:
        return {}
    return standings_in(jobs_from(DocumentLink.objects.filter(about(wanted)).values_list(*COLUMNS)))


def hold(order_id: int) -> None:
    """Lock all parts of the job in one order, so that two that end at once know of each other."""
    keys = keys_of(order_id)
    if len(keys) > 1 and connection.features.has_select_for_update:
        list(Document.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def told_window(order: WorkOrder) -> tuple[datetime, datetime] | None:
    """When the customer of a divided job was told that somebody comes for this part; nothing once it is over."""
    share = OrderShare.objects.filter(order=order, told_at__isnull=False, begins__gt=timezone.now()).first()
    return (share.begins, share.begins + timedelta(minutes=share.minutes)) if share is not None else None
