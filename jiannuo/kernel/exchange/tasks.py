"""Background work of imports."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from django.utils import timezone
from django_tasks import task

from jiannuo.kernel.events import periodic
from jiannuo.kernel.events.batches import reported
from jiannuo.kernel.exchange import running
from jiannuo.kernel.exchange.models import ImportJob

#: A job whose worker gave no sign of life for so long is taken up by another.
SILENCE = timedelta(minutes=3)
KEPT = timedelta(days=30)


@contextmanager
def _young_objects_only() -> Iterator[None]:
    """Keep the garbage collector from going through the whole program again and again while rows come and go."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@task()
def check_file(job_id: int) -> None:
    """Check every row of a file."""
    with reported(partial(running.fail, job_id)), _young_objects_only():
        running.check(job_id)


@task()
def import_file(job_id: int) -> None:
    """Import the good rows of a checked file."""
    with reported(partial(running.fail, job_id)), _young_objects_only():
        running.run(job_id)


@periodic(every=timedelta(minutes=1), name="exchange.resume")
def resume() -> int:
    """Take up imports whose worker died; how many."""
    from jiannuo.kernel.exchange.services import enqueue

    silent = ImportJob.objects.filter(state__in=ImportJob.BUSY, touched_at__lt=timezone.now() - SILENCE)
    count = 0
    for job in silent:
        ImportJob.objects.filter(pk=job.pk).update(touched_at=timezone.now())
        enqueue(job)
        count += 1
    return count


@periodic(every=timedelta(days=1), name="exchange.remove_old_files")
def remove_old_files() -> int:
    """Delete the files and bad rows of old imports: they hold personal data. The line in the list stays."""
    old = ImportJob.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(file="")
    count = 0
    for job in old.exclude(state__in=ImportJob.BUSY).iterator():
        job.portions.all().delete()
        job.file.delete()
        count += 1
    return count
