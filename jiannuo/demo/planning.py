"""Demo of planning: settings, slow zones, usual times, the maintenance before winter that waits for dispatch, and a
proposal for tomorrow.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.dispatch.planning.models import PlanningSettings, SpeedZone, UsualTime
from jiannuo.operations.dispatch.planning.services import propose
from jiannuo.operations.workorders.services import create_order
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.products.models import Category

MAINTAINED = 14

#: name → divisions, km/h, minutes besides driving
ZONES: dict[str, tuple[list[str], int, int]] = {
    "杭州主城区": (["330102", "330105", "330106", "330108"], 22, 8),
    "上海市区": (["310101", "310104", "310105", "310106", "310107"], 20, 10),
    "山区县市": (["330122", "330127", "330182"], 40, 5),
}
#: kind of job, category → minutes
TIMES: dict[tuple[str, str], int] = {
    ("repair", "appliance"): 75,
    ("repair", "machinery"): 120,
    ("installation", "appliance"): 150,
    ("maintenance", ""): 60,
    ("inspection", ""): 45,
}


def load_planning(people: dict[str, User]) -> None:
    """Fill the tables, and work out the day after today for the east branch as its dispatcher would."""
    office, east = (Organization.objects.get(code=code) for code in ("HQ", "EAST"))
    PlanningSettings.objects.create(organization=office)
    PlanningSettings.objects.create(organization=east, latitude=30.2741, longitude=120.1551)
    for name, (divisions, speed, handling) in ZONES.items():
        SpeedZone.objects.create(
            organization=office, name=name, divisions=divisions, speed=speed, handling_minutes=handling
        )
    for (job, path), minutes in TIMES.items():
        category = Category.objects.filter(code_path=path).first() if path else None
        UsualTime.objects.create(organization=office, job=job, category=category, minutes=minutes)
    _maintenance(people["dispatcher"], east)
    tomorrow = timezone.localdate() + timedelta(days=1)
    propose(by=people["dispatcher"], organization=east, first_day=tomorrow, improving=False, seconds=0)


def _maintenance(dispatcher: User, east: Organization) -> None:
    """Orders for units around Hangzhou; of the last one nobody knows where exactly it is."""
    units = InstalledUnit.objects.filter(
        organization=east,
        customer__isnull=False,
        address__latitude__range=(30.0, 30.5),
        address__longitude__range=(119.9, 120.5),
    ).select_related("customer", "model__category", "address__division")
    chosen = list(units.order_by("pk")[:MAINTAINED])
    for unit in chosen:
        address = unit.address
        known = unit is not chosen[-1]
        create_order(
            by=dispatcher,
            organization=east,
            customer=unit.customer,
            unit=unit,
            job="maintenance",
            category=unit.model.category,
            fault="入冬前保养：清洗、紧固、试机。",
            division=address.division,
            address=address.detail,
            latitude=address.latitude if known else None,
            longitude=address.longitude if known else None,
        )
