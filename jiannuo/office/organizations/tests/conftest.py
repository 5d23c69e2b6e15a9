from __future__ import annotations

import pytest

from jiannuo.kernel.regions.models import Division
from jiannuo.office.documents.tests import makers
from jiannuo.testing import factories


@pytest.fixture
def company(db):
    return makers.company()


@pytest.fixture
def administrator(company):
    return factories.person("administrator", at=company.head)


@pytest.fixture
def divisions(db):
    """Zhejiang, Hangzhou and Xihu."""
    parent = None
    for level, (code, name) in enumerate([("33", "浙江省"), ("3301", "杭州市"), ("330106", "西湖区")], 1):
        parent, _made = Division.objects.update_or_create(
            code=code, defaults={"name": name, "level": level, "parent": parent}
        )
