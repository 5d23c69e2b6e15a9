"""Reading receipts, the goods book and loaners."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from jiannuo.office.organizations.models import Organization
from jiannuo.operations.bench.models import BenchRules, CarryIn, GoodsMove, Loan, LoanEquipment
from jiannuo.operations.workorders.models import WorkOrder

MOST_WITHOUT = 5


def receipts_for(user: Any) -> QuerySet[CarryIn]:
    """Rows of the bench queue."""
    rows: QuerySet[CarryIn] = CarryIn.objects.visible_to(user).select_related(
        "organization", "customer", "unit__model", "order__technician"
    )
    return rows


def moves_for(user: Any) -> QuerySet[GoodsMove]:
    """Rows of the goods book."""
    rows: QuerySet[GoodsMove] = GoodsMove.objects.visible_to(user).select_related(
        "organization", "by", "carry_in", "loan"
    )
    return rows


def loans_for(user: Any) -> QuerySet[Loan]:
    """Rows of the list of loans."""
    rows: QuerySet[Loan] = Loan.objects.visible_to(user).select_related(
        "organization", "customer", "equipment__model", "carry_in", "order"
    )
    return rows


def pool_for(user: Any) -> QuerySet[LoanEquipment]:
    """Rows of the pool."""
    rows: QuerySet[LoanEquipment] = LoanEquipment.objects.visible_to(user).select_related(
        "organization", "model__category"
    )
    return rows


def without_receipt(user: Any) -> list[WorkOrder]:
    """Orders on the bench for which nobody has written a receipt, oldest first. One query."""
    receipt = CarryIn.objects.filter(order=OuterRef("pk"))
    rows = WorkOrder.objects.visible_to(user).filter(state=WorkOrder.State.BENCH).exclude(Exists(receipt))
    return list(rows.select_related("customer", "organization").order_by("pk")[:MOST_WITHOUT])


def waiting_long(rows: QuerySet[CarryIn]) -> QuerySet[CarryIn]:
    """Goods that lie ready for longer than the rules of their house say. One query for the rules."""
    now = timezone.now()
    written = list(BenchRules.objects.select_related("organization").order_by("organization__path"))
    usual = BenchRules().long_days
    late = Q(ready_at__lte=now - timedelta(days=usual))
    for rules in written:
        # The nearest house decides: the deeper ones come later and speak for what lies below them.
        below = Q(organization__path__startswith=rules.organization.path)
        own = below & Q(ready_at__lte=now - timedelta(days=rules.long_days))
        late = (late & ~below) | own
    return rows.filter(late, state=CarryIn.State.READY)


def free_pieces(user: Any, *, category: Any = None) -> QuerySet[LoanEquipment]:
    """Pieces that ``user`` may lend now, of a category and what is below it where one is named, the best first."""
    scope = user.organization_scope("loans.lend")
    rows: QuerySet[LoanEquipment] = LoanEquipment.objects.filter(state=LoanEquipment.State.POOL)
    if scope is not None:
        rows = rows.filter(organization__in=scope)
    if category is not None:
        rows = rows.filter(model__category__path__startswith=category.path)
    return rows.select_related("model", "organization").order_by("-grade", "pk")


def houses_of(user: Any, permission: str) -> QuerySet[Organization]:
    """The organisations where ``user`` may do what ``permission`` names."""
    scope = user.organization_scope(permission)
    rows: QuerySet[Organization] = Organization.objects.active()
    return rows if scope is None else rows.filter(pk__in=scope)
