from __future__ import annotations

import pytest

from jiannuo.kernel.regions.models import Division
from jiannuo.kernel.regions.services import load_sample
from jiannuo.registry.products import services as products
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


@pytest.fixture
def model(db):
    return factories.product_model(code="KFR-35GW", name="家用空调", meter_unit="h")


@pytest.fixture
def compressor(model):
    return products.save_component(
        None, by=None, model=model, code="compressor", name="压缩机", has_serial=True
    )


@pytest.fixture
def customer(head):
    return factories.customer(head, name="王小明", phone="+8613800138000")
