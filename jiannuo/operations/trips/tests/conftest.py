from __future__ import annotations

import pytest
from django.apps import apps

from jiannuo.operations.trips.defaults import fill
from jiannuo.operations.workorders.tests import scene
from jiannuo.testing import factories


@pytest.fixture
def firm(db):
    """A head office, two dealers, their people, a customer with a unit, finance at the head office, the causes."""
    fill(lambda name: apps.get_model("trips", name))
    found = scene.build()
    found.finance = factories.person("finance_clerk", at=found.head)
    return found
