"""Somebody is ill: what they have in a span, who could do it instead, and giving it away in one step."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.operations.dispatch.board import rules
from jiannuo.operations.dispatch.board import services as board
from jiannuo.operations.dispatch.board.facts import Facts, facts_for, midnight, minutes_of
from jiannuo.operations.dispatch.board.rules import Concern, Slot
from jiannuo.operations.dispatch.board.services import Placement, Refused, ToConfirm
from jiannuo.operations.dispatch.board.trips import StaleTrip, take_out
from jiannuo.operations.dispatch.suitability import Need, judge
from jiannuo.operations.dispatch.wording import warning_text
from jiannuo.operations.workforce.certificates import lacking
from jiannuo.operations.workforce.models import Absence, Technician
from jiannuo.operations.workforce.services import add_absence
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.operations.workorders.services import change_visit, set_crew
from jiannuo.operations.workorders.services.coming import TO_COME
from jiannuo.operations.workorders.services.visits import open_visit
from jiannuo.registry.products.models import Category

MOST_OPTIONS = 6
WARNING_COSTS = 25
MINUTES_A_POINT = 12
LONGEST = timedelta(days=31)


@dataclass(slots=True)
class Option:
    """One technician who could do an order, and when."""

    technician: Technician
    slot: Slot
    points: int
    warnings: list[Concern]

    @property
    def texts(self) -> list[str]:
        return [warning_text(one) for one in self.warnings]


@dataclass(slots=True)
class Suggestion:
    """An order that must be given away, with those who could do it, the best first."""

    slot: Slot
    row: dict[str, Any]
    options: list[Option] = field(default_factory=list)
    timed: bool = True


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the step: the order as it was seen, who gets it and when."""

    order: WorkOrder
    version: int
    technician: Any
    begins: datetime
    ends: datetime
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line; ``to_confirm`` are the keys of warnings that were not seen before."""

    order: WorkOrder
    done: bool
    text: str
    to_confirm: tuple[str, ...] = ()


def suggest(absent: Technician, begins: datetime, ends: datetime, *, by: Any) -> list[Suggestion]:
    """The orders that ``absent`` has between two instants and is not at yet, each with who could do it instead.

    Those given without a time that are due by the end, or have no term, are among them, after the others. The first
    choice of one order is taken into account for the next. Raises ValidationError for an impossible span.
    """
    _check_span(begins, ends)
    facts = facts_for(by, *days_around(begins, ends), untimed=True)
    rows = {row["pk"]: row for row in facts.visits}
    theirs = [
        slot
        for slot in facts.slots.values()
        if slot.technician == absent.user_id
        and slot.begins < ends
        and slot.ends > begins
        and rows[slot.order]["state"] in TO_COME
    ]
    theirs.sort(key=lambda one: (one.begins, one.order))
    untimed = _untimed(absent, begins, ends, facts)
    theirs += untimed.values()
    categories = Category.objects.in_bulk({rows[slot.order]["category_id"] for slot in theirs} - {None})
    barred: dict[tuple[Any, ...], Collection[int]] = {}
    found = []
    for slot in theirs:
        category, day = rows[slot.order]["category_id"], slot.begins.date()
        asked = (category, slot.certificates, day)
        if asked not in barred:
            barred[asked] = lacking(facts.technicians, categories.get(category), day, slot.certificates)
        timed = slot.order not in untimed
        options = options_for(slot, facts, without=absent.user_id, barred=barred[asked], anytime=not timed)
        found.append(Suggestion(slot, rows[slot.order], options, timed))
        if options:
            facts.slots[slot.order] = options[0].slot
            facts.forget_people()
    return found


def _check_span(begins: datetime, ends: datetime) -> None:
    if ends <= begins:
        raise ValidationError({"ends": _("The span must end after it begins.")})
    if ends - begins > LONGEST:
        raise ValidationError({"ends": _("At most 31 days at once.")})


def _untimed(absent: Technician, begins: datetime, ends: datetime, facts: Facts) -> dict[int, Slot]:
    """The orders of ``absent`` without a time that cannot wait for the return, from the beginning of the span on."""
    moment = max(begins, timezone.now()).replace(second=0, microsecond=0)
    rows = [
        row
        for row in facts.visits
        if row["technician_id"] == absent.user_id
        and row["state"] in TO_COME
        and row["planned_from"] is None
        and row["appointment_from"] is None
        and (row["due_at"] is None or row["due_at"] < ends)
    ]
    rows.sort(key=lambda row: (row["due_at"] is None, row["due_at"] or ends, row["pk"]))
    return {
        row["pk"]: replace(
            facts.slot_of(row, absent.user_id, moment, moment + timedelta(minutes=facts.minutes[row["pk"]])),
            visit=row["visit"],
            crew=tuple(row["crew"]),
        )
        for row in rows
    }


@transaction.atomic
def record_absence(
    absent: Technician, begins: datetime, ends: datetime, reason: str, *, by: Any
) -> list[Absence]:
    """Write down that ``absent`` is away between two instants; what is written down already stays as it is.

    Returns what was added, nothing when all of it stood there. Raises PermissionDenied, ValidationError.
    """
    _check_span(begins, ends)
    absent = Technician.objects.select_for_update().select_related("organization").get(pk=absent.pk)
    return [add_absence(absent, *gap, reason, by=by) for gap in gaps_between(absent, begins, ends)]


def gaps_between(absent: Technician, begins: datetime, ends: datetime) -> list[tuple[datetime, datetime]]:
    """The parts of a span for which no absence is written down."""
    found = []
    for absence in absences_within(absent, begins, ends):
        if absence.starts_at > begins:
            found.append((begins, absence.starts_at))
        begins = max(begins, absence.ends_at)
    return [*found, (begins, ends)] if begins < ends else found


def absences_within(absent: Technician, begins: datetime, ends: datetime) -> list[Absence]:
    """The absences of a technician in a span, the first first."""
    rows = Absence.objects.filter(technician=absent, starts_at__lt=ends, ends_at__gt=begins)
    return list(rows.select_related("leave").order_by("starts_at"))


def days_around(begins: datetime, ends: datetime) -> tuple[datetime, datetime]:
    """Whole days of the office around a span."""
    first, last = timezone.localtime(begins).date(), timezone.localtime(ends - timedelta(seconds=1)).date()
    return midnight(first), midnight(last + timedelta(days=1))


def options_for(
    slot: Slot, facts: Facts, *, without: int = 0, barred: Collection[int] = (), anytime: bool = False
) -> list[Option]:
    """Who could do ``slot``, at its time or the first free one after it: the fittest first.

    ``without`` is a person who cannot, ``barred`` are the keys of technicians who lack a certificate. With ``anytime``
    the slot is the earliest time, not a wish. Standby counts for those who can be called at the time itself: work that
    can wait is not put there.
    """
    soonest = max(slot.begins, timezone.localtime())
    wanted = slot.at(soonest.replace(second=0, microsecond=0)) if soonest > slot.begins else slot
    found = []
    for technician in facts.technicians:
        if technician.user_id in (without, *wanted.crew) or technician.pk in barred:
            continue
        tried = replace(wanted, technician=technician.user_id)
        shifts = [
            (timezone.localtime(span.starts_at), timezone.localtime(span.ends_at))
            for span in facts.shifts[technician.pk]
            if not span.standby or (span.meets(wanted.begins, wanted.ends) and not anytime)
        ]
        tried = rules.free_time(
            tried,
            facts.of_person(technician.user_id),
            shifts,
            facts.journey,
            anytime=anytime,
            breaks=facts.breaks[technician.pk],
        )
        warnings = facts.warnings(tried)
        if any(one.code == "absent" for one in warnings):
            continue
        delay = int((tried.begins - wanted.begins).total_seconds() // 60)
        lost = delay + facts.journey(facts.start_of(technician), tried.place)
        points = _points(tried, facts, technician) - WARNING_COSTS * len(warnings) - lost // MINUTES_A_POINT
        found.append(Option(technician, tried, points, warnings))
    found.sort(key=lambda option: (-option.points, option.slot.begins, option.technician.user.name))
    return found[:MOST_OPTIONS]


def _points(slot: Slot, facts: Facts, technician: Technician) -> int:
    need = Need(
        category=slot.category,
        division=slot.division,
        starts_at=slot.begins,
        ends_at=slot.ends,
        day=slot.begins.date(),
        minutes=minutes_of(slot),
        place=rules.point(slot.place),
    )
    return judge(need, replace(facts.candidate(technician, slot), appointments=())).points


def helped_by(absent: Technician, begins: datetime, ends: datetime, *, by: Any) -> list[WorkOrder]:
    """Orders of others that ``absent`` was to help with between two instants."""
    visits = Visit.objects.filter(
        crew=absent.user_id, ended_at__isnull=True, planned_from__lt=ends, planned_to__gt=begins
    )
    rows = WorkOrder.objects.visible_to(by).filter(visits__in=visits, state__in=TO_COME)
    return list(rows.select_related("organization", "technician", "customer").order_by("pk"))


def reassign_each(moves: Sequence[Move], *, by: Any, reason: str) -> list[Outcome]:
    """Give each order away as said, ``reason`` confirms the warnings that were seen; one that fails holds up no other.

    A visit that was locked or part of a group trip is unlocked and taken out, since who should do it cannot.
    """
    return [_one(move, by=by, reason=reason) for move in moves]


def _one(move: Move, *, by: Any, reason: str) -> Outcome:
    try:
        with transaction.atomic():
            order = _free(move, by=by)
            placement = Placement(move.technician, move.begins, move.ends)
            order = board.place(order, placement, by=by, confirmed=move.confirmed, reason=reason)
    except (StaleDocument, StaleTrip) as error:
        return Outcome(move.order, False, " ".join([str(error), board.what_happened(move.order)]))
    except PermissionDenied:
        return Outcome(move.order, False, _("You may not dispatch this order."))
    except ValidationError as error:
        return Outcome(move.order, False, " ".join(error.messages))
    except ToConfirm as error:
        keys = tuple(one.key for one in error.assessment.warnings)
        return Outcome(move.order, False, str(error), keys)
    except (Refused, ActionNotAllowed) as error:
        return Outcome(move.order, False, str(error))
    return Outcome(order, True, _("now with %(person)s") % {"person": move.technician})


def _free(move: Move, *, by: Any) -> WorkOrder:
    """The order as it was seen, unlocked and out of its trip."""
    order = board.lock(move.order, version=move.version)
    visit = open_visit(order)
    if visit is None or order.state not in TO_COME:
        return order
    if visit.locked:
        change_visit(order, by=by, locked=False)
    if hasattr(visit, "trip_stop"):
        take_out(visit.trip_stop.trip, order, by=by)
    return WorkOrder.objects.select_related("organization").get(pk=order.pk)


def leave_crews(orders: Sequence[WorkOrder], absent: Technician, *, by: Any) -> list[Outcome]:
    """Take ``absent`` out of the crews of the orders; one that fails holds up no other."""
    found = []
    for order in orders:
        visit = open_visit(order)
        left = [person for person in visit.crew.all() if person.pk != absent.user_id] if visit else []
        try:
            set_crew(order, left, by=by)
        except (PermissionDenied, ValidationError, ActionNotAllowed) as error:
            found.append(Outcome(order, False, str(error)))
        else:
            found.append(Outcome(order, True, _("no longer with %(person)s") % {"person": absent}))
    return found
