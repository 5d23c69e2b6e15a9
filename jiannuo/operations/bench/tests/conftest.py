from __future__ import annotations

import pytest
from django.db import transaction

from jiannuo.operations.bench.tests.scene import House


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subscribers hear of everything inside the transaction of the test, which never commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda call, *_rest, **_more: call())


@pytest.fixture
def house(db: None, heard: None) -> House:
    return House()
