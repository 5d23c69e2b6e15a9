"""What is known of a job and of the technicians who could do it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from jiannuo.operations.dispatch.suitability import Candidate, Fit, Need, SkillFact, Span, rank
from jiannuo.operations.workforce.certificates import lacking
from jiannuo.operations.workforce.models import Absence, Technician
from jiannuo.operations.workforce.queries import SKILLS
from jiannuo.operations.workforce.standby import at_work
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.operations.workorders.queries import USUAL_MINUTES, load_between


def need_of(order: WorkOrder, starts_at: datetime | None = None, ends_at: datetime | None = None) -> Need:
    """The job as suitability sees it. Without an appointment the day is that of the due instant, else today."""
    minutes = (
        order.lines.filter(labour__isnull=False).aggregate(all=Sum("labour__minutes"))["all"] or USUAL_MINUTES
    )
    if starts_at is not None and ends_at is None:
        ends_at = starts_at + timedelta(minutes=minutes)
    moment = starts_at or max(order.due_at or timezone.now(), timezone.now())
    known = order.latitude is not None and order.longitude is not None
    return Need(
        category=order.category.code_path if order.category else "",
        division=order.division_id or "",
        starts_at=starts_at,
        ends_at=ends_at,
        day=timezone.localtime(moment).date(),
        minutes=minutes,
        place=(order.latitude, order.longitude) if known else None,  # type: ignore[arg-type]
    )


def suitable(order: WorkOrder, need: Need, *, user: Any, name: str = "") -> list[Fit]:
    """Technicians whom ``user`` may give the order to, the best first; eight queries however many they are."""
    rows = Technician.objects.visible_to(user).filter(active=True, user__is_active=True)
    if name:
        rows = rows.filter(user__name__contains=name)
    technicians = list(rows.select_related("user", "organization").prefetch_related(SKILLS))
    day = need.day or timezone.localdate()
    missing = lacking(technicians, order.category, day, order.certificates)
    found = candidates_from(technicians, day, apart_from=order)
    lacks = {technician.user_id: missing.get(technician.pk, ()) for technician in technicians}
    return rank(need, [replace(one, lacking=lacks[one.key]) for one in found])


def candidates_from(
    technicians: list[Technician], day: date, *, apart_from: WorkOrder | None = None
) -> list[Candidate]:
    """The technicians with their skills, and what they have on ``day``; ``apart_from`` is the order to be given."""
    begins = datetime.combine(day, time.min, timezone.get_current_timezone())
    ends = begins + timedelta(days=1)
    people = [technician.user_id for technician in technicians]
    shifts, absences = _shifts(technicians, begins, ends), _absences(technicians, begins, ends)
    appointments = _appointments(people, begins, ends, apart_from)
    load = load_between(begins, ends, people)
    return [
        Candidate(
            key=technician.user_id,
            name=technician.user.name,
            skills=[
                SkillFact(skill.category.code_path, skill.level, skill.certificate, skill.expires_on)
                for skill in technician.skills.all()
            ],
            areas=technician.areas_served,
            home=_home(technician),
            daily_minutes=technician.daily_minutes,
            busy_minutes=load.get(technician.user_id, (0, 0))[1],
            visits=load.get(technician.user_id, (0, 0))[0],
            shifts=shifts[technician.pk],
            absences=absences[technician.pk],
            appointments=appointments[technician.user_id],
        )
        for technician in technicians
    ]


def _home(technician: Technician) -> tuple[float, float] | None:
    if technician.home_latitude is None or technician.home_longitude is None:
        return None
    return technician.home_latitude, technician.home_longitude


def _shifts(technicians: list[Technician], begins: datetime, ends: datetime) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for one in at_work(technicians, begins, ends):
        found[one.technician].append(Span(one.starts_at, one.ends_at, one.standby))
    return found


def _absences(technicians: list[Technician], begins: datetime, ends: datetime) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for row in Absence.objects.filter(technician__in=technicians, starts_at__lt=ends, ends_at__gt=begins):
        found[row.technician_id].append(Span(row.starts_at, row.ends_at))
    return found


def _appointments(
    people: list[int], begins: datetime, ends: datetime, apart_from: WorkOrder | None
) -> dict[int, list[Span]]:
    """Open appointments of a day; one without an end lasts the usual time."""
    visits = Visit.objects.filter(
        technician__in=people, ended_at__isnull=True, appointment_from__gte=begins, appointment_from__lt=ends
    )
    if apart_from is not None:
        visits = visits.exclude(order=apart_from.pk)
    found: dict[int, list[Span]] = defaultdict(list)
    for visit in visits:
        start = visit.appointment_from
        if start is not None:
            end = visit.appointment_to or start + timedelta(minutes=USUAL_MINUTES)
            found[visit.technician_id].append(Span(start, end))
    return found
