from __future__ import annotations

import pytest

from jiannuo.operations.parts.tests.scene import Stores


@pytest.fixture
def stores(db):
    return Stores()
