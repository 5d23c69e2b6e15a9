"""What leave and standby do on the news of others."""

from __future__ import annotations

from jiannuo.kernel.events import subscribe
from jiannuo.kernel.regions.services import full_name
from jiannuo.office.documents.events import ApprovalDecided
from jiannuo.office.documents.models import Approval
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.office.notices.services import notify
from jiannuo.operations.desk.events import RequestRegistered
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.staffing import notices
from jiannuo.operations.staffing.models import LeaveRequest
from jiannuo.operations.staffing.queries import reachable
from jiannuo.operations.staffing.services import do


@subscribe(ApprovalDecided)
def refuse_leave(event: ApprovalDecided) -> None:
    """An approval that was rejected or sent back refuses the leave, with the words of who decided."""
    approval = Approval.objects.filter(
        pk=event.approval_id,
        document__kind="leaverequest",
        state__in=[Approval.State.REJECTED, Approval.State.SENT_BACK],
    ).first()
    if approval is None:
        return
    step = approval.steps.exclude(remark="").order_by("-decided_at").first()
    leave = LeaveRequest.objects.get(pk=approval.document_id)
    try:
        do(leave, "refuse", by=None, data={"reason": step.remark if step else ""}, as_system=True)
    except ActionNotAllowed:
        return  # refused or withdrawn before


@subscribe(RequestRegistered)
def call_standby(event: RequestRegistered) -> None:
    """Tell those on standby of an emergency."""
    request = ServiceRequest.objects.select_related("organization", "customer").get(pk=event.request_id)
    if request.severity != ServiceRequest.Severity.CRITICAL:
        return
    for duty in reachable(request.organization, event.at):
        context = {
            "what": request.title,
            "customer": request.customer,
            "place": f"{full_name(request.division_id)}{request.address}" or "—",
            "phone": request.reporter_phone or "—",
            "rank": duty.rank,
        }
        key = f"staffing.emergency:{request.pk}:{duty.pk}"
        notify(
            [duty.person],
            notices.EMERGENCY,
            document=request,
            context=context,
            key=key,
            channels=("email", "sms"),
        )
