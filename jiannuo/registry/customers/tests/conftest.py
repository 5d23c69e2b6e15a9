from __future__ import annotations

import pytest

from jiannuo.kernel.regions.models import Division
from jiannuo.kernel.regions.services import load_sample
from jiannuo.testing import factories


@pytest.fixture
def divisions(db):
    load_sample()
    return Division.objects


@pytest.fixture
def head(db):
    return factories.organization()


@pytest.fixture
def agent(head):
    return factories.person("service_agent", at=head)
