from __future__ import annotations

import pytest

from jiannuo.operations.dispatch.planning.models import PlanningSettings
from jiannuo.operations.dispatch.planning.services import proposing
from jiannuo.operations.dispatch.planning.tests.town import at
from jiannuo.operations.workforce.models import Shift, Skill
from jiannuo.operations.workorders.tests import scene


@pytest.fixture
def firm(db):
    """A head office, two dealers, their people, a customer with a unit."""
    return scene.build()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(proposing, "FIRST_SECONDS", 0.05)
    monkeypatch.setattr(proposing, "SHOWN_EVERY", 0.0)


@pytest.fixture
def town(firm):
    """The firm with shifts and homes; improving takes a second."""
    PlanningSettings.objects.create(organization=firm.head, improve_seconds=1)
    for number, user in enumerate((firm.technician, firm.colleague)):
        person = user.technician
        person.home_latitude, person.home_longitude = 30.25 + number / 20, 120.17
        person.save()
        Skill.objects.create(technician=person, category=firm.unit.model.category, level=3)
        Shift.objects.create(technician=person, starts_at=at(8), ends_at=at(18))
    return firm
