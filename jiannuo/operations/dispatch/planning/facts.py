"""From records to the planner's values: what planning knows of orders and technicians."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from jiannuo.office.organizations.models import area_prefix
from jiannuo.operations.dispatch.durations import Duration, durations_of
from jiannuo.operations.dispatch.planner import (
    Costs,
    Grant,
    Job,
    Licence,
    Locked,
    Place,
    Plan,
    Problem,
    RoadTable,
    Shift,
    SpeedTable,
    Stop,
    Technician,
    Unassigned,
)
from jiannuo.operations.dispatch.planner.travel import Point, point_of, unknown
from jiannuo.operations.dispatch.planning.busy import engagements
from jiannuo.operations.dispatch.planning.choosing import Choice, bounds, settings_for
from jiannuo.operations.dispatch.planning.daytime import Lunch, Span, left_of
from jiannuo.operations.dispatch.planning.models import AreaRule
from jiannuo.operations.dispatch.planning.places import centres
from jiannuo.operations.dispatch.planning.travel import TravelRules, journeys_of, travel_rules
from jiannuo.operations.workforce.certificates import Register, register_of
from jiannuo.operations.workforce.models import Absence
from jiannuo.operations.workforce.models import Shift as ShiftRow
from jiannuo.operations.workforce.models import Technician as TechnicianRow
from jiannuo.operations.workforce.queries import SKILLS
from jiannuo.operations.workorders.models import Visit, WorkOrder

#: the grid of times that are proposed (minutes)
GRID = 5
#: source of a duration: the time that was set aside in somebody's day
SET_ASIDE = "visit"


@dataclass(slots=True)
class Facts:
    """The planner's problem, the present plan, and the records behind them.

    ``staying`` are orders that nobody is proposed for, with the reason, and whose technicians keep them as they are.
    """

    problem: Problem
    present: Plan
    origin: datetime
    orders: dict[int, WorkOrder]
    visits: dict[int, Visit]
    durations: dict[int, Duration]
    approximate: set[int] = field(default_factory=set)
    homeless: set[int] = field(default_factory=set)
    busy: list[int] = field(default_factory=list)
    staying: Mapping[int, Unassigned] = field(default_factory=dict)
    by_roads: bool = False

    @property
    def knows_all_roads(self) -> bool:
        """Whether the road service was asked for all places, a manager having chosen it."""
        travel = self.problem.travel
        return isinstance(travel, RoadTable) and not unknown(points_of(self.problem), travel.roads)

    @property
    def lacks_roads(self) -> bool:
        """Whether there is no road between some of the places."""
        travel = self.problem.travel
        return isinstance(travel, RoadTable) and None in travel.roads.values()

    def instant(self, minute: int) -> datetime:
        """The instant of a minute of the problem."""
        return self.origin + timedelta(minutes=minute)


def points_of(problem: Problem) -> set[Point]:
    """Where journeys of the problem begin and end."""
    places = [job.place for job in problem.jobs]
    for person in problem.technicians:
        places += [person.start, person.end, *(shift.start for shift in person.shifts)]
    return {point_of(place) for place in places if place is not None}


def gather(
    choice: Choice,
    *,
    now: datetime | None = None,
    locks: dict[int, tuple[int, datetime]] | None = None,
    staying: Mapping[int, Unassigned] | None = None,
) -> Facts:
    """The problem of a choice; about twenty queries however many orders and technicians.

    ``locks`` are those of the proposal: order → technician's user key and beginning. Orders of ``staying`` are not
    planned, and whoever has them is busy with them.
    """
    now = now or timezone.now()
    return _Gathering(choice, now, locks or {}, staying or {}).facts()


class _Gathering:
    def __init__(
        self,
        choice: Choice,
        now: datetime,
        locks: dict[int, tuple[int, datetime]],
        staying: Mapping[int, Unassigned],
    ) -> None:
        self.choice, self.now, self.locks, self.staying = choice, now, locks, staying
        self.origin, self.until = bounds(choice.organization, choice.first_day, choice.days)
        self.settings = settings_for(choice.organization)
        keys = [order.pk for order in choice.orders]
        rows = WorkOrder.objects.filter(pk__in=keys).select_related(
            "category", "division", "organization", "customer", "technician"
        )
        self.orders = {order.pk: order for order in rows}
        open_visits = Visit.objects.filter(order__in=keys, ended_at__isnull=True).order_by("sequence")
        self.visits = {
            visit.order_id: visit
            for visit in open_visits.select_related("technician", "trip_stop").prefetch_related("crew")
        }
        self.durations = durations_of(keys)
        for key, visit in self.visits.items():
            if visit.planned_from is not None and visit.planned_to is not None:
                minutes = math.ceil((visit.planned_to - visit.planned_from).total_seconds() / 60)
                self.durations[key] = replace(self.durations[key], minutes=minutes, source=SET_ASIDE)
        self.approximate: set[int] = set()
        self.homeless: set[int] = set()
        self.busy: list[int] = []
        self.register: Register = register_of(choice.technicians)

    def minute(self, at: datetime) -> int:
        """The minute in which an instant lies."""
        return math.floor((at - self.origin).total_seconds() / 60)

    def last(self, at: datetime) -> int:
        """The minute by which an instant has passed."""
        return math.ceil((at - self.origin).total_seconds() / 60)

    def facts(self) -> Facts:
        places = self._places()
        jobs = tuple(
            self._job(order, None if key in self.staying else places.get(key))
            for key, order in self.orders.items()
        )
        technicians = self._technicians(self._base(places), jobs)
        rules = travel_rules(self.choice.organization)
        travel = self._travel(rules, jobs, technicians)
        settings = self.settings
        costs = Costs(
            per_kilometre=settings.cost_per_kilometre,
            per_hour=settings.cost_per_hour,
            late_per_minute=settings.late_per_minute,
            left_out=settings.left_out,
            changed=settings.changed,
            told_changed=settings.told_changed,
            outside_area=settings.outside_area if settings.area_rule == AreaRule.COSTS else 0,
        )
        return Facts(
            problem=Problem(jobs, technicians, travel, costs),
            present=self._present(jobs, technicians),
            origin=self.origin,
            orders=self.orders,
            visits=self.visits,
            durations=self.durations,
            approximate=self.approximate,
            homeless=self.homeless,
            busy=self.busy,
            staying=self.staying,
            by_roads=rules.by_roads,
        )

    def _travel(
        self, rules: TravelRules, jobs: Sequence[Job], technicians: Sequence[Technician]
    ) -> SpeedTable | RoadTable:
        bare = Problem(tuple(jobs), tuple(technicians), rules.speeds)
        return journeys_of(rules, [points_of(bare)], self.now)

    def _places(self) -> dict[int, Place]:
        """Where each order is; by the centre of its division where its coordinates are not known."""
        found = {}
        unknown = []
        for key, order in self.orders.items():
            if order.latitude is not None and order.longitude is not None:
                found[key] = Place(order.latitude, order.longitude, order.division_id or "")
            elif order.division_id:
                unknown.append(order)
        middle = centres(order.division_id for order in unknown)
        for order in unknown:
            if order.division_id in middle:
                self.approximate.add(order.pk)
                found[order.pk] = Place(*middle[order.division_id], order.division_id)
        return found

    def _base(self, places: dict[int, Place]) -> Place | None:
        """Where those without a place of their own set out: the organisation's, else the middle of areas or jobs."""
        settings = self.settings
        if settings.latitude is not None and settings.longitude is not None:
            return Place(settings.latitude, settings.longitude)
        areas = centres(str(code) for code in self.choice.organization.areas)
        middle = next(iter(areas.values()), None)
        if middle is not None:
            return Place(*middle)
        if not places:
            return None
        return Place(
            sum(place.latitude for place in places.values()) / len(places),
            sum(place.longitude for place in places.values()) / len(places),
        )

    def _job(self, order: WorkOrder, place: Place | None) -> Job:
        visit = self.visits.get(order.pk)
        minutes = self.durations[order.pk].minutes
        present = visit.technician_id if visit is not None and order.state != WorkOrder.State.READY else None
        window = _told(visit, minutes)
        return Job(
            key=order.pk,
            place=place,
            minutes=minutes,
            skill=order.category.code_path if order.category else "",
            window=(self.minute(window[0]), self.minute(window[1])) if window else None,
            due=self.minute(order.due_at) if order.due_at else None,
            weight=self.settings.weight(order.severity),
            earliest=self._earliest(),
            present=present,
            told=present is not None and window is not None,
            locked=self._locked(order, visit, present),
            certificates=self._certificates(order),
        )

    def _certificates(self, order: WorkOrder) -> tuple[str, ...]:
        """Names of the kinds that product and promises ask for; each kind has a name of its own."""
        category = order.category.code_path if order.category else ""
        return tuple(self.register.kinds.wanted(category, order.certificates).values())

    def _earliest(self) -> int:
        """Nothing begins in the past."""
        if self.now <= self.origin:
            return 0
        return math.ceil((self.now - self.origin).total_seconds() / 60 / GRID) * GRID

    def _locked(self, order: WorkOrder, visit: Visit | None, present: int | None) -> Locked | None:
        own = self.locks.get(order.pk)
        if own is not None:
            return Locked(own[0], self.minute(own[1]))
        if visit is None or present is None or not (visit.locked or hasattr(visit, "trip_stop")):
            return None
        start = visit.planned_from or visit.appointment_from
        return Locked(present, self.minute(start)) if start is not None else None

    def _technicians(self, base: Place | None, jobs: Iterable[Job]) -> tuple[Technician, ...]:
        rows = {row.pk: row for row in self.choice.technicians}
        skills = TechnicianRow.objects.filter(pk__in=rows).prefetch_related(SKILLS)
        grants = {row.pk: self._grants(row) for row in skills}
        span = {"technician__in": rows, "starts_at__lt": self.until, "ends_at__gt": self.origin}
        shifts: dict[int, list[ShiftRow]] = {key: [] for key in rows}
        for shift in ShiftRow.objects.filter(standby=False, **span):
            shifts[shift.technician_id].append(shift)
        away: dict[int, list[tuple[int, int]]] = {row.user_id: [] for row in rows.values()}
        for absence in Absence.objects.filter(**span):
            user = rows[absence.technician_id].user_id
            away[user].append((self.minute(absence.starts_at), self.minute(absence.ends_at)))
        for user, begins, ends in self._other_visits(away):
            away[user].append((begins, ends))
        pinned: dict[int, list[Span]] = defaultdict(list)
        for user, span_at, crew in self._locks(jobs):
            pinned[user].append(span_at)
            for helper in crew:
                if helper in away and helper != user:
                    away[helper].append(span_at)
        made = []
        for key, row in rows.items():
            place = self._home(row, base)
            if place is None:
                continue
            own = tuple(
                found
                for shift in shifts[key]
                for found in self._shift(shift, away[row.user_id], pinned[row.user_id])
            )
            bound = self.settings.area_rule == AreaRule.NEVER
            made.append(
                Technician(
                    *(row.user_id, grants[key], own, place, place),
                    areas=self._areas(row),
                    bound=bound,
                    licences=self._licences(row),
                )
            )
        return tuple(made)

    def _licences(self, row: TechnicianRow) -> tuple[Licence, ...]:
        """The certificates that jobs ask for, by the name of their kind."""
        kinds = self.register.kinds
        names = {pk: name for pk, name, _path in kinds.products} | dict(kinds.codes.values())
        return tuple(
            Licence(
                names[one.kind_id],
                since=self._midnight(one.issued_on) if one.issued_on is not None else None,
                until=self._midnight(one.expires_on + timedelta(days=1))
                if one.expires_on is not None
                else None,
            )
            for one in self.register.held.get(row.pk, ())
        )

    def _midnight(self, day: date) -> int:
        return self.minute(datetime.combine(day, time.min, self.origin.tzinfo))

    def _areas(self, row: TechnicianRow) -> tuple[str, ...]:
        if self.settings.area_rule == AreaRule.FREE:
            return ()
        return tuple(prefix for code in row.areas_served if (prefix := area_prefix(str(code))))

    def _home(self, row: TechnicianRow, base: Place | None) -> Place | None:
        if row.home_latitude is None or row.home_longitude is None:
            self.homeless.add(row.user_id)
            return base
        return Place(row.home_latitude, row.home_longitude)

    def _grants(self, row: TechnicianRow) -> tuple[Grant, ...]:
        found = []
        for skill in row.skills.all():
            until = None
            if skill.expires_on is not None:
                until = self._midnight(skill.expires_on + timedelta(days=1))
            found.append(Grant(skill.category.code_path, until))
        return tuple(found)

    def _other_visits(self, people: Iterable[int]) -> list[tuple[int, int, int]]:
        """What the technicians have besides the orders that are planned: they are busy then."""
        planned = self.orders.keys() - self.staying.keys()
        found = []
        for one in engagements(people, self.origin, self.until):
            if one.order in planned:
                continue
            self.busy.append(one.visit)
            found.append((one.person.pk, self.minute(one.starts_at), self.last(one.ends_at)))
        return found

    def _locks(self, jobs: Iterable[Job]) -> Iterator[tuple[int, Span, list[int]]]:
        """Who is at locked orders when, and their crews; those of other orders are known only with the plan."""
        for job in jobs:
            if job.locked is not None and job.place is not None:
                visit = self.visits.get(job.key)
                crew = [person.pk for person in visit.crew.all()] if visit is not None else []
                start = job.locked.start
                yield job.locked.technician, (start, start + job.minutes), crew

    def _shift(self, row: ShiftRow, away: list[Span], pinned: list[Span]) -> list[Shift]:
        """What is left of a shift; nothing when it is over."""
        settings = self.settings
        own = None
        if row.break_from is not None and row.break_to is not None:
            own = (self.minute(row.break_from), self.last(row.break_to))
        lunch = Lunch(
            settings.lunch_from.hour * 60 + settings.lunch_from.minute,
            settings.lunch_to.hour * 60 + settings.lunch_to.minute,
            settings.lunch_minutes,
        )
        span = (self.minute(row.starts_at), self.minute(row.ends_at))
        left = left_of(span, self._earliest(), away, own or lunch, pinned)
        return [left] if left is not None else []

    def _present(self, jobs: Sequence[Job], technicians: Sequence[Technician]) -> Plan:
        """Who has what now, at the planned time, else the one told, else the due instant."""
        people = {technician.key: technician for technician in technicians}
        stops = []
        for job in jobs:
            technician = people.get(job.present) if job.present is not None else None
            if technician is None:
                continue
            visit = self.visits[job.key]
            at = visit.planned_from or visit.appointment_from or self.orders[job.key].due_at
            start = self.minute(at) if at is not None else 0
            shift = next(
                (n for n, one in enumerate(technician.shifts) if start < one.ends), len(technician.shifts) - 1
            )
            if shift >= 0:
                stops.append(Stop(job.key, technician.key, shift, start, start + job.minutes))
        return Plan(tuple(stops))


def _told(visit: Visit | None, minutes: int) -> tuple[datetime, datetime] | None:
    """The span in which the customer expects work to begin."""
    if visit is None or visit.appointment_from is None:
        return None
    return visit.appointment_from, visit.appointment_to or visit.appointment_from + timedelta(minutes=minutes)
