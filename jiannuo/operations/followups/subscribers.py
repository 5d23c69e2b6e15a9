"""What follow-ups do on the news of others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from jiannuo.kernel.events import subscribe
from jiannuo.kernel.search.services import index_many
from jiannuo.office.documents.events import RequestReplied
from jiannuo.office.documents.models import DocumentLink
from jiannuo.operations.followups.models import Answer, Attempt, FollowUp, Letter
from jiannuo.operations.followups.services import do, from_obligation
from jiannuo.operations.workorders.events import WorkOrderClosed, WorkOrderSigned
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.promises.obligations.events import ObligationOpened, ObligationSettled
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.services import happened, served_by
from jiannuo.registry.customers.events import CustomerErased

#: the jobs after which the customer has the machine back
HANDED_BACK = (WorkOrder.Kind.REPAIR, WorkOrder.Kind.MAINTENANCE)


@subscribe(ObligationOpened)
def follow_up(event: ObligationOpened) -> None:
    """What is owed to a customer and is kept by asking them becomes a follow-up."""
    rows = Obligation.objects.select_related("organization", "customer", "document", "unit", "person")
    obligation = rows.filter(pk=event.obligation_id).first()
    if obligation is not None:
        from_obligation(obligation)


@subscribe(ObligationSettled)
def nothing_left_to_ask(event: ObligationSettled) -> None:
    """What was kept or let go by another way need not be followed up."""
    rows = FollowUp.objects.filter(obligation=event.obligation_id, state=FollowUp.State.DUE)
    followup = rows.select_related("organization").first()
    if followup is not None:
        with override(settings.LANGUAGE_CODE):
            reason = str(_("The promise was kept or let go by another way."))
        do(followup, "drop", by=None, at=event.at, data={"reason": reason}, as_system=True)


@subscribe(WorkOrderSigned)
def count_from_the_collection(event: WorkOrderSigned) -> None:
    """With the signature the customer has the machine back: what is promised some days after begins."""
    order = WorkOrder.objects.select_related("organization", "customer", "unit__model__category").get(
        pk=event.order_id
    )
    if order.job in HANDED_BACK and event.leads:
        happened("collected", at=event.at, document=order, unit=order.unit)


@subscribe(WorkOrderClosed)
def tell_what_was_done(event: WorkOrderClosed) -> None:
    """A work order that ends what a customer raised in a follow-up is the solution to be told to them."""
    order = WorkOrder.objects.get(pk=event.order_id)
    with override(settings.LANGUAGE_CODE):
        solution = _("Work order %(number)s is done and closed.") % {"number": order.number}
    _solve(served_by(order), solution, event.at)


@subscribe(RequestReplied)
def tell_the_answer(event: RequestReplied) -> None:
    """A question of a follow-up that was answered at once: the answer is the solution to be told."""
    _solve([event.request_id], event.answer, event.at)


def _solve(raised: Any, solution: str, at: datetime) -> None:
    """``solution`` for the follow-ups that wait for one of the documents ``raised`` (primary keys)."""
    links = DocumentLink.objects.filter(
        source__in=raised, kind=DocumentLink.Kind.FOLLOWS, target__kind="followup"
    )
    rows = FollowUp.objects.filter(pk__in=links.values("target"), state=FollowUp.State.ASKING)
    for followup in rows.select_related("organization"):
        do(followup, "solve", by=None, at=at, data={"solution": solution}, as_system=True)


@subscribe(CustomerErased)
def forget_the_person(event: CustomerErased) -> None:
    """Follow-ups and letters stay for the count, without what was said and to whom."""
    rows = FollowUp.objects.filter(customer=event.customer_id)
    rows.update(spoken_with="", summary="", wishes="", hopes="", grievances="", issue_text="", told_text="")
    Answer.objects.filter(followup__in=rows.values("pk"), question__kind="text").update(value="")
    Attempt.objects.filter(followup__in=rows.values("pk")).update(remark="")
    Letter.objects.filter(customer=event.customer_id).update(recipient="", address_text="", body="")
    for model in (FollowUp, Letter):
        for one in model.objects.filter(customer=event.customer_id):
            title = str(one.followup_kind) if isinstance(one, FollowUp) else one.get_letter_kind_display()
            model.objects.filter(pk=one.pk).update(title=title)
        keys = model.objects.filter(customer=event.customer_id).values_list("pk", flat=True)
        index_many(model, keys)
