"""Estimates: put to the customer with the lines of the order, answered on the link, by phone or at the counter."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.operations.bench import notices, telling
from jiannuo.operations.bench.models import BenchRules, CarryIn, Estimate
from jiannuo.operations.workorders import consents
from jiannuo.operations.workorders import services as orders
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.queries import totals


class AnswerTooLate(Exception):
    """There is nothing to answer any more: somebody was quicker, or the time is over."""


def put_to_customer(receipt: CarryIn, *, by: Any, at: datetime, note: str) -> Estimate:
    """Keep what the lines come to and ask the customer; the clocks stand still where their clause allows it.

    Raises ValidationError without lines, and while the consent of the house to the cost is missing.
    """
    order = receipt.order
    lines = list(order.lines.all())
    if not lines:
        raise ValidationError(_("Enter labour and parts on the order first; the estimate is made of them."))
    sums = totals(lines)
    consents.require_of_house(order, "cost", by=by, amount=sums["total"])
    rules = BenchRules.of(receipt.organization)
    estimate = Estimate.objects.create(
        carry_in=receipt,
        lines=[
            {
                "text": line.description,
                "quantity": f"{line.quantity.normalize():f}",
                "amount": str(line.amount),
                "customer": str(line.customer_amount),
                "payer": line.payer,
            }
            for line in lines
        ],
        total=sums["total"],
        customer_total=sums["customer"],
        fee=rules.inspection_item.price if rules.inspection_item else Decimal(0),
        note=note,
        asked_at=at,
        valid_until=at + timedelta(days=rules.estimate_days),
    )
    if order.state == WorkOrder.State.BENCH:
        asked = {"waiting_for": WorkOrder.Waiting.CUSTOMER, "reason": _("estimate sent")}
        orders.do(order, "pause", by=by, at=at, data=asked, as_system=True)
    telling.tell_receipt(
        receipt,
        notices.ESTIMATE,
        occasion=str(estimate.pk),
        amount=f"{estimate.customer_total:,.2f}",
        until=telling.moment(estimate.valid_until),
    )
    return estimate


def close_estimate(
    receipt: CarryIn, *, accepted: bool, name: str, way: str, remark: str, by: Any, at: datetime
) -> Estimate:
    """Write the answer onto the open estimate. Raises AnswerTooLate when there is none."""
    estimate = receipt.estimates.filter(state=Estimate.State.OPEN).first()
    if estimate is None:
        raise AnswerTooLate
    estimate.state = Estimate.State.ACCEPTED if accepted else Estimate.State.REFUSED
    estimate.answered_at, estimate.answered_by, estimate.way = at, name, way
    estimate.remark, estimate.noted_by = remark[:300], by if getattr(by, "pk", None) else None
    estimate.save()
    if not accepted:
        orders.put_fee_instead(receipt.order, BenchRules.of(receipt.organization).inspection_item, by=by)
    telling.tell_answer(receipt, estimate)
    return estimate


def withdraw(receipt: CarryIn, *, at: datetime) -> None:
    """The question is put no longer."""
    receipt.estimates.filter(state=Estimate.State.OPEN).update(state=Estimate.State.WITHDRAWN, answered_at=at)


@transaction.atomic
def answer_estimate(receipt: CarryIn, *, accepted: bool, name: str, remark: str = "") -> CarryIn:
    """The customer's own answer, on the signed link.

    Raises AnswerTooLate when the question is open no longer or its time is over, ValidationError without a name.
    """
    from jiannuo.operations.bench.services.doing import do

    if not name.strip():
        raise ValidationError({"name": _("Enter your name.")})
    fresh = CarryIn.objects.select_related("organization").get(pk=receipt.pk)
    estimate = fresh.estimates.filter(state=Estimate.State.OPEN).first()
    if fresh.state != CarryIn.State.ASKED or estimate is None:
        raise AnswerTooLate
    if accepted and estimate.valid_until <= timezone.now():
        raise AnswerTooLate
    answer = {"accepted": accepted, "name": name.strip()[:60], "remark": remark, "way": Estimate.Way.LINK}
    try:
        return do(fresh, "note_answer", by=None, data=answer, as_system=True)
    except ActionNotAllowed as error:  # somebody at the counter was quicker
        raise AnswerTooLate from error
