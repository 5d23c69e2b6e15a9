"""Reading orders and the lists that their forms choose from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from jiannuo.office.documents.models import Document, DocumentLink
from jiannuo.operations.workorders.models import ChargedLine, OrderLine, Visit, WorkOrder, WorkOrderQuerySet
from jiannuo.operations.workorders.shares import Jobs, about, jobs_from, standings_in
from jiannuo.registry.products.models import (
    Category,
    Component,
    FaultCode,
    LabourItem,
    PartListLine,
    SparePart,
)

#: what the page, the prints and the API show of related records
RELATED = (
    "customer",
    "unit__model__category",
    "category",
    "division",
    "technician",
    "symptom",
    "cause",
    "measure",
    "signature",
)


def orders_for(user: Any) -> WorkOrderQuerySet:
    """Orders that ``user`` may see, with what lists show of them."""
    return (
        WorkOrder.objects.visible_to(user)
        .filter(kind="workorder")
        .select_related("organization", "customer", "unit__model", "technician", "division")
        .annotate(appointment=Subquery(_next_visit("appointment_from")))
    )


def _next_visit(field: str) -> QuerySet[Visit, Any]:
    return (
        Visit.objects.filter(order=OuterRef("pk"), ended_at__isnull=True)
        .order_by("-sequence")
        .values(field)[:1]
    )


def waiting_for_dispatch(user: Any) -> WorkOrderQuerySet:
    """Orders nobody has yet, the most urgent first; those without a due instant last."""
    rows = orders_for(user).filter(state=WorkOrder.State.READY)
    return rows.order_by(F("due_at").asc(nulls_last=True), "pk")


def jobs_of(user: Any) -> WorkOrderQuerySet:
    """What a technician has to do, in the order in which to do it."""
    return (
        WorkOrder.objects.visible_to(user)
        .done_by(user)
        .filter(state__in=[*WorkOrder.UNDER_WAY, WorkOrder.State.COMPLETED])
        .select_related("organization", "customer", "unit__model", "division")
        .annotate(
            appointment_from=Subquery(_next_visit("appointment_from")),
            appointment_to=Subquery(_next_visit("appointment_to")),
            agreed_with=Subquery(_next_visit("agreed_with")),
            planned_from=Subquery(_next_visit("planned_from")),
            planned_to=Subquery(_next_visit("planned_to")),
        )
        .order_by(
            Coalesce("planned_from", "appointment_from").asc(nulls_last=True),
            F("due_at").asc(nulls_last=True),
            "pk",
        )
    )


def done_today(user: Any) -> QuerySet[WorkOrder, Any]:
    """Orders that a technician finished today."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows: QuerySet[WorkOrder, Any] = WorkOrder.objects.visible_to(user).filter(
        technician=user,
        state__in=[WorkOrder.State.SIGNED, WorkOrder.State.REVIEWED, WorkOrder.State.CLOSED],
        signed_at__gte=start,
    )
    return rows.select_related("customer", "organization").order_by("-signed_at")


def categories_above(category: Category | None) -> QuerySet[Category, Any]:
    """A category and everything above it."""
    if category is None:
        return Category.objects.none()
    paths = [category.path[: Category.steplen * depth] for depth in range(1, category.depth + 1)]
    return Category.objects.filter(path__in=paths)


def codes_for(order: WorkOrder | None, kind: str) -> QuerySet[FaultCode, Any]:
    """Codes of ``kind`` for the order's category and the ones above it, and those for every category."""
    above = categories_above(order.category if order else None)
    rows: QuerySet[FaultCode, Any] = FaultCode.objects.filter(kind=kind, active=True)
    return rows.filter(Q(category__isnull=True) | Q(category__in=above)).order_by("path")


def components_for(order: WorkOrder) -> QuerySet[Component, Any]:
    """The component tree of the order's unit."""
    if order.unit is None:
        return Component.objects.none()
    return Component.objects.filter(model_id=order.unit.model_id).order_by("path")


def parts_for(order: WorkOrder, in_van: Collection[int] = ()) -> QuerySet[SparePart, Any]:
    """Spare parts of the order's model, those in the van first; all of them where the model lists none.

    Of the van also what the model does not list but may well need: consumables, parts that belong to no model, and
    those of models of the same category.
    """
    rows: QuerySet[SparePart, Any] = SparePart.objects.filter(active=True)
    if order.unit is not None:
        listed = rows.filter(used_in__model=order.unit.model_id)
        if listed.exists():
            rows = rows.filter(Q(pk__in=listed.values("pk")) | _fitting(order, in_van))
    if not in_van:
        return rows
    return rows.order_by(Case(When(pk__in=list(in_van), then=0), default=1), "code")


def _fitting(order: WorkOrder, in_van: Collection[int]) -> Q:
    """Which parts of the van make sense for the order beside those that its model lists."""
    used = PartListLine.objects.filter(part__in=list(in_van))
    same = used.filter(model__category=order.category) if order.category is not None else used.none()
    plain = Q(kind=SparePart.Kind.CONSUMABLE) | ~Q(pk__in=used.values("part")) | Q(pk__in=same.values("part"))
    return Q(pk__in=list(in_van)) & plain


def labour_for(order: WorkOrder) -> QuerySet[LabourItem, Any]:
    """Labour items in force today for the order's category."""
    today = timezone.localdate()
    return LabourItem.objects.filter(
        Q(category__isnull=True) | Q(category__in=categories_above(order.category)),
        Q(valid_from__isnull=True) | Q(valid_from__lte=today),
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        active=True,
    )


def totals(lines: Sequence[ChargedLine]) -> dict[str, Decimal]:
    """What all lines come to, what the customer pays of it, and what is covered (CNY)."""
    whole = sum((line.amount for line in lines), Decimal("0.00"))
    customer = sum((line.customer_amount for line in lines), Decimal("0.00"))
    covered = sum(
        (line.amount for line in lines if line.payer != ChargedLine.Payer.CUSTOMER), Decimal("0.00")
    )
    return {"total": whole, "customer": customer, "covered": covered}


def load_between(start: datetime, end: datetime, technicians: Any) -> dict[int, tuple[int, int]]:
    """Visits and planned minutes of each technician's open visits whose appointment begins in a span.

    Minutes are those of the planned labour, an hour for a visit without any.
    """
    minutes = (
        OrderLine.objects.filter(order=OuterRef("order"), labour__isnull=False)
        .order_by()
        .values("order")
        .annotate(total=Sum("labour__minutes"))
        .values("total")
    )
    rows = (
        Visit.objects.filter(
            technician__in=technicians,
            ended_at__isnull=True,
            appointment_from__gte=start,
            appointment_from__lt=end,
        )
        .annotate(planned=Subquery(minutes))
        .values("technician")
        .annotate(
            visits=Count("pk"), minutes=Sum("planned"), unplanned=Count("pk", filter=Q(planned__isnull=True))
        )
    )
    return {
        row["technician"]: (row["visits"], (row["minutes"] or 0) + row["unplanned"] * USUAL_MINUTES)
        for row in rows
    }


#: how long a visit takes when no labour item says so
USUAL_MINUTES = 60


def visits_of(order: WorkOrder) -> list[Visit]:
    """The visits of an order with technician and, in ``helpers``, the names of the crew. One query."""
    found: dict[int, Any] = {}
    rows = order.visits.select_related("technician").annotate(helper=F("crew__name"))
    for visit in rows.order_by("sequence", "helper"):
        known = found.setdefault(visit.pk, visit)
        known.helpers = [*getattr(known, "helpers", ()), *([visit.helper] if visit.helper else [])]
    return list(found.values())


def ties_of(order: WorkOrder) -> tuple[list[Document], Jobs]:
    """The documents that the order serves, with number, title and state, and the job that it is a part of."""
    serves = Q(source=order.pk, kind=DocumentLink.Kind.SERVES)
    links = DocumentLink.objects.filter(serves | about([order.pk])).select_related("source", "target")
    rows = list(links.order_by("pk"))
    served = [link.target for link in rows if link.kind == DocumentLink.Kind.SERVES]
    parts = [
        (link.source_id, link.target_id, link.source.state, link.target.state)
        for link in rows
        if link.kind == DocumentLink.Kind.PART_OF
    ]
    return served, jobs_from(parts)


def sources_of(order: WorkOrder) -> list[Document]:
    """The documents that the order serves, with number, title and state."""
    return ties_of(order)[0]


def parts_of(order: WorkOrder, user: Any, jobs: Jobs | None = None) -> list[WorkOrder]:
    """The parts of a divided job that ``user`` may see, each with its ``standing`` and planned time; else nothing.

    One query for a divided job, none else; one more where its ``jobs`` are not known yet.
    """
    jobs = ties_of(order)[1] if jobs is None else jobs
    keys = next((list(states) for states in jobs.values() if order.pk in states), [])
    if not keys:
        return []
    places = standings_in(jobs)
    rows = WorkOrder.objects.visible_to(user).filter(pk__in=keys).select_related("technician", "share")
    found = list(
        rows.annotate(
            planned_from=Coalesce(Subquery(_last_visit("planned_from")), F("share__begins")),
            planned_to=Subquery(_last_visit("planned_to")),
        ).order_by("pk")
    )
    for one in found:
        one.standing = places.get(one.pk)
    return found


def _last_visit(field: str) -> QuerySet[Visit, Any]:
    return Visit.objects.filter(order=OuterRef("pk")).order_by("-sequence").values(field)[:1]
