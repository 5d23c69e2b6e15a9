"""The independent scorer: checks the hard rules of a plan and works out its cost from the problem alone.

It shares no arithmetic with the searches, so that a mistake in a model shows here. Every plan passes it before it is
shown.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from jiannuo.operations.dispatch.planner.model import Break, Job, Plan, Problem, Shift, Stop, Technician


class BrokenPlan(Exception):
    """A plan breaks a hard rule; ``faults`` says which."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.rule} (job {fault.job})" for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Fault:
    """A hard rule that is broken, and by which job (0: by the plan as a whole)."""

    rule: str
    job: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """What a plan costs, and what people compare plans by."""

    cost: float
    metres: int
    travel_minutes: int
    work_minutes: int
    late_minutes: int
    late_jobs: int
    left_out: int
    changed: int
    told_changed: int
    outside_area: int = 0

    @property
    def kilometres(self) -> float:
        return self.metres / 1000


def check(problem: Problem, plan: Plan) -> list[Fault]:
    """The hard rules that the plan breaks; none for a good one."""
    jobs = {job.key: job for job in problem.jobs}
    technicians = {technician.key: technician for technician in problem.technicians}
    faults = []
    seen = Counter([stop.job for stop in plan.stops] + [one.job for one in plan.unassigned])
    faults += [Fault("job lost", key) for key in jobs if not seen[key]]
    faults += [Fault("job twice", key) for key, count in seen.items() if count > 1]
    faults += [Fault("unknown job", key) for key in seen if key not in jobs]
    for (key, index), stops in plan.by_shift().items():
        technician = technicians.get(key)
        if technician is None or not 0 <= index < len(technician.shifts):
            faults += [Fault("unknown shift", stop.job) for stop in stops]
            continue
        known = [stop for stop in stops if stop.job in jobs]
        for stop in known:
            faults += _check_stop(jobs[stop.job], stop, technician, technician.shifts[index])
        faults += _check_day(problem, known, jobs, technician, technician.shifts[index])
    return faults


def _check_stop(job: Job, stop: Stop, technician: Technician, shift: Shift) -> list[Fault]:
    broken = []
    if not set(job.certificates) <= _held_during(technician, shift):
        broken.append("certificate")
    elif not technician.may(job, shift):
        broken.append("area" if _is_barred(job, technician) else "skill")
    if stop.end - stop.start != job.minutes:
        broken.append("duration")
    if job.locked is None and job.window is not None and not job.window[0] <= stop.start <= job.window[1]:
        broken.append("window")
    if job.locked is None and stop.start < job.earliest:
        broken.append("too early")
    if stop.start < shift.begins or stop.end > shift.ends:
        broken.append("shift")
    if job.locked is not None and (job.locked.technician, job.locked.start) != (technician.key, stop.start):
        broken.append("lock")
    if job.place is None:
        broken.append("no place")
    return [Fault(rule, job.key) for rule in broken]


def _held_during(technician: Technician, shift: Shift) -> set[str]:
    """The kinds of certificates that do not begin after the shift's beginning or end before its end."""
    return {
        one.kind
        for one in technician.licences
        if not (one.since is not None and one.since > shift.begins)
        and not (one.until is not None and one.until < shift.ends)
    }


def _is_barred(job: Job, technician: Technician) -> bool:
    """Whether the technician keeps to areas in which the job does not lie."""
    return technician.bound and job.locked is None and _is_outside(job, technician)


def _is_outside(job: Job, technician: Technician) -> bool:
    division = job.place.division if job.place is not None else ""
    return bool(division and technician.areas) and not any(
        division[: len(area)] == area for area in technician.areas
    )


def _check_day(
    problem: Problem, stops: list[Stop], jobs: dict[int, Job], technician: Technician, shift: Shift
) -> list[Fault]:
    """Journeys fit between the jobs, breaks too, and the way home lies within the shift."""
    faults = []
    here, free_from = shift.start or technician.start, shift.begins
    gaps = []
    for stop in stops:
        place = jobs[stop.job].place
        if place is None:
            continue
        minutes, _metres = problem.travel.leg(here, place)
        if free_from + minutes > stop.start:
            faults.append(Fault("travel", stop.job))
        gaps.append((free_from, stop.start, minutes))
        here, free_from = place, stop.end
    home = problem.travel.leg(here, technician.end)[0] if technician.end is not None else 0
    if stops and free_from + home > shift.ends:
        faults.append(Fault("way home", stops[-1].job))
    gaps.append((free_from, shift.ends, home))
    if not _breaks_fit(gaps, sorted(shift.breaks, key=lambda one: (one.begins, one.ends))):
        faults.append(Fault("break", stops[0].job if stops else 0))
    return faults


def _breaks_fit(gaps: list[tuple[int, int, int]], breaks: list[Break]) -> bool:
    """Whether each break finds room in a gap besides the journey of that gap: tried from the first gap on."""
    if not breaks:
        return True
    first = breaks[0]
    for index, (begins, ends, journey) in enumerate(gaps):
        start = max(begins, first.begins)
        if start > first.latest:
            return False
        after = start + first.minutes
        driven = min(journey, start - begins)
        if after + journey - driven > ends:
            continue
        # Driving done before the break is done; what is left of the gap begins when the break ends.
        rest = [(after, ends, journey - driven), *gaps[index + 1 :]]
        if _breaks_fit(rest, breaks[1:]):
            return True
    return False


def score(problem: Problem, plan: Plan) -> Score:
    """What the plan costs; it must be sound (see :func:`check`)."""
    jobs = {job.key: job for job in problem.jobs}
    technicians = {technician.key: technician for technician in problem.technicians}
    costs = problem.costs
    metres = minutes = 0
    for (key, index), stops in plan.by_shift().items():
        technician = technicians[key]
        places = [technician.shifts[index].start or technician.start]
        places += [place for stop in stops if (place := jobs[stop.job].place) is not None]
        places += [technician.end] if technician.end is not None else []
        for here, there in itertools.pairwise(places):
            leg = problem.travel.leg(here, there)
            minutes, metres = minutes + leg[0], metres + leg[1]
    lateness = {stop.job: _late(jobs[stop.job], stop) for stop in plan.stops}
    moved = [jobs[stop.job] for stop in plan.stops if jobs[stop.job].present not in (None, stop.technician)]
    told = sum(job.told for job in moved)
    outside = sum(_is_outside(jobs[stop.job], technicians[stop.technician]) for stop in plan.stops)
    left = [jobs[one.job] for one in plan.unassigned]
    told_out = sum(job.told and job.present is not None for job in left)
    cost = (
        costs.per_kilometre * metres / 1000
        + costs.per_hour * minutes / 60
        + costs.late_per_minute * sum(jobs[key].weight * late for key, late in lateness.items())
        + costs.left_out * sum(job.weight for job in left)
        + costs.changed * (len(moved) - told)
        + costs.told_changed * (told + told_out)
        + costs.outside_area * outside
    )
    return Score(
        cost=cost,
        metres=metres,
        travel_minutes=minutes,
        work_minutes=sum(stop.end - stop.start for stop in plan.stops),
        late_minutes=sum(lateness.values()),
        late_jobs=sum(late > 0 for late in lateness.values()),
        left_out=len(left),
        changed=len(moved) + sum(job.present is not None for job in left),
        told_changed=told + told_out,
        outside_area=outside,
    )


def _late(job: Job, stop: Stop) -> int:
    return max(0, stop.start - job.due) if job.due is not None else 0


def verified(problem: Problem, plan: Plan) -> Score:
    """The score of a sound plan. Raises BrokenPlan for one that breaks a hard rule."""
    faults = check(problem, plan)
    if faults:
        raise BrokenPlan(faults)
    return score(problem, plan)
