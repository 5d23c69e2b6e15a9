from __future__ import annotations

import pytest

from jiannuo.office.documents.tests import makers
from jiannuo.testing import factories


@pytest.fixture
def company(db):
    return makers.company()


@pytest.fixture
def administrator(company):
    return factories.person("administrator", at=company.head)
