"""Fixtures for every test of the project."""

from __future__ import annotations

import logging
from collections.abc import Generator

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import HealthCheck, settings

# Machines are shared: slowness of a machine is no fault of the code.
settings.register_profile("jiannuo", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("jiannuo")

pytest_plugins = ["jiannuo.testing.browser", "jiannuo.testing.database"]


class _Recorder(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.messages.append(f"{record.getMessage()}: {error!r}")


@pytest.fixture(autouse=True)
def no_subscriber_fails(request: pytest.FixtureRequest) -> Generator[None]:
    """A subscriber's failure is only logged where people work; in a test it is an error, unless expected."""
    recorder = _Recorder()
    logger = logging.getLogger("jiannuo.kernel.events.delivery")
    logger.addHandler(recorder)
    yield
    logger.removeHandler(recorder)
    if recorder.messages and not request.node.get_closest_marker("failing_subscribers"):
        pytest.fail("A subscriber failed: " + "; ".join(recorder.messages), pytrace=False)


@pytest.fixture(autouse=True)
def language_of_the_house() -> None:
    """A request speaks its reader's language until the next one; a test must not hear the one before it."""
    translation.deactivate()


@pytest.fixture
def as_html(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed, before it becomes PDF."""
    for module in ("registers", "views"):
        monkeypatch.setattr(
            f"jiannuo.kernel.printing.{module}.render_pdf", lambda *args: render_to_string(*args).encode()
        )
