"""Group trips: several orders done in one outing, in a fixed sequence; moved, dissolved and counted as one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import lock, record, save
from jiannuo.operations.dispatch.board import services as board
from jiannuo.operations.dispatch.board.facts import Facts, facts_for, midnight
from jiannuo.operations.dispatch.board.places import home_of
from jiannuo.operations.dispatch.board.rules import Concern
from jiannuo.operations.dispatch.board.services import Assessment, Placement, Refused, ToConfirm
from jiannuo.operations.dispatch.models import GroupTrip, TripStop
from jiannuo.operations.dispatch.planner.model import Place
from jiannuo.operations.dispatch.planner.travel import metres_between
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services.visits import open_visit

FEWEST, MOST = 2, 20


class StaleTrip(Exception):
    """Somebody else changed the trip since the person opened it."""

    def __init__(self) -> None:
        super().__init__(_("The trip was changed meanwhile. Look at the board and try again."))


@dataclass(frozen=True, slots=True)
class Outing:
    """What a trip is to be: who, when it sets out, the orders in sequence, by which means."""

    technician: Any
    sets_out: datetime
    orders: tuple[WorkOrder, ...]
    crew: tuple[Any, ...] = ()
    means: str = GroupTrip.Means.CAR
    vehicle: str = ""
    remark: str = ""


@dataclass(slots=True)
class Proposal:
    """A trip before it is made: the stops with what speaks against them, kilometres and what is saved."""

    stops: list[Assessment]
    kilometres: float | None
    saved: float | None

    @property
    def warnings(self) -> list[Concern]:
        return [warning for stop in self.stops for warning in stop.warnings]

    @property
    def refusals(self) -> list[str]:
        return [text for stop in self.stops for text in stop.refusals]


def nearest_first(orders: Sequence[WorkOrder], start: Place | None) -> list[WorkOrder]:
    """The orders so that each is the nearest to the one before; those without a place come last."""
    left = [order for order in orders if place_of(order) is not None]
    found: list[WorkOrder] = []
    here = start or (place_of(left[0]) if left else None)
    while left and here is not None:
        nearest = min(left, key=lambda order: (metres_between(here, place_of(order)), order.pk))  # type: ignore[arg-type]
        left.remove(nearest)
        found.append(nearest)
        here = place_of(nearest)
    return [*found, *(order for order in orders if place_of(order) is None)]


def place_of(order: WorkOrder) -> Place | None:
    """Where the order is to be done, as far as known."""
    if order.latitude is None or order.longitude is None:
        return None
    return Place(order.latitude, order.longitude, order.division_id or "")


def kilometres(home: Place | None, places: Sequence[Place | None]) -> tuple[float | None, float | None]:
    """Length of the round trip in a straight line, and what it saves against one journey to each place.

    Nothing is said when a place or the starting place is not known.
    """
    known = [place for place in places if place is not None]
    if home is None or len(known) != len(places) or not known:
        return None, None
    round_trip = sum(
        metres_between(one, other) for one, other in zip([home, *known], [*known, home], strict=True)
    )
    single = sum(2 * metres_between(home, place) for place in known)
    return round(round_trip / 1000, 1), round(max(0.0, single - round_trip) / 1000, 1)


def propose(outing: Outing, *, by: Any, minutes: dict[int, int]) -> Proposal:
    """What the trip would be; raises ValidationError for too few, too many or repeated orders."""
    if len({order.pk for order in outing.orders}) != len(outing.orders):
        raise ValidationError({"orders": _("An order stands twice in the trip.")})
    if not FEWEST <= len(outing.orders) <= MOST:
        text = _("A group trip has between %(fewest)s and %(most)s orders.")
        raise ValidationError({"orders": text % {"fewest": FEWEST, "most": MOST}})
    facts = _facts(outing, by)
    people = facts.by_user()
    technician = people.get(outing.technician.pk)
    home = home_of(technician) if technician is not None else None
    stops: list[Assessment] = []
    clock, here = outing.sets_out, facts.start_of(technician) if technician is not None else None
    rows = {row["pk"]: row for row in facts.waiting}
    for order in outing.orders:
        place = facts.place_of(rows[order.pk])
        begins = clock + timedelta(minutes=facts.journey(here, place))
        ends = begins + timedelta(minutes=minutes[order.pk])
        placement = Placement(outing.technician, begins, ends, outing.crew)
        stop = board.assess(order, placement, by=by, facts=facts)
        # A warning is told by its order, too, so that one that was confirmed stands for no other stop.
        stop.warnings = [Concern(one.code, f"{order.pk}:{one.key}", {**one.params}) for one in stop.warnings]
        stops.append(stop)
        facts.slots[order.pk] = stop.slot
        facts.forget_people()
        clock, here = ends, place
    length, saved = kilometres(home, [place_of(order) for order in outing.orders])
    return Proposal(stops, length, saved)


def _facts(outing: Outing, by: Any) -> Facts:
    begins = midnight(timezone.localtime(outing.sets_out).date())
    people = [outing.technician.pk, *(person.pk for person in outing.crew)]
    keys = [order.pk for order in outing.orders]
    facts = facts_for(by, begins, begins + timedelta(days=2), people=people, orders=keys)
    for key in keys:  # where they stand now does not count
        facts.slots.pop(key, None)
    return facts


@transaction.atomic
def make_trip(
    outing: Outing,
    *,
    by: Any,
    minutes: dict[int, int],
    confirmed: Collection[str] = (),
    reason: str = "",
    versions: dict[int, int] | None = None,
) -> GroupTrip:
    """Give all orders of the outing to its technician, one after the other, as one trip; all or none.

    Raises PermissionDenied, StaleDocument, ValidationError, Refused, or ToConfirm as :func:`board.place`.
    """
    board.hold([outing.technician, *outing.crew])
    orders = [lock(order, version=(versions or {}).get(order.pk)) for order in sorted_by_key(outing.orders)]
    by_key = {order.pk: order for order in orders}
    outing = _with(outing, tuple(by_key[order.pk] for order in outing.orders))
    proposal = propose(outing, by=by, minutes=minutes)
    _check(proposal, confirmed, reason)
    day = timezone.localtime(outing.sets_out).date()
    trip = GroupTrip.objects.create(
        organization=outing.technician.technician.organization,
        day=day,
        technician=outing.technician,
        means=outing.means,
        vehicle=outing.vehicle,
        remark=outing.remark,
        kilometres=proposal.kilometres,
        saved_kilometres=proposal.saved,
        created_by=by,
    )
    _give(trip, proposal, by=by, reason=reason)
    return trip


def sorted_by_key(orders: Sequence[WorkOrder]) -> list[WorkOrder]:
    """In the order in which they are locked everywhere, so that two never wait for each other."""
    return sorted(orders, key=lambda order: order.pk)


def _with(outing: Outing, orders: tuple[WorkOrder, ...]) -> Outing:
    return Outing(
        outing.technician,
        outing.sets_out,
        orders,
        outing.crew,
        outing.means,
        outing.vehicle,
        outing.remark,
    )


def _check(proposal: Proposal, confirmed: Collection[str], reason: str) -> None:
    refused = next((stop for stop in proposal.stops if stop.refusals), None)
    if refused is not None:
        refused.refusals = proposal.refusals
        raise Refused(refused)
    if not proposal.warnings:
        return
    whole = proposal.stops[0]
    whole.warnings = whole.pushed_warnings = proposal.warnings
    whole.shifted = []
    if any(warning.key not in confirmed for warning in whole.warnings):
        raise ToConfirm(whole)
    if not reason.strip():
        raise ToConfirm(whole, reason_missing=True)


def _give(trip: GroupTrip, proposal: Proposal, *, by: Any, reason: str) -> None:
    TripStop.objects.filter(trip=trip).delete()
    for position, stop in enumerate(proposal.stops, 1):
        order = board.carry_out(stop.order, stop.placement, by=by, reason=board.said(stop.warnings, reason))
        visit = open_visit(order)
        if visit is None:
            raise LookupError(f"{order.number} has no visit although it was given")
        TripStop.objects.filter(visit=visit).delete()
        TripStop.objects.create(trip=trip, visit=visit, position=position)
        text = _("Stop %(position)s of the group trip of %(day)s")
        record(
            order,
            TimelineEntry.Kind.CHANGE,
            by=by,
            text=text % {"position": position, "day": trip.day.isoformat()},
        )


@transaction.atomic
def move_trip(
    trip: GroupTrip,
    *,
    by: Any,
    technician: Any,
    begins: datetime,
    version: int | None = None,
    confirmed: Collection[str] = (),
    reason: str = "",
) -> GroupTrip:
    """Move the whole trip so that its first stop begins at ``begins``, perhaps to another technician; all or none.

    Times between the stops stay. Raises PermissionDenied, StaleTrip, ValidationError, Refused or ToConfirm.
    """
    trip = _hold_trip(trip, by=by, version=version)
    board.hold([technician])
    stops = stops_of(trip)
    if not stops:
        raise ValidationError(_("No visit of this trip is still to come."))
    first = min(begin for _order, begin, _end in stops)
    crew = tuple(person for person in stops[0][0].open_crew if person != technician)
    outing = Outing(technician, begins, tuple(order for order, _begin, _end in stops), crew)
    facts = _facts(outing, by)
    assessments = []
    for order, begin, end in stops:
        lock(order)
        placement = Placement(technician, begins + (begin - first), begins + (end - first), crew)
        stop = board.assess(order, placement, by=by, facts=facts, trip=trip.pk)
        stop.warnings = [Concern(one.code, f"{order.pk}:{one.key}", one.params) for one in stop.warnings]
        assessments.append(stop)
        facts.slots[order.pk] = stop.slot
        facts.forget_people()
    profile = facts.by_user().get(technician.pk)
    home = home_of(profile) if profile is not None else None
    length, saved = kilometres(home, [place_of(order) for order, _begin, _end in stops])
    proposal = Proposal(assessments, length, saved)
    _check(proposal, confirmed, reason)
    trip.technician, trip.day = technician, timezone.localtime(begins).date()
    trip.organization = technician.technician.organization
    trip.kilometres, trip.saved_kilometres = length, saved
    trip.version += 1
    trip.save()
    _give(trip, proposal, by=by, reason=reason)
    return trip


def stops_of(trip: GroupTrip) -> list[tuple[Any, datetime, datetime]]:
    """The orders of a trip that are still to be done, in sequence, with their time and ``open_crew``."""
    found = []
    stops = trip.stops.filter(visit__ended_at__isnull=True).select_related(
        "visit__order__organization", "visit__order__customer", "visit__technician"
    )
    for stop in stops.prefetch_related("visit__crew").order_by("position"):
        visit = stop.visit
        if visit.planned_from is not None and visit.planned_to is not None:
            order: Any = visit.order
            order.open_crew = list(visit.crew.all())
            order.open_visit = visit
            found.append((order, visit.planned_from, visit.planned_to))
    return found


@transaction.atomic
def dissolve_trip(trip: GroupTrip, *, by: Any, version: int | None = None) -> GroupTrip:
    """Let the orders of the trip be single visits again, at their times. Raises PermissionDenied or StaleTrip."""
    trip = _hold_trip(trip, by=by, version=version)
    for order, _begins, _ends in stops_of(trip):
        _say(order, _("The group trip was dissolved"), by=by)
    TripStop.objects.filter(trip=trip).delete()
    trip.dissolved_at = timezone.now()
    trip.version += 1
    trip.save(update_fields=["dissolved_at", "version"])
    return trip


@transaction.atomic
def take_out(trip: GroupTrip, order: WorkOrder, *, by: Any, version: int | None = None) -> GroupTrip:
    """Take an order out of the trip; it keeps technician and time. A trip of one order is dissolved."""
    trip = _hold_trip(trip, by=by, version=version)
    removed, _kinds = TripStop.objects.filter(trip=trip, visit__order=order).delete()
    if not removed:
        raise ValidationError(_("%(number)s is no stop of this trip.") % {"number": order.number})
    _say(order, _("Taken out of the group trip"), by=by)
    left = stops_of(trip)
    if len(left) < FEWEST:
        return dissolve_trip(trip, by=by)
    home = home_of(trip.technician.technician)
    trip.kilometres, trip.saved_kilometres = kilometres(home, [place_of(one) for one, _begin, _end in left])
    trip.version += 1
    trip.save()
    return trip


def _say(order: WorkOrder, text: str, *, by: Any) -> None:
    fresh = lock(order)
    save(fresh)
    record(fresh, TimelineEntry.Kind.CHANGE, by=by, text=text)


def _hold_trip(trip: GroupTrip, *, by: Any, version: int | None) -> GroupTrip:
    fresh = GroupTrip.objects.select_for_update().select_related("organization").get(pk=trip.pk)
    if not by.has_perm("orders.dispatch", fresh):
        raise PermissionDenied("orders.dispatch")
    if fresh.dissolved_at is not None or (version is not None and fresh.version != version):
        raise StaleTrip
    return fresh
