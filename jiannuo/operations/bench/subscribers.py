"""What the bench does on the news of others."""

from __future__ import annotations

from django.db.models import Q

from jiannuo.kernel.events import subscribe
from jiannuo.kernel.search.services import index_many
from jiannuo.operations.bench.models import CarryIn, GoodsMove, Loan
from jiannuo.operations.bench.services.doing import order_completed
from jiannuo.operations.workorders.events import ShareCompleted, WorkOrderCompleted
from jiannuo.registry.customers.events import CustomerErased


@subscribe(WorkOrderCompleted)
def goods_are_ready(event: WorkOrderCompleted) -> None:
    """What was repaired waits for its customer, who is told."""
    order_completed(event.order_id, at=event.at)


@subscribe(ShareCompleted)
def goods_of_a_part_are_ready(event: ShareCompleted) -> None:
    """So does what was repaired for one part of a divided job."""
    order_completed(event.order_id, at=event.at)


@subscribe(CustomerErased)
def forget_the_person(event: CustomerErased) -> None:
    """Receipts and slips keep what was in the house, not who brought it."""
    CarryIn.objects.filter(customer=event.customer_id).update(
        brought_name="", brought_phone="", collected_by="", collected_phone="", proof_note=""
    )
    theirs_in = CarryIn.objects.filter(customer=event.customer_id).values_list("pk", flat=True)
    index_many(CarryIn, theirs_in)
    Loan.objects.filter(customer=event.customer_id).update(signed_by="", phone="", returned_by="")
    theirs = Q(carry_in__customer=event.customer_id) | Q(loan__customer=event.customer_id)
    keys = list(GoodsMove.objects.filter(theirs).values_list("pk", flat=True))
    GoodsMove.objects.filter(pk__in=keys).update(party="", note="")
