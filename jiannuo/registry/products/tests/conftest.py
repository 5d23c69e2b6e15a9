from __future__ import annotations

import pytest

from jiannuo.testing import factories


@pytest.fixture
def head(db):
    return factories.organization()


@pytest.fixture
def quality(head):
    return factories.person("quality_engineer", at=head)


@pytest.fixture
def agent(head):
    return factories.person("service_agent", at=head)
