"""Demo technicians: skills, areas, shifts of the last and the next two weeks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.operations.workforce.models import Absence, Shift, Skill, Technician
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


def load_workforce(people: dict[str, User], today: date) -> dict[str, Technician]:
    """Create the technicians; returns them by user name."""
    categories = {category.code_path: category for category in Category.objects.all()}
    made: dict[str, Technician] = {}
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
        made[username] = technician
    Absence.objects.create(
        technician=made["east.tech5"],
        starts_at=_at(today + timedelta(days=2), time(8)),
        ends_at=_at(today + timedelta(days=4), time(18)),
        reason=Absence.Reason.LEAVE,
    )
    return made


def _shifts(technician: Technician, today: date, number: int) -> list[Shift]:
    days = [today + timedelta(days=offset) for offset in range(-DAYS_BACK, DAYS_AHEAD + 1)]
    rest_day = number % 7
    return [
        Shift(technician=technician, starts_at=_at(day, time(8, 30)), ends_at=_at(day, time(18, 0)))
        for day in days
        if day.weekday() != rest_day
    ]


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
