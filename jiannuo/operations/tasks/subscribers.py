"""What tasks do on the news of others."""

from __future__ import annotations

from jiannuo.kernel.events import subscribe
from jiannuo.office.documents.models import Document
from jiannuo.operations.knowledge.events import ArticleReviewDue, ArticleReviewed, ArticleWithdrawn
from jiannuo.operations.tasks.consequences import FREE, bring_about, charge_nothing, still_free
from jiannuo.operations.tasks.events import TaskDropped
from jiannuo.operations.tasks.loaners import loaner_given
from jiannuo.operations.tasks.models import Task
from jiannuo.operations.tasks.reviews import ask_for_review, end_reviews
from jiannuo.operations.tasks.services import CHOSEN, Origin, drop_needless, make_task, settle_amounts
from jiannuo.operations.workorders.events import LoanerGiven, RemedyChosen, WorkOrderCreated
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import set_free
from jiannuo.promises.obligations.events import ObligationMissed, ObligationSettled
from jiannuo.promises.obligations.models import Obligation


@subscribe(ObligationMissed)
def do_what_is_owed_instead(event: ObligationMissed) -> None:
    """A missed promise makes the work that its clause owes instead."""
    rows = Obligation.objects.select_related("organization", "document", "customer", "unit")
    obligation = rows.filter(pk=event.obligation_id).first()
    if obligation is not None:
        bring_about(obligation, at=event.at)


@subscribe(ObligationSettled)
def count_the_lateness(event: ObligationSettled) -> None:
    """Once the promise is kept, what grew with the delay is final; kept in time, nothing is owed instead."""
    obligation = Obligation.objects.filter(pk=event.obligation_id).first()
    if obligation is not None:
        settle_amounts(obligation, event.at)
        if event.state == Obligation.State.MET:
            drop_needless(obligation, event.at)


@subscribe(WorkOrderCreated)
def keep_it_free(event: WorkOrderCreated) -> None:
    """An order made after the promise was missed is free as well."""
    order = WorkOrder.objects.get(pk=event.order_id)
    if because := still_free(order):
        set_free(order, because)


@subscribe(LoanerGiven)
def the_loaner_is_lent(event: LoanerGiven) -> None:
    """Lending a machine is what was to be done."""
    loaner_given(event.order_id, event.loan_number, at=event.at, by_id=event.by_id)


@subscribe(TaskDropped)
def charge_as_usual_again(event: TaskDropped) -> None:
    """A free service that was dropped is charged as usual again."""
    task = Task.objects.select_related("source").get(pk=event.task_id)
    if event.task_kind == FREE and task.source is not None:
        charge_nothing(task.source, "")


@subscribe(RemedyChosen)
def do_what_the_customer_chose(event: RemedyChosen) -> None:
    """What the customer chose becomes work."""
    row = Document.objects.select_related("organization").get(pk=event.document_id)
    document = row.specific()
    origin = Origin(
        organization=row.organization,
        source=document,
        customer=getattr(document, "customer", None),
        unit=getattr(document, "unit", None),
        is_demo=row.is_demo,
    )
    key = f"{CHOSEN}{event.document_id}:{event.turn}"
    make_task(event.remedy, origin, key=key, text=event.text, amount=event.amount, at=event.at)


@subscribe(ArticleReviewDue)
def have_it_looked_at(event: ArticleReviewDue) -> None:
    """An article whose day has come is work for its owner."""
    ask_for_review(event.article_id, event.review_on, at=event.at)


@subscribe(ArticleReviewed)
def it_was_looked_at(event: ArticleReviewed) -> None:
    """Confirming it or publishing a new version is what was to be done."""
    end_reviews(event.article_id, at=event.at, kept=True)


@subscribe(ArticleWithdrawn)
def nothing_to_look_at(event: ArticleWithdrawn) -> None:
    """An article that nobody reads any more need not be looked at."""
    end_reviews(event.article_id, at=event.at, kept=False)
