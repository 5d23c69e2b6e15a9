"""The problem in numbers: what all searches work with.

A *tour* is a shift of a technician. Nodes are jobs; places are numbered, and two tables give minutes and costs between
them. A route is a list of jobs of a tour; :meth:`Instance.timing` says when each can begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiannuo.operations.dispatch.planner import model
from jiannuo.operations.dispatch.planner.model import (
    Break,
    Job,
    Place,
    Plan,
    Problem,
    Stop,
    Technician,
    Unassigned,
)

#: costs are counted in whole hundredths inside the searches
SCALE = 100
FOREVER = 10**9

Routes = list[list[int]]


@dataclass(frozen=True, slots=True)
class Tour:
    """A shift of a technician: positions of start and end among the places, bounds, breaks."""

    technician: Technician
    index: int
    start: int
    end: int | None
    begins: int
    ends: int
    breaks: tuple[Break, ...]


class Instance:
    """Numbers of a problem; jobs that nobody can do are told apart with their reason."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.jobs: list[Job] = []
        self.hopeless: list[Unassigned] = []
        numbers: dict[Place, int] = {}
        for job in problem.jobs:
            if job.place is not None:
                numbers.setdefault(job.place, len(numbers))
        self.tours = [
            _tour(technician, index, numbers)
            for technician in problem.technicians
            for index in range(len(technician.shifts))
        ]
        self.minutes, self.metres = problem.travel.table(list(numbers))
        costs = problem.costs
        by_metre, by_minute = costs.per_kilometre * SCALE / 1000, costs.per_hour * SCALE / 60
        self.cost = [
            [round(metre * by_metre + minute * by_minute) for metre, minute in zip(far, long, strict=True)]
            for far, long in zip(self.metres, self.minutes, strict=True)
        ]
        self.late_cost = costs.late_per_minute * SCALE
        self.allowed: list[list[int]] = []
        for job in problem.jobs:
            tours, reason = self._tours_for(job, numbers)
            if tours:
                self.jobs.append(job)
                self.allowed.append(tours)
            else:
                self.hopeless.append(reason)
        self.place = [numbers[job.place] for job in self.jobs if job.place is not None]
        self.early = [_window(job)[0] for job in self.jobs]
        self.late = [_window(job)[1] for job in self.jobs]
        self.due = [FOREVER if job.due is None else job.due for job in self.jobs]
        self.work = [job.minutes for job in self.jobs]
        self.lateness = [job.weight * self.late_cost for job in self.jobs]
        self.drop = [_drop(job, problem) for job in self.jobs]
        self.number = {job.key: index for index, job in enumerate(self.jobs)}
        self.move = [
            0 if job.present is None else round(SCALE * (costs.told_changed if job.told else costs.changed))
            for job in self.jobs
        ]
        #: whether a change of technician costs something
        self.has_present = any(self.move)
        away = round(SCALE * costs.outside_area)
        #: job → tour → what it costs that just this tour's technician does it
        self.extra = [
            [
                (0 if job.present == tour.technician.key else self.move[number])
                + (0 if not away or tour.technician.serves(job.place) else away)
                for tour in self.tours
            ]
            for number, job in enumerate(self.jobs)
        ]
        #: whether it matters for the cost who does a job
        self.has_extra = any(map(any, self.extra))

    def changed(self, job: int, tour: int) -> int:
        """What it costs that the tour's technician does the job: not the present one, or outside the own areas."""
        return self.extra[job][tour]

    def _tours_for(self, job: Job, numbers: dict[Place, int]) -> tuple[list[int], Unassigned]:
        """The tours that could do the job alone; if none, the reason why the nearest attempt failed."""
        if job.place is None:
            return [], Unassigned(job.key, model.NO_PLACE)
        place = numbers[job.place]
        early, late = _window(job)
        found: list[int] = []
        reasons: set[str] = set()
        for number, tour in enumerate(self.tours):
            if job.locked is not None and tour.technician.key != job.locked.technician:
                continue
            if not tour.technician.may(job, tour.technician.shifts[tour.index]):
                continue
            arrives = tour.begins + self.minutes[tour.start][place]
            home = self.minutes[place][tour.end] if tour.end is not None else 0
            start = max(arrives, early)
            if start > late or tour.begins > late or tour.ends < early:
                reasons.add(model.WINDOW if job.window or job.locked else model.OUTSIDE_SHIFT)
            elif start + job.minutes + home > tour.ends:
                too_far = early + job.minutes <= tour.ends
                reasons.add(model.TOO_FAR if too_far else model.OUTSIDE_SHIFT)
            elif self._with_breaks(tour, arrives, early, late, job.minutes, home) is None:
                reasons.add(model.WINDOW if job.window or job.locked else model.TOO_FAR)
            else:
                found.append(number)
        reason, lacking = self._reason(job, reasons)
        return found, Unassigned(job.key, reason, lacking=lacking)

    def _with_breaks(
        self, tour: Tour, arrives: int, early: int, late: int, work: int, home: int
    ) -> int | None:
        """When the job could begin if it were the only one, breaks kept; nothing if it cannot."""
        for eager in (False, True):
            start, breaks = _start(tour.begins, arrives - tour.begins, early, work, tour.breaks, eager=eager)
            if start is not None and start <= late and _last(start + work, home, breaks) <= tour.ends:
                return start
        return None

    def _reason(self, job: Job, reasons: set[str]) -> tuple[str, tuple[str, ...]]:
        """Why nobody can do a job, the reason that is easiest to mend first, and the certificates that are missing."""
        for one in (model.TOO_FAR, model.OUTSIDE_SHIFT, model.WINDOW):
            if one in reasons:
                return model.LOCKED if job.locked is not None else one, ()
        if job.locked is not None:
            return model.LOCKED, ()
        holders = [
            technician
            for technician in self.problem.technicians
            if not job.skill or any(grant.covers(job.skill) for grant in technician.skills)
        ]
        if not holders and self.problem.technicians:
            return model.NO_SKILL, ()
        near = [one for one in holders if not one.bound or one.serves(job.place)]
        if not near and holders:
            return model.AREA, ()
        missing = _missing(job, near)
        if missing:
            return model.UNCERTIFIED, missing
        return model.CERTIFICATE if any(one.shifts for one in near) else model.NO_SHIFT, ()

    def timing(self, tour: int, route: Sequence[int]) -> tuple[int, list[int]] | None:
        """Cost of the route (journeys and lateness) and when each job begins; nothing if it breaks a rule."""
        own = self.tours[tour]
        found = self._timing(own, route, eager=False)
        if found is None and own.breaks:
            return self._timing(own, route, eager=True)
        return found

    def _timing(self, tour: Tour, route: Sequence[int], *, eager: bool) -> tuple[int, list[int]] | None:
        here, now, cost = tour.start, tour.begins, 0.0
        minutes, costs, breaks = self.minutes, self.cost, tour.breaks
        starts = []
        for job in route:
            place = self.place[job]
            if breaks:
                found, breaks = _start(
                    now, minutes[here][place], self.early[job], self.work[job], breaks, eager=eager
                )
                if found is None:
                    return None
                start = found
            else:
                start = now + minutes[here][place]
                if start < self.early[job]:
                    start = self.early[job]
            if start > self.late[job]:
                return None
            cost += costs[here][place]
            if start > self.due[job]:
                cost += (start - self.due[job]) * self.lateness[job]
            starts.append(start)
            now, here = start + self.work[job], place
        home = 0
        if tour.end is not None:
            home = minutes[here][tour.end]
            cost += costs[here][tour.end]
        if breaks:
            now = _last(now, home, breaks)
            home = 0
        return (round(cost), starts) if now + home <= tour.ends and route else (None if route else (0, []))

    def total(self, routes: Routes) -> int:
        """Cost of all routes with changes and what is left out; every route must be sound."""
        cost = 0
        done: set[int] = set()
        for tour, route in enumerate(routes):
            timed = self.timing(tour, route)
            if timed is None:
                raise ValueError("an unsound route")
            cost += timed[0] + sum(self.changed(job, tour) for job in route)
            done.update(route)
        return cost + sum(drop for job, drop in enumerate(self.drop) if job not in done)

    def plan(self, routes: Routes) -> Plan:
        """The routes as a plan, each job as early as it can be."""
        stops: list[Stop] = []
        done: set[int] = set()
        for tour, route in enumerate(routes):
            timed = self.timing(tour, route)
            if timed is None:
                raise ValueError("an unsound route")
            stops += self._stops(self.tours[tour], route, timed[1])
            done.update(route)
        left = [
            Unassigned(job.key, model.CAPACITY, {"technicians": self._capable(index)})
            for index, job in enumerate(self.jobs)
            if index not in done
        ]
        return Plan(tuple(stops), (*self.hopeless, *left))

    def _stops(self, tour: Tour, route: Sequence[int], starts: list[int]) -> list[Stop]:
        here, stops = tour.start, []
        for job, start in zip(route, starts, strict=True):
            place = self.place[job]
            stops.append(
                Stop(
                    job=self.jobs[job].key,
                    technician=tour.technician.key,
                    shift=tour.index,
                    start=start,
                    end=start + self.work[job],
                    travel_minutes=self.minutes[here][place],
                    metres=self.metres[here][place],
                )
            )
            here = place
        return stops

    def _capable(self, job: int) -> int:
        return len({self.tours[tour].technician.key for tour in self.allowed[job]})

    def routes(self, plan: Plan) -> Routes:
        """The routes of a plan, without what the instance does not allow."""
        tours = {(tour.technician.key, tour.index): number for number, tour in enumerate(self.tours)}
        routes: Routes = [[] for _tour in self.tours]
        for key, stops in plan.by_shift().items():
            number = tours.get(key)
            if number is None:
                continue
            for stop in stops:
                job = self.number.get(stop.job)
                if job is not None and number in self.allowed[job]:
                    routes[number].append(job)
        return routes


def _tour(technician: Technician, index: int, numbers: dict[Place, int]) -> Tour:
    shift = technician.shifts[index]
    start = numbers.setdefault(shift.start or technician.start, len(numbers))
    end = None if technician.end is None else numbers.setdefault(technician.end, len(numbers))
    breaks = tuple(sorted(shift.breaks, key=lambda one: (one.begins, one.ends)))
    return Tour(technician, index, start, end, shift.begins, shift.ends, breaks)


def _drop(job: Job, problem: Problem) -> int:
    """What it costs to leave a job out; one that is locked is worth all others together."""
    told = problem.costs.told_changed if job.told and job.present is not None else 0
    own = round(SCALE * (problem.costs.left_out * job.weight + told))
    if job.locked is None:
        return own
    return own + round(SCALE * sum(problem.costs.left_out * one.weight for one in problem.jobs))


def _missing(job: Job, people: Sequence[Technician]) -> tuple[str, ...]:
    """The certificates of the job that none of the people holds in a shift; all where each is held by somebody else.

    None where somebody holds them all, or nobody has a shift.
    """
    shifts = [(person, shift) for person in people for shift in person.shifts]
    if not shifts or any(all(who.holds(kind, at) for kind in job.certificates) for who, at in shifts):
        return ()
    nowhere = (kind for kind in job.certificates if not any(who.holds(kind, at) for who, at in shifts))
    return tuple(nowhere) or job.certificates


def _window(job: Job) -> tuple[int, int]:
    """First and last minute at which work may begin."""
    if job.locked is not None:
        return job.locked.start, job.locked.start
    low, high = job.window or (0, FOREVER)
    return max(low, job.earliest), high


def _start(
    now: int, journey: int, early: int, work: int, breaks: tuple[Break, ...], *, eager: bool
) -> tuple[int | None, tuple[Break, ...]]:
    """When work can begin, and the breaks still to come.

    A break is taken before the job when it costs no time, when it would be too late afterwards, or, ``eager``, as
    soon as it may.
    """
    while True:
        arrives = now + journey
        start = max(early, arrives)
        if not breaks:
            return start, breaks
        first = breaks[0]
        begin = max(first.begins, now)
        driven = min(journey, begin - now)
        after = begin + first.minutes
        with_break = max(after + journey - driven, early)
        must = start + work > first.latest
        if not (must or with_break <= start or (eager and begin <= arrives)):
            return start, breaks
        if begin > first.latest:
            return None, breaks
        now, journey, breaks = after, journey - driven, breaks[1:]


def _last(now: int, home: int, breaks: tuple[Break, ...]) -> int:
    """When somebody is at home, the breaks left being taken on the way; for ever if one does not fit."""
    for one in breaks:
        begin = max(now, one.begins)
        if begin > one.latest:
            return FOREVER
        if now + home <= one.begins:
            return now + home
        driven = min(home, begin - now)
        now, home = begin + one.minutes, home - driven
    return now + home
