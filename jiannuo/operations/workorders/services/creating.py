"""Making a work order for one or several documents of a customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents.models import Document
from jiannuo.office.documents.services import create_document, link
from jiannuo.operations.workforce.certificates import promised_in
from jiannuo.operations.workorders.case import Case
from jiannuo.operations.workorders.events import WorkOrderCreated
from jiannuo.operations.workorders.models import OrderCheck, WorkOrder
from jiannuo.operations.workorders.services.promises import nearest_due
from jiannuo.registry.products.models import Category, ChecklistItem
from jiannuo.rules import Decision


@transaction.atomic
def create_order(
    *,
    by: Any,
    organization: Any,
    customer: Any,
    unit: Any = None,
    sources: Sequence[Document] = (),
    job: str = WorkOrder.Kind.REPAIR,
    fault: str = "",
    severity: str = "",
    category: Any = None,
    symptom: Any = None,
    division: Any = None,
    address: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    contact_name: str = "",
    contact_phone: str = "",
    decision: Decision | dict[str, Any] | None = None,
    release: bool = True,
    at: datetime | None = None,
) -> WorkOrder:
    """A new order that serves ``sources``, with the checklist of its product; waiting for dispatch if released.

    ``decision`` is frozen with it. Raises ValidationError for a unit of another customer, or contents that the
    order does not allow.
    """
    if unit is not None and unit.customer_id and unit.customer_id != customer.pk:
        raise ValidationError(
            {"unit": _("This unit belongs to another customer. Choose one of this customer.")}
        )
    given, at = at, at or timezone.now()
    order = WorkOrder(
        organization=organization,
        customer=customer,
        unit=unit,
        job=job,
        title=title_of(fault, unit, customer),
        fault=fault,
        severity=severity,
        category=category or (unit.model.category if unit is not None else None),
        symptom=symptom,
        division=division,
        address=address,
        latitude=latitude,
        longitude=longitude,
        contact_name=contact_name,
        contact_phone=contact_phone,
        decision=decision.to_json() if isinstance(decision, Decision) else dict(decision or {}),
        due_at=nearest_due([source.pk for source in sources]),
        created_at=at,
    )
    order.certificates = promised_in(order.decision)
    create_document(order, by=by)
    for source in sources:
        link(order, source)
    if not order.decision:
        _ask_the_promises(order)
    copy_checklist(order)
    publish(WorkOrderCreated(order_id=order.pk, number=order.number, at=at))
    if release:
        from jiannuo.operations.workorders.services.doing import do

        order = do(order, "release", by=by, at=given, as_system=True)
    return order


def _ask_the_promises(order: WorkOrder) -> None:
    """Which certificates the promises ask of whoever does an order that came without a decision."""
    order.certificates = list(Case(order).decision().certificates)
    if order.certificates:
        WorkOrder.objects.filter(pk=order.pk).update(certificates=order.certificates)


def title_of(fault: str, unit: Any, customer: Any) -> str:
    """Customer, model and the first line of what is to be done."""
    first = fault.strip().splitlines()[0] if fault.strip() else ""
    return " · ".join(
        part for part in (str(customer), str(unit.model) if unit is not None else "", first) if part
    )[:200]


def copy_checklist(order: WorkOrder) -> None:
    """Copy the checklist of the order's category and of every category above it, the general ones first."""
    if order.category is None:
        return
    paths = _paths_above(order.category)
    items = ChecklistItem.objects.filter(category__path__in=paths).order_by(
        "-purpose",
        "category__depth",
        "position",
        "id",  # the machine before the conduct
    )
    OrderCheck.objects.bulk_create(
        OrderCheck(
            order=order,
            item=item,
            position=position,
            text=item.text,
            kind=item.kind,
            purpose=item.purpose,
            unit=item.unit,
            minimum=item.minimum,
            maximum=item.maximum,
            required=item.required,
        )
        for position, item in enumerate(items)
    )


def _paths_above(category: Category) -> list[str]:
    step = Category.steplen
    return [category.path[: step * depth] for depth in range(1, category.depth + 1)]
