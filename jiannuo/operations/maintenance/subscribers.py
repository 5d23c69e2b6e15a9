"""What maintenance does on the news of others."""

from __future__ import annotations

from jiannuo.kernel.events import subscribe
from jiannuo.operations.maintenance import services
from jiannuo.operations.maintenance.models import Finding, InspectionReport, Quotation
from jiannuo.operations.workorders.events import (
    WorkOrderAssigned,
    WorkOrderCancelled,
    WorkOrderClosed,
    WorkOrderCompleted,
    WorkOrderDeclined,
)
from jiannuo.promises.obligations.events import ObligationSettled
from jiannuo.registry.customers.events import CustomerErased


@subscribe(WorkOrderCompleted)
def note_that_it_is_done(event: WorkOrderCompleted) -> None:
    """The planned jobs of the order are done; what was out of order becomes findings."""
    services.order_done(event.order_id, at=event.at)
    services.findings_from_order(event.order_id, at=event.at)


@subscribe(WorkOrderClosed)
def solve_its_findings(event: WorkOrderClosed) -> None:
    """The work on a finding was reviewed and closed: it is solved."""
    services.order_closed(event.order_id, at=event.at)


@subscribe(WorkOrderCancelled)
def take_back_what_it_served(event: WorkOrderCancelled) -> None:
    """Jobs of a cancelled order are due again, its findings open again."""
    services.order_given_up(event.order_id)
    services.order_cancelled(event.order_id, at=event.at)


@subscribe(ObligationSettled)
def no_more_to_do(event: ObligationSettled) -> None:
    """What was promised was kept by another order, or waived."""
    services.occurrence_settled(event.obligation_id, state=event.state, at=event.at)


@subscribe(WorkOrderAssigned)
def show_until_when(event: WorkOrderAssigned) -> None:
    """The day of the job stays on the order, whoever does it."""
    services.keep_due(event.order_id)


@subscribe(WorkOrderDeclined)
def show_it_still(event: WorkOrderDeclined) -> None:
    """Nor does it go when somebody hands the order back."""
    services.keep_due(event.order_id)


@subscribe(CustomerErased)
def forget_the_person(event: CustomerErased) -> None:
    """Reports keep what was inspected, findings what was found, quotations what was agreed; not with whom or where."""
    InspectionReport.objects.filter(customer_id=event.customer_id).update(with_whom="")
    theirs = Finding.objects.filter(customer_id=event.customer_id)
    theirs.filter(refused_at__isnull=False).update(refused_by="", result="")
    theirs.update(place="")
    quoted = Quotation.objects.filter(customer_id=event.customer_id)
    quoted.update(email="", phone="", answered_by="", remark="")
