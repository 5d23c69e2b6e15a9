"""Windows that can be offered for a request or an order, from the real capacity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.appointments.capacity import Job, Span, fits, free_spans
from jiannuo.operations.appointments.models import AppointmentRule, Booking, windows_of
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.dispatch.queries import need_of
from jiannuo.operations.dispatch.suitability import Candidate, Need, SkillFact, judge
from jiannuo.operations.workforce.certificates import promised_in, register_of
from jiannuo.operations.workforce.models import Absence, Shift, Technician
from jiannuo.operations.workforce.queries import SKILLS
from jiannuo.operations.workorders.models import Visit, WorkOrder

#: states of an order in which its appointment can be agreed
OPEN_ORDERS = ("ready", "dispatched", "accepted")
#: reasons for which a technician is no choice
EXCLUDED = frozenset({"skill_missing", "certificate_expired", "area_outside", "certificate_missing"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What the appointment is for: a request, the order that serves it, or an order alone."""

    request: ServiceRequest | None
    order: WorkOrder | None

    @property
    def document(self) -> Any:
        """The order if there is one, else the request."""
        return self.order or self.request

    @property
    def category(self) -> Any:
        """The category of the product, as far as it is known."""
        known = self.document.category
        unit = self.document.unit
        return known or (unit.model.category if unit is not None else None)

    @property
    def certificates(self) -> list[str]:
        """Codes of the certificates that clauses ask of whoever comes."""
        if self.order is not None:
            return list(self.order.certificates)
        return promised_in(self.request.decision) if self.request is not None else []

    @property
    def key(self) -> int:
        """One number for the matter, whether its order was made already or not."""
        return (self.request or self.order).pk  # type: ignore[union-attr]

    @property
    def is_open(self) -> bool:
        """Whether an appointment can be agreed now."""
        if self.order is not None:
            return self.order.state in OPEN_ORDERS
        return self.request is not None and self.request.is_open and not self.request.is_entrusted


def subject_of(document: Any) -> Subject:
    """The request with its newest running order, or the order with the request that it serves."""
    if isinstance(document, ServiceRequest):
        order = (
            WorkOrder.objects.filter(links_out__target=document.pk, links_out__kind="serves")
            .exclude(state="cancelled")
            .select_related("organization", "category", "technician", "customer", "division")
            .order_by("-pk")
            .first()
        )
        return Subject(document, order)
    served = ServiceRequest.objects.filter(links_in__source=document.pk, links_in__kind="serves")
    return Subject(served.select_related("organization", "customer").order_by("pk").first(), document)


def rule_for(organization: Any) -> AppointmentRule | None:
    """The rule of the nearest organisation upwards that has one."""
    rows = AppointmentRule.objects.filter(organization__path__in=paths_upwards(organization))
    return rows.select_related("organization").order_by("-organization__depth").first()


@dataclass(frozen=True, slots=True)
class Offer:
    """A window with how many technicians could still come in it."""

    starts_at: datetime
    ends_at: datetime
    places: int


@dataclass(slots=True)
class Day:
    """The capacity of one technician: days of skill and certificates, free spans and the jobs there are."""

    technician: Technician
    points: int
    able: frozenset[date]
    spans: list[Span]
    jobs: list[Job]


def offers(subject: Subject, now: datetime | None = None) -> list[Offer]:
    """The windows that can be offered, soonest first; ten queries however many technicians there are."""
    rule = rule_for(subject.document.organization)
    if rule is None or not subject.is_open:
        return []
    now = now or timezone.now()
    spans = list(_windows(rule, now))
    if not spans:
        return []
    people = capable(subject, rule, spans)
    minutes, travel = minutes_of(subject, rule), timedelta(minutes=rule.travel_minutes)
    found: list[Offer] = []
    for begins, ends in spans:
        fresh = Job(begins, ends, minutes)
        places = sum(_can_come(one, fresh, travel) for one in people)
        if places:
            found.append(Offer(begins, ends, places))
        if len(found) >= rule.most:
            break
    return found


def _windows(rule: AppointmentRule, now: datetime) -> Any:
    zone = ZoneInfo(rule.organization.time_zone)
    earliest = now + timedelta(minutes=rule.lead_minutes)
    today = timezone.localdate(now, zone)
    for number in range(rule.days_ahead + 1):
        day = today + timedelta(days=number)
        for begins, ends in windows_of(rule.windows):
            start = datetime.combine(day, begins, zone)
            if start >= earliest:
                yield start, datetime.combine(day, ends, zone)


def is_offered(rule: AppointmentRule, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether the span is a window of the rule that is not too soon and not too far."""
    return (starts_at, ends_at) in set(_windows(rule, now))


def minutes_of(subject: Subject, rule: AppointmentRule) -> int:
    """How long the job takes: the planned labour of the order, else what the rule says."""
    if subject.order is not None and subject.order.lines.filter(labour__isnull=False).exists():
        return need_of(subject.order).minutes
    return rule.job_minutes


def capable(
    subject: Subject, rule: AppointmentRule, windows: Sequence[tuple[datetime, datetime]]
) -> list[Day]:
    """Technicians of the organisation and below who may do the job on a day of the windows, the best first.

    A skill or a certificate may run out between the days, so each day is looked at.
    """
    document = subject.document
    begins, ends = windows[0][0], windows[-1][1] + timedelta(days=1)
    days = sorted({timezone.localdate(start) for start, _end in windows})
    people = Technician.objects.filter(
        organization__path__startswith=document.organization.path, active=True, user__is_active=True
    )
    technicians = list(people.select_related("user", "organization").prefetch_related(SKILLS).order_by("pk"))
    register = register_of(technicians)
    path = subject.category.code_path if subject.category else ""
    wanted = register.kinds.wanted(path, subject.certificates)
    needs = [
        Need(category=path, division=document.division_id or "", day=day, place=_place(document))
        for day in days
    ]
    chosen: list[tuple[Technician, int, frozenset[date]]] = []
    for technician in technicians:
        held = register.held.get(technician.pk, ())
        points: dict[date, int] = {}
        for day, need in zip(days, needs, strict=True):
            valid = {one.kind_id for one in held if one.valid_on(day)}
            missing = [name for key, name in wanted.items() if key not in valid]
            fit = judge(need, _candidate(technician, missing))
            if not EXCLUDED & {note.code for note in fit.warnings}:
                points[day] = fit.points
        if points:
            own = subject.order is not None and subject.order.technician_id == technician.user_id
            best = max(points.values()) + (1000 if own else 0)
            chosen.append((technician, best, frozenset(points)))
    spans = _spans([technician for technician, _points, _able in chosen], begins, ends)
    jobs = _jobs([technician.user_id for technician, _points, _able in chosen], begins, ends, subject, rule)
    found = [
        Day(technician, best, able, spans[technician.pk], jobs[technician.user_id])
        for technician, best, able in chosen
    ]
    return sorted(found, key=lambda one: (-one.points, len(one.jobs), one.technician.pk))


def _place(document: Any) -> tuple[float, float] | None:
    if document.latitude is None or document.longitude is None:
        return None
    return document.latitude, document.longitude


def _candidate(technician: Technician, missing: Sequence[str]) -> Candidate:
    home = None
    if technician.home_latitude is not None and technician.home_longitude is not None:
        home = (technician.home_latitude, technician.home_longitude)
    skills = [
        SkillFact(skill.category.code_path, skill.level, skill.certificate, skill.expires_on)
        for skill in technician.skills.all()
    ]
    return Candidate(
        key=technician.user_id,
        name=technician.user.name,
        skills=skills,
        areas=technician.areas_served,
        home=home,
        daily_minutes=technician.daily_minutes,
        lacking=missing,
    )


def _spans(technicians: list[Technician], begins: datetime, ends: datetime) -> dict[int, list[Span]]:
    worked: dict[int, list[Span]] = defaultdict(list)
    gone: dict[int, list[Span]] = defaultdict(list)
    shifts = Shift.objects.filter(
        technician__in=technicians, standby=False, starts_at__lt=ends, ends_at__gt=begins
    )
    for shift in shifts:
        worked[shift.technician_id].append((shift.starts_at, shift.ends_at))
        if shift.break_from is not None and shift.break_to is not None:
            gone[shift.technician_id].append((shift.break_from, shift.break_to))
    for one in Absence.objects.filter(technician__in=technicians, starts_at__lt=ends, ends_at__gt=begins):
        gone[one.technician_id].append((one.starts_at, one.ends_at))
    return defaultdict(list, {pk: free_spans(spans, gone[pk]) for pk, spans in worked.items()})


def _jobs(
    people: list[int], begins: datetime, ends: datetime, subject: Subject, rule: AppointmentRule
) -> dict[int, list[Job]]:
    """What each technician has to do or helps with, apart from the visit and the booking of this very matter."""
    found: dict[int, list[Job]] = defaultdict(list)
    day = begins - timedelta(days=1)
    visits = Visit.objects.filter(
        Q(appointment_from__gte=day, appointment_from__lt=ends)
        | Q(planned_from__gte=day, planned_from__lt=ends),
        Q(technician__in=people)
        | Q(pk__in=Visit.crew.through.objects.filter(user__in=people).values("visit")),
        ended_at__isnull=True,
    ).prefetch_related("crew")
    if subject.order is not None:
        visits = visits.exclude(order=subject.order.pk)
    for visit in visits:
        for person in {visit.technician_id, *(helper.pk for helper in visit.crew.all())}:
            found[person].append(_job_of(visit, rule))
    held = Booking.objects.filter(
        Q(order__isnull=True, request__state__in=ServiceRequest.OPEN_STATES)
        | Q(order__state__in=OPEN_ORDERS),
        technician__in=people,
        state=Booking.State.HELD,
        starts_at__gte=day,
        starts_at__lt=ends,
    )
    if subject.request is not None:
        held = held.exclude(request=subject.request.pk)
    if subject.order is not None:
        held = held.exclude(order=subject.order.pk)
    for booking in held:
        found[booking.technician_id].append(Job(booking.starts_at, booking.ends_at, booking.minutes))
    return found


def _job_of(visit: Visit, rule: AppointmentRule) -> Job:
    if visit.planned_from is not None and visit.planned_to is not None:
        minutes = round((visit.planned_to - visit.planned_from).total_seconds() / 60)
        if visit.locked or visit.appointment_from is None or visit.appointment_to is None:
            return Job(visit.planned_from, visit.planned_from, minutes)
        return Job(visit.appointment_from, visit.appointment_to, minutes)
    begins = visit.appointment_from
    assert begins is not None  # noqa: S101 - the query asks for one of both
    return Job(begins, visit.appointment_to or begins, rule.job_minutes)


def _near(spans: list[Span], moment: datetime) -> list[Span]:
    """The spans of the day of a moment."""
    day = timezone.localtime(moment).date()
    return [span for span in spans if timezone.localtime(span[0]).date() == day]


def _same_day(jobs: list[Job], moment: datetime) -> list[Job]:
    day = timezone.localtime(moment).date()
    return [job for job in jobs if timezone.localtime(job.starts_at).date() == day]


def _can_come(one: Day, fresh: Job, travel: timedelta) -> bool:
    """Whether the technician may do the job on its day, and has room for it."""
    if timezone.localdate(fresh.starts_at) not in one.able:
        return False
    spans, jobs = _near(one.spans, fresh.starts_at), _same_day(one.jobs, fresh.starts_at)
    # What was set by hand over lunch or at the edge of a shift fits nowhere, and takes its time all the same.
    taken = [
        (job.starts_at, job.starts_at + timedelta(minutes=job.minutes))
        for job in jobs
        if job.starts_at == job.ends_at and not fits(spans, (), job, travel)
    ]
    return fits(free_spans(spans, taken), jobs, fresh, travel)


def first_free(
    subject: Subject, rule: AppointmentRule, starts_at: datetime, ends_at: datetime
) -> Technician | None:
    """The best technician who can come in the window; nobody when it is full."""
    people = capable(subject, rule, [(starts_at, ends_at)])
    fresh = Job(starts_at, ends_at, minutes_of(subject, rule))
    travel = timedelta(minutes=rule.travel_minutes)
    for one in people:
        if _can_come(one, fresh, travel):
            return one.technician
    return None
