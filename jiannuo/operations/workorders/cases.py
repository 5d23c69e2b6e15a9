"""What closed orders give to the knowledge: cases without whom they were done for, and drafts of difficult cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from jiannuo.operations.knowledge import services as knowledge
from jiannuo.operations.knowledge.index.cutting import LONGEST_QUERY
from jiannuo.operations.knowledge.models import Article
from jiannuo.operations.knowledge.services import CaseDraft, Solved, UsedPart
from jiannuo.operations.knowledge.services.cases import gives_cases
from jiannuo.operations.workorders.models import OrderLine, Visit, WorkOrder
from jiannuo.registry.products.models import SparePart

BATCH = 1000
WRITE = "knowledge.write"


@gives_cases
def closed_orders() -> Iterator[Solved]:
    """All closed orders, oldest first."""
    keys = list(
        WorkOrder.objects.filter(state=WorkOrder.State.CLOSED).order_by("pk").values_list("pk", flat=True)
    )
    for start in range(0, len(keys), BATCH):
        yield from cases_of(keys[start : start + BATCH])


def cases_of(keys: list[int], *, closed_at: datetime | None = None) -> list[Solved]:
    """The cases of closed orders. Four queries."""
    rows = (
        WorkOrder.objects.filter(pk__in=keys, state=WorkOrder.State.CLOSED)
        .select_related("unit__model")
        .prefetch_related("lines", "visits")
        .order_by("pk")
    )
    return [_solved(order, closed_at) for order in rows]


def _solved(order: WorkOrder, closed_at: datetime | None) -> Solved:
    model = order.unit.model if order.unit is not None else None
    visits = [visit for visit in order.visits.all() if visit.arrived_at is not None]
    return Solved(
        document_id=order.pk,
        organization_id=order.organization_id,
        closed_at=closed_at or order.updated_at,
        category_id=order.category_id or (model.category_id if model is not None else None),
        model_id=model.pk if model is not None else None,
        symptom_id=order.symptom_id,
        cause_id=order.cause_id,
        measure_id=order.measure_id,
        fault=order.fault,
        work_done=order.work_done,
        test_result=order.test_result,
        minutes=minutes_on_site(visits),
        visits=max(1, len(visits)),
        parts=tuple(
            UsedPart(line.part_id, line.description, line.quantity)
            for line in order.lines.all()
            if line.kind == OrderLine.Kind.PART
        ),
    )


def minutes_on_site(visits: list[Visit]) -> int | None:
    """From arriving to leaving, all visits together (minutes); ``None`` where no visit tells."""
    spans = [
        (visit.ended_at - visit.arrived_at).total_seconds()
        for visit in visits
        if visit.ended_at is not None and visit.arrived_at is not None
    ]
    return round(sum(spans) / 60) if spans else None


def write_up(order: WorkOrder, *, by: Any) -> tuple[Article, bool]:
    """The difficult case of a closed order, filled from its record, with its photos; whether it is new.

    Raises PermissionDenied, or ValidationError while the order is not closed.
    """
    if not by.has_perm(WRITE, order):
        raise PermissionDenied(WRITE)
    if order.state != WorkOrder.State.CLOSED:
        raise ValidationError(_("%(number)s is not closed yet.") % {"number": order.number})
    case = _solved(order, None)
    named = [part for part in (order.symptom, order.cause) if part is not None]
    answer = [str(order.measure or ""), order.work_done, order.test_result]
    parts = [used.part_id for used in case.parts if used.part_id is not None]
    model = order.unit.model if order.unit is not None else None
    draft = CaseDraft(
        document=order,
        title=" · ".join([*([model.name] if model else []), *map(str, named)]) or order.title or order.number,
        question="\n".join(dict.fromkeys(filter(None, (str(order.symptom or ""), order.fault)))),
        cause=str(order.cause or ""),
        answer="\n".join(filter(None, answer)) or order.fault,
        minutes=case.minutes or None,
        category=order.category,
        model=model,
        symptom=order.symptom,
        parts=list(SparePart.objects.filter(pk__in=parts)),
    )
    return knowledge.write_case(draft, by=by)


def ask_url(record: Any) -> str:
    """The address of what history says about an order or a request: its words, symptom, model or category."""
    text = getattr(record, "fault", "") or getattr(record, "symptom_text", "")
    unit = record.unit
    query = {
        "text": text[:LONGEST_QUERY],
        "symptom": record.symptom_id or "",
        "model": unit.model_id if unit is not None else "",
        "category": record.category_id or "",
    }
    if not text.strip() and not record.symptom_id:
        return ""
    return (
        f"{reverse('knowledge:suggest')}?{urlencode({name: value for name, value in query.items() if value})}"
    )
