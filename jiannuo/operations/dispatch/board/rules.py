"""What speaks against a visit at a time: pure functions over what is known of the day.

Reasons about the person (skill, certificate, area, shift, absence) come from :mod:`suitability`; here are those that
come from the time: overlaps, journeys that take longer than the gap, promises, what the customer was told. Each warning
has a key that names what it is about, so that a person confirms what they have seen and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from jiannuo.operations.dispatch.planner.model import Place
from jiannuo.operations.dispatch.suitability import Candidate, Need, Span, judge

#: minutes on the way between two places; 0 where one of them is unknown
Journey = Callable[[Place | None, Place | None], int]
#: reasons of suitability that the board shows as warnings
PERSONAL = frozenset(
    {"skill_missing", "certificate_expired", "area_outside", "absent", "no_shift", "overloaded"}
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A visit in somebody's day: ``begins`` and ``ends`` of the work, what was promised, what the customer was told."""

    order: int
    technician: int
    begins: datetime
    ends: datetime
    visit: int | None = None
    number: str = ""
    customer: str = ""
    version: int = 0
    place: Place | None = None
    arrive_by: datetime | None = None
    finish_by: datetime | None = None
    told_from: datetime | None = None
    told_to: datetime | None = None
    movable: bool = True
    under_way: bool = False
    trip: int | None = None
    crew: tuple[int, ...] = ()
    category: str = ""
    division: str = ""
    certificates: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[int, ...]:
        """Everybody whose time it takes."""
        return (self.technician, *self.crew)

    def meets(self, other: Slot) -> bool:
        """Whether both take the same time."""
        return self.begins < other.ends and other.begins < self.ends

    def at(self, begins: datetime) -> Slot:
        """The same visit at another time."""
        return replace(self, begins=begins, ends=begins + (self.ends - self.begins))


@dataclass(frozen=True, slots=True)
class Concern:
    """One reason against; ``key`` tells it from every other."""

    code: str
    key: str
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shifted:
    """What an insertion does to another visit: where it goes, how late the customer's appointment and promise get."""

    slot: Slot
    moved: Slot
    late_minutes: int
    missed: bool

    @property
    def moves(self) -> bool:
        return self.moved.begins != self.slot.begins

    @property
    def to_tell(self) -> bool:
        """Whether the customer was told a time that it moves out of."""
        return self.moves and self.late_minutes > 0


def point(place: Place | None) -> tuple[float, float] | None:
    """A place as suitability knows it: latitude and longitude."""
    return (place.latitude, place.longitude) if place is not None else None


def about_time(slot: Slot, others: Iterable[Slot], journey: Journey) -> list[Concern]:
    """Overlaps and journeys too short beside the other visits of the same people; promises; the appointment."""
    beside = [other for other in others if other.order != slot.order and set(other.people) & set(slot.people)]
    return [*_overlaps(slot, beside), *_journeys(slot, beside, journey), *_promises(slot)]


def _overlaps(slot: Slot, beside: Sequence[Slot]) -> list[Concern]:
    return [
        Concern(
            "overlap_with",
            f"overlap:{other.order}",
            {"number": other.number, "customer": other.customer, "from": other.begins, "to": other.ends},
        )
        for other in beside
        if other.meets(slot)
    ]


def _journeys(slot: Slot, beside: Sequence[Slot], journey: Journey) -> list[Concern]:
    before = max((o for o in beside if o.ends <= slot.begins), key=lambda o: o.ends, default=None)
    after = min((o for o in beside if o.begins >= slot.ends), key=lambda o: o.begins, default=None)
    found = []
    for other, gap in (
        (before, slot.begins - before.ends if before else None),
        (after, after.begins - slot.ends if after else None),
    ):
        if other is None or gap is None or slot.begins.date() != other.begins.date():
            continue
        needed = journey(other.place, slot.place)
        if timedelta(minutes=needed) > gap:
            params: dict[str, object] = {
                "number": other.number,
                "needed": needed,
                "gap": int(gap.total_seconds() // 60),
            }
            found.append(Concern("journey", f"journey:{other.order}", params))
    return found


def _promises(slot: Slot) -> list[Concern]:
    found = []
    if slot.arrive_by is not None and slot.begins > slot.arrive_by:
        found.append(Concern("arrival_missed", "arrival_missed", {"due": slot.arrive_by}))
    if slot.finish_by is not None and slot.ends > slot.finish_by:
        found.append(Concern("finish_missed", "finish_missed", {"due": slot.finish_by}))
    if slot.told_from is not None:
        latest = slot.told_to or slot.told_from
        if slot.begins > latest or slot.begins < slot.told_from:
            found.append(Concern("appointment", "appointment", {"from": slot.told_from, "to": slot.told_to}))
    return found


def about_person(slot: Slot, candidate: Candidate, day_minutes: int) -> list[Concern]:
    """Skill, certificate, area, shift, absence and load, as suitability judges them."""
    need = Need(
        category=slot.category,
        division=slot.division,
        starts_at=slot.begins,
        ends_at=slot.ends,
        day=slot.begins.date(),
        minutes=day_minutes,
        place=point(slot.place),
    )
    found = {
        note.code: Concern(
            note.code, f"{note.code}:{candidate.key}", {**note.params, "person": candidate.name}
        )
        for note in judge(need, candidate).warnings
        if note.code in PERSONAL
    }
    return list(found.values())  # who is away for two reasons is away once


def about_breaks(slot: Slot, candidate: Candidate, breaks: Iterable[Span]) -> list[Concern]:
    """The breaks of a person that the visit runs over."""
    return [
        Concern(
            "lunch",
            f"lunch:{candidate.key}",
            {"from": one.starts_at, "to": one.ends_at, "person": candidate.name},
        )
        for one in breaks
        if one.meets(slot.begins, slot.ends)
    ]


def make_room(new: Slot, others: Iterable[Slot], journey: Journey) -> list[Shifted]:
    """What happens to the later visits of the day when ``new`` is inserted, each pushed as little as needed.

    Visits that are locked or under way stay where they are; one of them that stands in the way is in the list, too,
    unmoved. Earlier visits of the day are left alone.
    """
    beside = sorted(
        (
            other
            for other in others
            if other.order != new.order and set(other.people) & set(new.people) and other.ends > new.begins
        ),
        key=lambda other: (other.begins, other.order),
    )
    fixed = [new, *(other for other in beside if not other.movable)]
    shifted = [_outcome(other, other) for other in beside if not other.movable and other.meets(new)]
    for other in (one for one in beside if one.movable):
        moved = _first_gap(other, fixed, journey)
        fixed.append(moved)
        if moved.begins != other.begins:
            shifted.append(_outcome(other, moved))
    return sorted(shifted, key=lambda one: (one.moved.begins, one.slot.order))


def _first_gap(slot: Slot, fixed: Sequence[Slot], journey: Journey) -> Slot:
    """The slot at the earliest time from its own on at which it meets none of the fixed ones, with the way between."""
    for _turn in range(len(fixed) + 1):
        blocking = [one for one in fixed if _too_close(one, slot, journey)]
        if not blocking:
            break
        latest = max(blocking, key=lambda one: one.ends)
        slot = slot.at(latest.ends + timedelta(minutes=journey(latest.place, slot.place)))
    return slot


def _too_close(fixed: Slot, slot: Slot, journey: Journey) -> bool:
    if not set(fixed.people) & set(slot.people):
        return False
    way = timedelta(minutes=journey(fixed.place, slot.place))
    return fixed.begins < slot.ends and slot.begins < fixed.ends + way


def _outcome(slot: Slot, moved: Slot) -> Shifted:
    latest = slot.told_to or slot.told_from
    late = max(0, int((moved.begins - latest).total_seconds() // 60)) if latest is not None else 0
    missed = bool(
        (slot.arrive_by and moved.begins > slot.arrive_by) or (slot.finish_by and moved.ends > slot.finish_by)
    )
    return Shifted(slot, moved, late, missed)


def free_time(
    slot: Slot,
    others: Sequence[Slot],
    shifts: Sequence[tuple[datetime, datetime]],
    journey: Journey,
    *,
    anytime: bool = False,
    breaks: Sequence[Span] = (),
) -> Slot:
    """The slot at its own time or the first later one that is free within the shifts; its own if there is none.

    No time over one of the ``breaks`` counts as free. With ``anytime`` its own time is only the earliest: it, too,
    must lie within a shift.
    """
    beside = [one for one in others if set(one.people) & set(slot.people) and one.order != slot.order]
    beside += [
        Slot(-number, slot.technician, one.starts_at, one.ends_at)
        for number, one in enumerate(breaks, start=1)
    ]
    spans = [] if anytime else [(slot.begins, slot.ends)]
    for begins, ends in [*spans, *sorted(shifts)]:
        if ends <= slot.begins:
            continue
        tried = _first_gap(slot.at(max(begins, slot.begins)), beside, journey)
        if (tried.begins == slot.begins and not anytime) or tried.ends <= ends:
            return tried
    return slot
