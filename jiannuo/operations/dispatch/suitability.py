"""Who fits a job best: a pure function over what is known of the job and of each technician.

Points: skill 40 (8 a level), area 20, shift 15, load 15, nearness 10. An absence or another appointment at the same
time puts a technician behind everybody who is free, whatever the skill; nobody is left out, because the dispatcher
decides.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

SKILL_POINTS_A_LEVEL = 8
AREA_POINTS = 20
SHIFT_POINTS = 15
STANDBY_POINTS = 8
LOAD_POINTS = 15
NEAR_POINTS = 10
FAR_KILOMETRES = 50.0
NOT_FREE = -200
CLASH = -100
EARTH_RADIUS_KILOMETRES = 6371.0


@dataclass(frozen=True, slots=True)
class Need:
    """The job: what, where, and when it is to be done (``starts_at`` and ``ends_at`` of the appointment)."""

    category: str = ""
    division: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    day: date | None = None
    minutes: int = 60
    place: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class SkillFact:
    """A skill for a category path and everything below it, level 1–5."""

    category: str
    level: int
    certificate: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time, ``[starts_at, ends_at)``."""

    starts_at: datetime
    ends_at: datetime
    standby: bool = False

    def covers(self, start: datetime, end: datetime) -> bool:
        return self.starts_at <= start and end <= self.ends_at

    def meets(self, start: datetime, end: datetime) -> bool:
        return self.starts_at < end and start < self.ends_at


@dataclass(frozen=True, slots=True)
class Candidate:
    """A technician as far as it matters here. ``areas`` empty means everywhere; ``home`` is (latitude, longitude)."""

    key: int
    name: str
    skills: Sequence[SkillFact] = ()
    areas: Sequence[str] = ()
    home: tuple[float, float] | None = None
    daily_minutes: int = 480
    busy_minutes: int = 0
    visits: int = 0
    shifts: Sequence[Span] = ()
    absences: Sequence[Span] = ()
    appointments: Sequence[Span] = ()
    lacking: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """One reason for or against, as a code with parameters; ``good`` is False for a warning."""

    code: str
    good: bool = True
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a candidate fits."""

    candidate: Candidate
    points: int
    notes: tuple[Note, ...]

    @property
    def warnings(self) -> tuple[Note, ...]:
        return tuple(note for note in self.notes if not note.good)


def rank(need: Need, candidates: Iterable[Candidate]) -> list[Fit]:
    """All candidates, the best first; equals in the order of their names."""
    fits = [judge(need, candidate) for candidate in candidates]
    return sorted(fits, key=lambda fit: (-fit.points, fit.candidate.name, fit.candidate.key))


def judge(need: Need, candidate: Candidate) -> Fit:
    """The points of one candidate, with the reasons."""
    parts = [
        _skill(need, candidate),
        _area(need, candidate),
        _time(need, candidate),
        _load(need, candidate),
        _distance(need, candidate),
        _certificates(candidate),
    ]
    notes = tuple(note for _points, found in parts for note in found)
    return Fit(candidate, sum(points for points, _found in parts), notes)


Part = tuple[int, list[Note]]


def _skill(need: Need, candidate: Candidate) -> Part:
    if not need.category:
        return 0, []
    fitting = [skill for skill in candidate.skills if _below(need.category, skill.category)]
    if not fitting:
        return 0, [Note("skill_missing", False)]
    valid = [skill for skill in fitting if not _expired(skill, need.day)]
    if not valid:
        latest = max(fitting, key=lambda skill: skill.expires_on or date.min)
        params: dict[str, object] = {"certificate": latest.certificate, "expired": latest.expires_on}
        return 0, [Note("certificate_expired", False, params)]
    best = max(valid, key=lambda skill: skill.level)
    return best.level * SKILL_POINTS_A_LEVEL, [Note("skill", params={"level": best.level})]


def _below(path: str, above: str) -> bool:
    return path == above or path.startswith(above + "/")


def _expired(skill: SkillFact, day: date | None) -> bool:
    return day is not None and skill.expires_on is not None and skill.expires_on < day


def _area(need: Need, candidate: Candidate) -> Part:
    if not need.division:
        return 0, []
    if not candidate.areas:
        return AREA_POINTS // 2, [Note("area_everywhere")]
    if any(need.division.startswith(_stem(area)) for area in candidate.areas):
        return AREA_POINTS, [Note("area")]
    return 0, [Note("area_outside", False)]


def _stem(code: str) -> str:
    """A code without the zeros that stand for "everything below": 330100 → 3301, 330000 → 33, 500100 → 5001."""
    for length in (2, 4, 6, 9):
        if not code[length:].strip("0"):
            return code[:length]
    return code


def _time(need: Need, candidate: Candidate) -> Part:
    start, end = need.starts_at, need.ends_at
    if start is None or end is None:
        return 0, []
    if any(span.meets(start, end) for span in candidate.absences):
        return NOT_FREE, [Note("absent", False)]
    clash = next((span for span in candidate.appointments if span.meets(start, end)), None)
    points, notes = (CLASH, [Note("overlap", False, {"at": clash.starts_at})]) if clash else (0, [])
    covering = [span for span in candidate.shifts if span.covers(start, end)]
    if not covering:
        return points, [*notes, Note("no_shift", False)]
    if all(span.standby for span in covering):
        return points + STANDBY_POINTS, [*notes, Note("standby")]
    return points + SHIFT_POINTS, [*notes, Note("shift")]


def _certificates(candidate: Candidate) -> Part:
    """Without a certificate that the product needs the order cannot be given at all."""
    if not candidate.lacking:
        return 0, []
    return NOT_FREE, [Note("certificate_missing", False, {"kinds": "、".join(candidate.lacking)})]


def _load(need: Need, candidate: Candidate) -> Part:
    if candidate.daily_minutes <= 0:
        return 0, [Note("overloaded", False, {"visits": candidate.visits, "share": 100})]
    after = (candidate.busy_minutes + need.minutes) / candidate.daily_minutes
    share = round(100 * candidate.busy_minutes / candidate.daily_minutes)
    params: dict[str, object] = {"visits": candidate.visits, "share": share}
    if after > 1:
        return 0, [Note("overloaded", False, params)]
    return round(LOAD_POINTS * (1 - after)), [Note("load", params=params)]


def _distance(need: Need, candidate: Candidate) -> Part:
    if need.place is None or candidate.home is None:
        return 0, []
    kilometres = distance(need.place, candidate.home)
    points = round(NEAR_POINTS * max(0.0, 1 - kilometres / FAR_KILOMETRES))
    return points, [Note("distance", params={"kilometres": round(kilometres, 1)})]


def distance(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great-circle distance in kilometres between two points (latitude, longitude in degrees)."""
    latitude_1, longitude_1, latitude_2, longitude_2 = map(math.radians, (*here, *there))
    half = (
        math.sin((latitude_2 - latitude_1) / 2) ** 2
        + math.cos(latitude_1) * math.cos(latitude_2) * math.sin((longitude_2 - longitude_1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KILOMETRES * math.asin(min(1.0, math.sqrt(half)))
