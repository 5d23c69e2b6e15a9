"""What articles do on the news of others."""

from __future__ import annotations

from jiannuo.kernel.events import subscribe
from jiannuo.office.documents.events import ApprovalDecided
from jiannuo.office.documents.models import Approval
from jiannuo.operations.knowledge.models import Article
from jiannuo.operations.knowledge.services.doing import do

REFUSED = (Approval.State.REJECTED, Approval.State.SENT_BACK)
BACK = {"in_review": "take_back", "revision_review": "take_back_revision"}


@subscribe(ApprovalDecided)
def give_back_to_the_writer(event: ApprovalDecided) -> None:
    """What was not approved is a draft again; the reason stands on the timeline."""
    approval = Approval.objects.filter(
        pk=event.approval_id, document__kind="article", state__in=REFUSED
    ).first()
    if approval is None:
        return
    article = Article.objects.select_related("organization").get(pk=approval.document_id)
    if article.state in BACK and not article.approvals.filter(state=Approval.State.PENDING).exists():
        do(article, BACK[article.state], by=None, as_system=True)
