"""What trips do on the news of others."""

from __future__ import annotations

from jiannuo.kernel.events import subscribe
from jiannuo.office.documents.events import ApprovalDecided
from jiannuo.office.documents.models import Approval
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.operations.trips.models import BusinessTrip
from jiannuo.operations.trips.services import do

#: state → what a rejected or returned approval brings about
REFUSALS = {"asked": "refuse", "claimed": "send_back"}


@subscribe(ApprovalDecided)
def refuse_trip(event: ApprovalDecided) -> None:
    """An approval that was rejected or sent back gives the trip back, with the words of who decided."""
    approval = Approval.objects.filter(
        pk=event.approval_id,
        document__kind="businesstrip",
        state__in=[Approval.State.REJECTED, Approval.State.SENT_BACK],
    ).first()
    if approval is None:
        return
    step = approval.steps.exclude(remark="").order_by("-decided_at").first()
    trip = BusinessTrip.objects.get(pk=approval.document_id)
    asked_for = "claimed" if approval.on_approved == "grant" else "asked"
    pending = trip.approvals.filter(state=Approval.State.PENDING).exists()
    if trip.state != asked_for or pending:
        return  # given back before, and perhaps asked anew
    try:
        do(trip, REFUSALS[asked_for], by=None, data={"reason": step.remark if step else ""}, as_system=True)
    except ActionNotAllowed:
        return
