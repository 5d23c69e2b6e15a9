"""What orders do on the news of others."""

from __future__ import annotations

from jiannuo.kernel.events import subscribe
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services.promises import refresh_due
from jiannuo.promises.obligations.events import ObligationSettled


@subscribe(ObligationSettled)
def show_what_is_due_next(event: ObligationSettled) -> None:
    """Orders that serve the document show what is owed next."""
    serving = WorkOrder.objects.filter(links_out__target=event.document_id, links_out__kind="serves")
    for order in serving.exclude(state__in=["closed", "cancelled"]):
        refresh_due(order)
