"""Periodic jobs: declared beside the code they run, started by the scheduler process. No tables here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

Job = Callable[[], object]


@dataclass(frozen=True)
class PeriodicJob:
    """A job to run again and again."""

    name: str
    every: timedelta
    lease: timedelta
    run: Job


_jobs: dict[str, PeriodicJob] = {}


def periodic(
    *, every: timedelta, name: str, lease: timedelta = timedelta(minutes=15)
) -> Callable[[Job], Job]:
    """Run the decorated function (no arguments) about once per `every`, on one scheduler at a time.

    `lease` is how long a run may take before another scheduler presumes its process dead and runs the job too. Keep
    jobs short: long work belongs in a background task that the job enqueues.
    """

    def register(job: Job) -> Job:
        present = _jobs.get(name)
        if present is not None and (present.run.__module__, present.run.__qualname__) != (
            job.__module__,
            job.__qualname__,
        ):
            raise ValueError(f"Two periodic jobs are called {name!r}")
        _jobs[name] = PeriodicJob(name, every, lease, job)
        return job

    return register


def periodic_jobs() -> dict[str, PeriodicJob]:
    """All declared jobs by name."""
    return dict(_jobs)
