from __future__ import annotations

import logging
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jiannuo.kernel.events import periodic
from jiannuo.kernel.events.models import PeriodicRun
from jiannuo.kernel.events.periodic import PeriodicJob
from jiannuo.kernel.events.scheduler import Scheduler

HOUR = timedelta(hours=1)


def scheduler(run, *, every=HOUR, lease=HOUR) -> Scheduler:
    made = Scheduler({"tea": PeriodicJob("tea", every, lease, run)})
    made.announce()
    return made


@pytest.mark.django_db
def test_a_job_runs_once_in_its_period():
    runs = []
    ours = scheduler(lambda: runs.append(1))

    assert ours.tick() == 1
    assert ours.tick() == 0

    row = PeriodicRun.objects.get(name="tea")
    assert len(runs) == 1
    assert row.due_at > timezone.now() + timedelta(minutes=59)
    assert row.held_until is None
    assert row.finished_at >= row.started_at


@pytest.mark.django_db
def test_a_job_that_fails_runs_again_in_its_next_period(caplog):
    def fail():
        raise RuntimeError("no water")

    ours = scheduler(fail)
    with caplog.at_level(logging.ERROR):
        ours.tick()
    row = PeriodicRun.objects.get(name="tea")
    assert row.failures == 1
    assert "no water" in row.last_error
    assert "tea" in caplog.text

    PeriodicRun.objects.update(due_at=timezone.now())
    Scheduler({"tea": PeriodicJob("tea", HOUR, HOUR, lambda: None)}).tick()
    row.refresh_from_db()
    assert (row.failures, row.last_error) == (0, "")


@pytest.mark.django_db
def test_what_another_scheduler_runs_is_left_alone_until_its_lease_ends():
    runs = []
    ours = scheduler(lambda: runs.append(1))
    PeriodicRun.objects.update(held_until=timezone.now() + HOUR, due_at=timezone.now())
    assert ours.tick() == 0

    PeriodicRun.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert ours.tick() == 1
    assert len(runs) == 1


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_never_run_one_job_twice():
    runs = []
    one, two = scheduler(lambda: runs.append(1)), scheduler(lambda: runs.append(2))
    barrier = threading.Barrier(2)

    def race(ours):
        barrier.wait()
        try:
            ours.tick()
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=(ours,)) for ours in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(runs) == 1


@pytest.mark.django_db
def test_the_loop_survives_a_database_that_is_away(monkeypatch, caplog):
    ours = Scheduler({})
    answers = iter([False, True])
    monkeypatch.setattr(ours, "announce", lambda: 1 / 0)

    ours.loop(lambda seconds: next(answers))

    assert caplog.text.count("it tries again") == 2


def test_two_jobs_cannot_share_a_name():
    def other() -> None:
        pass

    with pytest.raises(ValueError, match="Two periodic jobs"):
        periodic(every=HOUR, name="events.redeliver")(other)
