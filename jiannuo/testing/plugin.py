"""The ground under every test run: its own data folder, test settings, and no skipping of what must be proven.

Loaded by pytest before Django is, see ``addopts`` in pyproject.toml.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from jiannuo.testing.measuring import started

_OURS = "JIANNUO_TEST_HOME"

#: A test without these and without the mark ``django_db`` cannot reach a database.
DATABASE_FIXTURES = frozenset({"db", "transactional_db", "live_server", "django_db_serialized_rollback"})


def _prepare_environment() -> Path | None:
    """Give this process a data folder of its own; the one to remove at the end, if this process made it."""
    os.environ["JIANNUO_TESTING"] = "1"
    # Playwright keeps an event loop in the main thread, which Django would take for asynchronous code.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    made = None
    if _OURS not in os.environ:
        made = Path(tempfile.mkdtemp(prefix="jiannuo-test-"))
        os.environ[_OURS] = str(made)
    folder = Path(os.environ[_OURS]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
    (folder / "static").mkdir(parents=True, exist_ok=True)
    os.environ["JIANNUO_DATA"] = str(folder)
    return made


_made = _prepare_environment()
_measure = started(os.environ.get("JIANNUO_MEASURE"))


def pytest_sessionfinish() -> None:
    if _measure:
        _measure.write()


def pytest_unconfigure() -> None:
    if _made:
        shutil.rmtree(_made, ignore_errors=True)
        os.environ.pop(_OURS, None)


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    if settings.configured:
        # Real hashes are slow on purpose; tests sign in thousands of times.
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector of garbage need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _strict() -> bool:
    return os.environ.get("JIANNUO_STRICT") == "1" or os.environ.get("CI", "").lower() in {"1", "true"}


def _on_postgres() -> bool:
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("postgres") and not _on_postgres():
            item.add_marker(
                pytest.mark.skip(reason="needs PostgreSQL: python scripts/with_postgres.py pytest …")
            )
        if item.get_closest_marker("sqlite") and _on_postgres():
            item.add_marker(pytest.mark.skip(reason="is about SQLite"))
        if {"page", "phone_page", "browser", "browser_page"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
        if not (
            item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
        ):
            item.add_marker("once")
    longest: dict[Path, int] = {}
    for item in items:
        longest[item.path] = max(longest.get(item.path, 0), _length(item))
    items.sort(key=lambda item: -longest[item.path])


def _length(item: pytest.Item) -> int:
    """What takes long begins first, so that no worker is left alone with it in the end."""
    return 2 if item.get_closest_marker("slow") else 1 if item.get_closest_marker("browser") else 0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and _strict() and not hasattr(report, "wasxfail"):
        for mark in ("browser", "postgres"):
            if item.get_closest_marker(mark):
                report.outcome = "failed"
                report.longrepr = f"A {mark} test must not be skipped here: {report.longrepr}"
    return report
