"""The worker goes on when SQLite was held for long, and ends with anything else."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django_tasks_db.management.commands.db_worker import Worker


@pytest.fixture
def ends_with(monkeypatch, settings):
    """A worker whose turns end as told, one after the other; None is an end in peace."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(Worker, "configure_signals", lambda self: None)

    def told(*ends):
        left = list(ends)

        def run(self):
            end = left.pop(0)
            if end is not None:
                raise end

        monkeypatch.setattr(Worker, "run", run)
        return left

    return told


def test_a_database_held_for_long_is_waited_for_once_more(ends_with):
    left = ends_with(OperationalError("database is locked"), OperationalError("database is locked"), None)

    call_command("worker")

    assert left == []


def test_any_other_failure_ends_the_worker(ends_with):
    ends_with(OperationalError("disk I/O error"), None)

    with pytest.raises(OperationalError, match="disk"):
        call_command("worker")
