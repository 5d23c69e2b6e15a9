"""Running periodic jobs when they are due, each on one scheduler at a time."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from django.db import close_old_connections
from django.db.models import F, Q
from django.utils import timezone

from jiannuo.kernel.events.batches import alone
from jiannuo.kernel.events.models import PeriodicRun
from jiannuo.kernel.events.periodic import PeriodicJob, periodic_jobs


class Scheduler:
    """Looks once per tick for jobs that are due. The cost of a tick is one indexed query, whatever exists."""

    def __init__(self, jobs: Mapping[str, PeriodicJob] | None = None) -> None:
        self.jobs = periodic_jobs() if jobs is None else dict(jobs)
        self.holder = uuid.uuid4()

    def announce(self) -> None:
        """Make a row for each job that has none; a new job is due at once."""
        now = timezone.now()
        PeriodicRun.objects.bulk_create(
            (PeriodicRun(name=name, due_at=now) for name in self.jobs), ignore_conflicts=True
        )

    def tick(self) -> int:
        """Run every job that is due and that no other scheduler holds; how many ran."""
        due = PeriodicRun.objects.filter(name__in=self.jobs, due_at__lte=timezone.now()).order_by("due_at")
        return sum(self._run(self.jobs[name]) for name in list(due.values_list("name", flat=True)))

    def loop(self, wait: Callable[[float], bool], seconds: float = 1.0) -> None:
        """Tick until `wait`, given the seconds between two ticks, answers True. Errors are logged and survived."""
        announced = False
        while True:
            close_old_connections()
            with alone("The scheduler could not look for due jobs; it tries again"):
                if not announced:
                    self.announce()
                    announced = True
                self.tick()
            close_old_connections()
            if wait(seconds):
                return

    def _run(self, job: PeriodicJob) -> bool:
        if not self._claim(job):
            return False
        with alone("Periodic job %s failed; it runs again in %s", job.name, job.every) as attempt:
            job.run()
        self._release(job, attempt.error[-8000:])
        return True

    def _claim(self, job: PeriodicJob) -> bool:
        now = timezone.now()
        free = Q(held_until=None) | Q(held_until__lte=now)
        claimed = PeriodicRun.objects.filter(free, name=job.name, due_at__lte=now).update(
            due_at=now + job.every, held_until=now + job.lease, holder=self.holder, started_at=now
        )
        return claimed == 1

    def _release(self, job: PeriodicJob, error: str) -> None:
        PeriodicRun.objects.filter(name=job.name, holder=self.holder).update(
            held_until=None,
            holder=None,
            finished_at=timezone.now(),
            failures=F("failures") + 1 if error else 0,
            last_error=error,
        )
