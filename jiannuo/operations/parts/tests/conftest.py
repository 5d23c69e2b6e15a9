from __future__ import annotations

import pytest
from django.utils import translation

from jiannuo.operations.parts.tests.scene import Stores


@pytest.fixture
def stores(db):
    return Stores()


@pytest.fixture
def english():
    """Refusals in the words of the code."""
    with translation.override("en"):
        yield
