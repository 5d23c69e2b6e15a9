"""What people are told about approvals and about what was done for them in the background."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from jiannuo.kernel.events import subscribe
from jiannuo.kernel.exchange.events import ImportFinished
from jiannuo.kernel.tables.events import ExportFinished
from jiannuo.office.accounts.models import User
from jiannuo.office.documents import approvals
from jiannuo.office.documents.events import ApprovalAsked, ApprovalDecided, ApprovalReminded
from jiannuo.office.documents.models import Approval, ApprovalStep
from jiannuo.office.notices.notices import (
    APPROVAL_ASKED,
    APPROVAL_DECIDED,
    APPROVAL_REMINDED,
    EXPORT_FAILED,
    EXPORT_FINISHED,
    IMPORT_FAILED,
    IMPORT_FINISHED,
)
from jiannuo.office.notices.services import notify


def _open_step(pk: int) -> ApprovalStep | None:
    rows = ApprovalStep.objects.select_related("approval__document__organization", "approval__asked_by")
    return rows.filter(
        pk=pk, state=ApprovalStep.State.PENDING, approval__state=Approval.State.PENDING
    ).first()


def _context(approval: Approval) -> dict[str, Any]:
    return {
        "subject": approval.subject,
        "who": approval.asked_by,
        "reason": approval.reason or approval.subject,
    }


@subscribe(ApprovalAsked)
def tell_approvers(event: ApprovalAsked) -> None:
    step = _open_step(event.step_id)
    if step is not None:
        notify(
            approvals.deciders_of(step),
            APPROVAL_ASKED,
            document=step.approval.document,
            context=_context(step.approval),
            key=f"approvals.asked:{step.pk}:{step.assignee_id or ''}",
            url=reverse("documents:approvals"),
        )


@subscribe(ApprovalReminded)
def remind_approvers(event: ApprovalReminded) -> None:
    step = _open_step(event.step_id)
    if step is not None:
        notify(
            approvals.deciders_of(step),
            APPROVAL_REMINDED,
            document=step.approval.document,
            context=_context(step.approval),
            key=f"approvals.reminded:{step.pk}:{event.turn}",
            url=reverse("documents:approvals"),
        )


@subscribe(ApprovalDecided)
def tell_who_asked(event: ApprovalDecided) -> None:
    approval = Approval.objects.select_related("document", "asked_by").get(pk=event.approval_id)
    remarks = [step.remark for step in approval.steps.all() if step.remark]
    context = {
        **_context(approval),
        "state": Approval.State(approval.state).label,
        "remark": "\n".join(remarks),
    }
    notify(
        [approval.asked_by],
        APPROVAL_DECIDED,
        document=approval.document,
        context=context,
        key=f"approvals.decided:{approval.pk}",
    )


@subscribe(ImportFinished)
def tell_who_imported(event: ImportFinished) -> None:
    notify(
        User.objects.filter(pk=event.user_id),
        IMPORT_FAILED if event.failed else IMPORT_FINISHED,
        context={"file": event.file_name, "done": event.done, "bad": event.bad},
        key=f"imports:{event.job_id}",
        url=event.url,
    )


@subscribe(ExportFinished)
def tell_who_waits_for_the_list(event: ExportFinished) -> None:
    notify(
        User.objects.filter(pk=event.owner_id),
        EXPORT_FAILED if event.message else EXPORT_FINISHED,
        context={"list": event.title, "reason": event.message},
        key=f"exports:{event.export_id}",
        url=event.url,
    )
