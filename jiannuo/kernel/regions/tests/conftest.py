from __future__ import annotations

import pytest

from jiannuo.kernel.regions.services import load_sample


@pytest.fixture
def divisions(db):
    load_sample()
