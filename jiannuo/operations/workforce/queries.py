"""Reading technicians."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.operations.workforce.models import (
    Absence,
    Certificate,
    CertificateKind,
    Shift,
    ShiftException,
    Skill,
    Technician,
)

#: skills with their categories, in one query
SKILLS = Prefetch("skills", Skill.objects.select_related("category").order_by("category__path"))


def technicians_for(user: Any) -> QuerySet[Technician, Any]:
    """Technicians in the person's scope, with what lists show of them."""
    rows: QuerySet[Technician, Any] = Technician.objects.visible_to(user)
    return rows.select_related("user", "organization").prefetch_related(SKILLS)


def people_without_file(user: Any) -> QuerySet[User, Any]:
    """People in scope who hold a technician's role and have no file yet."""
    return (
        User.objects.visible_to(user)
        .filter(
            is_active=True,
            technician__isnull=True,
            role_assignments__role__in=["technician", "dealer_technician"],
        )
        .distinct()
        .order_by("name")
    )


@dataclass(slots=True)
class Day:
    """A day of a technician's week."""

    day: date
    shifts: list[Shift] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    exception: ShiftException | None = None


def week_of(technician: Technician, first: date) -> list[Day]:
    """Seven days from ``first`` with their shifts, absences and exceptions; three queries."""
    zone = timezone.get_current_timezone()
    begins = datetime.combine(first, time.min, zone)
    ends = begins + timedelta(days=7)
    shifts = technician.shifts.filter(starts_at__gte=begins, starts_at__lt=ends)
    absences = list(technician.absences.filter(starts_at__lt=ends, ends_at__gt=begins))
    days = [Day(first + timedelta(days=n)) for n in range(7)]
    for shift in shifts:
        days[(timezone.localtime(shift.starts_at).date() - first).days].shifts.append(shift)
    differing = {
        one.day: one for one in technician.shift_exceptions.filter(day__in=[one.day for one in days])
    }
    for one in days:
        one.exception = differing.get(one.day)
        one.absences = list(_on(absences, datetime.combine(one.day, time.min, zone)))
    return days


def _on(absences: Iterable[Absence], midnight: datetime) -> Iterable[Absence]:
    after = midnight + timedelta(days=1)
    return (absence for absence in absences if absence.starts_at < after and absence.ends_at > midnight)


def certificates_for(user: Any) -> QuerySet[Certificate, Any]:
    """Certificates of the technicians in the person's scope."""
    rows = Certificate.objects.filter(technician__in=Technician.objects.visible_to(user))
    return rows.select_related("kind", "technician__user", "technician__organization")


def ending_soon(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    """Of the certificates those still valid that end within the days of their kind."""
    condition = Q(pk__in=[])
    for pk, days in CertificateKind.objects.values_list("pk", "remind_days"):
        condition |= Q(kind=pk, expires_on__lte=today + timedelta(days=days))
    return rows.filter(condition, expires_on__gte=today)
