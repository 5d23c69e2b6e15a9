"""What follows for a divided job when one of its parts ends.

The whole is done, signed, closed or given up with the last. An order that was not divided is the only part of its job.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max

from jiannuo.kernel.events import publish
from jiannuo.operations.workorders import shares
from jiannuo.operations.workorders.events import (
    ShareCompleted,
    WorkOrderCancelled,
    WorkOrderClosed,
    WorkOrderCompleted,
    WorkOrderSigned,
)
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.operations.workorders.services import promises
from jiannuo.operations.workorders.services.lines import recharge
from jiannuo.operations.workorders.services.step import Step
from jiannuo.operations.workorders.shares import DONE, SIGNED

#: states in which what the customer pays may still change
UNSIGNED = ("draft", "ready", *WorkOrder.UNDER_WAY, "completed")


def completed(step: Step) -> None:
    """The work of a part is done. With the last one the promises about the whole are met."""
    order = step.order
    others = shares.others_of(order)
    to_do = [one for one in others if one.state not in DONE]
    if to_do:
        promises.finished_part(order, at=step.at, by=step.by)
        _answers_now(order, to_do, by=step.by)
        publish(ShareCompleted(order_id=order.pk, number=order.number, at=step.at))
    else:
        _whole_done(order, [*others, order], at=step.at, by=step.by)


def signed(step: Step) -> None:
    """The customer has signed for a part; the whole is signed with the last."""
    order = step.order
    leads = all(one.state in SIGNED for one in shares.others_of(order))
    publish(WorkOrderSigned(order_id=order.pk, number=order.number, at=step.at, leads=leads))


def closed(step: Step) -> None:
    """A part is closed; the whole with the last."""
    others = shares.others_of(step.order)
    if all(one.state == "closed" for one in others):
        _whole_closed([*others, step.order], at=step.at)


def cancelled(step: Step) -> None:
    """A part was given up; the others stay. When nothing else is left to do, the whole is as far as they are."""
    order, at, by = step.order, step.at, step.by
    together = shares.orders_of(order)
    others = [one for one in together if one.pk != order.pk and one.state != "cancelled"]
    if not others:
        _whole_given_up(step, together)
        return
    for one in others:
        if one.state in UNSIGNED and one.lines.exists():  # what was asked with the part is asked with another
            recharge(one, cause=one.cause.cause_class if one.cause else "")
    to_do = [one for one in others if one.state not in DONE]
    if to_do:
        _answers_now(order, to_do, by=by)
        return
    _whole_done(others[-1], others, at=at, by=by)
    if all(one.state in SIGNED for one in others):
        publish(WorkOrderSigned(order_id=others[0].pk, number=others[0].number, at=at))
    if all(one.state == "closed" for one in others):
        _whole_closed(others, at=at)


def _answers_now(order: WorkOrder, to_do: Sequence[WorkOrder], *, by: Any) -> None:
    """Whoever does the next part answers for what the documents that are served owe, unless somebody before does."""
    first = to_do[0]
    if first.pk > order.pk:
        promises.assign(first, first.technician, by=by)


def _whole_done(last: WorkOrder, done: Sequence[WorkOrder], *, at: datetime, by: Any) -> None:
    """Meet what was promised about the whole at the time at which its last part was done."""
    keys = shares.keys_of(last.pk)
    if len(keys) > 1:
        ended = Visit.objects.filter(order__in=done, result=Visit.Result.DONE).aggregate(at=Max("ended_at"))
        at = ended["at"] or at
    promises.finished(last, at=at, by=by)
    announced = sorted(done, key=lambda one: one.pk)
    for one in announced:
        leads = one.pk == announced[0].pk
        publish(WorkOrderCompleted(order_id=one.pk, number=one.number, at=at, leads=leads))
    if keys[0] != announced[0].pk:  # given up, but plans and projects know the job by it
        first = WorkOrder.objects.get(pk=keys[0])
        publish(WorkOrderCompleted(order_id=first.pk, number=first.number, at=at, leads=False))


def _whole_closed(orders: Sequence[WorkOrder], *, at: datetime) -> None:
    for place, one in enumerate(sorted(orders, key=lambda one: one.pk)):
        publish(WorkOrderClosed(order_id=one.pk, number=one.number, at=at, leads=not place))


def _whole_given_up(step: Step, together: Sequence[WorkOrder]) -> None:
    """All parts were given up; plans and projects know the job by the first."""
    order, first = step.order, together[0]
    was_assigned = step.before.technician is not None or Visit.objects.filter(order__in=together).exists()
    for one in (order, *([first] if first.pk != order.pk else [])):
        publish(
            WorkOrderCancelled(
                order_id=one.pk,
                number=one.number,
                at=step.at,
                leads=one.pk == order.pk,
                by_id=getattr(step.by, "pk", None),
                reason=step.reason,
                was_assigned=was_assigned,
            )
        )
