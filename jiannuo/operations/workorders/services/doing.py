"""Doing an action of an order, and everything that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiannuo.kernel.events import publish
from jiannuo.office.documents.services import lock, perform
from jiannuo.operations.workorders import events, remedies, shares, telling
from jiannuo.operations.workorders.models import Visit, WorkOrder, is_assigned
from jiannuo.operations.workorders.services import (
    assigning,
    completing,
    promises,
    sharing,
    signing,
    supplying,
    waiting,
)
from jiannuo.operations.workorders.services.arriving import arrival_time, note_arrival
from jiannuo.operations.workorders.services.overriding import overridden
from jiannuo.operations.workorders.services.replay import once
from jiannuo.operations.workorders.services.step import Step
from jiannuo.operations.workorders.services.visits import end_visit, open_visit


def do(
    order: WorkOrder,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
    key: str = "",
) -> WorkOrder:
    """Do the action ``name`` with all that follows: visits, promises, notices, records, events.

    ``key`` is the device's own name for this step: sent again, it is not done again. Raises PermissionDenied,
    ActionNotAllowed, StaleDocument, ValidationError or KeyReused; nothing is changed then.
    """
    arguments = {"by": by, "data": data, "version": version, "at": at, "as_system": as_system, "text": text}
    body = {field: _plain(value) for field, value in (data or {}).items()}
    done = once(key, order, name, body, by=by, do=lambda: _do(order, name, **arguments))
    return done or WorkOrder.objects.select_related("organization").get(pk=order.pk)


@transaction.atomic
def _do(
    order: WorkOrder,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None,
    version: int | None,
    at: datetime | None,
    as_system: bool,
    text: str,
) -> WorkOrder:
    if name == remedies.ACTION:
        chosen, _approval = remedies.choose(
            order,
            str((data or {}).get("remedy", "")),
            by=by,
            said=str((data or {}).get("said", "")),
            version=version,
            at=at,
            as_system=as_system,
        )
        return chosen  # type: ignore[return-value]
    if name in ENDS_A_PART:
        shares.hold(order.pk)
    before = lock(order, version=version) if name in NEEDS_BEFORE else order
    values = dict(data or {})
    at = at or timezone.now()
    if name == "arrive":
        at = arrival_time(before, values.pop("arrived_at", None), now=at)
    elif name == "sign" and before.state == WorkOrder.State.COMPLETED and is_assigned(before, by):
        values["signature"] = signing.kept_signature(values.get("signature"), by=by)
    done = perform(before, name, by=by, data=values, version=version, at=at, as_system=as_system, text=text)
    follow = EFFECTS.get(name)
    if follow is not None:
        follow(Step(order=done, before=before, by=by, at=at, data=values))
        if name in TOUCHES_PROMISES:
            promises.refresh_due(done)
    return done


def _plain(value: Any) -> str:
    """A value of a form as text that is the same for the same contents."""
    if hasattr(value, "chunks"):
        return f"{getattr(value, 'size', 0)} bytes"
    return str(getattr(value, "pk", value))


def _accepted(step: Step) -> None:
    visit = open_visit(step.order)
    if visit is not None:
        visit.accepted_at = step.at
        visit.save(update_fields=["accepted_at"])


def _declined(step: Step) -> None:
    end_visit(step.order, at=step.at, result=Visit.Result.DECLINED, reason=step.reason)
    promises.no_appointment(step.order, at=step.at, by=step.by, reason=step.reason)
    promises.assign(step.order, None, by=step.by)
    telling.tell_dispatchers(step.order, step.reason)
    publish(
        events.WorkOrderDeclined(
            order_id=step.order.pk,
            number=step.order.number,
            at=step.at,
            by_id=getattr(step.by, "pk", None),
            reason=step.reason,
        )
    )


def _taken_back(step: Step) -> None:
    end_visit(step.order, at=step.at, result=Visit.Result.REASSIGNED, reason=step.reason)
    promises.no_appointment(step.order, at=step.at, by=step.by, reason=step.reason)
    promises.assign(step.order, None, by=step.by)
    if step.before.technician is not None:
        telling.tell_taken_away(step.order, step.before.technician, step.reason)


def _set_out(step: Step) -> None:
    visit = open_visit(step.order)
    if visit is not None:
        visit.set_out_at = step.at
        visit.save(update_fields=["set_out_at"])


def _paused(step: Step) -> None:
    waiting.begin(step.order, step.order.waiting_for, at=step.at, by=step.by)


def _resumed(step: Step) -> None:
    waiting.end(step.order, at=step.at, by=step.by)


def _second_visit(step: Step) -> None:
    end_visit(step.order, at=step.at, result=Visit.Result.SECOND_VISIT, reason=step.reason)
    waiting.end(step.order, at=step.at, by=step.by)
    telling.tell_dispatchers(step.order, step.reason)


def _absent(step: Step) -> None:
    end_visit(step.order, at=step.at, result=Visit.Result.CUSTOMER_ABSENT, reason=step.reason)
    promises.no_appointment(step.order, at=step.at, by=step.by, reason=step.reason)
    waiting.begin(step.order, WorkOrder.Waiting.CUSTOMER, at=step.at, by=step.by)
    telling.tell_dispatchers(step.order, step.reason)
    publish(events.CustomerAbsent(order_id=step.order.pk, number=step.order.number, at=step.at))


def _sent_back(step: Step) -> None:
    last = step.order.visits.order_by("-sequence").first()
    if last is not None and last.result == Visit.Result.DONE:
        last.ended_at, last.result = None, ""
        last.save(update_fields=["ended_at", "result"])
    telling.tell_sent_back(step.order, step.reason)


def _taken_in(step: Step) -> None:
    """The machine is here: nobody has to come for it any more."""
    visit = open_visit(step.order)
    if visit is not None and visit.arrived_at is None:
        end_visit(step.order, at=step.at, result=Visit.Result.CANCELLED, reason=step.reason)
        promises.no_appointment(step.order, at=step.at, by=step.by, reason=step.reason)
    promises.fulfil(step.order, promises.BY_ARRIVAL, at=step.at, by=step.by)


def _entrusted(step: Step) -> None:
    promises.assign(step.order, step.order.technician, by=step.by)


def _given_back(step: Step) -> None:
    """Nothing was repaired: no promise is met by it, and the order goes on to the customer's signature."""
    end_visit(step.order, at=step.at, result=Visit.Result.DONE, reason=step.reason)
    waiting.end(step.order, at=step.at, by=step.by)
    promises.cancel(step.order, at=step.at, by=step.by, reason=step.reason)


def _closed(step: Step) -> None:
    sharing.closed(step)


def _cancelled(step: Step) -> None:
    end_visit(step.order, at=step.at, result=Visit.Result.CANCELLED, reason=step.reason)
    waiting.end(step.order, at=step.at, by=step.by)
    promises.cancel(step.order, at=step.at, by=step.by, reason=step.reason)
    supplying.give_back_all(step.order, by=step.by, at=step.at, reason=step.reason)
    if step.before.technician is not None:
        telling.tell_taken_away(step.order, step.before.technician, step.reason)
    sharing.cancelled(step)


EFFECTS: dict[str, Callable[[Step], None]] = {
    "assign": assigning.assigned,
    "accept": _accepted,
    "decline": _declined,
    "take_back": _taken_back,
    "set_out": _set_out,
    "arrive": note_arrival,
    "pause": _paused,
    "resume": _resumed,
    "take_in": _taken_in,
    "entrust": _entrusted,
    "give_back": _given_back,
    "need_second_visit": _second_visit,
    "customer_absent": _absent,
    "complete": completing.completed,
    "sign": signing.signed,
    "override": overridden,
    "send_back": _sent_back,
    "close": _closed,
    "cancel": _cancelled,
}

#: actions whose preparation or effects must know the order as it was
NEEDS_BEFORE = frozenset({"assign", "take_back", "arrive", "sign", "cancel"})
#: actions after which the other parts of a divided job matter
ENDS_A_PART = frozenset({"complete", "sign", "close", "cancel"})
#: actions after which something else may be due next
TOUCHES_PROMISES = frozenset(
    {
        "assign",
        "decline",
        "take_back",
        "arrive",
        "pause",
        "resume",
        "take_in",
        "give_back",
        "need_second_visit",
        "customer_absent",
        "complete",
        "cancel",
    }
)
