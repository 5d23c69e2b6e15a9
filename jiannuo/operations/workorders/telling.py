"""Telling people about work orders."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from jiannuo.office.accounts.models import User
from jiannuo.office.notices.kinds import NoticeKind
from jiannuo.office.notices.services import notify
from jiannuo.operations.workorders import notices
from jiannuo.operations.workorders.models import OrderLine, Visit, WorkOrder

DISPATCH_ROLES = ("dispatcher", "dealer_clerk")


def tell_assigned(order: WorkOrder, visit: Visit) -> None:
    """Tell the technician of a new job, with where and when."""
    context = {
        "customer": order.customer,
        "address": order.place or "—",
        "appointment": _moment(visit.appointment_from),
        "due": _moment(order.due_at),
    }
    _tell([visit.technician], notices.ASSIGNED, order, url=_field_page(order), **context)


def tell_moved(order: WorkOrder, visit: Visit) -> None:
    """Tell the technician and the crew of another planned time."""
    context = {
        "customer": order.customer,
        "address": order.place or "—",
        "planned": _moment(visit.planned_from),
        "appointment": _moment(visit.appointment_from),
    }
    _tell([visit.technician, *visit.crew.all()], notices.MOVED, order, url=_field_page(order), **context)


def tell_helpers(order: WorkOrder, visit: Visit, people: Any) -> None:
    """Tell people that they come along on a visit."""
    context = {
        "customer": order.customer,
        "address": order.place or "—",
        "planned": _moment(visit.planned_from or visit.appointment_from),
        "technician": visit.technician,
    }
    _tell(people, notices.HELPS, order, url=_field_page(order), **context)


def tell_taken_away(order: WorkOrder, person: Any, reason: str = "") -> None:
    """Tell a technician that somebody else does the job, or nobody."""
    _tell([person], notices.TAKEN_AWAY, order, url=reverse("field:jobs"), reason=reason)


def tell_sent_back(order: WorkOrder, reason: str) -> None:
    """Tell the technician that the record must be put right."""
    if order.technician is not None:
        _tell([order.technician], notices.SENT_BACK, order, url=_field_page(order), reason=reason)


def tell_dispatchers(order: WorkOrder, reason: str) -> None:
    """Tell those who dispatch for the organisation that the order is theirs again."""
    _tell(dispatchers_of(order), notices.BACK, order, reason=reason)


def tell_other_sum(order: WorkOrder, text: str) -> None:
    """Tell those who dispatch that the customer signed another sum than is charged."""
    _tell(dispatchers_of(order), notices.OTHER_SUM, order, text=text)


def tell_of_note(order: WorkOrder, text: str, *, key: str) -> None:
    """Tell those who dispatch what a technician recorded for an order that is no longer theirs."""
    notify(
        dispatchers_of(order),
        notices.FIELD_NOTE,
        document=order,
        context={"what": order.title, "text": text[:400]},
        key=f"{notices.FIELD_NOTE.id}:{key}",
    )


def tell_storekeepers(line: OrderLine, text: str) -> None:
    """Tell those who keep the parts that one was used which the ledger has in the van no more."""
    order = line.order
    notify(
        nearest(order, ("storekeeper",)),
        notices.PART_MISSING,
        document=order,
        context={"what": line.description, "text": text},
        key=f"{notices.PART_MISSING.id}:{line.pk}",
    )


def dispatchers_of(order: WorkOrder) -> list[User]:
    """People who dispatch at the organisation of the order, or at the nearest one above that has such people."""
    return nearest(order, DISPATCH_ROLES)


def nearest(order: WorkOrder, roles: tuple[str, ...]) -> list[User]:
    """Who holds one of the roles at the organisation of the order, or at the nearest one above where anybody does."""
    path: str = order.organization.path
    step = order.organization.steplen
    for end in range(len(path), 0, -step):
        found = User.objects.filter(
            is_active=True,
            role_assignments__role__in=roles,
            role_assignments__organization__path=path[:end],
        ).distinct()
        if found:
            return list(found)
    return []


def _tell(people: Any, kind: NoticeKind, order: WorkOrder, *, url: str = "", **context: Any) -> None:
    key = f"{kind.id}:{order.pk}:{order.version}"
    notify(people, kind, document=order, context={"what": order.title, **context}, key=key, url=url)


def _field_page(order: WorkOrder) -> str:
    return reverse("field:job", args=[order.number])


def _moment(value: Any) -> str:
    return date_format(timezone.localtime(value), "m-d H:i") if value else "—"
