"""The promises that an order works for: its own and those of the documents that it serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from jiannuo.operations.workorders import shares
from jiannuo.operations.workorders.case import Case
from jiannuo.operations.workorders.models import OrderWait, Visit, WorkOrder
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.models import Obligation

APPOINTED = "appointed"
#: what an action proves, by metric of the clauses; who agrees to an appointment has been told of it
BY_NOTICE = ("contact", "announcement")
BY_APPOINTMENT = ("response", "arrangement", *BY_NOTICE)
BY_ARRIVAL = ("response", "contact", "arrangement", "arrival")
BY_COMPLETION = ("diagnosis", "repair", "restore")
#: what a finished order proves of the duties of its unit that recur, by kind of job
BY_JOB: dict[str, tuple[str, ...]] = {
    WorkOrder.Kind.INSTALLATION: ("installation",),
    WorkOrder.Kind.MAINTENANCE: ("maintenance", "upkeep", "visit"),
    WorkOrder.Kind.INSPECTION: ("inspection", "patrol", "visit"),
}


def fulfil(order: WorkOrder, metrics: tuple[str, ...], *, at: datetime, by: Any) -> None:
    """Meet what is owed under ``metrics``, with the order as evidence."""
    obligations.fulfil(order, metrics, at=at, evidence=order, by=by)


def appointed(order: WorkOrder, visit: Visit, *, at: datetime, by: Any) -> None:
    """Owe what must be done before the appointment, or starts with it; another time for the same journey moves it.

    What the customer has agreed to proves that they were told, and that they need no longer notice.
    """
    if visit.appointment_from is None:
        return
    facts = None
    if obligations.starts_anything(APPOINTED, order.organization):
        known = Case(order, at=at).facts
        dates = {**known.dates, "dispatched": at}
        if visit.agreed_at is not None:
            dates["confirmed"] = visit.agreed_at
        facts = replace(known, dates=dates)
    obligations.happened(
        APPOINTED,
        at=visit.appointment_from,
        document=order,
        unit=order.unit,
        person=visit.technician,
        facts=facts,
        occasion=_journey(order),
        told_at=at,
        agreed=visit.agreed_at is not None,
        by=by,
    )


def _journey(order: WorkOrder) -> str:
    """The number of the coming journey: a visit that was reassigned or declined before the arrival is none."""
    made = order.visits.filter(Q(arrived_at__isnull=False) | Q(result=Visit.Result.CUSTOMER_ABSENT))
    return str(made.count() + 1)


def no_appointment(order: WorkOrder, *, at: datetime, by: Any, reason: str) -> None:
    """Nobody comes at the appointed time: what hangs on it is no longer owed."""
    obligations.called_off(APPOINTED, document=order, at=at, by=by, reason=reason)


def appointment_kept(order: WorkOrder, *, at: datetime, by: Any) -> None:
    """Somebody came: what had to be done before it can be done no more."""
    reason = _("The visit took place.")
    obligations.called_off(APPOINTED, document=order, at=at, by=by, reason=reason, took_place=True)


def finished_part(order: WorkOrder, *, at: datetime, by: Any) -> None:
    """Meet what a finished part of a divided job proves: what it owes itself, nothing about the whole."""
    obligations.fulfil(order, BY_COMPLETION, at=at, evidence=order, by=by, served=False)


def finished(order: WorkOrder, *, at: datetime, by: Any) -> None:
    """Meet what a finished order proves: what was promised about the fault, and the duties of the unit."""
    fulfil(order, BY_COMPLETION, at=at, by=by)
    if done := BY_JOB.get(order.job):
        obligations.fulfil(order, done, at=at, unit=order.unit, evidence=order, by=by)


def pause(order: WorkOrder, reason: str, *, at: datetime, by: Any) -> None:
    """Stop the clocks whose clause allows it for ``reason``."""
    obligations.pause(order, reason, at=at, by=by)


def resume(order: WorkOrder, *, at: datetime, by: Any) -> None:
    """Let stopped clocks run on; those of the documents served unless another part of the job still waits."""
    waits = OrderWait.objects.filter(order__in=shares.keys_of(order.pk), to_at__isnull=True)
    obligations.resume(order, at=at, by=by, served=not waits.exclude(order=order).exists())


def assign(order: WorkOrder, person: Any, *, by: Any) -> None:
    """Make ``person`` (or nobody) answerable for what is done in the field.

    Of a divided job whoever does the first part that is still to be done answers for what was promised about it.
    """
    earlier = [one for one in shares.others_of(order) if one.pk < order.pk and one.state not in shares.DONE]
    obligations.assign(order, person, by=by, served=not earlier)


def cancel(order: WorkOrder, *, at: datetime, by: Any, reason: str) -> None:
    """Cancel what the order itself owes; what its requests owe stays owed."""
    obligations.cancel(order, at=at, by=by, reason=reason)


def refresh_due(order: WorkOrder) -> None:
    """Let the order show the due instant of what is owed next."""
    due_at = nearest_due([order.pk, *obligations.served_by(order)])
    if due_at != order.due_at:
        order.due_at = due_at
        WorkOrder.objects.filter(pk=order.pk).update(due_at=due_at)


def nearest_due(document_ids: Sequence[int]) -> datetime | None:
    """The due instant of what the documents still owe that comes first; it may have passed."""
    return (
        Obligation.objects.open()
        .filter(document__in=document_ids, abandoned_at__isnull=True, due_at__isnull=False)
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )
