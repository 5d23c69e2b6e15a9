"""Instances of planning, always the same for a seed: 60 × 60 km, six skills, two-hour windows for most jobs."""

from __future__ import annotations

import math
from random import Random

from jiannuo.operations.dispatch.planner import (
    Costs,
    Grant,
    Job,
    Place,
    Problem,
    Shift,
    SpeedTable,
    Technician,
)

SIDE_KILOMETRES = 60
SKILLS = tuple("ABCDEF")
CENTRE = (30.25, 120.17)
BEGINS, ENDS = 8 * 60, 18 * 60
KILOMETRES_A_DEGREE = 111.195
#: lateness costs an hour of driving for twelve minutes, times the weight; a job left out thousands
COSTS = Costs(per_kilometre=0, per_hour=60, late_per_minute=5, left_out=5000)


def problem(jobs: int, technicians: int, seed: int) -> Problem:
    """A day: 20–120 minutes a job, 35 km/h and 3 minutes a journey, a window of two hours for 60 % of the jobs.

    Work must not begin before a window opens; each minute after it closes is late. Jobs without a window are due at
    the end of the day. Weights 1, 2 and 4 stand for minor, normal and major.
    """
    random = Random(f"planning {jobs} {technicians} {seed}")
    people = tuple(
        Technician(
            key=number + 1,
            skills=tuple(Grant(skill) for skill in random.sample(SKILLS, random.randint(2, 4))),
            shifts=(Shift(BEGINS, ENDS),),
            start=(home := _place(random)),
            end=home,
        )
        for number in range(technicians)
    )
    return Problem(
        jobs=tuple(_job(random, number + 1) for number in range(jobs)),
        technicians=people,
        travel=SpeedTable(speed=35, handling=3, detour=1),
        costs=COSTS,
    )


def _place(random: Random) -> Place:
    north, east = (random.uniform(-SIDE_KILOMETRES / 2, SIDE_KILOMETRES / 2) for _axis in range(2))
    scale = KILOMETRES_A_DEGREE * math.cos(math.radians(CENTRE[0]))
    return Place(CENTRE[0] + north / KILOMETRES_A_DEGREE, CENTRE[1] + east / scale)


def _job(random: Random, key: int) -> Job:
    opens = random.randrange(BEGINS, ENDS - 120, 30) if random.random() < 0.6 else None
    return Job(
        key=key,
        place=_place(random),
        minutes=random.randrange(20, 121, 5),
        skill=random.choice(SKILLS),
        earliest=opens or 0,
        due=opens + 120 if opens is not None else ENDS,
        weight=random.choice((1, 2, 2, 4)),
    )
