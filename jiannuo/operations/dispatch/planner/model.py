"""What is planned: jobs, technicians, costs, plans. Plain values; every time is in whole minutes since the beginning
of the problem, so that a plan of several days is one axis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

#: why a job is in nobody's day
NO_PLACE = "no_place"
NO_SKILL = "no_skill"
AREA = "area"
CERTIFICATE = "certificate"
UNCERTIFIED = "uncertified"
NO_SHIFT = "no_shift"
WINDOW = "window"
OUTSIDE_SHIFT = "outside_shift"
TOO_FAR = "too_far"
LOCKED = "locked"
CAPACITY = "capacity"


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees (WGS 84, or all alike in another system) and the code of its administrative division."""

    latitude: float
    longitude: float
    division: str = ""


class Travel(Protocol):
    """How long journeys take. Give another one to plan with a matrix of roads."""

    def leg(self, here: Place, there: Place) -> tuple[int, int]:
        """Minutes and metres from one place to another."""
        ...

    def table(self, places: list[Place]) -> tuple[list[list[int]], list[list[int]]]:
        """Minutes and metres between all places, the same figures as :meth:`leg`."""
        ...


@dataclass(frozen=True, slots=True)
class Locked:
    """Who does a job and when work begins, whatever is planned around it; it takes the minutes of the job."""

    technician: int
    start: int


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work at a place.

    ``window`` is when work must begin (hard: what the customer was told), ``due`` when it should have begun: each
    minute later costs ``weight`` times the cost of lateness. ``present`` is who has it now, ``told`` whether the
    customer knows that. A lock goes before window and ``earliest``. Only who holds all ``certificates`` may do it.
    """

    key: int
    place: Place | None
    minutes: int
    skill: str = ""
    window: tuple[int, int] | None = None
    due: int | None = None
    weight: int = 1
    earliest: int = 0
    present: int | None = None
    told: bool = False
    locked: Locked | None = None
    certificates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """What a technician can do: everything at or below ``path``, until the certificate expires."""

    path: str
    until: int | None = None

    def covers(self, skill: str) -> bool:
        """Whether the skill lies at or below the path."""
        return skill == self.path or skill.startswith(self.path + "/")

    def valid(self, ends: int) -> bool:
        """Whether it still holds at the end of a shift."""
        return self.until is None or ends <= self.until


@dataclass(frozen=True, slots=True)
class Licence:
    """A certificate of a kind that a technician holds, from ``since`` on and before ``until``."""

    kind: str
    since: int | None = None
    until: int | None = None

    def valid(self, shift: Shift) -> bool:
        """Whether it holds during the whole shift."""
        return (self.since is None or self.since <= shift.begins) and (
            self.until is None or shift.ends <= self.until
        )


@dataclass(frozen=True, slots=True)
class Break:
    """``minutes`` without work somewhere in ``[begins, ends]``; driving may be interrupted for it."""

    begins: int
    ends: int
    minutes: int

    @property
    def latest(self) -> int:
        """The last minute at which it may begin."""
        return self.ends - self.minutes


@dataclass(frozen=True, slots=True)
class Shift:
    """A span at work, journeys from the first and to the last place included; ``start`` where another than usual."""

    begins: int
    ends: int
    breaks: tuple[Break, ...] = ()
    start: Place | None = None


@dataclass(frozen=True, slots=True)
class Technician:
    """Somebody who does jobs. Without ``end`` the way home is the own time.

    ``areas`` are beginnings of codes of administrative divisions; without any the technician serves everywhere.
    ``bound`` to them nothing outside is done but what is locked; else a job outside costs something.
    """

    key: int
    skills: tuple[Grant, ...]
    shifts: tuple[Shift, ...]
    start: Place
    end: Place | None = None
    areas: tuple[str, ...] = ()
    bound: bool = False
    licences: tuple[Licence, ...] = ()

    def holds(self, kind: str, shift: Shift) -> bool:
        """Whether a certificate of the kind is valid during the shift."""
        return any(one.kind == kind and one.valid(shift) for one in self.licences)

    def serves(self, place: Place | None) -> bool:
        """Whether the place lies in an area; one whose division is not known lies in every area."""
        if not self.areas or place is None or not place.division:
            return True
        return place.division.startswith(self.areas)

    def may(self, job: Job, shift: Shift) -> bool:
        """Whether skill, certificates and area allow the job in the shift."""
        if not all(self.holds(kind, shift) for kind in job.certificates):
            return False
        if self.bound and job.locked is None and not self.serves(job.place):
            return False
        return not job.skill or any(one.covers(job.skill) and one.valid(shift.ends) for one in self.skills)


@dataclass(frozen=True, slots=True)
class Costs:
    """What a manager weighs against what; all in the same unit."""

    per_kilometre: float = 2
    per_hour: float = 60
    late_per_minute: float = 5
    left_out: float = 5000
    changed: float = 20
    told_changed: float = 1500
    outside_area: float = 300


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that planning needs to know."""

    jobs: tuple[Job, ...]
    technicians: tuple[Technician, ...]
    travel: Travel
    costs: Costs = field(default_factory=Costs)


@dataclass(frozen=True, slots=True)
class Stop:
    """A job in somebody's day: when work begins and ends, and the journey to it."""

    job: int
    technician: int
    shift: int
    start: int
    end: int
    travel_minutes: int = 0
    metres: int = 0


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A job in nobody's day, with the reason; ``lacking`` names the certificates that are missing for it."""

    job: int
    reason: str
    detail: Mapping[str, int] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Stops in the order of each technician's day, and what is left."""

    stops: tuple[Stop, ...]
    unassigned: tuple[Unassigned, ...] = ()

    def by_shift(self) -> dict[tuple[int, int], list[Stop]]:
        """Stops of each shift (technician, index of the shift) in the order of their beginning."""
        found: dict[tuple[int, int], list[Stop]] = {}
        for stop in sorted(self.stops, key=lambda one: (one.start, one.end, one.job)):
            found.setdefault((stop.technician, stop.shift), []).append(stop)
        return found
