"""From a missed promise to the work that it brings about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from jiannuo.office.documents.models import Document
from jiannuo.operations.tasks.amounts import Rate
from jiannuo.operations.tasks.kinds import KINDS, SPECIAL
from jiannuo.operations.tasks.models import Task
from jiannuo.operations.tasks.services import Origin, make_task
from jiannuo.operations.workorders.models import OrderLine, WorkOrder
from jiannuo.operations.workorders.services import set_free
from jiannuo.promises.obligations.happening import happened, starts_anything
from jiannuo.promises.obligations.models import Obligation

FREE = "free_service"


@transaction.atomic
def bring_about(obligation: Obligation, *, at: datetime) -> list[Task]:
    """Make the tasks that the consequences of a missed obligation ask for; each once, however often it is told.

    A sum is worked out from the due instant: so much for each day, hour or time late, or a share of the value of the
    work (the unit, where no work has a price yet). A word that the rules do not know is a special case: a person
    decides.
    """
    if not obligation.consequences and not starts_anything("missed", obligation.organization):
        return []
    document = obligation.document.specific() if obligation.document is not None else None
    unit = obligation.unit or getattr(document, "unit", None)
    _start_clocks(obligation, document, unit, at)
    origin = Origin(
        organization=obligation.organization,
        source=document,
        obligation=obligation,
        customer=obligation.customer,
        unit=unit,
        is_demo=obligation.is_demo,
    )
    made = []
    for position, consequence in enumerate(obligation.consequences):
        task = make_task(
            consequence["code"] if consequence["code"] in KINDS else SPECIAL,
            origin,
            key=f"missed:{obligation.pk}:{position}",
            text=_because(obligation, consequence),
            rate=_rate(consequence, document, unit),
            counts_from=obligation.due_at or at,
            counts_until=obligation.met_at,
            at=at if obligation.is_demo else None,
        )
        if task is not None:
            made.append(task)
    if document is not None and any(task.task_kind == FREE for task in made):
        charge_nothing(document, _first_line(next(task.text for task in made if task.task_kind == FREE)))
    return made


def _start_clocks(obligation: Obligation, document: Document | None, unit: Any, at: datetime) -> None:
    """Owe what starts with the miss (a loaner within a day, say), unless it is such a promise that was missed."""
    if obligation.event == "missed":
        return
    happened(
        "missed",
        at=obligation.due_at or at,
        document=document,
        unit=unit,
        organization=obligation.organization,
        customer=obligation.customer,
        occasion=str(obligation.pk),
    )


def charge_nothing(document: Document, because: str) -> None:
    """The customer pays nothing for the open orders of a document; an empty ``because`` takes that back."""
    for order in WorkOrder.objects.filter(pk__in=_orders_of(document)):
        set_free(order, because)


def still_free(order: WorkOrder) -> str:
    """Why an order that was made later is free of charge: what was promised for a document that it serves."""
    served = order.links_out.filter(kind="serves").values("target_id")
    task = Task.objects.filter(task_kind=FREE, source__in=served).exclude(state="dropped").first()
    return _first_line(task.text) if task is not None else ""


def _orders_of(document: Document) -> list[int]:
    """The document itself and what serves it, by key."""
    return [document.pk, *document.links_in.filter(kind="serves").values_list("source_id", flat=True)]


def _first_line(text: str) -> str:
    return text.splitlines()[0] if text else ""


def _because(obligation: Obligation, consequence: Mapping[str, Any]) -> str:
    said = consequence.get("text") or ""
    return "\n".join(part for part in (said, f"{obligation.metric_label}: {obligation.text}") if part)


def _rate(consequence: Mapping[str, Any], document: Document | None, unit: Any) -> Rate:
    share = _decimal(consequence.get("share"))
    return Rate(
        amount=_decimal(consequence.get("amount")),
        share=share,
        value=value_concerned(document, unit) if share is not None else None,
        per=str(consequence.get("per") or ""),
    )


def value_concerned(document: Document | None, unit: Any) -> Decimal | None:
    """What a share is a part of, in yuan: the work of the document and of the orders that serve it, else the unit."""
    if document is not None:
        worth = OrderLine.objects.filter(order__in=_orders_of(document)).aggregate(
            sum=Sum(F("quantity") * F("unit_price"))
        )
        if worth["sum"]:
            return Decimal(worth["sum"]).quantize(Decimal("0.01"))
    return unit.price if unit is not None else None


def _decimal(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))
