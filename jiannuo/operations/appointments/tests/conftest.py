from __future__ import annotations

import pytest

from jiannuo.operations.workorders.tests import scene


@pytest.fixture
def firm(db):
    """A head office, two dealers, their people, a customer with a unit."""
    return scene.build()
