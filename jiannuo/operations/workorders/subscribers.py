"""What orders do on the news of others."""

from __future__ import annotations

from django.db.models import Q

from jiannuo.kernel.events import subscribe
from jiannuo.kernel.search.services import index_many
from jiannuo.operations.knowledge.services import keep_cases
from jiannuo.operations.workorders.cases import cases_of
from jiannuo.operations.workorders.events import WorkOrderClosed
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services.promises import refresh_due
from jiannuo.promises.obligations.events import ObligationSettled
from jiannuo.registry.customers.events import CustomerErased


@subscribe(ObligationSettled)
def show_what_is_due_next(event: ObligationSettled) -> None:
    """The order itself, or the orders that serve the document, show what is owed next."""
    if event.document_id is None:
        return
    serving = Q(links_out__target=event.document_id, links_out__kind="serves")
    concerned = WorkOrder.objects.filter(serving | Q(pk=event.document_id)).distinct()
    for order in concerned.exclude(state__in=["closed", "cancelled"]):
        refresh_due(order)


@subscribe(CustomerErased)
def forget_the_person(event: CustomerErased) -> None:
    """Orders keep what was done, not whom to call or where the person lives."""
    orders = WorkOrder.objects.filter(customer_id=event.customer_id)
    orders.update(contact_name="", contact_phone="", address="", latitude=None, longitude=None, signed_by="")
    index_many(WorkOrder, orders.values_list("pk", flat=True))


@subscribe(WorkOrderClosed)
def teach_the_knowledge(event: WorkOrderClosed) -> None:
    """What was learnt can be found by whoever meets the same fault."""
    keep_cases(cases_of([event.order_id], closed_at=event.at))
