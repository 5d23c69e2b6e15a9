"""What the board knows: technicians, their shifts and absences, orders that wait, visits with their time.

Read in few queries however many there are; rows are plain values, since nothing here is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from jiannuo.operations.dispatch.board import places, rules
from jiannuo.operations.dispatch.board.dues import Wishes, planned_labour, ties_of
from jiannuo.operations.dispatch.board.rules import Concern, Journey, Slot
from jiannuo.operations.dispatch.board.travel import Travel
from jiannuo.operations.dispatch.planner.model import Place
from jiannuo.operations.dispatch.planning.places import centres
from jiannuo.operations.dispatch.suitability import Candidate, SkillFact, Span
from jiannuo.operations.workforce.certificates import Register
from jiannuo.operations.workforce.models import Absence, Technician
from jiannuo.operations.workforce.queries import SKILLS
from jiannuo.operations.workforce.standby import at_work
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.operations.workorders.services.coming import TO_COME
from jiannuo.operations.workorders.shares import Jobs, Standing, standings_in

#: orders that wait, at most so many at once on the board
MOST_WAITING = 500
ORDER_FIELDS = (
    "pk",
    "number",
    "version",
    "state",
    "title",
    "job",
    "severity",
    "due_at",
    "organization_id",
    "latitude",
    "longitude",
    "waiting_for",
    "division_id",
    "division__name",
    "category_id",
    "category__code_path",
    "category__name",
    "certificates",
    "share__purpose",
    "share__begins",
    "share__minutes",
    "unit__model__name",
    "customer__name",
)
VISIT_FIELDS = (
    "pk",
    "technician_id",
    "technician__name",
    "appointment_from",
    "appointment_to",
    "planned_from",
    "planned_to",
    "locked",
    "agreed_at",
    "arrived_at",
    "ended_at",
    "trip_stop__trip_id",
    "trip_stop__position",
)


@dataclass(slots=True)
class Facts:
    """What is known between ``begins`` and ``ends``."""

    begins: datetime
    ends: datetime
    technicians: list[Technician] = field(default_factory=list)
    shifts: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    breaks: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    absences: dict[int, list[tuple[Span, str]]] = field(default_factory=lambda: defaultdict(list))
    waiting: list[dict[str, Any]] = field(default_factory=list)
    visits: list[dict[str, Any]] = field(default_factory=list)
    slots: dict[int, Slot] = field(default_factory=dict)
    minutes: dict[int, int] = field(default_factory=dict)
    dues: dict[int, tuple[datetime | None, datetime | None]] = field(default_factory=dict)
    wishes: dict[int, tuple[datetime, datetime | None]] = field(default_factory=dict)
    jobs: Jobs = field(default_factory=dict)
    standings: dict[int, Standing] = field(default_factory=dict)
    travel: Travel = field(default_factory=Travel)
    #: centres of the divisions of orders and organisations whose own place is not known
    centres: dict[str, tuple[float, float]] = field(default_factory=dict)
    certificates: Register = field(default_factory=Register)
    _by_person: dict[int, list[Slot]] = field(default_factory=dict)
    _by_user: dict[int, Technician] = field(default_factory=dict)
    _skills: dict[int, list[SkillFact]] = field(default_factory=dict)

    @property
    def journey(self) -> Journey:
        """Minutes on the way, by known roads or the table of speeds."""
        return self.travel.minutes

    def of_person(self, user_id: int) -> list[Slot]:
        """The visits that a person does or helps with."""
        if not self._by_person and self.slots:
            for slot in self.slots.values():
                for person in slot.people:
                    self._by_person.setdefault(person, []).append(slot)
        return self._by_person.get(user_id, [])

    def forget_people(self) -> None:
        """After ``slots`` was changed: work out anew whose they are."""
        self._by_person.clear()

    def by_user(self) -> dict[int, Technician]:
        """The technicians by the key of the person."""
        if not self._by_user:
            self._by_user = {technician.user_id: technician for technician in self.technicians}
        return self._by_user

    def skills_of(self, technician: Technician) -> list[SkillFact]:
        """What a technician can do, as suitability sees it."""
        if technician.pk not in self._skills:
            self._skills[technician.pk] = [
                SkillFact(skill.category.code_path, skill.level, skill.certificate, skill.expires_on)
                for skill in technician.skills.all()
            ]
        return self._skills[technician.pk]

    def candidate(self, technician: Technician, slot: Slot) -> Candidate:
        """The technician as suitability sees them beside ``slot``: what else they have on that day."""
        day = slot.begins.date()
        busy = [
            other
            for other in self.of_person(technician.user_id)
            if other.order != slot.order and other.begins.date() == day
        ]
        return Candidate(
            key=technician.user_id,
            name=technician.user.name,
            skills=self.skills_of(technician),
            areas=technician.areas_served,
            home=rules.point(self.start_of(technician)),
            daily_minutes=technician.daily_minutes,
            busy_minutes=sum(minutes_of(other) for other in busy),
            visits=len(busy),
            shifts=self.shifts[technician.pk],
            absences=[span for span, _reason in self.absences[technician.pk]],
            appointments=[Span(other.begins, other.ends) for other in busy],
        )

    def warnings(self, slot: Slot) -> list[Concern]:
        """Everything that speaks against ``slot``, about its people and its time."""
        found: list[Concern] = []
        people = self.by_user()
        for person in slot.people:
            if person not in people:
                continue
            candidate = replace(self.candidate(people[person], slot), appointments=())
            warnings = rules.about_person(slot, candidate, minutes_of(slot))
            if person != slot.technician:  # who helps needs no skill of their own
                warnings = [one for one in warnings if one.code in ("absent", "no_shift", "overloaded")]
            found += [*warnings, *rules.about_breaks(slot, candidate, self.breaks[people[person].pk])]
        beside = {other.order: other for person in slot.people for other in self.of_person(person)}
        return [*found, *rules.about_time(slot, beside.values(), self.journey)]

    def concerns(self, slot: Slot) -> list[Concern]:
        """The warnings of a visit that is planned already, and what its technician lacks on the day by now.

        A new visit is refused for want of a certificate; ``certificates`` must be read before.
        """
        return [*self._without_certificate(slot), *self.warnings(slot)]

    def _without_certificate(self, slot: Slot) -> list[Concern]:
        technician = self.by_user().get(slot.technician)
        if technician is None:
            return []
        day = slot.begins.date()
        kinds = self.certificates.lacking(technician.pk, slot.category, day, slot.certificates)
        if not kinds:
            return []
        params: dict[str, object] = {"kinds": "、".join(kinds), "person": technician.user.name}
        return [Concern("certificate_missing", f"certificate_missing:{slot.technician}", params)]

    def place_of(self, order: dict[str, Any]) -> Place | None:
        """Where an order is; by the centre of its division where its coordinates are not known."""
        return places.place_of(order, self.centres)

    def start_of(self, technician: Technician) -> Place | None:
        """Where somebody sets out: the own place, else that of the organisation, else the centre of its area."""
        return places.start_of(technician, self.travel.base, self.centres)

    def slot_of(self, order: dict[str, Any], technician: int, begins: datetime, ends: datetime) -> Slot:
        """A slot for an order that was read by this module."""
        arrive_by, finish_by = self.dues.get(order["pk"], (None, None))
        return Slot(
            order=order["pk"],
            technician=technician,
            begins=timezone.localtime(begins),
            ends=timezone.localtime(ends),
            number=order["number"],
            customer=order["customer__name"],
            version=order["version"],
            place=self.place_of(order),
            arrive_by=arrive_by,
            finish_by=finish_by,
            category=order["category__code_path"] or "",
            division=order["division_id"] or "",
            certificates=tuple(order["certificates"]),
        )


def minutes_of(slot: Slot) -> int:
    """How long a visit takes."""
    return int((slot.ends - slot.begins).total_seconds() // 60)


def midnight(day: date) -> datetime:
    """When a day begins in the zone of the office."""
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def technicians_of(user: Any) -> QuerySet[Technician, Any]:
    """The technicians whom ``user`` may give orders to, those of an organisation together."""
    rows: QuerySet[Technician, Any] = Technician.objects.visible_to(user).filter(
        active=True, user__is_active=True
    )
    return (
        rows.select_related("user", "organization")
        .prefetch_related(SKILLS)
        .order_by("organization__path", "user__name", "pk")
    )


def facts_for(
    user: Any,
    begins: datetime,
    ends: datetime,
    *,
    people: Iterable[int] | None = None,
    orders: Sequence[int] = (),
    waiting: bool = False,
    untimed: bool = False,
) -> Facts:
    """What ``user`` may know of a span; of ``people`` (user ids) only, when given.

    ``orders`` are read whether they wait or not; with ``waiting`` all that wait are. With ``untimed`` the open visits
    without any time are among ``visits``, too; they have no slot.
    """
    technicians = technicians_of(user)
    if people is not None:
        technicians = technicians.filter(user__in=list(people))
    facts = Facts(begins, ends, list(technicians))
    top = (
        facts.technicians[0].organization if facts.technicians else None
    )  # they stand in the order of the tree
    facts.travel = Travel.of(top)
    _read_spans(facts)
    visible = WorkOrder.objects.visible_to(user).filter(kind="workorder")
    wanted = Q(pk__in=list(orders))
    if waiting:
        wanted |= Q(state=WorkOrder.State.READY)
    if waiting or orders:
        orders_there = visible.filter(wanted).order_by("due_at", "pk")
        facts.waiting = list(orders_there.values(*ORDER_FIELDS)[: MOST_WAITING + len(orders)])
    _read_visits(facts, visible, everything=waiting, untimed=untimed)
    rows = [*facts.waiting, *facts.visits]
    codes = places.divisions_without_place(rows, facts.technicians, facts.travel.base)
    facts.centres = centres(codes)
    keys = {row["pk"] for row in facts.waiting} | {row["order_id"] for row in facts.visits}
    facts.dues, facts.wishes, facts.jobs = ties_of(keys)
    facts.wishes |= _own_times(facts.waiting)
    facts.standings = standings_in(facts.jobs)
    facts.minutes = dict.fromkeys(keys, facts.travel.usual_minutes)
    rough = [row["order_id"] for row in facts.visits if row["planned_from"] is None]
    if rough:
        facts.minutes |= planned_labour(rough, facts.travel.usual_minutes)
    for row in facts.visits:
        slot = _visit_slot(facts, row)
        if slot is not None:
            facts.slots[slot.order] = slot
    if facts.travel.by_roads:
        new = [] if waiting else [facts.place_of(row) for row in facts.waiting]
        facts.travel = facts.travel.with_roads(_groups_of_places(facts, new))
        facts.forget_people()
    return facts


def _own_times(rows: Iterable[dict[str, Any]]) -> Wishes:
    """When the parts of divided jobs are to be done that nobody has yet."""
    return {
        row["pk"]: (row["share__begins"], row["share__begins"] + timedelta(minutes=row["share__minutes"]))
        for row in rows
        if row["share__begins"] is not None
    }


def _groups_of_places(facts: Facts, new: Sequence[Place | None]) -> list[set[Place]]:
    """The places of each technician's day, with those of the orders that are to be placed there."""
    groups = []
    for technician in facts.technicians:
        days: dict[date, set[Place]] = defaultdict(set)
        common = {place for place in (facts.start_of(technician), *new) if place is not None}
        for slot in facts.of_person(technician.user_id):
            if slot.place is not None:
                days[slot.begins.date()].add(slot.place)
        groups += [common | there for there in days.values()] or [common]
    return groups


def _read_spans(facts: Facts) -> None:
    span = {"starts_at__lt": facts.ends, "ends_at__gt": facts.begins, "technician__in": facts.technicians}
    for one in at_work(facts.technicians, facts.begins, facts.ends):
        facts.shifts[one.technician].append(Span(one.starts_at, one.ends_at, one.standby))
        if one.break_from is not None and one.break_to is not None:
            facts.breaks[one.technician].append(Span(one.break_from, one.break_to))
    for absence in Absence.objects.filter(**span):
        facts.absences[absence.technician_id].append(
            (Span(absence.starts_at, absence.ends_at), str(absence.get_reason_display()))
        )


def _read_visits(facts: Facts, visible: Any, *, everything: bool, untimed: bool) -> None:
    people = [technician.user_id for technician in facts.technicians]
    within = Q(planned_from__lt=facts.ends, planned_to__gt=facts.begins) | Q(
        planned_from__isnull=True, appointment_from__lt=facts.ends, appointment_from__gte=facts.begins
    )
    if everything or untimed:
        within |= Q(ended_at__isnull=True, planned_from__isnull=True, appointment_from__isnull=True)
    if everything:  # those left over from before wait in a list of their own, as those without a time do
        within |= Q(ended_at__isnull=True, planned_to__lte=facts.begins)
        within |= Q(ended_at__isnull=True, planned_from__isnull=True, appointment_from__lt=facts.begins)
    rows = Visit.objects.filter(
        Q(technician__in=people) | Q(pk__in=_helped_by(people)),
        within,
        Q(ended_at__isnull=True) | Q(result=Visit.Result.DONE),
        order__in=visible,
    )
    fields = [f"order__{name}" for name in ORDER_FIELDS]
    found: dict[int, dict[str, Any]] = {}
    # One row for each helper of a visit: a query less than asking for them apart.
    for row in rows.order_by("pk", "crew").values(*VISIT_FIELDS, *fields, "crew"):
        visit = found.setdefault(
            row["pk"],
            {name.removeprefix("order__"): value for name, value in row.items() if name != "pk"}
            | {"visit": row["pk"], "order_id": row["order__pk"], "pk": row["order__pk"], "crew": []},
        )
        if row["crew"] is not None:
            visit["crew"].append(row["crew"])
    facts.visits = list(found.values())


def _helped_by(people: Sequence[int]) -> Any:
    return Visit.crew.through.objects.filter(user__in=people).values("visit")


def time_of(row: dict[str, Any], minutes: int) -> tuple[datetime, datetime] | None:
    """The time that a visit takes: as planned, else from the beginning of the appointment; None without either."""
    if row["planned_from"] is not None:
        return row["planned_from"], row["planned_to"]
    if row["appointment_from"] is None:
        return None
    begins = row["arrived_at"] or row["appointment_from"]
    return begins, begins + timedelta(minutes=minutes)


def _visit_slot(facts: Facts, row: dict[str, Any]) -> Slot | None:
    span = time_of(row, facts.minutes[row["pk"]])
    if span is None or span[1] <= facts.begins or span[0] >= facts.ends:
        return None
    movable = row["state"] in TO_COME and not row["locked"]
    return replace(
        facts.slot_of(row, row["technician_id"], *span),
        visit=row["visit"],
        told_from=row["appointment_from"],
        told_to=row["appointment_to"],
        movable=movable,
        under_way=row["state"] not in TO_COME,
        trip=row["trip_stop__trip_id"],
        crew=tuple(row["crew"]),
    )
