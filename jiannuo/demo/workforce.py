"""Demo technicians: skills, areas, certificates, patterns of weeks with the shifts made from them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.workforce.models import (
    Absence,
    Certificate,
    CertificateKind,
    PatternAssignment,
    PatternDay,
    Shift,
    ShiftPattern,
    Skill,
    Technician,
)
from jiannuo.operations.workforce.services import make_shifts
from jiannuo.registry.products.models import Category

#: user name → areas, home (WGS 84), skills with level
PROFILES: dict[str, tuple[list[str], tuple[float, float], dict[str, int]]] = {
    "technician": (["3301"], (30.28, 120.13), {"appliance": 5, "machinery/chiller": 4}),
    "east.tech2": (["3301", "3304"], (30.25, 120.20), {"appliance": 4, "machinery/scale": 3}),
    "east.tech3": (["31"], (31.22, 121.46), {"appliance": 3, "machinery": 4, "engineering": 3}),
    "east.tech4": (["3301", "31"], (30.30, 120.18), {"it": 5, "engineering": 4}),
    "east.tech5": (["33", "31"], (30.20, 120.22), {"machinery": 5}),
    "dealertech": (["3301"], (30.23, 120.21), {"appliance": 4, "machinery": 3}),
    "hzas.tech2": (["3301"], (30.22, 120.25), {"it": 4, "engineering": 3, "appliance": 2}),
    "szhx.tech1": (["3205"], (31.30, 120.58), {"appliance": 4, "it": 3, "machinery": 3, "engineering": 3}),
    "nbty.tech1": (["3302"], (29.87, 121.55), {"appliance": 4, "machinery": 4}),
    "nbty.tech2": (["3302"], (29.90, 121.60), {"it": 3, "engineering": 4}),
    "north.tech1": (["11"], (39.91, 116.40), {"appliance": 4, "machinery": 4}),
    "north.tech2": (["11"], (39.95, 116.35), {"it": 5, "engineering": 4}),
    "north.tech3": (["37"], (36.07, 120.38), {"appliance": 3, "machinery": 4, "it": 3, "engineering": 3}),
}
DAYS_BACK, DAYS_AHEAD = 7, 14
REST_DAYS = (("六天班（周三休）", 2), ("六天班（周五休）", 4))
TIMES = {"begins": time(8, 30), "ends": time(18), "break_begins": time(12), "break_ends": time(13)}


def load_workforce(people: dict[str, User], today: date) -> dict[str, Technician]:
    """Create the technicians; returns them by user name."""
    categories = {category.code_path: category for category in Category.objects.all()}
    made: dict[str, Technician] = {}
    patterns = _patterns()
    fridge = CertificateKind.objects.create(name="制冷与空调作业操作证", code="refrigeration", remind_days=30)
    fridge.categories.add(categories["appliance/air-conditioner"])
    electric = CertificateKind.objects.create(name="低压电工作业操作证", code="electrician", remind_days=60)
    for number, (username, (areas, home, skills)) in enumerate(PROFILES.items()):
        user = people[username]
        if user.organization is None:
            raise ValueError(f"{username} belongs to no organisation")
        technician = Technician.objects.create(
            user=user,
            organization=user.organization,
            areas=areas,
            home_latitude=home[0],
            home_longitude=home[1],
        )
        for path, level in skills.items():
            Skill.objects.create(
                technician=technician,
                category=categories[path],
                level=level,
                certificate=f"上岗证 {number + 1:03d}-{level}",
                expires_on=today + timedelta(days=20 if username == "east.tech3" else 400 + number * 13),
            )
        Shift.objects.bulk_create(_shifts(technician, today, number))
        region = "NORTH" if username.startswith("north") else "EAST"
        PatternAssignment.objects.create(
            technician=technician, pattern=patterns[region, number % 2], first=today + timedelta(days=1)
        )
        for kind, length in (
            (fridge, 18 if username == "east.tech3" else 500),
            (electric, 300 + 20 * number),
        ):
            Certificate.objects.create(
                technician=technician,
                kind=kind,
                number=f"T33{number + 1:04d}{kind.pk}",
                issued_on=today - timedelta(days=700),
                expires_on=today + timedelta(days=length),
            )
        made[username] = technician
    make_shifts()
    Absence.objects.create(
        technician=made["east.tech5"],
        starts_at=_at(today + timedelta(days=2), time(8)),
        ends_at=_at(today + timedelta(days=4), time(18)),
        reason=Absence.Reason.LEAVE,
    )
    return made


def _patterns() -> dict[tuple[str, int], ShiftPattern]:
    """Two weeks of six days for each branch, so that somebody is there every day."""
    found = {}
    for code in ("EAST", "NORTH"):
        for which, (name, rest_day) in enumerate(REST_DAYS):
            pattern = ShiftPattern.objects.create(
                organization=Organization.objects.get(code=code), name=name, days_ahead=DAYS_AHEAD
            )
            PatternDay.objects.bulk_create(
                PatternDay(pattern=pattern, weekday=day, **TIMES) for day in range(7) if day != rest_day
            )
            found[code, which] = pattern
    return found


def _shifts(technician: Technician, today: date, number: int) -> list[Shift]:
    """Those of the last week and of today; the pattern makes the others."""
    days = [today + timedelta(days=offset) for offset in range(-DAYS_BACK, 1)]
    rest_day = REST_DAYS[number % 2][1]
    return [
        Shift(
            technician=technician,
            starts_at=_at(day, TIMES["begins"]),
            ends_at=_at(day, TIMES["ends"]),
            break_from=_at(day, TIMES["break_begins"]),
            break_to=_at(day, TIMES["break_ends"]),
        )
        for day in days
        if day.weekday() != rest_day
    ]


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
