"""What orders are tied to: what must be kept by when, what the customer wished, the other parts of a divided job."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, Sum

from jiannuo.office.documents.models import DocumentLink
from jiannuo.operations.workorders.models import OrderLine
from jiannuo.operations.workorders.services.promises import BY_APPOINTMENT, BY_ARRIVAL, BY_COMPLETION
from jiannuo.operations.workorders.shares import COLUMNS, Jobs, about, jobs_from
from jiannuo.promises.obligations.models import Obligation

#: what is kept by being there in time, not by an agreed appointment
BY_BEING_THERE = tuple(metric for metric in BY_ARRIVAL if metric not in BY_APPOINTMENT)
Dues = dict[int, tuple[datetime | None, datetime | None]]
Wishes = dict[int, tuple[datetime, datetime | None]]


def dues_of(orders: Iterable[int]) -> tuple[Dues, Wishes]:
    """By when each order must be arrived at and finished, and when the customer wished it. Two queries."""
    dues, wishes, _jobs = ties_of(orders)
    return dues, wishes


def ties_of(orders: Iterable[int]) -> tuple[Dues, Wishes, Jobs]:
    """As :func:`dues_of`, with the divided jobs of which the orders are parts."""
    keys = list(orders)
    served = defaultdict(list)
    wishes: Wishes = {}
    parts = []
    links = DocumentLink.objects.filter(Q(source__in=keys, kind=DocumentLink.Kind.SERVES) | about(keys))
    wished = ("target__servicerequest__wished_from", "target__servicerequest__wished_to")
    for kind, wished_from, wished_to, *row in links.values_list("kind", *wished, *COLUMNS):
        if kind == DocumentLink.Kind.PART_OF:
            parts.append(row)
            continue
        source, target = row[:2]
        served[target].append(source)
        if wished_from is not None:
            wishes[source] = (wished_from, wished_to)
    owed = Obligation.objects.open().filter(
        document__in=[*keys, *served], due_at__isnull=False, metric__in=[*BY_BEING_THERE, *BY_COMPLETION]
    )
    found: dict[int, list[datetime | None]] = defaultdict(lambda: [None, None])
    known = set(keys)
    for document, metric, due in owed.values_list("document_id", "metric", "due_at"):
        which = 1 if metric in BY_COMPLETION else 0
        for order in [*([document] if document in known else []), *served.get(document, ())]:
            before = found[order][which]
            found[order][which] = due if before is None else min(before, due)
    return {order: (both[0], both[1]) for order, both in found.items()}, wishes, jobs_from(parts)


def planned_labour(orders: Iterable[int], usual: int) -> dict[int, int]:
    """About how long each order takes, to draw it: the labour planned, else ``usual`` minutes. One query."""
    keys = list(orders)
    planned = (
        OrderLine.objects.filter(order__in=keys, labour__isnull=False)
        .order_by()
        .values_list("order")
        .annotate(total=Sum("labour__minutes"))
    )
    return {**dict.fromkeys(keys, usual), **{pk: total for pk, total in planned if total}}
