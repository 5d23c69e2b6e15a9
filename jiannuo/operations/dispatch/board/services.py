"""Placing orders on the board: checked before it is done, refused cleanly when somebody was quicker."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import act, lock
from jiannuo.operations.dispatch.board import rules
from jiannuo.operations.dispatch.board.delays import announce
from jiannuo.operations.dispatch.board.facts import Facts, facts_for, midnight, technicians_of
from jiannuo.operations.dispatch.board.rules import Concern, Shifted, Slot
from jiannuo.operations.dispatch.wording import warning_text
from jiannuo.operations.workforce.certificates import lacking
from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.operations.workorders.services import change_visit, set_crew
from jiannuo.operations.workorders.services.coming import TO_COME, check_crew, span_text
from jiannuo.operations.workorders.services.visits import open_visit

PLACEABLE = ("ready", *TO_COME)
LONGEST = timedelta(hours=24)
FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Placement:
    """Who does an order when; ``crew`` None leaves it as it is, ``appointment`` holds what the customer agrees to."""

    technician: Any
    begins: datetime
    ends: datetime
    crew: tuple[Any, ...] | None = None
    appointment: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Assessment:
    """What a placement would mean, before it is done."""

    order: WorkOrder
    placement: Placement
    slot: Slot
    refusals: list[str] = field(default_factory=list)
    warnings: list[Concern] = field(default_factory=list)
    shifted: list[Shifted] = field(default_factory=list)
    pushed_warnings: list[Concern] = field(default_factory=list)

    def to_confirm(self, *, push: bool) -> list[Concern]:
        """What a person must have seen: the warnings, or those left when later visits make room."""
        return self.pushed_warnings if push else self.warnings

    @property
    def can_push(self) -> bool:
        return any(one.moves for one in self.shifted)


class Refused(Exception):
    """The placement is not possible, whatever a person confirms; ``assessment.refusals`` say why."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        super().__init__(" ".join(assessment.refusals))


class ToConfirm(Exception):
    """There are warnings that the person has not seen yet, or no reason is given for going on in spite of them."""

    def __init__(self, assessment: Assessment, *, reason_missing: bool = False) -> None:
        self.assessment = assessment
        self.reason_missing = reason_missing
        super().__init__("；".join(warning_text(one) for one in assessment.warnings))


def assess(
    order: WorkOrder, placement: Placement, *, by: Any, facts: Facts | None = None, trip: int | None = None
) -> Assessment:
    """What giving ``order`` so would mean: refusals, warnings, and whom an insertion pushes.

    ``trip`` is the group trip with which it moves.

    Raises PermissionDenied unless ``by`` may dispatch the order, ValidationError for an impossible time.
    """
    if not by.has_perm("orders.dispatch", order):
        raise PermissionDenied("orders.dispatch")
    check_time(placement.begins, placement.ends)
    visit = open_visit(order)
    crew = placement.crew
    if crew is None:
        crew = tuple(visit.crew.all()) if visit is not None else ()
    people = [placement.technician.pk, *(person.pk for person in crew)]
    if facts is None:
        facts = _facts_around(placement, people, order, by)
    slot = _slot(facts, order, visit, placement, tuple(people[1:]))
    found = Assessment(order, placement, slot)
    found.refusals = _refusals(order, visit, placement, facts, trip)
    if found.refusals:
        return found
    found.warnings = facts.warnings(slot)
    if not placement.technician.has_perm("orders.work", order):
        params: dict[str, object] = {"person": placement.technician.name}
        found.warnings.insert(0, Concern("other_organization", "other_organization", params))
    found.shifted = rules.make_room(slot, facts.slots.values(), facts.journey)
    found.pushed_warnings = _after_push(found, facts)
    return found


def check_time(begins: datetime, ends: datetime) -> None:
    """Raise ValidationError for a time that ends before it begins, is longer than a day, or over."""
    if ends <= begins:
        raise ValidationError({"ends": _("The planned time must end after it begins.")})
    if ends - begins > LONGEST:
        raise ValidationError({"ends": _("A visit is planned for a day at most.")})
    if ends <= timezone.now():
        raise ValidationError({"begins": _("This time is over. Choose a later one.")})
    if begins > timezone.now() + FURTHEST:
        raise ValidationError({"begins": _("This is more than a year away. Check the date.")})


def _facts_around(placement: Placement, people: list[int], order: WorkOrder, by: Any) -> Facts:
    begins = midnight(timezone.localtime(placement.begins).date())
    ends = midnight(timezone.localtime(placement.ends - timedelta(seconds=1)).date() + timedelta(days=1))
    return facts_for(by, begins, ends, people=people, orders=[order.pk])


def _slot(
    facts: Facts, order: WorkOrder, visit: Visit | None, placement: Placement, crew: tuple[int, ...]
) -> Slot:
    row = next(row for row in facts.waiting if row["pk"] == order.pk)
    slot = facts.slot_of(row, placement.technician.pk, placement.begins, placement.ends)
    told = placement.appointment or (
        {"appointment_from": visit.appointment_from, "appointment_to": visit.appointment_to} if visit else {}
    )
    return replace(
        slot,
        visit=visit.pk if visit is not None else None,
        crew=crew,
        told_from=told.get("appointment_from"),
        told_to=told.get("appointment_to"),
    )


def _refusals(
    order: WorkOrder, visit: Visit | None, placement: Placement, facts: Facts, trip: int | None
) -> list[str]:
    found = []
    if order.state not in PLACEABLE:
        text = _("%(number)s is “%(state)s” and cannot be planned now.")
        found.append(text % {"number": order.number, "state": order.state_label})
    if visit is not None and visit.locked:
        found.append(_("%(number)s is locked. Unlock it first.") % {"number": order.number})
    if visit is not None and hasattr(visit, "trip_stop") and visit.trip_stop.trip_id != trip:
        text = _("%(number)s belongs to a group trip. Move the trip, or take the order out of it first.")
        found.append(text % {"number": order.number})
    if placement.technician.pk not in {technician.user_id for technician in facts.technicians}:
        text = _("%(person)s is none of your active technicians.")
        found.append(text % {"person": placement.technician})
    return found + _without_certificate(order, placement, facts)


def _without_certificate(order: WorkOrder, placement: Placement, facts: Facts) -> list[str]:
    """What the technician lacks on the day for the product: without it the order cannot be given."""
    profile = facts.by_user().get(placement.technician.pk)
    if profile is None:
        return []
    day = timezone.localtime(placement.begins).date()
    missing = lacking([profile], order.category, day, order.certificates).get(profile.pk)
    if not missing:
        return []
    text = _("no valid certificate: %(kinds)s") % {"kinds": "、".join(missing)}
    return [f"{placement.technician}: {text}"]


def _after_push(found: Assessment, facts: Facts) -> list[Concern]:
    """The warnings that are left when later visits make room, and one for each visit that moves."""
    moved = {one.slot.order: one.moved for one in found.shifted}
    others = [moved.get(other.order, other) for other in facts.slots.values()]
    timeless = {"overlap_with", "journey", "arrival_missed", "finish_missed", "appointment"}
    kept = [one for one in found.warnings if one.code not in timeless]
    pushes = [
        Concern(
            "pushed",
            f"pushed:{one.slot.order}:{one.moved.begins.isoformat()}",
            {"number": one.slot.number, "from": one.moved.begins, "to": one.moved.ends},
        )
        for one in found.shifted
        if one.moves
    ]
    return [*kept, *rules.about_time(found.slot, others, facts.journey), *pushes]


@dataclass(slots=True)
class Placed:
    """What a placement did; ``told`` are the customers to whom a delay was announced, ``untold`` those who must be
    asked for another time."""

    order: WorkOrder
    told: list[Slot] = field(default_factory=list)
    untold: list[Slot] = field(default_factory=list)


def place(order: WorkOrder, placement: Placement, *, by: Any, **options: Any) -> WorkOrder:
    """As :func:`place_and_tell`; the order alone."""
    return place_and_tell(order, placement, by=by, **options).order


@transaction.atomic
def place_and_tell(
    order: WorkOrder,
    placement: Placement,
    *,
    by: Any,
    version: int | None = None,
    confirmed: Collection[str] = (),
    reason: str = "",
    push: bool = False,
    tell: bool = False,
) -> Placed:
    """Give the order to the technician at the time, with ``push`` moving the later visits of the day out of the way.

    With ``tell`` the delay is announced to the customers of those visits who were told an earlier time.

    ``confirmed`` are the keys of the warnings that the person has seen. Raises PermissionDenied, StaleDocument,
    ValidationError, Refused, or ToConfirm when a warning was not seen or no reason is given; nothing is changed then.
    """
    people = [placement.technician, *(placement.crew or ())]
    hold(people)
    order = lock(order, version=version)
    assessment = assess(order, placement, by=by)
    if assessment.refusals:
        raise Refused(assessment)
    if placement.crew is not None:
        check_crew(order, placement.crew, technician=placement.technician)
    seen = assessment.to_confirm(push=push)
    if any(one.key not in confirmed for one in seen):
        raise ToConfirm(assessment)
    if seen and not reason.strip():
        raise ToConfirm(assessment, reason_missing=True)
    placed = Placed(order)
    if push:
        _push(assessment.shifted, by=by, reason=_("made room for %(number)s") % {"number": order.number})
        if tell:
            _tell(assessment.shifted, placed, by=by)
    placed.order = carry_out(order, placement, by=by, reason=said(seen, reason))
    return placed


def hold(people: Sequence[Any]) -> None:
    """Lock the technicians, so that nobody plans the same time while it is checked."""
    keys = [person.pk for person in people]
    list(Technician.objects.select_for_update().filter(user__in=keys).order_by("pk").values_list("pk"))


def said(warnings: Sequence[Concern], reason: str) -> str:
    """Reason and warnings for the timeline."""
    if not warnings:
        return reason.strip()
    text = _("%(reason)s (in spite of: %(warnings)s)")
    return text % {"reason": reason.strip(), "warnings": "；".join(warning_text(one) for one in warnings)}


def _push(shifted: Sequence[Shifted], *, by: Any, reason: str) -> None:
    for one in shifted:
        if one.moves:
            other = WorkOrder.objects.get(pk=one.slot.order)
            change_visit(
                other,
                by=by,
                planned_from=one.moved.begins,
                planned_to=one.moved.ends,
                version=one.slot.version,
                reason=reason,
            )


def _tell(shifted: Sequence[Shifted], placed: Placed, *, by: Any) -> None:
    """Announce the delay to those who were told an earlier time; what is no delay any more holds nothing up."""
    for one in shifted:
        if not one.to_tell:
            continue
        other = WorkOrder.objects.get(pk=one.slot.order)
        try:
            told = announce(other, one.moved.begins, by=by)
        except ValidationError:
            told = False
        (placed.told if told else placed.untold).append(one.slot)


def carry_out(order: WorkOrder, placement: Placement, *, by: Any, reason: str) -> WorkOrder:
    """Do a placement that was checked: a technician is named anew, or the time alone moves."""
    if (
        order.technician_id == placement.technician.pk
        and not placement.appointment
        and order.state != "ready"
    ):
        if placement.crew is not None:
            set_crew(order, placement.crew, by=by)
        change_visit(order, by=by, planned_from=placement.begins, planned_to=placement.ends, reason=reason)
    else:
        data: dict[str, Any] = {
            "technician": placement.technician,
            "planned_from": placement.begins,
            "planned_to": placement.ends,
            "crew": placement.crew,
            **placement.appointment,
        }
        planned = _("Planned for %(span)s") % {"span": span_text(placement.begins, placement.ends)}
        act(order, "assign", by=by, data=data, text="；".join(filter(None, [planned, reason])))
    return WorkOrder.objects.select_related("organization").get(pk=order.pk)


def what_happened(order: WorkOrder) -> str:
    """What was done to an order last, by whom and when, for somebody who was slower."""
    entry = (
        TimelineEntry.objects.filter(document=order.pk)
        .exclude(kind__in=[TimelineEntry.Kind.COMMENT, TimelineEntry.Kind.OBLIGATION])
        .select_related("author")
        .order_by("-at", "-pk")
        .first()
    )
    if entry is None:
        return ""
    who = entry.author.name if entry.author is not None else _("the system")
    fresh = WorkOrder.objects.select_related("technician").get(pk=order.pk)
    visit = open_visit(fresh)
    state = [fresh.state_label, *([fresh.technician.name] if fresh.technician else [])]
    if visit is not None and visit.planned_from is not None:
        state.append(span_text(visit.planned_from, visit.planned_to))
    text = _("%(person)s changed it at %(time)s; now: %(state)s")
    moment = timezone.localtime(entry.at).strftime("%H:%M:%S")
    return text % {"person": who, "time": moment, "state": " · ".join(state)}


def technician_in_scope(user_id: Any, *, by: Any) -> User | None:
    """The person behind a technician of the own organisations, or nothing."""
    found = technicians_of(by).filter(user=user_id).first() if str(user_id).isdecimal() else None
    return found.user if found is not None else None
