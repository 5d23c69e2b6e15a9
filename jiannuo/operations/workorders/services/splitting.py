"""Dividing the job of an order among several orders, each with its own technician, time and purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents.models import Document, DocumentLink, TimelineEntry
from jiannuo.office.documents.services import ActionNotAllowed, link, lock, record, save
from jiannuo.operations.workorders import shares
from jiannuo.operations.workorders.events import JobDivided
from jiannuo.operations.workorders.models import OrderCheck, OrderShare, Visit, WorkOrder
from jiannuo.operations.workorders.services.coming import TO_COME, span_text
from jiannuo.operations.workorders.services.creating import create_order, title_of
from jiannuo.promises.obligations.services import served_by

SPLITTABLE = ("ready", *TO_COME)
#: parts of a job, those given up left out
FEWEST, MOST = 2, 8
#: minutes that a part takes
SHORTEST, LONGEST = 5, 24 * 60
#: what every part takes over from the order
CARRIED = (
    *("customer", "unit", "job", "severity", "category", "symptom", "division", "address"),
    *("latitude", "longitude", "contact_name", "contact_phone", "decision"),
)
#: what an order of the bench has in its history
ON_THE_BENCH = ("take_in", "bring_in")


@dataclass(frozen=True, slots=True)
class Portion:
    """A part to be made: what it is for, when it begins, how long it takes (minutes), who does it, if known yet."""

    purpose: str
    begins: datetime
    minutes: int
    technician: Any = None

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(minutes=self.minutes)


class CannotSplit(ActionNotAllowed):
    """The order cannot be divided now; the text says why and what to do instead."""

    def __init__(self, order: WorkOrder, text: str) -> None:
        self.document = order
        Exception.__init__(self, text % {"number": order.number, "state": order.state_label})


def why_not(order: WorkOrder) -> str:
    """Why the order cannot be divided; empty when it can. At most two queries."""
    if order.state == WorkOrder.State.BENCH or (
        order.state in SPLITTABLE and order.timeline.filter(action__in=ON_THE_BENCH).exists()
    ):
        return _("%(number)s is an order of the bench: the machine is here and cannot be in two hands.")
    if order.state not in SPLITTABLE:
        return _("%(number)s is “%(state)s”. Only orders that nobody has begun can be divided.")
    begun = order.visits.filter(arrived_at__isnull=False).exclude(result=Visit.Result.CUSTOMER_ABSENT)
    if begun.exists():
        return _("The work for %(number)s was begun. Make a new order for what is left of it.")
    return ""


@transaction.atomic
def split_order(
    order: WorkOrder, portions: Sequence[Portion], *, by: Any, version: int | None = None
) -> list[WorkOrder]:
    """Divide the job: the order keeps the first of ``portions``, each further one becomes an order of its own.

    All serve the same documents and carry the same customer, unit, place, decision and certificates; what is planned
    on the order stays with it, and so does the checklist of the machine. Nobody is sent yet. Returns the orders in the
    sequence of the portions. Raises PermissionDenied, StaleDocument, CannotSplit, or ValidationError by the number of
    the portion.
    """
    shares.hold(order.pk)
    order = lock(order, version=version)
    if not by.has_perm("orders.dispatch", order):
        raise PermissionDenied("orders.dispatch")
    if reason := why_not(order):
        raise CannotSplit(order, reason)
    _check(order, portions)
    reported = _reported(order)
    first, *further = portions
    keys = shares.keys_of(order.pk)
    sources = [one.specific() for one in Document.objects.filter(pk__in=served_by(order)).order_by("pk")]
    made = [_further(order, portion, sources, keys[0], reported, by=by) for portion in further]
    _keep(order, first, reported, by=by, others=made)
    return [order, *made]


def _check(order: WorkOrder, portions: Sequence[Portion]) -> None:
    if not portions or not portions[0].purpose.strip() or portions[0].minutes < SHORTEST:
        raise ValidationError(
            _("Nothing is left for %(number)s itself. Say what it is still for, and how long.")
            % {"number": order.number}
        )
    if len(portions) < FEWEST:
        raise ValidationError(_("Give at least two parts."))
    if len(shares.others_of(order)) + len(portions) > MOST:
        raise ValidationError(_("A job has at most %(most)s parts.") % {"most": MOST})
    for portion in portions:
        if not portion.purpose.strip():
            raise ValidationError(_("Say for each part what it is for."))
        if not SHORTEST <= portion.minutes <= LONGEST:
            raise ValidationError(
                _("A part takes between %(least)s minutes and a day.") % {"least": SHORTEST}
            )
        if portion.ends <= timezone.now():
            raise ValidationError(_("This time is over. Choose a later one."))


def _reported(order: WorkOrder) -> str:
    """What was reported, without what the order was for among the parts of its job until now."""
    share = OrderShare.objects.filter(order=order).first()
    return order.fault.removeprefix(share.purpose).lstrip("\n") if share is not None else order.fault


def _further(
    order: WorkOrder, portion: Portion, sources: Sequence[Any], first: int, reported: str, *, by: Any
) -> WorkOrder:
    """An order for one further portion, waiting for a technician."""
    made = create_order(
        by=by,
        organization=order.organization,
        sources=sources,
        fault="\n".join(filter(None, [portion.purpose, reported])),
        **{name: getattr(order, name) for name in CARRIED},
    )
    made.checks.exclude(purpose=OrderCheck.Purpose.CONDUCT).delete()
    made.certificates, made.free_because, made.is_demo = (
        order.certificates,
        order.free_because,
        order.is_demo,
    )
    made.due_at = made.due_at or order.due_at
    made.save(update_fields=["certificates", "free_because", "is_demo", "due_at"])
    link(made, Document(pk=first), shares.PART_OF)
    for followed in order.links_out.filter(kind=DocumentLink.Kind.FOLLOWS).select_related("target"):
        link(made, followed.target, DocumentLink.Kind.FOLLOWS)
    OrderShare.objects.create(
        order=made, purpose=portion.purpose, begins=portion.begins, minutes=portion.minutes
    )
    text = _("Part of the job of %(number)s: %(purpose)s")
    record(
        made,
        TimelineEntry.Kind.CHANGE,
        by=by,
        text=text % {"number": order.number, "purpose": portion.purpose},
    )
    return made


def _keep(order: WorkOrder, portion: Portion, reported: str, *, by: Any, others: Sequence[WorkOrder]) -> None:
    """Let the order do its own portion only."""
    order.fault = "\n".join(filter(None, [portion.purpose, reported]))
    order.title = title_of(order.fault, order.unit, order.customer)
    save(order)
    OrderShare.objects.update_or_create(
        order=order,
        defaults={"purpose": portion.purpose, "begins": portion.begins, "minutes": portion.minutes},
    )
    text = _("Divided: %(purpose)s stays here, the rest is done under %(numbers)s.")
    numbers = "、".join(one.number for one in others)
    record(
        order,
        TimelineEntry.Kind.CHANGE,
        by=by,
        text=text % {"purpose": portion.purpose, "numbers": numbers},
    )


@transaction.atomic
def tell_of_times(orders: Sequence[WorkOrder], *, by: Any) -> None:
    """Have the customer told once of all times of a divided job. Raises PermissionDenied."""
    first = orders[0]
    if not by.has_perm("orders.dispatch", first):
        raise PermissionDenied("orders.dispatch")
    now = timezone.now()
    OrderShare.objects.filter(order__in=orders).update(told_at=now)
    times = [
        span_text(share.begins, share.begins + timedelta(minutes=share.minutes))
        for share in OrderShare.objects.filter(order__in=orders).order_by("begins", "pk")
    ]
    text = _("The customer is told of the times: %(times)s") % {"times": "；".join(times)}
    record(first, TimelineEntry.Kind.CHANGE, by=by, text=text)
    publish(JobDivided(order_id=first.pk, number=first.number, at=now))
