"""Planning a visit that is to come: its time in the technician's day, its lock, who comes along."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import lock, record, save
from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workorders import telling
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.operations.workorders.services.guard import NotNow
from jiannuo.operations.workorders.services.visits import check_plan, open_visit

#: states in which the visit is still to come
TO_COME = ("dispatched", "accepted")


@transaction.atomic
def change_visit(
    order: WorkOrder,
    *,
    by: Any,
    planned_from: datetime | None = None,
    planned_to: datetime | None = None,
    locked: bool | None = None,
    version: int | None = None,
    reason: str = "",
) -> Visit:
    """Move the planned time of the coming visit, or lock and unlock it; what is None stays.

    Raises PermissionDenied, StaleDocument, NotNow once the technician is on the way, or ValidationError.
    """
    order, visit = _coming(order, by=by, version=version)
    said = []
    moved = planned_from is not None and (planned_from, planned_to) != (visit.planned_from, visit.planned_to)
    if moved:
        check_plan(planned_from, planned_to)
        visit.planned_from, visit.planned_to = planned_from, planned_to
        said.append(_("Planned for %(span)s") % {"span": span_text(planned_from, planned_to)})
    if locked is not None and locked != visit.locked:
        visit.locked = locked
        said.append(_("Visit locked") if locked else _("Visit unlocked"))
    if not said:
        return visit
    visit.save(update_fields=["planned_from", "planned_to", "locked"])
    save(order)
    record(order, TimelineEntry.Kind.CHANGE, by=by, text="；".join([*said, *([reason] if reason else [])]))
    if moved:
        telling.tell_moved(order, visit)
    return visit


@transaction.atomic
def set_crew(order: WorkOrder, people: Iterable[Any], *, by: Any, version: int | None = None) -> Visit:
    """Say who comes along on the coming visit; those who join are told, and those who need not come.

    Raises PermissionDenied, StaleDocument, NotNow once the technician is on the way, or ValidationError for people who
    are no active technicians or may not work for the organisation of the order.
    """
    order, visit = _coming(order, by=by, version=version)
    wanted = check_crew(order, people, technician=visit.technician)
    present = set(visit.crew.all())
    joined = [person for person in wanted if person not in present]
    left = [person for person in present if person not in wanted]
    if not joined and not left:
        return visit
    visit.crew.set(wanted)
    save(order)
    names = "、".join(person.name for person in wanted) or "—"
    record(order, TimelineEntry.Kind.CHANGE, by=by, text=_("Crew: %(people)s") % {"people": names})
    telling.tell_helpers(order, visit, joined)
    for person in left:
        telling.tell_taken_away(order, person)
    return visit


def check_crew(order: WorkOrder, people: Iterable[Any], *, technician: Any) -> list[Any]:
    """The people without repetition and without the technician.

    Raises ValidationError for those who are no active technicians or may not work for the organisation.
    """
    wanted = [person for person in dict.fromkeys(people) if person != technician]
    active = set(Technician.objects.filter(user__in=wanted, active=True).values_list("user_id", flat=True))
    for person in wanted:
        if person.pk not in active or not person.is_active:
            raise ValidationError({"crew": _("%(person)s is no active technician.") % {"person": person}})
        if not person.has_perm("orders.work", order):
            text = _("%(person)s works for another organisation and cannot come along.")
            raise ValidationError({"crew": text % {"person": person}})
    return wanted


def span_text(begins: datetime | None, ends: datetime | None) -> str:
    """A planned time in words: 11-22 09:00–10:30."""
    if begins is None or ends is None:
        return "—"
    first, last = timezone.localtime(begins), timezone.localtime(ends)
    end = date_format(last, "H:i" if first.date() == last.date() else "m-d H:i")
    return f"{date_format(first, 'm-d H:i')}–{end}"


def _coming(order: WorkOrder, *, by: Any, version: int | None) -> tuple[WorkOrder, Visit]:
    fresh = lock(order, version=version)
    if not by.has_perm("orders.dispatch", fresh):
        raise PermissionDenied("orders.dispatch")
    visit = open_visit(fresh)
    if visit is None or fresh.state not in TO_COME:
        raise NotNow(fresh)
    return fresh, visit
