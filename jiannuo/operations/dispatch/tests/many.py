"""A busy day for the budgets of the board: hundreds of orders, dozens of technicians, written at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.operations.workforce.models import Absence, Shift, Skill, Technician
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.operations.workorders.tests import scene
from jiannuo.promises.obligations.models import Obligation


def fill(firm: Any, *, technicians: int, waiting: int, planned: int) -> list[User]:
    """Technicians at work tomorrow, orders that wait, orders planned one after the other; the technicians."""
    people = _people(firm, technicians)
    orders = [
        _order(firm, number, "ready" if number < waiting else "dispatched")
        for number in range(waiting + planned)
    ]
    _save(orders)
    visits = []
    for place, order in enumerate(orders[waiting:]):
        person = people[place % len(people)]
        order.technician = person
        begins = scene.tomorrow(8) + timedelta(minutes=95 * (place // len(people)))
        visits.append(
            Visit(
                order=order,
                technician=person,
                planned_from=begins,
                planned_to=begins + timedelta(minutes=75),
                appointment_from=begins,
                appointment_to=begins + timedelta(hours=2),
            )
        )
    WorkOrder.objects.bulk_update(orders[waiting:], ["technician"])
    Visit.objects.bulk_create(visits)
    made = list(Visit.objects.order_by("pk"))
    Visit.crew.through.objects.bulk_create(
        Visit.crew.through(visit=visit, user=people[(place + 1) % len(people)])
        for place, visit in enumerate(made[: technicians // 4])
    )
    Obligation.objects.bulk_create(
        Obligation(
            organization=firm.dealer,
            document_id=order.pk,
            metric="arrival",
            state="open",
            started_at=timezone.now(),
            due_at=scene.tomorrow(16),
        )
        for order in orders
    )
    return people


def _people(firm: Any, count: int) -> list[User]:
    people = [
        User(username=f"many{n}", name=f"技师{n:02d}", organization=firm.dealer, password="!")
        for n in range(count)
    ]
    people = User.objects.bulk_create(people)
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=person, role="dealer_technician", organization=firm.dealer) for person in people
    )
    profiles = Technician.objects.bulk_create(
        Technician(user=person, organization=firm.dealer, home_latitude=30.2, home_longitude=120.1)
        for person in people
    )
    category = firm.unit.model.category
    Skill.objects.bulk_create(Skill(technician=one, category=category, level=3) for one in profiles)
    Shift.objects.bulk_create(
        Shift(technician=one, starts_at=scene.tomorrow(8), ends_at=scene.tomorrow(18)) for one in profiles
    )
    Absence.objects.create(
        technician=profiles[0], starts_at=scene.tomorrow(8), ends_at=scene.tomorrow(18), reason="illness"
    )
    return people


def _order(firm: Any, number: int, state: str) -> WorkOrder:
    return WorkOrder(
        number=f"WO-MANY-{number:04d}",
        kind="workorder",
        state=state,
        organization=firm.dealer,
        customer=firm.customer,
        unit=firm.unit,
        category=firm.unit.model.category,
        title=f"不制冷 {number}",
        severity=("normal", "major", "minor")[number % 3],
        latitude=30.2 + number % 17 / 100,
        longitude=120.1 + number % 13 / 100,
        due_at=scene.tomorrow(9 + number % 8),
    )


def _save(orders: list[WorkOrder]) -> None:
    for order in orders:  # a table of its own for what all documents share: nothing to write at once
        order.save(force_insert=True)
